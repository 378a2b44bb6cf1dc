//! Apps: connected, listed, mapped to projects, and organizations found by them.

use std::collections::BTreeSet;

use polity_accounts::Account;
use polity_directory::permissions::{
    ORG_DIRECTORY_GET, ORG_DIRECTORY_UPDATE, ORG_INTEGRATIONS_CREATE, ORG_INTEGRATIONS_DELETE,
    ORG_INTEGRATIONS_GET, ORG_INTEGRATIONS_LIST, ORG_INTEGRATIONS_UPDATE,
};
use polity_directory::within::{Candidates, Reach, filled, may_see};
use polity_directory::{NewApp, Organization};
use polity_kernel::text::canonical;
use polity_kernel::{
    Access, AccountId, Actor, Code, Conn, Digest, Error, OrganizationId, Page, Paged, Result, WriteKind,
};

use crate::acts::apps::{connect, of_secret, opened, require, sought, with_app};
use crate::app::{App, AppId, AppLookup, Environments};
use crate::events::{APP_DISCONNECTED, APP_UPDATED};
use crate::service::Service;
use crate::{Apps, store};

impl Apps for Service {
    fn connect(&self, access: &Access, new: NewApp) -> Result<App> {
        let seal = self.apps.clone();
        // held alone, since two at once could become too many
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            require(access, &ORG_INTEGRATIONS_CREATE, &ORG_DIRECTORY_UPDATE)?;
            connect(tx, access, &seal, &new)
        })
    }

    fn apps(&self, access: &Access, page: Page) -> Result<Paged<App>> {
        require(access, &ORG_INTEGRATIONS_LIST, &ORG_DIRECTORY_GET)?;
        let apps = self.ctx.read(|conn| store::apps::page(conn, access.organization(), &page))?;
        Ok(Paged::of(apps, &page, |app| app.id.uuid()))
    }

    fn app(&self, access: &Access, id: AppId) -> Result<App> {
        require(access, &ORG_INTEGRATIONS_GET, &ORG_DIRECTORY_GET)?;
        self.ctx.read(|conn| known(conn, access, id))
    }

    fn makers(&self, access: &Access, apps: &[App]) -> Result<Vec<Account>> {
        let here = apps.iter().filter(|app| app.organization == access.organization());
        let by: BTreeSet<AccountId> =
            here.filter_map(|app| app.created_by).map(|by| AccountId::new(by.uuid())).collect();
        let by: Vec<AccountId> = by.into_iter().collect();
        if by.is_empty() {
            return Ok(Vec::new());
        }
        self.ctx.read(|conn| polity_accounts::within::accounts(conn, &by))
    }

    fn disconnect(&self, access: &Access, id: AppId) -> Result<App> {
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            require(access, &ORG_INTEGRATIONS_DELETE, &ORG_DIRECTORY_UPDATE)?;
            let organization = access.organization();
            let app = store::apps::find(tx, organization, id)?.ok_or_else(|| Error::not_found("app"))?;
            store::apps::set_lookups(tx, organization, id, &[])?;
            store::apps::delete(tx, organization, id)?;
            tx.record(APP_DISCONNECTED.over(access, id, &app))?;
            Ok(app)
        })
    }

    fn mappable(&self, access: &Access, id: AppId) -> Result<()> {
        self.ctx.read(|conn| mappable(conn, access, id).map(drop))
    }

    fn map_environments(&self, access: &Access, id: AppId, environments: Environments) -> Result<App> {
        // held alone, since the projects must still be open when they are written down
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            let before = mappable(tx, access, id)?;
            let asked = environments.projects();
            let open = store::project_numbers::projects(tx, access.organization(), &asked)?;
            let unknown = asked.iter().find(|number| !open.iter().any(|(one, _)| one == *number));
            if let Some(number) = unknown {
                let rule = format!("the organization has no project {number}");
                return Err(Error::new(Code::Invalid, rule));
            }
            if before.environments == Some(environments) {
                return Ok(before);
            }
            let after = App {
                environments: Some(environments),
                updated_at: tx.now(),
                version: before.version + 1,
                ..before.clone()
            };
            store::apps::set_environments(tx, &after)?;
            tx.record(APP_UPDATED.changed(access, id, &before, &after))?;
            Ok(after)
        })
    }

    fn organizations_by_app(
        &self,
        actor: &Actor,
        lookup: AppLookup<'_>,
        page: Page,
    ) -> Result<Paged<Organization>> {
        let digest = sought(&self.apps, &lookup);
        self.found(actor, &digest, &page, &|id| {
            let seen = may_see(&*self.entry, actor, id)?;
            match lookup {
                AppLookup::Secret { kind, key, .. } if seen => self.holds(id, &digest, kind, &canonical(key)),
                _ => Ok(seen),
            }
        })
    }
}

impl Service {
    /// Organizations with an app of this digest, those of them that are kept.
    fn found(
        &self,
        actor: &Actor,
        digest: &Digest,
        page: &Page,
        keeps: &dyn Fn(OrganizationId) -> Result<bool>,
    ) -> Result<Paged<Organization>> {
        let now = self.ctx.now();
        let candidates: Candidates<'_> = &|conn, reach, part| with_app(conn, reach, digest, now, part);
        filled(&self.ctx, Reach::of(actor), page, candidates, keeps)
    }

    /// Whether one of the organization's apps of this digest holds the secret it stands for: what was found by the digest of a
    /// secret is compared, in constant time, with the secret itself.
    fn holds(&self, organization: OrganizationId, digest: &Digest, kind: &str, key: &str) -> Result<bool> {
        self.ctx.read(|conn| {
            for id in store::apps::found(conn, organization, digest)? {
                let secrets = opened(conn, &self.apps, organization, id)?;
                let held = secrets.get(key).map(|secret| of_secret(&self.apps, kind, key, secret));
                if held.as_ref() == Some(digest) {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }
}

/// The app, if its environments can be mapped and this caller may.
fn mappable(conn: &mut Conn, access: &Access, id: AppId) -> Result<App> {
    require(access, &ORG_INTEGRATIONS_UPDATE, &ORG_DIRECTORY_UPDATE)?;
    let app = known(conn, access, id)?;
    app.require_mappable()?;
    Ok(app)
}

fn known(conn: &mut Conn, access: &Access, id: AppId) -> Result<App> {
    store::apps::find(conn, access.organization(), id)?.ok_or_else(|| Error::not_found("integration"))
}
