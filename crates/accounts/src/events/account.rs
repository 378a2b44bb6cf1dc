//! What events say of accounts.

use polity_kernel::{AccountId, OrganizationId, SubjectId, Timestamp, record};

use crate::AccountStatus;

record! {
    /// One person who can sign in.
    pub(crate) struct Account of account: crate::Account {
        /// Its id.
        id: AccountId,
        /// The number it has for callers whose ids are integers.
        number: i64,
        /// The address; absent while nobody has vouched for one.
        email: Option<String> = account.email.as_ref().map(ToString::to_string),
        /// Whether the person has shown that the address is theirs.
        email_verified: bool,
        /// What the person is called.
        name: Option<String> = account.profile.name.clone(),
        /// Where a picture of them is.
        picture: Option<String> = account.profile.picture.clone(),
        /// What they do, in their own words.
        role_at_organization: Option<String> = account.profile.role_at_organization.clone(),
        /// Whether every organization is open to them.
        platform_administrator: bool,
        /// Whether the account can be used.
        status: AccountStatus,
        /// When it was made.
        created_at: Timestamp,
        /// When it last changed.
        updated_at: Timestamp,
        /// Raised by each change.
        version: i64,
        /// Who made it.
        created_by: Option<SubjectId>,
        /// When it last became active or disabled.
        status_changed_at: Option<Timestamp>,
        /// Who did that.
        status_changed_by: Option<SubjectId>,
        /// When its person first showed to be there.
        proven_at: Option<Timestamp>,
        /// The organization that made it.
        made_by_organization: Option<OrganizationId>,
    }
}

record! {
    /// A wish for another address.
    pub(crate) struct AddressAsked {
        /// The address that is to be confirmed.
        email: String,
    }
}

record! {
    /// What an outside issuer knows the account's person by.
    pub(crate) struct LinkedIdentity {
        /// The issuer.
        issuer: String,
        /// The subject.
        subject: String,
    }
}
