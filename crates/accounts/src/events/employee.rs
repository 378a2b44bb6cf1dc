//! What events say of employees and of who reports to whom.

use chrono::NaiveDate;
use polity_kernel::{AccountId, OrganizationId, SubjectId, Timestamp, record};

use crate::{EmployeeId, EmployeeStatus};

record! {
    /// One person on an organization's staff.
    pub(crate) struct Employee of employee: crate::Employee {
        /// The id.
        id: EmployeeId,
        /// Whose employee it is.
        organization: OrganizationId,
        /// The full name.
        name: String,
        /// The address at work.
        email: String = employee.email.to_string(),
        /// The account the person signs in with.
        account: Option<AccountId>,
        /// The role the account was given or, without an account, is promised.
        role: Option<String>,
        /// What sort of employee: `EMPLOYEE`, `CONTRACTOR` or any other word.
        kind: String,
        /// How the employment stands.
        status: EmployeeStatus,
        /// What else is known.
        profile: Option<EmployeeProfile> = employee.profile.as_ref().map(EmployeeProfile::from),
        /// Who put the employee on the list.
        created_by: Option<SubjectId>,
        /// When the status last changed.
        status_changed_at: Option<Timestamp>,
        /// Who changed it.
        status_changed_by: Option<SubjectId>,
        /// When the employee came on the list.
        created_at: Timestamp,
        /// When the employee last changed; who reports to whom does not count.
        updated_at: Timestamp,
        /// Raised by each change.
        version: i64,
    }
}

record! {
    /// What is known of an employee beyond name, address and place.
    pub(crate) struct EmployeeProfile of profile: crate::EmployeeProfile {
        /// What the employee is counted as.
        employee_number: Option<String>,
        /// The first name.
        first_name: Option<String>,
        /// The last name.
        last_name: Option<String>,
        /// In the employee's own words.
        bio: Option<String>,
        /// Where a picture is.
        profile_image: Option<String>,
        /// The day of birth.
        birth_date: Option<NaiveDate>,
        /// In any words.
        gender: Option<String>,
        /// The time zone, in any words.
        timezone: Option<String>,
        /// The place of work.
        location: Option<String>,
        /// The first day at work.
        join_date: Option<NaiveDate>,
        /// What the employee does there.
        company_role: Option<String>,
    }
}

record! {
    /// One employee's report to one manager.
    pub(crate) struct ReportingLine of line: crate::ReportingLine {
        /// Who reports.
        employee: EmployeeId,
        /// To whom.
        manager: EmployeeId,
        /// As what: `PRIMARY`, `SECONDARY`, `DOTTED_LINE` or any other word.
        kind: String,
        /// Since when.
        created_at: Timestamp,
        /// Who said so.
        created_by: Option<SubjectId>,
    }
}

record! {
    /// Employees that came on the list together.
    pub(crate) struct EmployeeIds {
        /// Their ids.
        ids: Vec<EmployeeId>,
    }
}

record! {
    /// Lines that were drawn together.
    pub(crate) struct ReportingLines {
        /// For each the ids of employee and manager and the kind, with slashes between.
        lines: Vec<String>,
    }
}

record! {
    /// A role that no employee is promised any more.
    pub(crate) struct ForgottenRole {
        /// What the role is called in addresses.
        role: String,
        /// How many were promised it.
        count: usize,
    }
}
