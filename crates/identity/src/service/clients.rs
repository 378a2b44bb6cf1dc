//! Clients: registered, changed and removed.

use std::sync::Arc;

use polity_kernel::{
    Bounds, Code, Digest, Error, FieldKind, OrganizationId, Page, Paged, Problem, Result, ServiceAccountId,
    Tx, WriteKind, epoch,
};

use crate::credential::secret::Secret;
use crate::events::{CLIENT_DELETED, CLIENT_REGISTERED, CLIENT_SECRET_ROTATED, CLIENT_UPDATED};
use crate::owner::NO_ORGANIZATION;
use crate::permissions::{
    PROJECTS_CREDENTIALS_CREATE, PROJECTS_CREDENTIALS_DELETE, PROJECTS_CREDENTIALS_GET,
    PROJECTS_CREDENTIALS_LIST, PROJECTS_CREDENTIALS_UPDATE,
};
use crate::service::Service;
use crate::store::clients as store;
use crate::store::clients::Kept;
use crate::{AuthMethod, Client, ClientPatch, Clients, Errand, NewClient, Owner};

impl Clients for Service {
    fn register(&self, owner: &Owner, new: NewClient) -> Result<(Client, Option<Secret>)> {
        owner.require(&PROJECTS_CREDENTIALS_CREATE)?;
        let id = ServiceAccountId::new(self.ctx.ids().ordered(self.ctx.now()));
        let client = Client::registered(new, id, organization(owner), self.ctx.now())?;
        self.check_sector(&client)?;
        let secret =
            (client.auth_method != AuthMethod::PrivateKeyJwt).then(|| Secret::random(self.ctx.ids()));
        let digest = secret.as_ref().map(|secret| self.client_digest(id, secret));
        // held alone, since two at once would both find room for one more
        let client = owner.write(&self.ctx, WriteKind::Structure, move |tx, owner| {
            owner.require(&PROJECTS_CREDENTIALS_CREATE)?;
            may_wield(owner, &client)?;
            require_room(tx, owner)?;
            epoch::begin(tx, id.uuid())?;
            store::insert(tx, kept(&client, digest))?;
            tx.record(CLIENT_REGISTERED.made(owner, id, &client))?;
            Ok(client.clone())
        })?;
        Ok((client, secret))
    }

    fn client(&self, owner: &Owner, id: ServiceAccountId) -> Result<Client> {
        owner.require(&PROJECTS_CREDENTIALS_GET)?;
        self.present(owner, id)
    }

    fn clients(&self, owner: &Owner, page: Page) -> Result<Paged<Client>> {
        owner.require(&PROJECTS_CREDENTIALS_LIST)?;
        self.ctx.read(|conn| store::page(conn, owner.organization(), page))
    }

    fn update(
        &self,
        owner: &Owner,
        id: ServiceAccountId,
        version: Option<i64>,
        patch: ClientPatch,
    ) -> Result<Client> {
        owner.require(&PROJECTS_CREDENTIALS_UPDATE)?;
        let mut version = version;
        if patch.redirect_uris.is_some() || patch.sector_identifier_uri.is_some() {
            let present = self.present(owner, id)?;
            // what was checked outside the transaction must be what is written in it
            version = version.or(Some(present.version));
            self.check_sector(&present.changed(patch.clone(), self.ctx.now())?)?;
        }
        owner.write(&self.ctx, WriteKind::Grants, move |tx, owner| {
            owner.require(&PROJECTS_CREDENTIALS_UPDATE)?;
            let Kept { client, secret_digest } = held(tx, owner, id)?;
            if version.is_some_and(|version| version != client.version) {
                return Err(Error::new(Code::Conflict, "the client has changed in the meantime"));
            }
            may_wield(owner, &client)?;
            let changed = client.clone().changed(patch.clone(), tx.now())?;
            may_wield(owner, &changed)?;
            store::update(tx, Kept { client: changed.clone(), secret_digest })?;
            tx.record(CLIENT_UPDATED.changed(owner, id, &client, &changed))?;
            Ok(changed)
        })
    }

    fn rotate_secret(&self, owner: &Owner, id: ServiceAccountId) -> Result<Secret> {
        let secret = Secret::random(self.ctx.ids());
        let digest = self.client_digest(id, &secret);
        owner.write(&self.ctx, WriteKind::Content, move |tx, owner| {
            owner.require(&PROJECTS_CREDENTIALS_UPDATE)?;
            let Kept { mut client, .. } = held(tx, owner, id)?;
            may_wield(owner, &client)?;
            if client.auth_method == AuthMethod::PrivateKeyJwt {
                return Err(Error::new(Code::Conflict, "the client has keys of its own, and no secret"));
            }
            client.version += 1;
            client.updated_at = tx.now();
            store::update(tx, kept(&client, Some(digest)))?;
            tx.record(CLIENT_SECRET_ROTATED.done(owner, id))
        })?;
        Ok(secret)
    }

