//! The secret keys of a project.

use std::collections::HashMap;

use polity_directory::ProjectId;
use polity_kernel::{Access, Conn, Error, OrganizationId, Result, Stamp, Tx};

use crate::acts::seal::{ProjectRef, ProjectSeal};
use crate::project::{ProjectSecret, SecretKey, SecretKeyId, SecretKeyRef};
use crate::store::project_keys;
use crate::store::project_keys::Row;

/// The most secret keys of a project.
pub(crate) const MOST: usize = 20;

/// Makes a secret key of the project, the default one or not.
pub(crate) fn make(
    tx: &mut Tx<'_>,
    seal: &ProjectSeal,
    access: &Access,
    project: ProjectId,
    is_default: bool,
) -> Result<SecretKeyId> {
    let (id, secret): (SecretKeyId, ProjectSecret) = (tx.new_id(), tx.new_secret_id());
    let (organization, stamp) = (access.organization(), Stamp::of(tx, access.actor()));
    let row = Row {
        organization_id: organization,
        project_id: project,
        key_id: id,
        secret: seal.seal(tx.ids(), ProjectRef { organization, project }, id, &secret)?,
        is_default,
        created_by: stamp.by,
        created_at: stamp.at,
    };
    project_keys::insert(tx, &row, &seal.digest(&secret))?;
    Ok(id)
}

/// The keys of these projects, of each the default first.
pub(crate) fn of(
    conn: &mut Conn,
    seal: &ProjectSeal,
    organization: OrganizationId,
    projects: &[ProjectId],
) -> Result<HashMap<ProjectId, Vec<SecretKey>>> {
    let mut of: HashMap<ProjectId, Vec<SecretKey>> = HashMap::new();
    for row in project_keys::of(conn, organization, projects)? {
        let place = ProjectRef { organization, project: row.project_id };
        let secret = seal.open(place, row.key_id, &row.secret)?;
        of.entry(row.project_id).or_default().push(SecretKey {
            id: row.key_id,
            secret,
            is_default: row.is_default,
            created_at: row.created_at,
            created_by: row.created_by,
        });
    }
    Ok(of)
}

pub(crate) fn of_one(
    conn: &mut Conn,
    seal: &ProjectSeal,
    ProjectRef { organization, project }: ProjectRef,
) -> Result<Vec<SecretKey>> {
    Ok(of(conn, seal, organization, &[project])?.remove(&project).unwrap_or_default())
}

/// The key that is meant. A secret is compared by its keyed hash, in constant time.
pub(crate) fn named(seal: &ProjectSeal, keys: Vec<SecretKey>, key: &SecretKeyRef) -> Result<SecretKey> {
    let meant = |one: &SecretKey| match key {
        SecretKeyRef::Id(id) => one.id == *id,
        SecretKeyRef::Secret(secret) => seal.digest(&one.secret) == seal.digest(secret),
    };
    keys.into_iter().find(meant).ok_or_else(|| Error::not_found("secret key"))
}
