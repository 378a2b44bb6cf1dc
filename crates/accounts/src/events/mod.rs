//! The events of people, account types and employees: their types, and in the files below what each says.

mod account;
mod account_type;
mod employee;

use polity_kernel::catalogue;
use polity_kernel::event::Nothing;

pub(crate) use account::{Account, AddressAsked, LinkedIdentity};
pub(crate) use account_type::{AccountType, Assignment};
pub(crate) use employee::{Employee, EmployeeIds, ForgottenRole, ReportingLine, ReportingLines};

catalogue! {
    /// An account was made.
    pub(crate) ACCOUNT_CREATED = "account.created": Nothing => Account, rights;
    /// An account's name, address, status or the like changed.
    pub(crate) ACCOUNT_UPDATED = "account.updated": Account => Account, rights;
    /// The account's person showed to be there: by confirming the address, signing in, or making a key.
    pub(crate) ACCOUNT_PROVEN = "account.proven": Nothing => Nothing, rights;
    /// A letter was asked for by which the account is to get another address.
    pub(crate) ACCOUNT_ADDRESS_ASKED = "account.address_asked": Nothing => AddressAsked;
    /// An outside issuer's subject was linked to an account.
    pub(crate) ACCOUNT_LINKED = "account.linked": Nothing => LinkedIdentity;
    /// An outside issuer's subject was unlinked from an account.
    pub(crate) ACCOUNT_UNLINKED = "account.unlinked": LinkedIdentity => Nothing;

    /// An account type was made.
    pub(crate) ACCOUNT_TYPE_CREATED = "account_type.created": Nothing => AccountType;
    /// What an account type asks, gives or is called changed.
    pub(crate) ACCOUNT_TYPE_UPDATED = "account_type.updated": AccountType => AccountType, rights;
    /// An account type went out of use.
    pub(crate) ACCOUNT_TYPE_RETIRED = "account_type.retired": AccountType => AccountType, rights;
    /// Somebody was given an account type.
    pub(crate) ACCOUNT_TYPE_ASSIGNMENT_CREATED = "account_type_assignment.created": Nothing => Assignment, rights;
    /// How somebody holds an account type changed.
    pub(crate) ACCOUNT_TYPE_ASSIGNMENT_UPDATED = "account_type_assignment.updated": Assignment => Assignment, rights;
    /// Somebody's holding of an account type ended with their membership.
    pub(crate) ACCOUNT_TYPE_ASSIGNMENT_REMOVED = "account_type_assignment.removed": Assignment => Nothing, rights;

    /// An employee came on the list.
    pub(crate) EMPLOYEE_CREATED = "employee.created": Nothing => Employee, rights;
    /// An employee's name, account, status, profile or the like changed.
    pub(crate) EMPLOYEE_UPDATED = "employee.updated": Employee => Employee, rights;
    /// A line from an employee to a manager was drawn, or ended.
    pub(crate) EMPLOYEE_LINE_CHANGED = "employee.line_changed": Option<ReportingLine> => Option<ReportingLine>;
    /// An import put employees on the list. The id is the organization's, as with all that happens to many at once.
    pub(crate) EMPLOYEES_IMPORTED = "employees.imported": Nothing => EmployeeIds, rights;
    /// An import drew lines from employees to managers.
    pub(crate) EMPLOYEES_LINES_IMPORTED = "employees.lines_imported": Nothing => ReportingLines;
    /// A role was deleted that employees without an account were promised.
    pub(crate) EMPLOYEES_UNPROMISED = "employees.unpromised": ForgottenRole => Nothing;
}
