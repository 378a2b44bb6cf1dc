//! Inviting one address with all that one is promised there, and what comes of taking a promise up.

use std::time::Duration;

use polity_accounts::{Account, EmailAddress};
use polity_kernel::text::{multiline, parsed_at, printable, trimmed};
use polity_kernel::{Actor, Error, Level, Result, Timestamp};
use validator::Validate;

use crate::invitation::{Invitation, InvitationId, NewInvitations};
use crate::member::Member;
use crate::organization::Organization;
use crate::organization::names::OrganizationRef;
use crate::role::RoleKey;
use crate::workspaces::project_access::{ProjectAccess, merged};

/// How many addresses are invited at once by a family that says nothing else.
pub const MOST_INVITEES: usize = 20;

/// In how many projects one invitation promises a role at most.
pub const MOST_PROJECTS: usize = 100;

/// The same number, as lengths are checked.
const PROJECTS: u64 = MOST_PROJECTS as u64;

/// The longest message to whoever is invited, in characters.
pub const LONGEST_MESSAGE: u64 = 1_000;

/// The longest first name of whoever is invited, in characters.
pub const LONGEST_FIRST_NAME: u64 = 30;

/// How long an invitation of one address can be taken up, from its making or its being sent again.
pub(crate) const VALID: Duration = Duration::from_secs(3 * 86_400);

/// How many days invitations last that name no time.
const DEFAULT_DAYS: u64 = 28;

/// What somebody says about an address to invite; [`NewInvitation::try_from`] says whether it will do.
#[derive(Clone, Debug)]
pub struct InvitationFields {
    /// Whom, in any form.
    pub email: String,
    /// What the person is called; at most 30 characters.
    pub first_name: Option<String>,
    /// What there is to say to them; at most 1000 characters, so that nobody mails much of their own through an organization.
    pub message: Option<String>,
    /// The level they get; at most the inviter's own.
    pub level: Level,
    /// The projects they get a role in; at most [`MOST_PROJECTS`]. Of one named twice the higher counts.
    pub projects: Vec<ProjectAccess>,
    /// Whether a mail is to tell them.
    pub mail: bool,
    /// Whether what their live invitations promise is kept where it is more, instead of replaced.
    pub combine: bool,
}

/// An address to invite; all of it acceptable.
#[derive(Clone, Debug, Validate)]
pub struct NewInvitation {
    pub(crate) email: EmailAddress,
    #[validate(length(max = LONGEST_FIRST_NAME), custom(function = "printable"))]
    pub(crate) first_name: Option<String>,
    #[validate(
        length(max = LONGEST_MESSAGE),
        custom(function = "multiline")
    )]
    pub(crate) message: Option<String>,
    pub(crate) level: Level,
    pub(crate) roles: Vec<RoleKey>,
    #[validate(length(max = PROJECTS))]
    pub(crate) projects: Vec<ProjectAccess>,
    pub(crate) validity: Validity,
    pub(crate) mail: bool,
    pub(crate) combine: bool,
    pub(crate) is_delegation: bool,
    pub(crate) by: Inviters,
}

/// How long an invitation can be taken up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Validity {
    /// Three days from now.
    Short,
    /// Days from the start of today; less than 1 means 28.
    Days(i64),
}

/// Who may send an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inviters {
    /// Every member whom the organization's settings let: so that nobody floods others through it, as many as may wait and be mailed.
    Members,
    /// Whoever has `org.directory.members.create`; as many as they like.
    Administrators,
}

impl Validity {
    /// When an invitation made now ends; one of so many days at a midnight, so that all of a day's end together.
    pub(crate) fn end(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Short => now.after(VALID),
            Self::Days(days) => {
                let days = u64::try_from(days).ok().filter(|days| *days >= 1).unwrap_or(DEFAULT_DAYS);
                now.start_of_day().after(Duration::from_secs(days * 86_400))
            }
        }
    }
}

/// What somebody says who has another set the organization up; [`NewInvitation::to_set_up`] says whether it will do.
#[derive(Clone, Debug, Default)]
pub struct DelegateFields {
    /// Whom, in any form.
    pub email: String,
    /// What there is to say to them; at most 1000 characters.
    pub message: Option<String>,
}

/// What came of taking an invitation up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Whose it was; made on the spot for one who had no account.
    pub account: Account,
    /// What they are in the organization now.
    pub member: Member,
}

/// Which invitation is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvitationRef {
    /// The one with this id, by its link. Whoever is a member already has no use for it.
    Id(InvitationId),
    /// The live one of the person's address to this organization; one who is a member already gains what it gives.
    To(OrganizationRef),
}

/// Which invitations of an organization are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationFilter {
    /// All, whatever became of them, ordered by id. Needs `org.directory.members.create`.
    All,
    /// Those that wait, expired ones too, the newest first. Needs `org.members.list`.
    Waiting,
}

