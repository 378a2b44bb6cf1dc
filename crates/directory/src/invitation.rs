//! Invitations: a promise of membership to whoever proves to own an e-mail address.

pub(crate) mod invitee;

use std::collections::HashSet;
use std::hash::Hash;

use polity_accounts::EmailAddress;
use polity_kernel::{AccountId, Error, Level, OrganizationId, Result, SubjectId, Timestamp, id, words};
use validator::Validate;

use crate::role::RoleKey;
use crate::workspaces::project_access::ProjectAccess;
use polity_kernel::text::each_parsed_at;

id!(InvitationId, "One invitation; random, since knowing it may be enough to be shown it.");

words! {
    /// What became of an invitation.
    pub enum InvitationStatus {
        /// Waits to be accepted; past its end it counts as expired.
        Pending = "pending",
        /// Its time ran out.
        Expired = "expired",
        /// Accepted.
        Claimed = "claimed",
        /// Taken back.
        Revoked = "revoked",
    }
}

/// A promise of membership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// To where.
    pub organization: OrganizationId,
    /// What that organization is called.
    pub organization_name: String,
    /// The organization's key.
    pub organization_key: String,
    /// Whoever owns this address.
    pub email: EmailAddress,
    /// The level it gives.
    pub level: Level,
    /// The roles it gives.
    pub roles: Vec<RoleKey>,
    /// What became of it, as of now.
    pub status: InvitationStatus,
    /// Who invited; a program has no account.
    pub invited_by: Option<AccountId>,
    /// The program that invited.
    pub invited_by_program: Option<SubjectId>,
    /// When.
    pub created_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
    /// What whoever invites calls the person; often nothing.
    pub first_name: Option<String>,
    /// What whoever invites has to say.
    pub message: Option<String>,
    /// The projects it gives a role in, each once, ordered by id.
    pub projects: Vec<ProjectAccess>,
    /// Whether it asks somebody to set the organization up.
    pub is_delegation: bool,
    /// How many mails were asked for that tell of it: the number of the last one, which alone is sent; 0 for none.
    pub mails_asked: i64,
    /// The number of the last mail that was handed over; 0 while none was.
    pub mails_sent: i64,
    /// When the last mail that was asked for may leave: an address is sent one a minute at most.
    pub mail_due_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What somebody says about invitations to send; [`NewInvitations::try_from`] says whether it will do.
#[derive(Clone, Debug)]
pub struct InvitationListFields {
    /// Whom; 1 to 100 addresses in any form. One named twice is invited once.
    pub emails: Vec<String>,
    /// The level they get; at most the inviter's own.
    pub level: Level,
    /// The keys of the roles they get; at most 50.
    pub roles: Vec<String>,
    /// For how many days from the start of today; less than 1 means 28, at most 365.
    pub days: i64,
}

/// Invitations to send, the same level and roles for every address; all of it acceptable.
#[derive(Clone, Debug, Validate)]
pub struct NewInvitations {
    #[validate(length(min = 1, max = Self::MOST_ADDRESSES, message = "needs 1 to 100 addresses"))]
    pub(crate) emails: Vec<EmailAddress>,
    pub(crate) level: Level,
    #[validate(length(max = Self::MOST_ROLES))]
    pub(crate) roles: Vec<RoleKey>,
    #[validate(range(max = Self::LONGEST_DAYS, message = "is more than 365"))]
    pub(crate) days: i64,
}

impl NewInvitations {
    /// The most addresses.
    pub const MOST_ADDRESSES: u64 = 100;

    /// The most roles.
    pub const MOST_ROLES: u64 = 50;

    /// The longest time, in days.
    pub const LONGEST_DAYS: i64 = 365;
}

impl TryFrom<InvitationListFields> for NewInvitations {
    type Error = Error;

    fn try_from(fields: InvitationListFields) -> Result<Self> {
        let new = Self {
            emails: once(each_parsed_at("emails", &fields.emails)?),
            level: fields.level,
            roles: once(each_parsed_at("roles", &fields.roles)?),
            days: fields.days,
        };
        new.validate()?;
        Ok(new)
    }
}

/// Each thing once, where it stood first.
fn once<T: Clone + Eq + Hash>(mut all: Vec<T>) -> Vec<T> {
    let mut seen = HashSet::with_capacity(all.len());
    all.retain(|one| seen.insert(one.clone()));
    all
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn fields() -> InvitationListFields {
        InvitationListFields {
            emails: vec!["a@b.example".into()],
            level: Level::Member,
            roles: Vec::new(),
            days: 1,
        }
    }

    #[rstest]
    #[case(InvitationListFields { emails: Vec::new(), ..fields() }, "emails")]
    #[case(InvitationListFields { emails: (0..101).map(|n| format!("a{n}@b.example")).collect(), ..fields() }, "emails")]
    #[case(InvitationListFields { emails: vec!["a@b.example".into(), "c@d.example".into(), "e".into()], ..fields() }, "emails.2")]
    #[case(InvitationListFields { roles: vec!["manager".into(), "a b".into()], ..fields() }, "roles.1")]
    #[case(InvitationListFields { roles: (0..51).map(|n| format!("r{n}")).collect(), ..fields() }, "roles")]
    #[case(InvitationListFields { days: 366, ..fields() }, "days")]
    fn what_will_not_do_is_named(#[case] fields: InvitationListFields, #[case] field: &str) {
        let error = NewInvitations::try_from(fields).unwrap_err();
        assert_eq!(error.fields().iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), [field]);
        assert!(error.message().starts_with(&format!("{field}: ")), "{error}");
    }

    #[test]
    fn each_is_kept_once_in_order() {
        let emails = ["z@b.example", "a@b.example", " Z@B.example "].map(String::from).to_vec();
        let roles = ["manager", "buyer", "manager"].map(String::from).to_vec();
        let new = NewInvitations::try_from(InvitationListFields { emails, roles, ..fields() }).unwrap();
        assert_eq!(
            new.emails.iter().map(EmailAddress::as_str).collect::<Vec<_>>(),
            ["z@b.example", "a@b.example"]
        );
        assert_eq!(new.roles.iter().map(RoleKey::as_str).collect::<Vec<_>>(), ["manager", "buyer"]);
    }
}
