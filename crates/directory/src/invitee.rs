//! Inviting one address with all that one is promised there, and what comes of taking a promise up.

use std::time::Duration;

use polity_accounts::{Account, EmailAddress};
use polity_kernel::text::{multiline, parsed_at, printable, trimmed};
use polity_kernel::{Actor, Code, Error, Level, Result};
use validator::Validate;

use crate::invitation::Invitation;
use crate::member::Member;
use crate::organization::Organization;
use crate::project_access::{ProjectAccess, merged};

/// How many addresses are invited at once at most (contract api, decision 2).
pub const MOST_INVITEES: usize = 20;

/// In how many projects one invitation promises a role at most.
pub const MOST_PROJECTS: usize = 100;

/// The same number, as lengths are checked.
const PROJECTS: u64 = MOST_PROJECTS as u64;

/// The longest message to whoever is invited, in characters.
pub const LONGEST_MESSAGE: u64 = 1_000;

/// The longest first name of whoever is invited, in characters (contract api, facts `OrganizationInvite`).
pub const LONGEST_FIRST_NAME: u64 = 30;

/// How long an invitation of one address can be taken up, from its making or its being sent again (contract api, facts `OrganizationInvite`).
pub(crate) const VALID: Duration = Duration::from_secs(3 * 86_400);

/// What somebody says about an address to invite; [`NewInvitee::try_from`] says whether it will do.
#[derive(Clone, Debug)]
pub struct InviteeFields {
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
pub struct NewInvitee {
    pub(crate) email: EmailAddress,
    #[validate(length(max = LONGEST_FIRST_NAME), custom(function = "printable"))]
    pub(crate) first_name: Option<String>,
    #[validate(
        length(max = LONGEST_MESSAGE),
        custom(function = "multiline")
    )]
    pub(crate) message: Option<String>,
    pub(crate) level: Level,
    #[validate(length(max = PROJECTS))]
    pub(crate) projects: Vec<ProjectAccess>,
    pub(crate) mail: bool,
    pub(crate) combine: bool,
}

/// What somebody says who has another set the organization up; [`NewDelegate::try_from`] says whether it will do.
#[derive(Clone, Debug, Default)]
pub struct DelegateFields {
    /// Whom, in any form.
    pub email: String,
    /// What there is to say to them; at most 1000 characters.
    pub message: Option<String>,
}

/// Somebody to set the organization up; all of it acceptable.
#[derive(Clone, Debug, Validate)]
pub struct NewDelegate {
    pub(crate) email: EmailAddress,
    #[validate(
        length(max = LONGEST_MESSAGE),
        custom(function = "multiline")
    )]
    pub(crate) message: Option<String>,
}

/// What came of taking an invitation up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenUp {
    /// Whose it was; made on the spot for one who had no account.
    pub account: Account,
    /// What they are in the organization now.
    pub member: Member,
}

/// Who takes an invitation up.
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

impl TryFrom<InviteeFields> for NewInvitee {
    type Error = Error;

    fn try_from(fields: InviteeFields) -> Result<Self> {
        let new = Self {
            email: parsed_at("email", &fields.email)?,
            first_name: trimmed(fields.first_name),
            message: trimmed(fields.message),
            level: fields.level,
            projects: merged(fields.projects),
            mail: fields.mail,
            combine: fields.combine,
        };
        new.validate()?;
        Ok(new)
    }
}

impl NewInvitee {
    /// Those of a list, in order; at most [`MOST_INVITEES`].
    ///
    /// # Errors
    /// `Invalid`, with the place of the first that will not do before its field: `3.email`.
    pub fn each(list: Vec<InviteeFields>) -> Result<Vec<Self>> {
        if list.len() > MOST_INVITEES {
            return Err(Error::new(Code::Invalid, format!("has more than {MOST_INVITEES} entries")));
        }
        let parse = |(place, fields)| Self::try_from(fields).map_err(|error| within_list(place, error));
        list.into_iter().enumerate().map(parse).collect()
    }
}

impl TryFrom<DelegateFields> for NewDelegate {
    type Error = Error;

    fn try_from(fields: DelegateFields) -> Result<Self> {
        let new = Self { email: parsed_at("email", &fields.email)?, message: trimmed(fields.message) };
        new.validate()?;
        Ok(new)
    }
}

impl From<&NewDelegate> for NewInvitee {
    /// Whoever sets the organization up runs it.
    fn from(new: &NewDelegate) -> Self {
        Self {
            email: new.email.clone(),
            first_name: None,
            message: new.message.clone(),
            level: Level::Admin,
            projects: Vec::new(),
            mail: true,
            combine: false,
        }
    }
}

/// The failure of an entry of a list, with its place before the first field at fault. Others, which nothing in the entry can mend,
/// stay what they are.
pub(crate) fn within_list(place: usize, error: Error) -> Error {
    match error.fields().first() {
        Some(first) => Error::field(format!("{place}.{}", first.field), first.message.clone()),
        None if error.code() == Code::AlreadyMember => error.at(format!("{place}.email")),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use polity_kernel::IdSource;
    use rstest::rstest;

    use super::*;
    use crate::project_access::ProjectId;
    use crate::project_access::ProjectLevel;

    fn fields() -> InviteeFields {
        InviteeFields {
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
    #[case(InviteeFields { email: "bob".into(), ..fields() }, "email")]
    #[case(InviteeFields { email: "bob@other.example\r\nBcc: eve@other.example".into(), ..fields() }, "email")]
    #[case(InviteeFields { first_name: Some("x".repeat(31)), ..fields() }, "first_name")]
    #[case(InviteeFields { first_name: Some("Bob\r\nBcc: eve@other.example".into()), ..fields() }, "first_name")]
    #[case(InviteeFields { message: Some("x".repeat(1_001)), ..fields() }, "message")]
    #[case(InviteeFields { message: Some("a\0b".into()), ..fields() }, "message")]
    fn what_will_not_do_is_named(#[case] fields: InviteeFields, #[case] field: &str) {
        let error = NewInvitee::try_from(fields.clone()).unwrap_err();
        assert_eq!(error.fields()[0].field, field);
        let error = NewInvitee::each(vec![self::fields(), fields]).unwrap_err();
        assert_eq!(error.fields()[0].field, format!("1.{field}"));
    }

    #[test]
    fn a_list_is_of_twenty_at_most() {
        assert_eq!(NewInvitee::each(vec![fields(); 20]).unwrap().len(), 20);
        assert_eq!(NewInvitee::each(Vec::new()).unwrap().len(), 0);
        assert_eq!(NewInvitee::each(vec![fields(); 21]).unwrap_err().code(), Code::Invalid);
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
