//! Apps: connecting them, and finding organizations by them.

use polity_kernel::text::canonical;
use polity_kernel::{Access, Actor, Digest, Error, Event, OrganizationId, Page, Paged, Result, WriteKind};

use crate::acts::apps::{
    connect, of_external_id, of_kind, of_secret, of_value, opened, require, told, with_app,
};
use crate::app::{App, AppId, Connection};
use crate::service::Service;
use crate::{Apps, store};
use polity_directory::NewApp;
use polity_directory::Organization;
use polity_directory::permissions::{
    ORG_DIRECTORY_GET, ORG_DIRECTORY_UPDATE, ORG_INTEGRATIONS_CREATE, ORG_INTEGRATIONS_DELETE,
    ORG_INTEGRATIONS_LIST,
};
use polity_directory::within::{Candidates, Reach, filled, may_see};

impl Apps for Service {
    fn connect(&self, access: &Access, new: NewApp) -> Result<Connection> {
        let seal = self.apps.clone();
        // held alone, since two at once could become too many
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            require(access, (&ORG_INTEGRATIONS_CREATE, &ORG_DIRECTORY_UPDATE))?;
            let app = connect(tx, access, &seal, &new)?;
            told(tx, app)
        })
    }

    fn apps(&self, access: &Access, page: Page) -> Result<Paged<App>> {
        require(access, (&ORG_INTEGRATIONS_LIST, &ORG_DIRECTORY_GET))?;
        let apps = self.ctx.read(|conn| store::apps::page(conn, access.organization(), &page))?;
        Ok(Paged::of(apps, &page, |app| app.id.uuid()))
    }

    fn disconnect(&self, access: &Access, id: AppId) -> Result<App> {
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            require(access, (&ORG_INTEGRATIONS_DELETE, &ORG_DIRECTORY_UPDATE))?;
            let organization = access.organization();
            let app = store::apps::find(tx, organization, id)?.ok_or_else(|| Error::not_found("app"))?;
            store::apps::set_lookups(tx, (organization, id), &[])?;
            store::apps::delete(tx, organization, id)?;
            tx.record(Event::new(access, "disconnected", "app", id).before(&app))?;
            Ok(app)
        })
    }

    fn by_kind(&self, actor: &Actor, kind: &str, page: Page) -> Result<Paged<Organization>> {
        self.found(actor, &of_kind(&self.apps, kind), &page, &|id| may_see(&*self.entry, actor, id))
    }

    fn by_external_id(
        &self,
        actor: &Actor,
        (kind, external_id): (&str, &str),
        page: Page,
    ) -> Result<Paged<Organization>> {
        let digest = of_external_id(&self.apps, kind, external_id.trim());
        self.found(actor, &digest, &page, &|id| may_see(&*self.entry, actor, id))
    }

    fn by_value(
        &self,
        actor: &Actor,
        (kind, key, value): (&str, &str, &str),
        page: Page,
    ) -> Result<Paged<Organization>> {
        let digest = of_value(&self.apps, kind, (&canonical(key), value.trim()));
        self.found(actor, &digest, &page, &|id| may_see(&*self.entry, actor, id))
    }

    fn by_secret(
        &self,
        actor: &Actor,
        (kind, key, secret): (&str, &str, &str),
        page: Page,
    ) -> Result<Paged<Organization>> {
        let key = canonical(key);
        let key = key.as_str();
        let digest = of_secret(&self.apps, kind, (key, secret));
        self.found(actor, &digest, &page, &|id| {
            Ok(may_see(&*self.entry, actor, id)? && self.holds(id, &digest, (kind, key))?)
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
        let candidates: Candidates<'_> = &|conn, reach, part| with_app(conn, reach, (digest, now), part);
        filled(&self.ctx, Reach::of(actor), page, candidates, keeps)
    }

    /// Whether one of the organization's apps of this digest holds the secret it stands for: what was found by the digest of a
    /// secret is compared, in constant time, with the secret itself.
    fn holds(
        &self,
        organization: OrganizationId,
        digest: &Digest,
        (kind, key): (&str, &str),
    ) -> Result<bool> {
        self.ctx.read(|conn| {
            for id in store::apps::found(conn, organization, digest)? {
                let secrets = opened(conn, &self.apps, (organization, id))?;
                let held = secrets.get(key).map(|secret| of_secret(&self.apps, kind, (key, secret)));
                if held.as_ref() == Some(digest) {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }
}
