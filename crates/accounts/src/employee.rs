//! An employee: one person on an organization's staff, with an account or without.

use polity_kernel::{
    AccountId, Code, Error, OrganizationId, Result, Stamp, SubjectId, Timestamp, id, text::canonical,
    text::printable, text::trimmed, words,
};
use validator::Validate;

use crate::{EmailAddress, EmployeeProfile};

id!(EmployeeId, "One employee of an organization.");

words! {
    /// How an employment stands.
    pub enum EmployeeStatus {
        /// It counts: only now does the account gain what the employee's groups carry.
        Active = "active",
        /// It rests.
        Inactive = "inactive",
        /// It has not begun.
        Pending = "pending",
        /// It is over, and kept on record: its account stays taken, and whoever has its e-mail address is hired by it again.
        Deleted = "deleted",
    }
}

/// One person on an organization's staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Employee {
    /// The id.
    pub id: EmployeeId,
    /// Whose employee it is.
    pub organization: OrganizationId,
    /// The full name; several employees may have it.
    pub name: String,
    /// The address at work, which no other employee of the organization has, whatever its status.
    pub email: EmailAddress,
    /// The account the person signs in with, which no other employee of the organization has.
    pub account: Option<AccountId>,
    /// The role the account was given or, without an account, is promised; kept as sent. What the account may do is the
    /// directory's to know.
    pub role: Option<String>,
    /// What sort of employee: `EMPLOYEE`, `CONTRACTOR` or any other word, compared without case.
    pub kind: String,
    /// How the employment stands.
    pub status: EmployeeStatus,
    /// What else is known.
    pub profile: Option<EmployeeProfile>,
    /// Who put the employee on the list; absent for polity itself.
    pub created_by: Option<SubjectId>,
    /// When the status last changed; absent while it is the first.
    pub status_changed_at: Option<Timestamp>,
    /// Who changed it; absent for polity itself.
    pub status_changed_by: Option<SubjectId>,
    /// When the employee came on the list.
    pub created_at: Timestamp,
    /// When the employee last changed; who reports to whom does not count.
    pub updated_at: Timestamp,
    /// Raised by each change.
    pub version: i64,
}

/// What somebody says about a new employee; [`NewEmployee::try_from`] says whether it will do.
#[derive(Clone, Debug, Default)]
pub struct EmployeeFields {
    /// The full name; 1 to 200 characters.
    pub name: String,
    /// The address at work, in any form.
    pub email: String,
    /// The account the person signs in with.
    pub account: Option<AccountId>,
    /// The role the account is to have; at most 128 characters.
    pub role: Option<String>,
    /// What sort of employee, at most 64 characters; `EMPLOYEE` when absent.
    pub kind: Option<String>,
    /// How the employment stands; active when absent.
    pub status: Option<EmployeeStatus>,
    /// What else is known.
    pub profile: Option<EmployeeProfile>,
}

/// An employee to make, every field of it acceptable.
#[derive(Clone, Debug, Validate)]
pub struct NewEmployee {
    #[validate(
        length(min = 1, max = polity_kernel::text::NAME),
        custom(function = "printable")
    )]
    name: String,
    email: EmailAddress,
    account: Option<AccountId>,
    #[validate(length(max = polity_kernel::text::WORD), custom(function = "printable"))]
    role: Option<String>,
    #[validate(length(max = polity_kernel::text::KIND), custom(function = "printable"))]
    kind: String,
    status: EmployeeStatus,
    profile: Option<EmployeeProfile>,
}

/// A change of an employee. `None` leaves a thing as it is, `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct EmployeePatch {
    /// The full name.
    pub name: Option<String>,
    /// The address at work.
    pub email: Option<String>,
    /// The account the person signs in with.
    pub account: Option<Option<AccountId>>,
    /// The role the account is to have.
    pub role: Option<Option<String>>,
    /// What sort of employee.
    pub kind: Option<String>,
    /// How the employment stands.
    pub status: Option<EmployeeStatus>,
    /// The version this change was made for; at another one it is `Conflict`.
    pub version: Option<i64>,
}

/// Which employees are wanted; all that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct EmployeeFilter {
    /// Only those who stand like this; when absent, all whose employment is not deleted.
    pub status: Option<EmployeeStatus>,
    /// Only those of this sort, compared without case.
    pub kind: Option<String>,
}

impl NewEmployee {
    /// The same employee with a role: of at most 128 printable characters, as the keys of roles are.
    #[must_use]
    pub fn with_role(self, role: impl Into<String>) -> Self {
        Self { role: Some(role.into()), ..self }
    }

    /// The address at work.
    pub(crate) fn email(&self) -> &EmailAddress {
        &self.email
    }

    /// The account the person signs in with.
    pub(crate) fn account(&self) -> Option<AccountId> {
        self.account
    }

