//! Accounts: the people who can sign in, and the account types an organization gives them.
//!
//! An account is global: one per e-mail address, whatever organizations its person belongs to. Account types and their
//! assignments belong to one organization each.
//!
//! * An e-mail address is kept in lower case with its domain in ASCII, so equal addresses are equal texts.
//! * Whatever changes what a person may do anywhere (status, address, administration) raises the account's epoch.
//! * An account type carries permissions: nobody puts in, switches on or assigns what they do not hold themselves.
//! * Whether an assignment has expired is judged when it is read; nothing runs at the moment itself.

mod account;
mod account_type;
mod assignment;
mod email;
mod period;
pub mod permissions;
mod schema;
mod service;
mod store;
pub mod within;

use polity_kernel::{Access, AccountId, Actor, Page, Paged, Result};

pub use account::{Account, AccountFields, AccountPatch, AccountStatus, NewAccount};
pub use account_type::{
    AccountType, AccountTypeFields, AccountTypeId, AccountTypePatch, Agreement, GrantedRole, NewAccountType,
    Requirements, Specifications, TypeCode, TypeStatus,
};
pub use assignment::{Assignment, AssignmentId, AssignmentStatus, Holding};
pub use email::EmailAddress;
pub use period::Period;
pub use service::Service;

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

/// The kinds of account an organization gives (contract directory, decision 15). Whoever is let in may read them.
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
/// Whether an account is a member of the organization is the directory's to know: any existing account is taken here.
pub trait Assignments: Send + Sync {
    /// Gives an account a type, or gives it again after it was disabled, deleted or expired; `Conflict` while it holds it,
    /// and for a type that is neither published nor in test.
    fn assign(&self, access: &Access, account: AccountId, code: &str) -> Result<Assignment>;

    /// Sets the status, or leaves it when none is given; `active` on one that was not starts its period anew.
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

/// Everything the area does, for whoever holds it as one object.
pub trait Accounts: People + AccountTypes + Assignments {}

impl<T: People + AccountTypes + Assignments> Accounts for T {}
