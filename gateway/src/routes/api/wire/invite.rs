//! Invitations as this family shows them.

use std::collections::HashMap;

use polity_accounts::Account;
use polity_directory::{
    DelegateFields, Invitation, InvitationId, InvitationStatus, MOST_PROJECTS, NewInvitation, ProjectId,
    ProjectLevel,
};
use polity_kernel::{AccountId, Code, Error, FieldKind, Level, Problem};
use polity_signin::{NewSignUp, SignUpFields};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::ArrayBuilder;
use utoipa::openapi::{Ref, Schema};

use super::{Moment, UserBasic};
use crate::routes::api::Fault;
use crate::routes::api::body::{
    LevelNumber, NEW_PASSWORD, Nullable, Optional, Reader, Required, RequiredIfRead, Switch, blankable,
    blankable_of, items, text,
};

/// An invitation that waits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganizationInvite {
    /// Its id, which is also what its link ends with.
    #[schema(value_type = uuid::Uuid)]
    id: InvitationId,
    /// Whom it invites.
    #[schema(format = "email")]
    target_email: String,
    /// What whoever invites calls them.
    #[schema(format = "first-name")]
    first_name: String,
    /// Whether a mail was asked for that tells of it; of one to set the organization up, whether one has left.
    emailing_attempt_made: bool,
    /// The level it gives: 1 member, 8 administrator, 15 owner.
    #[schema(value_type = i16)]
    level: Level,
    /// Whether its three days are over; it can be sent again.
    is_expired: bool,
    /// Who invited; null for a program.
    created_by: Option<UserBasic>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Moment,
    /// What whoever invites has to say.
    message: Option<String>,
    /// The projects it gives access to; null for none. Those closed since are left out.
    private_project_access: Option<Vec<ProjectPromise>>,
}

/// Access to a project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProjectPromise {
    /// The project's number.
    id: i64,
    /// `none`, `member` or `admin`.
    level: &'static str,
}

body! {
    /// Whom to invite.
    pub(crate) struct InviteBody as "OrganizationInviteBody" {
        /// The address.
        target_email: String = Required(text("email")),
        /// What they are called.
        first_name: Option<String> = Optional(blankable("first-name")),
        /// What there is to say to them.
        message: Option<String> = Nullable(blankable("message")),
        /// The level they get, at most the caller's own: 1 member, the default; 8 administrator; 15 owner.
        level: Option<Level> = Optional(LevelNumber),
        /// Whether a mail is to tell them; true when absent.
        send_email: Option<bool> = Switch,
        /// Whether what a waiting invitation of the address promises is kept where it is more; false when absent.
        combine_pending_invites: Option<bool> = Switch,
        /// Projects to give access to: `id` is a project's number, `level` one of `none`, `member`, `admin`.
        private_project_access: Option<Vec<(i64, ProjectLevel)>> = Nullable(ProjectPromises),
    }
}

/// Reads access to projects by their numbers: `[{"id": 7, "level": "member"}]`.
struct ProjectPromises;

body! {
    /// Whom to have set the organization up.
    pub(crate) struct DelegateBody as "DelegateBody" {
        /// The address.
        target_email: String = Required(text("email")),
        /// What there is to say to them.
        message: Option<String> = Nullable(blankable("message")),
        /// How far the caller had come; it is not kept.
        step_at_delegation: Option<String> = Nullable(blankable_of(64)),
    }
}

/// What a link leads to, before it is taken up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InviteCheck {
    /// The invitation.
    #[schema(value_type = uuid::Uuid)]
    id: InvitationId,
    /// Whom it invites.
    target_email: String,
    /// What whoever invites calls them.
    first_name: String,
    /// Where to.
    organization_name: String,
}

body! {
    /// How an invitation is taken up by somebody who is not signed in; whoever is, says nothing.
    pub(crate) struct SignupBody as "SignupBody" {
        /// What they are called.
        first_name: String = RequiredIfRead(text("given-word")),
        /// What they are going to sign in with.
        password: String = RequiredIfRead(NEW_PASSWORD),
        /// What they do there, in their own words.
        role_at_organization: Option<String> = Nullable(blankable("word")),
    }
}

/// Who has joined.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Joined {
    /// The person.
    #[serde(flatten)]
    user: UserBasic,
    /// The page to go on with.
    redirect_url: String,
}

impl Reader for ProjectPromises {
    type Said = Vec<(i64, ProjectLevel)>;

    fn read(&self, value: &Value) -> Result<Self::Said, Problem> {
        items(value, MOST_PROJECTS)?.iter().map(promise).collect()
    }

    fn schema(&self) -> Schema {
        let promise = Ref::from_schema_name(ProjectPromise::name());
        ArrayBuilder::new().items(promise).max_items(Some(MOST_PROJECTS)).into()
    }
}

