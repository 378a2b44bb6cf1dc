//! Whom to invite, as requests say it (contract api, facts `OrganizationInvite` and section 14).

use std::collections::HashMap;

use polity_directory::{
    DelegateFields, InvitationFields, MOST_PROJECTS, NewInvitation, ProjectAccess, ProjectId, ProjectLevel,
};
use polity_kernel::{Access, Code, Error, Level, Result};
use serde_json::Value;

use super::Fault;
use super::body::{Bodies, Body};
use crate::areas::Polity;

/// The longest address, in characters.
const ADDRESS: usize = polity_accounts::EmailAddress::MAX_LENGTH;

/// The longest first name, in characters.
const FIRST_NAME: usize = polity_directory::LONGEST_FIRST_NAME as usize;

/// The longest message, in characters.
const MESSAGE: usize = polity_directory::LONGEST_MESSAGE as usize;

/// The family's name for projects.
const PROJECTS: &str = "private_project_access";

/// Somebody to invite, whose projects are still numbers.
pub(super) struct Invitee {
    fields: InvitationFields,
    projects: Vec<(i64, ProjectLevel)>,
}

impl Invitee {
    /// The one that a request names.
    pub(super) fn read(body: &Body) -> Result<Self, Fault> {
        let fields = InvitationFields {
            email: body.required("target_email", |body, name| body.text(name, ADDRESS))?,
            first_name: body.blankable("first_name", FIRST_NAME)?,
            message: body.unless_null("message", |body, name| body.blankable(name, MESSAGE))?,
            level: body.choice("level", Level::of)?.unwrap_or(Level::Member),
            projects: Vec::new(),
            mail: body.switch("send_email")?.unwrap_or(true),
            combine: body.switch("combine_pending_invites")?.unwrap_or(false),
        };
        let items = body.unless_null(PROJECTS, Body::list)?.unwrap_or_default();
        if items.len() > MOST_PROJECTS {
            let words = format!("Ensure this field has no more than {MOST_PROJECTS} elements.");
            return Err(Fault::of_field(PROJECTS, "max_length", words));
        }
        let projects = items.iter().map(promise).collect::<Result<_, _>>()?;
        Ok(Self { fields, projects })
    }

    /// Those that a request lists.
    pub(super) fn each(bodies: &Bodies) -> Result<Vec<Self>, Fault> {
        let read = |(place, body)| Self::read(body).map_err(|fault| fault.within(place));
        bodies.0.iter().enumerate().map(read).collect()
    }

    /// The one, its projects found.
    pub(super) fn found(self, polity: &Polity, access: &Access) -> Result<NewInvitation> {
        let ids = ids(polity, access, std::slice::from_ref(&self))?;
        NewInvitation::try_from(self.with(&ids)?)
    }

    /// Those of a list, their projects found.
    pub(super) fn all_found(list: Vec<Self>, polity: &Polity, access: &Access) -> Result<Vec<NewInvitation>> {
        let ids = ids(polity, access, &list)?;
        let with = |(place, one): (usize, Self)| {
            let new = one.with(&ids).and_then(NewInvitation::try_from);
            new.map_err(|error| error.in_item(place))
        };
        list.into_iter().enumerate().map(with).collect()
    }

    fn with(self, ids: &HashMap<i64, ProjectId>) -> Result<InvitationFields> {
        let access = |(number, level)| match ids.get(&number) {
            Some(project) => Ok(ProjectAccess { project: *project, level }),
            // in the area's words for a project that is not the caller's to give
            None => Err(Error::field("projects", format!("no project of yours to give: {number}"))),
        };
        let projects = self.projects.into_iter().map(access).collect::<Result<_>>()?;
        Ok(InvitationFields { projects, ..self.fields })
    }
}

/// The projects that are meant by the numbers.
fn ids(polity: &Polity, access: &Access, list: &[Invitee]) -> Result<HashMap<i64, ProjectId>> {
    let numbers: Vec<i64> = list.iter().flat_map(|one| &one.projects).map(|(number, _)| *number).collect();
    if numbers.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(polity.projects.projects_by_number(access, &numbers)?.into_iter().collect())
}

/// `{"id": 7, "level": "member"}`.
fn promise(item: &Value) -> Result<(i64, ProjectLevel), Fault> {
    let wrong = |words: &str| Fault::of_field(PROJECTS, "invalid_input", words);
    let Value::Object(item) = item else { return Err(wrong("Each item must be an object.")) };
    let (Some(id), Some(level)) = (item.get("id"), item.get("level")) else {
        return Err(wrong("Each item must have an id and a level."));
    };
    let id = id.as_i64().ok_or_else(|| wrong("The id must be an integer."))?;
    let level = level.as_str().and_then(|word| word.parse().ok());
    Ok((id, level.ok_or_else(|| wrong("The level must be one of none, member, admin."))?))
}

/// Whom to have set the organization up.
pub(super) fn delegate(body: &Body) -> Result<NewInvitation, Fault> {
    let fields = DelegateFields {
        email: body.required("target_email", |body, name| body.text(name, ADDRESS))?,
        message: body.unless_null("message", |body, name| body.blankable(name, MESSAGE))?,
    };
    // where somebody stood who delegates is of no use here, but it is a text
    body.unless_null("step_at_delegation", |body, name| body.blankable(name, 64))?;
    NewInvitation::to_set_up(fields).map_err(refused)
}

/// The failure of an invitation in the family's words: its fields' names, and what a request may ask for that the state does not allow.
pub(super) fn refused(error: Error) -> Fault {
    match error.code() {
        Code::AlreadyMember => Fault::of_field("__all__", "invalid_input", error.message().to_owned()),
        Code::Conflict => Fault::of_field("__all__", "existing_invite", error.message().to_owned()),
        Code::Invalid => match error.fields().first() {
            Some(first) => Error::field(renamed(&first.field), first.message.clone()).into(),
            None => error.into(),
        },
        _ => error.into(),
    }
}

/// The same of one of a list, with its place before the first field at fault. Others, which nothing in the entry can mend, stay what
/// they are.
pub(super) fn refused_of_list(error: Error) -> Fault {
    let Some(place) = error.item() else { return refused(error) };
    match (error.code(), error.fields().first()) {
        (_, Some(first)) => {
            Error::field(format!("{place}.{}", renamed(&first.field)), first.message.clone()).into()
        }
        (Code::AlreadyMember, None) => {
            let message = error.message().to_owned();
            Error::field(format!("{place}.{}", renamed("email")), message).into()
        }
        (_, None) => refused(error),
    }
}

/// The family's name of an area's field.
fn renamed(field: &str) -> &str {
    match field {
        "email" => "target_email",
        "projects" => PROJECTS,
        field => field,
    }
}
