//! Accounts: the people who can sign in, the account types an organization gives them, and its employees.
//!
//! An account is global: one per e-mail address, whatever organizations its person belongs to. Account types, their
//! assignments and employees belong to one organization each.
//!
//! * An e-mail address is kept in lower case with its domain in ASCII, so equal addresses are equal texts.
//! * Whatever changes what a person may do anywhere (status, address, administration) raises the account's epoch.
//! * An account type carries permissions: nobody puts in, switches on or assigns what they do not hold themselves.
//! * Whether an assignment has expired is judged when it is read; nothing runs at the moment itself.
//! * An employee's e-mail address and account are no other employee's of the organization, whatever the status.
//! * Nobody is above themselves along lines of one kind, at any depth, also under concurrent writers: whatever adds a line
//!   holds the organization's epoch alone. Lines of different kinds may form a circle.

mod account;
mod account_type;
mod acts;
mod belonging;
mod email;
mod employee;
mod employee_profile;
mod events;
pub mod jobs;
pub mod permissions;
mod reporting_lines;
mod reports;
mod rules;
mod schema;
mod service;
mod staff;
mod store;
pub mod within;

use polity_kernel::{Access, AccountId, Actor, Checkpoint, Page, Paged, Result};

pub use account::{
    Account, AccountFields, AccountPatch, AccountProfile, AccountProfilePatch, AccountStatus, NewAccount,
};
pub use account_type::assignment::{Assignment, AssignmentId, AssignmentStatus, Holding};
pub use account_type::code::TypeCode;
pub use account_type::period::Period;
pub use account_type::{
    AccountType, AccountTypeFields, AccountTypeId, AccountTypePatch, Agreement, GrantedRole, NewAccountType,
    Requirements, Specifications, TypeStatus,
};
pub use belonging::Belonging;
pub use email::EmailAddress;
pub use employee::{
    Employee, EmployeeFields, EmployeeFilter, EmployeeId, EmployeePatch, EmployeeStatus, NewEmployee,
};
pub use employee_profile::{EmployeeProfile, ProfilePatch, day};
pub use events::EVENTS;
pub use reporting_lines::{Depth, Report, ReportFilter, ReportingLine};
pub use service::Service;
pub use staff::{Appoint, Appointing, ManagerRow, OtherLines, RowOutcome, RowRefusal, StaffRow};

/// People: accounts, each seen by its own person and by platform administrators, and by nobody else.
pub trait People: Send + Sync {
    /// Makes an account; for platform administrators. An address that is taken is `Conflict`.
    fn create(&self, actor: &Actor, new: NewAccount) -> Result<Account>;

    /// One account.
    fn account(&self, actor: &Actor, id: AccountId) -> Result<Account>;

    /// The account with this address.
    fn by_email(&self, actor: &Actor, email: &EmailAddress) -> Result<Account>;

    /// Changes an account. A person changes name, picture and address (which is unverified from then on) with a
    /// credential that narrows nothing; the rest is for platform administrators.
    fn update(&self, actor: &Actor, id: AccountId, patch: AccountPatch) -> Result<Account>;
}

/// The kinds of account an organization gives. Whoever is let in may read them.
pub trait AccountTypes: Send + Sync {
    /// Makes a type; a code that is taken is `Conflict`.
    fn create_type(&self, access: &Access, new: NewAccountType) -> Result<AccountType>;

    /// The type with this code.
    fn type_by_code(&self, access: &Access, code: &str) -> Result<AccountType>;

    /// The organization's types, oldest first.
    fn types(&self, access: &Access, page: Page) -> Result<Paged<AccountType>>;

    /// Changes a type; its code stays.
    fn update_type(&self, access: &Access, code: &str, patch: AccountTypePatch) -> Result<AccountType>;

    /// Makes a type inactive: its assignments stay and give nothing. Doing it again changes nothing.
    fn retire_type(&self, access: &Access, code: &str) -> Result<AccountType>;
}

/// Who holds which account type. Whoever is let in may read it.
///
/// Only members of the organization hold one, and only while they are members: the directory says who is ([`Appointing::belonging`]).
pub trait Assignments: Send + Sync {
    /// Gives a member's account a type, or gives it again after it was disabled, deleted or expired; `Conflict` while it holds it,
    /// and for a type that is neither published nor in test; `NotAMember` for whoever is none.
    fn assign(&self, access: &Access, account: AccountId, code: &str) -> Result<Assignment>;

    /// Sets the status, or leaves it when none is given; `active` on one that was not starts its period anew, as giving it does.
    fn set_status(
        &self,
        access: &Access,
        account: AccountId,
        code: &str,
        status: Option<AssignmentStatus>,
    ) -> Result<Assignment>;

    /// Takes the type away but keeps the record, as disabled. Doing it again changes nothing.
    fn disable(&self, access: &Access, account: AccountId, code: &str) -> Result<Assignment>;

    /// What one account holds, in whatever status, oldest first.
    fn of_account(&self, access: &Access, account: AccountId) -> Result<Vec<Assignment>>;