/// One of them. What is wrong with it is wrong with the list, which is no promise then.
fn promise(item: &Value) -> Result<(i64, ProjectLevel), Problem> {
    let malformed = |words: &str| FieldKind::Malformed.told(words);
    let Value::Object(item) = item else { return Err(malformed("Each item must be an object.")) };
    let (Some(id), Some(level)) = (item.get("id"), item.get("level")) else {
        return Err(malformed("Each item must have an id and a level."));
    };
    let id = id.as_i64().ok_or_else(|| malformed("The id must be an integer."))?;
    let level = level.as_str().and_then(|word| word.parse().ok());
    Ok((id, level.ok_or_else(|| malformed("The level must be one of none, member, admin."))?))
}

impl TryFrom<DelegateBody> for NewInvitation {
    type Error = Error;

    fn try_from(body: DelegateBody) -> Result<Self, Error> {
        // where somebody stood who delegates is of no use here
        drop(body.step_at_delegation);
        Self::to_set_up(DelegateFields { email: body.target_email, message: body.message })
    }
}

impl TryFrom<SignupBody> for NewSignUp {
    type Error = Error;

    fn try_from(body: SignupBody) -> Result<Self, Error> {
        Self::try_from(SignUpFields {
            first_name: Some(body.first_name),
            password: Some(body.password),
            role_at_organization: body.role_at_organization,
        })
    }
}

/// The failure of an invitation in the family's words: its fields' names, and what a request may ask for that the state does not allow.
pub(crate) fn invite_fault(error: Error) -> Fault {
    match error.code() {
        Code::AlreadyMember => Fault::of_field("__all__", FieldKind::Taken.told(error.message())),
        Code::Conflict => {
            Fault::of_field("__all__", FieldKind::Taken.told(error.message())).worded("existing_invite")
        }
        Code::Invalid => match error.fields().first().map(|first| renamed(&first.field).to_owned()) {
            Some(field) => error.at(field).into(),
            None => error.into(),
        },
        _ => error.into(),
    }
}

/// A project that is not the caller's to give, in the area's words for it.
pub(crate) fn no_project(number: i64) -> Error {
    Error::field("projects", FieldKind::NotFound.told(format!("no project of yours to give: {number}")))
}

/// The same of one of a list, with its place before the first field at fault. Others, which nothing in the entry can mend, stay what
/// they are.
pub(crate) fn invites_fault(error: Error) -> Fault {
    let Some(place) = error.item() else { return invite_fault(error) };
    match (error.fields().first(), error.code()) {
        (Some(first), _) => {
            let field = format!("{place}.{}", renamed(&first.field));
            error.at(field).into()
        }
        (None, Code::AlreadyMember) => {
            let member = FieldKind::Taken.told(error.message());
            Error::field(format!("{place}.{}", renamed("email")), member).into()
        }
        (None, _) => invite_fault(error),
    }
}

/// The family's name of an area's field.
fn renamed(field: &str) -> &str {
    match field {
        "email" => "target_email",
        "projects" => "private_project_access",
        field => field,
    }
}

impl OrganizationInvite {
    /// The invitation, with who made it and the projects' numbers out of these.
    pub(crate) fn of(
        invitation: Invitation,
        inviters: &HashMap<AccountId, Account>,
        numbers: &HashMap<ProjectId, i64>,
    ) -> Self {
        let promises = invitation.projects.iter().filter_map(|access| {
            Some(ProjectPromise { id: *numbers.get(&access.project)?, level: access.level.as_str() })
        });
        let promises: Vec<ProjectPromise> = promises.collect();
        let inviter = invitation.invited_by.and_then(|account| inviters.get(&account));
        Self {
            id: invitation.id,
            target_email: invitation.email.to_string(),
            first_name: invitation.first_name.unwrap_or_default(),
            emailing_attempt_made: match invitation.is_delegation {
                true => invitation.mails_sent > 0,
                false => invitation.mails_asked > 0,
            },
            level: invitation.level,
            is_expired: invitation.status == InvitationStatus::Expired,
            created_by: inviter.cloned().map(UserBasic::from),
            created_at: Moment(invitation.created_at),
            updated_at: Moment(invitation.updated_at),
            message: invitation.message,
            private_project_access: (!promises.is_empty()).then_some(promises),
        }
    }
}

impl From<Invitation> for InviteCheck {
    fn from(invitation: Invitation) -> Self {
        Self {
            id: invitation.id,
            target_email: invitation.email.to_string(),
            first_name: invitation.first_name.unwrap_or_default(),
            organization_name: invitation.organization_name,
        }
    }
}

impl Joined {
    /// Whoever has joined, and where they go on.
    pub(crate) fn of(account: Account, redirect_url: String) -> Self {
        Self { user: account.into(), redirect_url }
    }
}