/// Who accepts an invitation.
#[derive(Clone, Debug)]
pub enum Taker {
    /// A person who is signed in.
    Person(Actor),
    /// Somebody without an account, by what they are called and what they do in their own words.
    Stranger {
        /// What they are called.
        first_name: String,
        /// What they do; at most 128 characters.
        role_at_organization: Option<String>,
    },
}

/// What a link of an invitation leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// The invitation, which can be taken up now.
    pub invitation: Invitation,
    /// Who invites; absent for a program.
    pub inviter: Option<Account>,
    /// Whether the invited address has an account, which must then be signed in to.
    pub has_account: bool,
}

/// What a mail that tells of a new member is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinedMail {
    /// Where.
    pub organization: Organization,
    /// Who is told; runs the organization, at an address that is theirs.
    pub to: Account,
    /// Who is new.
    pub joined: Account,
    /// What they are there.
    pub member: Member,
}

/// What a mail that tells of an invitation which is over is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverMail {
    /// The invitation.
    pub invitation: Invitation,
    /// Who is told; runs the organization, at an address that is theirs.
    pub to: Account,
}

/// What a mail that tells of an invitation is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationMail {
    /// The invitation.
    pub invitation: Invitation,
    /// Who invites; absent for a program.
    pub inviter: Option<Account>,
    /// Which of the invitation's mails this is, from 1; a mail of the same invitation and number is the same mail.
    pub number: i64,
}

impl TryFrom<InvitationFields> for NewInvitation {
    type Error = Error;

    fn try_from(fields: InvitationFields) -> Result<Self> {
        let new = Self {
            email: parsed_at("email", &fields.email)?,
            first_name: trimmed(fields.first_name),
            message: trimmed(fields.message),
            level: fields.level,
            roles: Vec::new(),
            projects: merged(fields.projects),
            validity: Validity::Short,
            mail: fields.mail,
            combine: fields.combine,
            is_delegation: false,
            by: Inviters::Members,
        };
        new.validate()?;
        Ok(new)
    }
}

impl NewInvitation {
    /// Somebody to set the organization up, who runs it from then on and is told by mail.
    ///
    /// # Errors
    /// `Invalid` on the field that will not do.
    pub fn to_set_up(fields: DelegateFields) -> Result<Self> {
        let new = Self::try_from(InvitationFields {
            email: fields.email,
            first_name: None,
            message: fields.message,
            level: Level::Admin,
            projects: Vec::new(),
            mail: true,
            combine: false,
        })?;
        Ok(Self { is_delegation: true, ..new })
    }

    /// Each address of a list, with what all of them are promised.
    pub fn each(list: &NewInvitations) -> Vec<Self> {
        let one = |email: &EmailAddress| Self {
            email: email.clone(),
            first_name: None,
            message: None,
            level: list.level,
            roles: list.roles.clone(),
            projects: Vec::new(),
            validity: Validity::Days(list.days),
            mail: false,
            combine: false,
            is_delegation: false,
            by: Inviters::Administrators,
        };
        list.emails.iter().map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use polity_kernel::IdSource;
    use rstest::rstest;

    use super::*;
    use crate::workspaces::project_access::ProjectId;
    use crate::workspaces::project_access::ProjectLevel;

    fn fields() -> InvitationFields {
        InvitationFields {
            email: " Bob@Other.Example ".into(),
            first_name: Some(" Bob ".into()),
            message: Some("Come in.\nBring Zoe.".into()),
            level: Level::Member,
            projects: Vec::new(),
            mail: true,
            combine: false,
        }
    }

    #[rstest]
    #[case(InvitationFields { email: "bob".into(), ..fields() }, "email")]
    #[case(InvitationFields { email: "bob@other.example\r\nBcc: eve@other.example".into(), ..fields() }, "email")]
    #[case(InvitationFields { first_name: Some("x".repeat(31)), ..fields() }, "first_name")]
    #[case(InvitationFields { first_name: Some("Bob\r\nBcc: eve@other.example".into()), ..fields() }, "first_name")]
    #[case(InvitationFields { message: Some("x".repeat(1_001)), ..fields() }, "message")]
    #[case(InvitationFields { message: Some("a\0b".into()), ..fields() }, "message")]
    fn what_will_not_do_is_named(#[case] fields: InvitationFields, #[case] field: &str) {
        let error = NewInvitation::try_from(fields).unwrap_err();
        assert_eq!(error.fields()[0].field, field);
    }

    #[test]
    fn of_a_project_named_twice_the_higher_level_counts() {
        let ids = IdSource::random();
        let (one, other) = (ProjectId::new(ids.secret()), ProjectId::new(ids.secret()));
        let access = |project, level| ProjectAccess { project, level };
        let all = merged(vec![
            access(one, ProjectLevel::Member),
            access(other, ProjectLevel::None),
            access(one, ProjectLevel::Admin),
            access(one, ProjectLevel::None),
        ]);
        assert_eq!(all.len(), 2);
        assert!(
            all.contains(&access(one, ProjectLevel::Admin))
                && all.contains(&access(other, ProjectLevel::None))
        );
    }
}