    /// What anybody in the organization holds, oldest first.
    fn all(&self, access: &Access, page: Page) -> Result<Paged<Assignment>>;
}

/// The staff of an organization.
pub trait Employees: Send + Sync {
    /// Makes an employee; one whose employment was deleted is hired again by their address, on the same record. Else an e-mail address
    /// or account that another employee of the organization has, in whatever status, is `Conflict`; an account that does not exist is a
    /// fault of the field `account`.
    fn create(&self, access: &Access, new: NewEmployee) -> Result<Employee>;

    /// One employee.
    fn employee(&self, access: &Access, id: EmployeeId) -> Result<Employee>;

    /// The organization's employees, oldest first; those whose employment is deleted where the filter asks for them.
    fn employees(&self, access: &Access, filter: EmployeeFilter, page: Page) -> Result<Paged<Employee>>;

    /// Those of exactly this name first, oldest first, then those whose name has it in it, by name; case does not count.
    fn by_name(&self, access: &Access, name: &str, page: Page) -> Result<Paged<Employee>>;

    /// The employee that the account is linked to, in whatever status.
    fn by_account(&self, access: &Access, account: AccountId) -> Result<Employee>;

    /// Changes an employee, with the rules of [`Employees::create`].
    fn update(&self, access: &Access, id: EmployeeId, patch: EmployeePatch) -> Result<Employee>;

    /// Makes the profile be exactly this. The person whose account an active employee is linked to may do it too, with a
    /// credential that does not narrow permissions.
    fn set_profile(
        &self,
        access: &Access,
        id: EmployeeId,
        profile: EmployeeProfile,
    ) -> Result<EmployeeProfile>;

    /// Changes the profile, or makes it; for whom [`Employees::set_profile`] is.
    fn patch_profile(&self, access: &Access, id: EmployeeId, patch: ProfilePatch) -> Result<EmployeeProfile>;
}

/// Who reports to whom (docs/decisions/0012).
pub trait Reporting: Send + Sync {
    /// Whom the employee reports to, oldest line first.
    fn managers(&self, access: &Access, employee: EmployeeId) -> Result<Vec<(ReportingLine, Employee)>>;

    /// The lines up from these employees, ordered by employee, each one's oldest first. Whoever may read employees in any
    /// way may ask; unknown ids have no lines.
    fn lines_of(&self, access: &Access, employees: &[EmployeeId]) -> Result<Vec<ReportingLine>>;

    /// Makes the employee report to the manager. The same pair and kind again changes nothing; `Cycle` when the manager is
    /// below the employee along this kind, a fault of the field `manager` when they are the same.
    fn set_manager(
        &self,
        access: &Access,
        employee: EmployeeId,
        manager: EmployeeId,
        kind: &str,
    ) -> Result<ReportingLine>;

    /// Ends the line of this kind, or every line between the two; `NotFound` when there is none.
    fn remove_manager(
        &self,
        access: &Access,
        employee: EmployeeId,
        manager: EmployeeId,
        kind: Option<&str>,
    ) -> Result<()>;

    /// Who is below the manager, each once, in every status. By distance; at the same distance in the order of the managers
    /// above, then by id. A cursor that is not below the manager is a fault of the field `cursor`.
    fn reports(
        &self,
        access: &Access,
        manager: EmployeeId,
        filter: ReportFilter,
        page: Page,
    ) -> Result<Paged<Report>>;

    /// The way up, from the employee's manager to the top: along the oldest line of this kind at each step or, without a kind,
    /// along the oldest `PRIMARY` one and where there is none the oldest of all. Ends before anybody comes twice.
    fn chain(&self, access: &Access, employee: EmployeeId, kind: Option<&str>) -> Result<Vec<Employee>>;
}

/// Staff brought in by the thousand. Each call is one transaction, with the place in the source that it reaches.
pub trait Staffing: Send + Sync {
    /// Makes these employees be as given, at most 16,000; an outcome for each row, in order. A row whose number is one employee's
    /// and whose address is another's will not do, unless other rows change that.
    ///
    /// New employees are told of in one event for all; whoever changed, in one each.
    fn import_employees(
        &self,
        access: &Access,
        rows: Vec<StaffRow>,
        checkpoint: Option<Checkpoint>,
    ) -> Result<Vec<RowOutcome>>;

    /// Makes these lines be there, at most 16,000, and ends the ones they replace; an outcome for each row, in order. New ones are
    /// told of in one event for all, those that end in one each.
    fn import_managers(
        &self,
        access: &Access,
        rows: Vec<ManagerRow>,
        checkpoint: Option<Checkpoint>,
    ) -> Result<Vec<RowOutcome>>;
}

/// Everything the area does, for whoever holds it as one object.
pub trait Accounts: People + AccountTypes + Assignments + Employees + Reporting + Staffing {}

impl<T: People + AccountTypes + Assignments + Employees + Reporting + Staffing> Accounts for T {}
