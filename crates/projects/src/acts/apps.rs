//! Apps: connected, found, and their secrets.

use std::collections::BTreeMap;

use polity_directory::within::{Part, Reach, kind_key, with_home};
use polity_directory::{AppStatus, Imported, NewApp, Secrets};
use polity_kernel::text::canonical;
use polity_kernel::{
    Access, Code, Conn, Digest, Error, MasterKey, OrganizationId, Permission, Result, Seal, Timestamp, Tx,
};

use crate::app::{App, AppId, AppLookup};
use crate::events::{APP_CONNECTED, APP_UPDATED};
use crate::store;

/// What keeps the secrets of apps, and what organizations are found by.
pub(crate) fn seal(master: &MasterKey) -> Seal {
    Seal::new(master, "directory.apps")
}

/// Asks for a permission for integrations, or for the one for the whole organization that contains it.
pub(crate) fn require(access: &Access, own: &Permission, whole: &Permission) -> Result<()> {
    if access.permissions().contains(own) { Ok(()) } else { access.require(whole) }
}

/// The organizations within reach with an app of this digest.
pub(crate) fn with_app(
    conn: &mut Conn,
    reach: Reach,
    digest: &Digest,
    now: Timestamp,
    part: Part,
) -> Result<Vec<OrganizationId>> {
    match reach {
        Reach::All => store::apps::organizations(conn, digest, part),
        Reach::Of(member, home) => {
            let found = store::apps::organizations_of(conn, digest, member, now, part)?;
            let home = match home {
                Some(home) if !store::apps::found(conn, home, digest)?.is_empty() => Some(home),
                _ => None,
            };
            Ok(with_home(found, home, part))
        }
        Reach::One(only) if only > part.after && !store::apps::found(conn, only, digest)?.is_empty() => {
            Ok(vec![only])
        }
        Reach::One(_) | Reach::Nothing => Ok(Vec::new()),
    }
}

/// Connects an app. Whoever calls has asked for the permission and holds the epoch alone.
pub(crate) fn connect(tx: &mut Tx<'_>, access: &Access, seal: &Seal, new: &NewApp) -> Result<App> {
    let organization = access.organization();
    if store::apps::count(tx, organization)? >= App::MOST {
        return Err(Error::new(Code::Conflict, format!("an organization has at most {} apps", App::MOST)));
    }
    let id: AppId = tx.new_id();
    let app = App::connected(new, organization, id, tx.now(), access.actor().id());
    let sealed = sealed(tx, seal, &app, new.secrets())?;
    store::apps::insert(tx, &app, sealed.as_deref())?;
    store::apps::set_lookups(tx, organization, id, &lookups(seal, &app, new.secrets()))?;
    tx.record(APP_CONNECTED.made(access, id, &app))?;
    Ok(app)
}

/// Makes the app of this kind and external id be as given.
pub(crate) fn import(tx: &mut Tx<'_>, access: &Access, seal: &Seal, new: &NewApp) -> Result<Imported> {
    let organization = access.organization();
    let Some(before) = store::apps::named(tx, organization, &new.kind_key(), new.external_id())? else {
        connect(tx, access, seal, new)?;
        return Ok(Imported::Made);
    };
    let (now, by) = (tx.now(), access.actor().id());
    let mut after = before.as_given(new, now, by);
    let same_secrets = opened(tx, seal, organization, before.id)? == *new.secrets().exposed();
    if after == before && same_secrets {
        return Ok(Imported::Same);
    }
    if after == before {
        after = App { updated_at: now, version: before.version + 1, ..after };
    }
    let sealed = sealed(tx, seal, &after, new.secrets())?;
    store::apps::update(tx, &after, sealed.as_deref())?;
    store::apps::set_lookups(tx, organization, after.id, &lookups(seal, &after, new.secrets()))?;
    tx.record(APP_UPDATED.changed(access, after.id, &before, &after))?;
    Ok(Imported::Changed)
}

/// What an app in use is found by.
fn lookups(seal: &Seal, app: &App, secrets: &Secrets) -> Vec<Digest> {
    if app.status != AppStatus::Active {
        return Vec::new();
    }
    let mut digests = vec![of_kind(seal, &app.kind)];
    digests.extend(app.external_id.as_ref().map(|id| of_external_id(seal, &app.kind, id)));
    digests.extend(app.texts().iter().map(|(key, value)| of_value(seal, &app.kind, key, value)));
    let secrets = secrets.exposed().iter();
    digests.extend(secrets.map(|(key, secret)| of_secret(seal, &app.kind, key, secret)));
    digests
}

/// The digest of what is looked for.
pub(crate) fn sought(seal: &Seal, lookup: &AppLookup<'_>) -> Digest {
    match *lookup {
        AppLookup::Kind(kind) => of_kind(seal, kind),
        AppLookup::ExternalId { kind, id } => of_external_id(seal, kind, id.trim()),
        AppLookup::Value { kind, key, value } => of_value(seal, kind, &canonical(key), value.trim()),
        AppLookup::Secret { kind, key, secret } => of_secret(seal, kind, &canonical(key), secret),
    }
}

fn of_kind(seal: &Seal, kind: &str) -> Digest {
    seal.digest(&[b"kind", kind_key(kind).as_bytes()])
}

fn of_external_id(seal: &Seal, kind: &str, id: &str) -> Digest {
    seal.digest(&[b"external_id", kind_key(kind).as_bytes(), id.as_bytes()])
}

fn of_value(seal: &Seal, kind: &str, key: &str, value: &str) -> Digest {
    seal.digest(&[b"value", kind_key(kind).as_bytes(), key.as_bytes(), value.as_bytes()])
}

pub(crate) fn of_secret(seal: &Seal, kind: &str, key: &str, secret: &str) -> Digest {
    seal.digest(&[b"secret", kind_key(kind).as_bytes(), key.as_bytes(), secret.as_bytes()])
}

/// The secrets as the store keeps them; absent when there are none.
fn sealed(tx: &Tx<'_>, seal: &Seal, app: &App, secrets: &Secrets) -> Result<Option<Vec<u8>>> {
    if secrets.exposed().is_empty() {
        return Ok(None);
    }
    let text = serde_json::to_vec(secrets.exposed()).map_err(Error::internal)?;
    seal.seal(tx.ids(), &place(app.organization, app.id), &text).map(Some)
}

pub(crate) fn opened(
    conn: &mut Conn,
    seal: &Seal,
    organization: OrganizationId,
    id: AppId,
) -> Result<BTreeMap<String, String>> {
    match store::apps::sealed(conn, organization, id)? {
        Some(sealed) => {
            let text = seal.open(&place(organization, id), &sealed)?;
            // what is wrong with it is not told: it would tell of the secrets
            serde_json::from_slice(&text).map_err(|_| Error::internal("an app's secrets cannot be read"))
        }
        None => Ok(BTreeMap::new()),
    }
}

/// Where secrets are kept: they open nowhere else.
fn place(organization: OrganizationId, id: AppId) -> String {
    format!("apps/{organization}/{id}")
}