    fn remove(&self, owner: &Owner, id: ServiceAccountId) -> Result<()> {
        let workspaces = Arc::clone(&self.workspaces);
        owner.write(&self.ctx, WriteKind::Grants, move |tx, owner| {
            owner.require(&PROJECTS_CREDENTIALS_DELETE)?;
            let Kept { client, .. } = held(tx, owner, id)?;
            polity_directory::within::resign(tx, &*workspaces, owner.actor(), id)?;
            epoch::end(tx, id.uuid())?;
            store::delete(tx, owner.organization(), &[id])?;
            tx.record(CLIENT_DELETED.over(owner, id, &client))
        })
    }
}

impl Service {
    /// What the store knows a client's secret by.
    pub(crate) fn client_digest(&self, id: ServiceAccountId, secret: &Secret) -> Digest {
        self.seals.clients.digest(&[id.uuid().as_bytes(), secret.reveal().as_bytes()])
    }

    fn present(&self, owner: &Owner, id: ServiceAccountId) -> Result<Client> {
        let kept = self.ctx.read(|conn| store::find(conn, owner.organization(), id))?;
        Ok(kept.ok_or_else(unknown)?.client)
    }

    /// The sector's document must list the client's redirect URIs (OpenID Connect Registration §5). Our own documents do by nature.
    fn check_sector(&self, client: &Client) -> Result<()> {
        let Some(uri) = client.sector_identifier_uri.as_ref().filter(|uri| !self.is_own(uri)) else {
            return Ok(());
        };
        let refuse = |problem: Problem| Error::field("sector_identifier_uri", problem);
        let request = openidconnect::http::Request::get(uri)
            .header("accept", "application/json")
            .body(Vec::new())
            .map_err(|_| refuse(FieldKind::Malformed.told("must be an https URL")))?;
        let errand = Errand::Organization(client.organization.unwrap_or(NO_ORGANIZATION));
        let answer = self.fetch.fetch(errand, request).map_err(|error| match error.code() {
            Code::Throttled => error,
            _ => refuse(FieldKind::Unproven.told("does not answer")).because(error),
        })?;
        let listed: Vec<String> = match serde_json::from_slice(answer.body()) {
            Ok(listed) if answer.status().is_success() => listed,
            _ => {
                return Err(refuse(
                    FieldKind::Unproven.told("must answer with a JSON list of redirect URIs"),
                ));
            }
        };
        if client.redirect_uris.iter().all(|uri| listed.contains(uri)) {
            Ok(())
        } else {
            Err(refuse(FieldKind::Unproven.told("does not list all redirect URIs")))
        }
    }

    fn is_own(&self, uri: &str) -> bool {
        uri.strip_prefix(&self.settings.issuer).is_some_and(|path| path.starts_with('/'))
    }
}

/// Asks that the organization may have one more. The platform's own are not counted.
fn require_room(tx: &mut Tx<'_>, owner: &Owner) -> Result<()> {
    let (Some(organization), most) = (organization(owner), tx.bounds().clients_per_organization) else {
        return Ok(());
    };
    if most == 0 || Bounds::leave_room(most, store::count(tx, organization)?) {
        return Ok(());
    }
    let words = format!("an organization has at most {most} clients: remove one first");
    Err(Error::new(Code::LimitReached, words))
}

fn organization(owner: &Owner) -> Option<OrganizationId> {
    match owner {
        Owner::Organization(access) => Some(access.organization()),
        Owner::Actor(_) => None,
    }
}

fn kept(client: &Client, digest: Option<Digest>) -> Kept {
    Kept { client: client.clone(), secret_digest: digest.map(|digest| digest.bytes().to_vec()) }
}

/// The client, held alone until the transaction ends, its tokens to be looked at anew.
fn held(tx: &mut Tx<'_>, owner: &Owner, id: ServiceAccountId) -> Result<Kept> {
    epoch::raise(tx, id.uuid())?.ok_or_else(unknown)?;
    store::find(tx, owner.organization(), id)?.ok_or_else(unknown)
}

/// Whoever makes, changes or re-keys a client can act as it, so they must have what it has.
fn may_wield(owner: &Owner, client: &Client) -> Result<()> {
    match owner {
        Owner::Organization(access) => access.require_all(&client.permissions)?,
        Owner::Actor(_) => {}
    }
    if client.platform_permissions.is_empty() || owner.actor().is_platform_administrator() {
        return Ok(());
    }
    Err(Error::new(Code::Forbidden, "only a platform administrator deals with platform permissions"))
}

fn unknown() -> Error {
    Error::not_found("client")
}
