//! Apps with who connected them, and which projects serve their environments.

use polity_accounts::within;
use polity_kernel::{Access, AccountId, Code, Conn, Error, Event, Page, Result, WriteKind};

use crate::acts::apps::{MOST, maker, require, told};
use crate::app::{App, AppId, Connection, Environments};
use crate::service::Service;
use crate::{Connections, store};
use polity_directory::permissions::{
    ORG_DIRECTORY_GET, ORG_DIRECTORY_UPDATE, ORG_INTEGRATIONS_GET, ORG_INTEGRATIONS_LIST,
    ORG_INTEGRATIONS_UPDATE,
};

impl Connections for Service {
    fn connections(&self, access: &Access) -> Result<Vec<Connection>> {
        require(access, (&ORG_INTEGRATIONS_LIST, &ORG_DIRECTORY_GET))?;
        self.ctx.read(|conn| {
            let apps = store::apps::page(conn, access.organization(), &Page::first(MOST))?;
            all_told(conn, apps)
        })
    }

    fn connection(&self, access: &Access, id: AppId) -> Result<Connection> {
        require(access, (&ORG_INTEGRATIONS_GET, &ORG_DIRECTORY_GET))?;
        self.ctx.read(|conn| {
            let app = known(conn, access, id)?;
            told(conn, app)
        })
    }

    fn mappable(&self, access: &Access, id: AppId) -> Result<()> {
        self.ctx.read(|conn| mappable(conn, access, id).map(drop))
    }

    fn map_environments(&self, access: &Access, id: AppId, environments: Environments) -> Result<Connection> {
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
                return told(tx, before);
            }
            let after = App {
                environments: Some(environments),
                updated_at: tx.now(),
                version: before.version + 1,
                ..before.clone()
            };
            store::apps::set_environments(tx, &after)?;
            tx.record(Event::new(access, "updated", "app", id).before(&before).after(&after))?;
            told(tx, after)
        })
    }
}

/// The app, if its environments can be mapped and this caller may.
fn mappable(conn: &mut Conn, access: &Access, id: AppId) -> Result<App> {
    require(access, (&ORG_INTEGRATIONS_UPDATE, &ORG_DIRECTORY_UPDATE))?;
    let app = known(conn, access, id)?;
    app.require_mappable()?;
    Ok(app)
}

fn known(conn: &mut Conn, access: &Access, id: AppId) -> Result<App> {
    store::apps::find(conn, access.organization(), id)?.ok_or_else(|| Error::not_found("integration"))
}

/// The apps with who connected them.
fn all_told(conn: &mut Conn, apps: Vec<App>) -> Result<Vec<Connection>> {
    let mut by: Vec<AccountId> = apps.iter().filter_map(maker).collect();
    by.sort_unstable();
    by.dedup();
    let accounts = within::accounts(conn, &by)?;
    let told = |app: App| {
        let by = accounts.iter().find(|account| Some(account.id) == maker(&app)).cloned();
        Connection { app, by }
    };
    Ok(apps.into_iter().map(told).collect())
}
