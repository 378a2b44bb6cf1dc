//! Employees as this family shows them.

use polity_accounts::{
    Depth, EmployeeFields, EmployeeFilter, EmployeeId, EmployeePatch, EmployeeStatus, ReportFilter,
    ReportingLine,
};
use polity_directory::RoleRef;
use polity_kernel::{AccountId, Code, Error, OrganizationId, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{CreationInfo, EmployeeProfile, Status, StatusInfo, filled, id, present, role_of, sent};

/// Somebody on an organization's staff, with an account or without.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Employee {
    /// The employee's id.
    #[schema(value_type = Uuid)]
    id: EmployeeId,
    /// The organization's id.
    #[schema(value_type = Uuid)]
    organization: OrganizationId,
    /// The full name.
    name: String,
    /// The address at work; no other employee of the organization has it.
    email: String,
    /// The account the person signs in with.
    #[schema(value_type = Option<Uuid>, required)]
    account: Option<AccountId>,
    /// The role the account has in the organization, for callers with `org.members.get`; without an account, the one it is to
    /// have.
    #[schema(required)]
    role: Option<String>,
    /// Whether the status is `ACTIVE`.
    active: bool,
    /// How the employment stands.
    status: StatusInfo,
    /// What sort of employee: `EMPLOYEE`, `CONTRACTOR`, `INTERN`, `BOT` or any other word.
    #[serde(rename = "type")]
    kind: String,
    /// Who put the employee on the list, and when.
    created: CreationInfo,
    /// Whom the employee reports to.
    managers: Vec<ReportsTo>,
    /// What else is known.
    #[schema(required)]
    profile: Option<EmployeeProfile>,
}

/// One manager of an employee, by id.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReportsTo {
    /// The manager's employee id.
    #[schema(value_type = Uuid)]
    manager_id: EmployeeId,
    /// As what: `PRIMARY`, `SECONDARY`, `DOTTED_LINE` or any other word.
    #[serde(rename = "type")]
    kind: String,
}

/// One manager of an employee.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Manager {
    /// The manager's employee id.
    #[schema(value_type = Uuid)]
    manager_id: EmployeeId,
    /// As what: `PRIMARY`, `SECONDARY`, `DOTTED_LINE` or any other word.
    #[serde(rename = "type")]
    kind: String,
    /// The manager.
    manager: Employee,
}

/// Which employees are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EmployeeQuery {
    /// Only those whose employment stands like this: `ACTIVE`, `INACTIVE`, `PENDING` or `DELETED`; another word finds nobody. All but
    /// those who are `DELETED` when it is absent.
    #[param(pattern = r"^[^\x00]*$")]
    status: Option<String>,
    /// Only those of this sort, in any case.
    #[serde(rename = "type")]
    #[param(pattern = r"^[^\x00-\x1F\x7F-\x9F]*$")]
    kind: Option<String>,
}

/// Which reporting lines count.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LineQuery {
    /// Only lines of this type, in any case.
    #[serde(rename = "type")]
    #[param(format = "given-kind")]
    pub(crate) kind: Option<String>,
}

/// Which reports of a manager are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportsQuery {
    /// Only along lines of this type, in any case.
    #[serde(rename = "type")]
    #[param(format = "given-kind")]
    kind: Option<String>,
    /// How many levels below the manager, or `all`; 1 when absent.
    #[param(pattern = r"^([1-9][0-9]{0,8}|all)$")]
    depth: Option<String>,
}

/// Somebody to put on the staff list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EmployeeBody {
    /// The full name.
    #[schema(format = "given-name")]
    name: String,
    /// The address at work.
    #[schema(format = "email")]
    email: String,
    /// The account the person signs in with.
    #[schema(value_type = Option<Uuid>)]
    account: Option<String>,
    /// The role that the account is given in the organization, and becomes a member by: as for an account, by id or name.
    #[schema(format = "name")]
    role: Option<String>,
    /// How the employment stands; `ACTIVE` when absent.
    status: Option<Status>,
    /// What sort of employee: `EMPLOYEE` (when absent), `CONTRACTOR`, `INTERN`, `BOT` or any other word.
    #[serde(rename = "type")]
    #[schema(format = "kind")]
    kind: Option<String>,
}

