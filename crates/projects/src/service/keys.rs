//! The secret keys of projects.

use std::collections::HashSet;

use polity_directory::{ProjectId, within};
use polity_kernel::{Access, Code, Error, Event, OrganizationId, Result, Tx, WriteKind};

use crate::acts::keys::{MOST, make, named, of_one};
use crate::acts::rights;
use crate::acts::rights::RUN;
use crate::acts::seal::{ProjectRef, ProjectSeal};
use crate::events;
use crate::events::{SECRET_KEY_ADDED, SECRET_KEY_PREFERRED, SECRET_KEY_WITHDRAWN};
use crate::project::{ProjectSecret, SecretKey, SecretKeyId, SecretKeyRef};
use crate::service::Service;
use crate::store::project_keys;
use crate::{ProjectKeys, store};

impl ProjectKeys for Service {
    fn add_secret_key(&self, access: &Access, project: ProjectId) -> Result<Vec<SecretKey>> {
        let (before, mut keys) = self.change_keys(access, project, move |tx, access, seal, keys| {
            if keys.len() >= MOST {
                return Err(Error::new(Code::Conflict, format!("a project has at most {MOST} secret keys")));
            }
            let key = make(tx, seal, access, project, false)?;
            Ok(Some(SECRET_KEY_ADDED.made(access, key, events::SecretKey { project })))
        })?;
        // ids of nodes whose clocks differ are not in order of making
        keys.sort_by_key(|key| !before.contains(&key.id));
        Ok(keys)
    }

    fn secret_keys(&self, access: &Access, project: ProjectId) -> Result<Vec<SecretKey>> {
        self.ctx.read(|conn| {
            rights::allowed(conn, access, project, &RUN)?;
            of_one(conn, &self.seal, ProjectRef { organization: access.organization(), project })
        })
    }

    fn withdraw_secret_key(
        &self,
        access: &Access,
        project: ProjectId,
        key: &SecretKeyRef,
    ) -> Result<Vec<SecretKey>> {
        let key = *key;
        let (_, keys) = self.change_keys(access, project, move |tx, access, seal, keys| {
            let key = named(seal, keys, &key)?;
            if key.is_default {
                let why = "the default secret key cannot be taken away; make another the default first";
                return Err(Error::new(Code::Conflict, why));
            }
            project_keys::delete(tx, access.organization(), project, key.id)?;
            Ok(Some(SECRET_KEY_WITHDRAWN.over(access, key.id, events::SecretKey { project })))
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
        let (_, keys) = self.change_keys(access, project, move |tx, access, seal, keys| {
            let key = named(seal, keys, &key)?;
            if key.is_default {
                return Ok(None);
            }
            project_keys::prefer(tx, access.organization(), project, key.id)?;
            Ok(Some(SECRET_KEY_PREFERRED.made(access, key.id, events::SecretKey { project })))
        })?;
        Ok(keys)
    }

    fn project_by_secret(&self, secret: &str) -> Result<Option<(OrganizationId, ProjectId)>> {
        let Ok(secret) = secret.trim().parse::<ProjectSecret>() else { return Ok(None) };
        let digest = self.seal.digest(&secret);
        let Some(row) = self.ctx.read(|conn| project_keys::found(conn, &digest))? else { return Ok(None) };
        let place = ProjectRef { organization: row.organization_id, project: row.project_id };
        // what was found by its digest is compared, in constant time, with the secret itself
        let kept = self.seal.open(place, row.key_id, &row.secret)?;
        if self.seal.digest(&kept) != digest {
            return Ok(None);
        }
        let works = self.ctx.read(|conn| within::works(conn, place.organization))?;
        Ok(Some((place.organization, place.project)).filter(|_| works))
    }
}

impl Service {
    /// Changes the keys of a project that the actor runs, which comes to the event, if to anything, and returns the ids of those there
    /// were and those there are then.
    fn change_keys(
        &self,
        access: &Access,
        project: ProjectId,
        change: impl Fn(&mut Tx<'_>, &Access, &ProjectSeal, Vec<SecretKey>) -> Result<Option<Event>>
        + Send
        + 'static,
    ) -> Result<(HashSet<SecretKeyId>, Vec<SecretKey>)> {
        let seal = self.seal.clone();
        // held alone, since two at once could make too many, or take away what becomes the default
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            rights::allowed(tx, access, project, &RUN)?;
            access.require_recent()?;
            let place = ProjectRef { organization: access.organization(), project };
            let keys = of_one(tx, &seal, place)?;
            let before = keys.iter().map(|key| key.id).collect();
            if let Some(event) = change(tx, access, &seal, keys)? {
                let now = tx.now();
                store::projects::touch(tx, place.organization, project, now)?;
                tx.record(event)?;
            }
            Ok((before, of_one(tx, &seal, place)?))
        })
    }
}
