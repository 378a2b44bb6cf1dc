//! Whom to invite, as requests say it.

use std::collections::HashMap;

use polity_directory::{InvitationFields, NewInvitation, ProjectAccess, ProjectId, ProjectLevel};
use polity_kernel::{Access, Level, Result};

use crate::areas::Polity;
use crate::routes::api::wire::{InviteBody, no_project};

/// Somebody to invite, whose projects are still numbers.
pub(in crate::routes::api) struct Invitee {
    fields: InvitationFields,
    projects: Vec<(i64, ProjectLevel)>,
}

impl From<InviteBody> for Invitee {
    fn from(body: InviteBody) -> Self {
        let fields = InvitationFields {
            email: body.target_email,
            first_name: body.first_name,
            message: body.message,
            level: body.level.unwrap_or(Level::Member),
            projects: Vec::new(),
            mail: body.send_email.unwrap_or(true),
            combine: body.combine_pending_invites.unwrap_or(false),
        };
        Self { fields, projects: body.private_project_access.unwrap_or_default() }
    }
}

impl Invitee {
    /// The one, its projects found.
    pub(in crate::routes::api) fn found(self, polity: &Polity, access: &Access) -> Result<NewInvitation> {
        let ids = ids(polity, access, std::slice::from_ref(&self))?;
        NewInvitation::try_from(self.with(&ids)?)
    }

    /// Those of a list, their projects found.
    pub(in crate::routes::api) fn all_found(
        list: Vec<Self>,
        polity: &Polity,
        access: &Access,
    ) -> Result<Vec<NewInvitation>> {
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
            None => Err(no_project(number)),
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
