//! An account: one person who can sign in.

use polity_kernel::text::{printable, web_address};
use polity_kernel::{
    AccountId, Code, Error, OrganizationId, Result, Stamp, SubjectId, Timestamp, facts, words,
};

use crate::EmailAddress;

words! {
    /// Whether an account can be used.
    pub enum AccountStatus {
        /// It can.
        Active = "active",
        /// Its person is refused everywhere, on the next request.
        Disabled = "disabled",
    }
}

/// One person who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// A random number of 53 bits that no other account has, for callers whose ids are integers: whatever reads JSON keeps it exact.
    pub number: i64,
    /// The address, which no other account has; absent while nobody has vouched for one.
    pub email: Option<EmailAddress>,
    /// Whether the person has shown that the address is theirs. Only then may it let them in anywhere.
    pub email_verified: bool,
    /// What the person tells of themselves.
    pub profile: AccountProfile,
    /// Whether every organization is open to them.
    pub platform_administrator: bool,
    /// Whether the account can be used.
    pub status: AccountStatus,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Raised by each change.
    pub version: i64,
    /// Who made it; absent for polity itself.
    pub created_by: Option<SubjectId>,
    /// When it last became active or disabled; absent while it stands as it was made.
    pub status_changed_at: Option<Timestamp>,
    /// Who did that; absent for polity itself.
    pub status_changed_by: Option<SubjectId>,
    /// When its person first showed to be there: by confirming the address, signing in, or making a key. Until then the account is
    /// *provisioned* (docs/decisions/0020).
    pub proven_at: Option<Timestamp>,
    /// The organization that made it; absent for the operator, and for whoever came by themselves.
    pub made_by_organization: Option<OrganizationId>,
}

/// What somebody says about a new account; [`NewAccount::try_from`] says whether it will do.
#[derive(Clone, Debug, Default)]
pub struct AccountFields {
    /// The address, in any form.
    pub email: String,
    /// Whether it is known to be the person's.
    pub email_verified: bool,
    /// What the person tells of themselves.
    pub profile: AccountProfile,
    /// Whether every organization is to be open to them.
    pub platform_administrator: bool,
}

/// An account to make, every field of it acceptable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    email: EmailAddress,
    email_verified: bool,
    profile: AccountProfile,
    platform_administrator: bool,
}

facts! {
    /// What a person tells of themselves; all of it may be absent.
    pub struct AccountProfile changed by AccountProfilePatch in crate::schema::accounts {
        /// What the person is called; at most 200 characters.
        #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
        name: String,
        /// Where a picture of them is: an http or https URL of at most 2048 characters.
        #[validate(length(max = polity_kernel::text::PICTURE), custom(function = "web_address"))]
        picture: String,
        /// What they do, in their own words; at most 128 characters.
        #[validate(length(max = polity_kernel::text::WORD), custom(function = "printable"))]
        role_at_organization: String,
    }
}

/// A change of an account. `None` leaves a thing as it is, `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct AccountPatch {
    /// Another address; unverified unless `email_verified` says otherwise. Who may say so, and when it takes effect, is
    /// [`crate::within::AddressChange`]'s to say.
    pub email: Option<EmailAddress>,
    /// Whether the address is known to be the person's.
    pub email_verified: Option<bool>,
    /// What the person tells of themselves.
    pub profile: AccountProfilePatch,
    /// Whether every organization is open to them.
    pub platform_administrator: Option<bool>,
    /// Whether the account can be used.
    pub status: Option<AccountStatus>,
    /// The version this change was made for; at another one it is `Conflict`.
    pub version: Option<i64>,
}

impl NewAccount {
    /// The address.
    pub fn email(&self) -> &EmailAddress {
        &self.email
    }

    /// The account as it begins; `maker` is the organization that makes it, if one does.
    pub(crate) fn found(&self, seed: Seed, maker: Option<OrganizationId>, stamp: Stamp) -> Account {
        Account {
            email: Some(self.email.clone()),
            email_verified: self.email_verified,
            platform_administrator: self.platform_administrator,
            made_by_organization: maker,
            ..Account::bare(seed, self.profile.clone(), stamp)
        }
    }
}

/// What tells a new account from all others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seed {
    pub(crate) id: AccountId,
    pub(crate) number: i64,
}

impl AccountProfile {
    /// What a person is called, and nothing else.
    pub fn called(name: Option<String>) -> Self {
        Self { name, ..Self::default() }
    }

    /// The name, where it will do; one that will not is no reason to turn a person away.
    fn lenient(name: Option<String>) -> Self {
        Self::called(name).checked().unwrap_or_default()
    }
}