    /// The employee as it begins.
    pub(crate) fn found(&self, id: EmployeeId, organization: OrganizationId, stamp: Stamp) -> Employee {
        Employee {
            id,
            organization,
            name: self.name.clone(),
            email: self.email.clone(),
            account: self.account,
            role: self.role.clone(),
            kind: self.kind.clone(),
            status: self.status,
            profile: self.profile.clone(),
            created_by: stamp.by,
            status_changed_at: None,
            status_changed_by: None,
            created_at: stamp.at,
            updated_at: stamp.at,
            version: 1,
        }
    }
}

impl TryFrom<EmployeeFields> for NewEmployee {
    type Error = Error;

    fn try_from(fields: EmployeeFields) -> Result<Self> {
        let email = fields.email.parse()?;
        Self::of(email, fields)
    }
}

impl NewEmployee {
    /// The employee with this address, whatever the fields say of one.
    fn of(email: EmailAddress, fields: EmployeeFields) -> Result<Self> {
        let new = Self {
            name: canonical(&fields.name),
            email,
            account: fields.account,
            role: trimmed(fields.role),
            kind: trimmed(fields.kind).unwrap_or_else(|| "EMPLOYEE".to_owned()),
            status: fields.status.unwrap_or(EmployeeStatus::Active),
            profile: fields.profile.map(|profile| profile.checked()).transpose()?,
        };
        new.validate()?;
        Ok(new)
    }
}

impl Employee {
    /// The employee as the patch makes it, with the same rules as a new one.
    pub(crate) fn patched(&self, patch: &EmployeePatch, stamp: Stamp) -> Result<Self> {
        self.revised(patch, None, stamp)
    }

    /// The employee as the patch and the profile, if one is given, make it.
    pub(crate) fn revised(
        &self,
        patch: &EmployeePatch,
        profile: Option<EmployeeProfile>,
        stamp: Stamp,
    ) -> Result<Self> {
        if patch.version.is_some_and(|version| version != self.version) {
            return Err(Error::new(Code::Conflict, "the employee has changed since it was read"));
        }
        // the present address is not judged again: it may be older than a rule
        let email = patch.email.as_ref().map_or_else(|| Ok(self.email.clone()), |email| email.parse())?;
        let fields = EmployeeFields {
            name: patch.name.clone().unwrap_or_else(|| self.name.clone()),
            email: String::new(),
            account: patch.account.unwrap_or(self.account),
            role: patch.role.clone().unwrap_or_else(|| self.role.clone()),
            kind: Some(patch.kind.clone().unwrap_or_else(|| self.kind.clone())),
            status: Some(patch.status.unwrap_or(self.status)),
            profile: None,
        };
        let new = NewEmployee::of(email, fields)?;
        let patched = Self {
            name: new.name,
            email: new.email,
            account: new.account,
            role: new.role,
            kind: new.kind,
            status: new.status,
            profile: profile.or_else(|| self.profile.clone()),
            ..self.clone()
        };
        Ok(self.stamped(patched, stamp))
    }

    /// The employee as somebody new with the same address would be, on the record there is; what nothing is said of in the profile
    /// stays known.
    pub(crate) fn hired_again(&self, new: &NewEmployee, stamp: Stamp) -> Self {
        let hired = Self {
            name: new.name.clone(),
            account: new.account,
            role: new.role.clone(),
            kind: new.kind.clone(),
            status: new.status,
            profile: new.profile.clone().or_else(|| self.profile.clone()),
            ..self.clone()
        };
        self.stamped(hired, stamp)
    }

    /// The employee with this profile.
    pub(crate) fn with_profile(&self, profile: EmployeeProfile, stamp: Stamp) -> Self {
        self.stamped(Self { profile: Some(profile), ..self.clone() }, stamp)
    }

    /// What the employee came to be, as a later version if that differs.
    fn stamped(&self, after: Self, stamp: Stamp) -> Self {
        if after == *self {
            return after;
        }
        let (changed_at, changed_by) = if after.status == self.status {
            (self.status_changed_at, self.status_changed_by)
        } else {
            (Some(stamp.at), stamp.by)
        };
        Self {
            status_changed_at: changed_at,
            status_changed_by: changed_by,
            updated_at: stamp.at,
            version: self.version + 1,
            ..after
        }
    }

    /// The account while it gains what the employee's groups carry.
    pub(crate) fn linked(&self) -> Option<AccountId> {
        self.account.filter(|_| self.status == EmployeeStatus::Active)
    }

    /// The role that is promised while there is no account.
    pub(crate) fn promised(&self) -> Option<&str> {
        self.role.as_deref().filter(|_| self.account.is_none())
    }

    /// The account and the role it is to have, where both are known.
    pub(crate) fn appointed(&self) -> Option<(AccountId, &str)> {
        Some((self.account?, self.role.as_deref()?))
    }
}