/// What is to be different about an employee: what is absent stays, `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EmployeeChange {
    /// The full name.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, format = "given-name")]
    name: Option<String>,
    /// The address at work.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, format = "email")]
    email: Option<String>,
    /// The account the person signs in with.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<Uuid>)]
    account: Option<Option<String>>,
    /// The role that the account is given in the organization.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "name")]
    role: Option<Option<String>>,
    /// How the employment stands.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Status, required = false)]
    status: Option<Status>,
    /// What sort of employee.
    #[serde(rename = "type", default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, format = "given-kind")]
    kind: Option<String>,
}

/// A manager for an employee.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ManagerBody {
    /// The manager's employee id.
    #[schema(value_type = Uuid)]
    manager_id: String,
    /// As what: `PRIMARY`, `SECONDARY`, `DOTTED_LINE` or any other word.
    #[serde(rename = "type")]
    #[schema(format = "given-kind")]
    kind: String,
}

impl Employee {
    /// The employee with the role that is shown and with whom they report to.
    pub(crate) fn new(
        employee: polity_accounts::Employee,
        role: Option<String>,
        managers: Vec<ReportsTo>,
    ) -> Self {
        let status = StatusInfo::new(employee.status, employee.status_changed_at, employee.status_changed_by);
        Self {
            id: employee.id,
            organization: employee.organization,
            name: employee.name,
            email: employee.email.to_string(),
            account: employee.account,
            role,
            active: status.is_active(),
            status,
            kind: employee.kind,
            created: CreationInfo::new(employee.created_at, employee.created_by),
            managers,
            profile: employee.profile.map(EmployeeProfile::from),
        }
    }
}

impl From<&ReportingLine> for ReportsTo {
    fn from(line: &ReportingLine) -> Self {
        Self { manager_id: line.manager, kind: line.kind.clone() }
    }
}

impl Manager {
    /// The manager with what they are to the employee.
    pub(crate) fn new(line: ReportingLine, manager: Employee) -> Self {
        Self { manager_id: line.manager, kind: line.kind, manager }
    }
}

impl EmployeeQuery {
    /// What the employees must be; absent when nobody can be it.
    pub(crate) fn parsed(self) -> Option<EmployeeFilter> {
        let status = self.status.map(|word| word.to_lowercase().parse()).transpose().ok()?;
        Some(EmployeeFilter { status, kind: self.kind })
    }
}

impl ReportsQuery {
    /// Along which lines, and how far.
    pub(crate) fn parsed(self) -> Result<ReportFilter> {
        let depth = match self.depth.as_deref() {
            None => Depth::Direct,
            Some("all") => Depth::All,
            Some(text) => match text.parse() {
                Ok(levels) if levels > 0 => Depth::Levels(levels),
                _ => {
                    let words = "depth: must be a number of levels, at least 1, or all";
                    return Err(Error::new(Code::Invalid, words));
                }
            },
        };
        Ok(ReportFilter { kind: self.kind, depth })
    }
}

impl EmployeeBody {
    /// What the new employee is to be but for the role, and the role.
    pub(crate) fn parsed(self) -> Result<(EmployeeFields, Option<RoleRef>)> {
        let role = self.role.map(|role| role_of("role", &role)).transpose()?;
        let fields = EmployeeFields {
            name: filled("name", self.name)?,
            email: filled("email", self.email)?,
            account: self.account.map(|account| id("account", &account)).transpose()?,
            kind: self.kind,
            status: self.status.map(EmployeeStatus::from),
            ..EmployeeFields::default()
        };
        Ok((fields, role))
    }
}

impl EmployeeChange {
    /// The change but for another role, and that role. To have none is a change like any.
    pub(crate) fn parsed(self) -> Result<(EmployeePatch, Option<RoleRef>)> {
        let account = self.account.map(|account| account.map(|account| id("account", &account)).transpose());
        let role = self.role.map(|role| role.map(|role| role_of("role", &role)).transpose()).transpose()?;
        let patch = EmployeePatch {
            name: self.name.map(|name| filled("name", name)).transpose()?,
            email: self.email.map(|email| filled("email", email)).transpose()?,
            account: account.transpose()?,
            role: role.as_ref().filter(|role| role.is_none()).map(|_| None),
            kind: self.kind.map(|kind| filled("type", kind)).transpose()?,
            status: self.status.map(EmployeeStatus::from),
            ..EmployeePatch::default()
        };
        Ok((patch, role.flatten()))
    }
}

impl ManagerBody {
    /// The manager, and what they are to be.
    pub(crate) fn parsed(self) -> Result<(EmployeeId, String)> {
        Ok((id("managerId", &self.manager_id)?, filled("type", self.kind)?))
    }
}

same_words!(EmployeeStatus = Status { Active Inactive Pending Deleted });