impl TryFrom<AccountFields> for NewAccount {
    type Error = Error;

    fn try_from(fields: AccountFields) -> Result<Self> {
        Ok(Self {
            email: fields.email.parse()?,
            email_verified: fields.email_verified,
            profile: fields.profile.checked()?,
            platform_administrator: fields.platform_administrator,
        })
    }
}

impl Account {
    /// An account of somebody for whose address nobody vouches, as it begins.
    pub(crate) fn without_address(seed: Seed, name: Option<String>, stamp: Stamp) -> Self {
        Self::bare(seed, AccountProfile::lenient(name), stamp)
    }

    fn bare(seed: Seed, profile: AccountProfile, stamp: Stamp) -> Self {
        Self {
            id: seed.id,
            number: seed.number,
            email: None,
            email_verified: false,
            profile,
            platform_administrator: false,
            status: AccountStatus::Active,
            created_at: stamp.at,
            updated_at: stamp.at,
            version: 1,
            created_by: stamp.by,
            status_changed_at: None,
            status_changed_by: None,
            proven_at: None,
            made_by_organization: None,
        }
    }

    /// Whether its person has shown to be there.
    pub fn is_proven(&self) -> bool {
        self.proven_at.is_some()
    }

    /// Whether its person has shown that the address is theirs. Else the account gives way to whoever shows it (docs/decisions/0020).
    pub fn owns_address(&self) -> bool {
        self.is_proven() && self.email_verified
    }

    /// The address, where it is proven to be the account's: only then may it let anybody in anywhere.
    pub fn verified_email(&self) -> Option<&EmailAddress> {
        self.email.as_ref().filter(|_| self.email_verified)
    }

    /// Whether this is the account's address, proven or not.
    pub fn has_email(&self, email: &str) -> bool {
        self.email.as_ref().is_some_and(|own| own.as_str() == email)
    }

    /// The address as text; empty where there is none.
    pub fn email_text(&self) -> &str {
        self.email.as_ref().map_or("", EmailAddress::as_str)
    }

    /// The account as the patch makes it, with the same rules as a new one.
    pub(crate) fn patched(&self, patch: &AccountPatch, stamp: Stamp) -> Result<Self> {
        if patch.version.is_some_and(|version| version != self.version) {
            return Err(Error::new(Code::Conflict, "the account has changed since it was read"));
        }
        let email = patch.email.clone().or_else(|| self.email.clone());
        let still_verified = self.email_verified && email == self.email;
        let patched = Self {
            status: patch.status.unwrap_or(self.status),
            email_verified: email.is_some() && patch.email_verified.unwrap_or(still_verified),
            email,
            profile: self.profile.clone().patched(patch.profile.clone()).checked()?,
            platform_administrator: patch.platform_administrator.unwrap_or(self.platform_administrator),
            ..self.clone()
        };
        if patched == *self {
            return Ok(patched);
        }
        let (changed_at, changed_by) = if patched.status == self.status {
            (self.status_changed_at, self.status_changed_by)
        } else {
            (Some(stamp.at), stamp.by)
        };
        Ok(Self {
            status_changed_at: changed_at,
            status_changed_by: changed_by,
            updated_at: stamp.at,
            version: self.version + 1,
            ..patched
        })
    }

    /// The account under another name, where one is given that will do.
    pub(crate) fn renamed(&self, name: Option<String>, stamp: Stamp) -> Self {
        let profile = self.profile.clone().patched(AccountProfile::lenient(name).into());
        Self { profile, updated_at: stamp.at, version: self.version + 1, ..self.clone() }
    }

    /// Whether the two differ in what the person may do, so that nothing remembered about them holds.
    pub(crate) fn differs_in_rights(&self, other: &Self) -> bool {
        let rights = |a: &Self| (a.status, a.email.clone(), a.email_verified, a.platform_administrator);
        rights(self) != rights(other)
    }

    /// What of a change only a platform administrator may make, if anything.
    pub(crate) fn entrusted_change(&self, after: &Self) -> Option<&'static str> {
        // an address loses its proof by being changed, and gains it by nobody's own word
        let vouched = if self.email == after.email {
            self.email_verified != after.email_verified
        } else {
            after.email_verified
        };
        [
            (self.status != after.status, "status"),
            (vouched, "email_verified"),
            (self.platform_administrator != after.platform_administrator, "platform_administrator"),
        ]
        .into_iter()
        .find_map(|(differs, field)| differs.then_some(field))
    }
}
