//! The secret keys of projects.

use std::collections::{HashMap, HashSet};

use polity_kernel::{Access, Code, Conn, Error, Event, OrganizationId, Result, Stamp, Tx, WriteKind};
use serde_json::json;

use super::rights::{self, RUN};
use super::seal::{Place, ProjectSeal};
use crate::organization::Status;
use crate::project::{ProjectId, ProjectSecret, SecretKey, SecretKeyId, SecretKeyRef};
use crate::service::Service;
use crate::store::project_keys::{self, Row};
use crate::{ProjectKeys, store};

/// The most secret keys of a project.
const MOST: usize = 20;

impl ProjectKeys for Service {
    fn add_secret_key(&self, access: &Access, project: ProjectId) -> Result<Vec<SecretKey>> {
        let (before, mut keys) = self.change_keys(access, project, |tx, access, (seal, project), keys| {
            if keys.len() >= MOST {
                return Err(Error::new(Code::Conflict, format!("a project has at most {MOST} secret keys")));
            }
            let key = make(tx, seal, access, (project, false))?;
            Ok(Some(event(access, "added", (project, key))))
        })?;
        // ids of nodes whose clocks differ are not in order of making
        keys.sort_by_key(|key| !before.contains(&key.id));
        Ok(keys)
    }

    fn secret_keys(&self, access: &Access, project: ProjectId) -> Result<Vec<SecretKey>> {
        self.ctx.read(|conn| {
            rights::allowed(conn, access, project, &RUN)?;
            of_one(conn, &self.projects, (access.organization(), project))
        })
    }

    fn withdraw_secret_key(
        &self,
        access: &Access,
        project: ProjectId,
        key: &SecretKeyRef,
    ) -> Result<Vec<SecretKey>> {
        let key = *key;
        let (_, keys) = self.change_keys(access, project, move |tx, access, (seal, project), keys| {
            let key = named(seal, keys, &key)?;
            if key.is_default {
                let why = "the default secret key cannot be taken away; make another the default first";
                return Err(Error::new(Code::Conflict, why));
            }
            project_keys::delete(tx, (access.organization(), project), key.id)?;
            Ok(Some(event(access, "withdrawn", (project, key.id))))
        })?;
        Ok(keys)
    }

    fn prefer_secret_key(
        &self,
        access: &Access,
        project: ProjectId,
        key: &SecretKeyRef,
    ) -> Result<Vec<SecretKey>> {
        let key = *key;
        let (_, keys) = self.change_keys(access, project, move |tx, access, (seal, project), keys| {
            let key = named(seal, keys, &key)?;
            if key.is_default {
                return Ok(None);
            }
            project_keys::prefer(tx, (access.organization(), project), key.id)?;
            Ok(Some(event(access, "preferred", (project, key.id))))
        })?;
        Ok(keys)
    }

    fn project_by_secret(&self, secret: &str) -> Result<Option<(OrganizationId, ProjectId)>> {
        let Ok(secret) = secret.trim().parse::<ProjectSecret>() else { return Ok(None) };
        let digest = self.projects.digest(&secret);
        let Some(row) = self.ctx.read(|conn| project_keys::found(conn, &digest))? else { return Ok(None) };
        let place = (row.organization_id, row.project_id);
        // what was found by its digest is compared, in constant time, with the secret itself
        let kept = self.projects.open(place, row.key_id, &row.secret)?;
        if self.projects.digest(&kept) != digest {
            return Ok(None);
        }
        let status = self.ctx.read(|conn| store::organizations::status(conn, place.0))?;
        Ok(Some(place).filter(|_| status == Some(Status::Active)))
    }
}

impl Service {
    /// Changes the keys of a project that the actor runs, which comes to the event, if to anything, and returns the ids of those there
    /// were and those there are then.
    fn change_keys(
        &self,
        access: &Access,
        project: ProjectId,
        change: impl Fn(&mut Tx<'_>, &Access, (&ProjectSeal, ProjectId), Vec<SecretKey>) -> Result<Option<Event>>
        + Send
        + 'static,
    ) -> Result<(HashSet<SecretKeyId>, Vec<SecretKey>)> {
        let seal = self.projects.clone();
        // held alone, since two at once could make too many, or take away what becomes the default
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            rights::allowed(tx, access, project, &RUN)?;
            let place = (access.organization(), project);
            let keys = of_one(tx, &seal, place)?;
            let before = keys.iter().map(|key| key.id).collect();
            if let Some(event) = change(tx, access, (&seal, project), keys)? {
                let now = tx.now();
                store::projects::touch(tx, place.0, project, now)?;
                tx.record(event)?;
            }
            Ok((before, of_one(tx, &seal, place)?))
        })
    }
}

/// Makes a secret key of the project, the default one or not.
pub(super) fn make(
    tx: &mut Tx<'_>,
    seal: &ProjectSeal,
    access: &Access,
    (project, is_default): (ProjectId, bool),
) -> Result<SecretKeyId> {
    let (id, secret): (SecretKeyId, ProjectSecret) = (tx.new_id(), tx.new_secret_id());
    let (organization, stamp) = (access.organization(), Stamp::of(tx, access.actor()));
    let row = Row {
        organization_id: organization,
        project_id: project,
        key_id: id,
        secret: seal.seal(tx.ids(), (organization, project), (id, &secret))?,
        is_default,
        created_by: stamp.by,
        created_at: stamp.at,
    };
    project_keys::insert(tx, &row, &seal.digest(&secret))?;
    Ok(id)
}

/// The keys of these projects, of each the default first.
pub(super) fn of(
    conn: &mut Conn,
    seal: &ProjectSeal,
    organization: OrganizationId,
    projects: &[ProjectId],
) -> Result<HashMap<ProjectId, Vec<SecretKey>>> {
    let mut of: HashMap<ProjectId, Vec<SecretKey>> = HashMap::new();
    for row in project_keys::of(conn, organization, projects)? {
        let secret = seal.open((organization, row.project_id), row.key_id, &row.secret)?;
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

fn of_one(conn: &mut Conn, seal: &ProjectSeal, (organization, project): Place) -> Result<Vec<SecretKey>> {
    Ok(of(conn, seal, organization, &[project])?.remove(&project).unwrap_or_default())
}

/// The key that is meant. A secret is compared by its keyed hash, in constant time.
fn named(seal: &ProjectSeal, keys: Vec<SecretKey>, key: &SecretKeyRef) -> Result<SecretKey> {
    let meant = |one: &SecretKey| match key {
        SecretKeyRef::Id(id) => one.id == *id,
        SecretKeyRef::Secret(secret) => seal.digest(&one.secret) == seal.digest(secret),
    };
    keys.into_iter().find(meant).ok_or_else(|| Error::not_found("secret key"))
}

/// What the log says of a key: its id and its project, nothing of the secret.
fn event(access: &Access, action: &'static str, (project, key): (ProjectId, SecretKeyId)) -> Event {
    Event::new(access, action, "secret_key", key).after(json!({ "project": project }))
}
