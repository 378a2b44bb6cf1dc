//! API keys: made, listed and revoked.

use std::time::Duration;

use polity_directory::Role;
use polity_directory::permissions::ORG_MEMBERS_GET;
use polity_kernel::event::Origin;
use polity_kernel::text::canonical;
use polity_kernel::{
    Access, AccountId, Code, Conn, Digest, Error, FieldKind, KeyId, Limits, OrganizationId, Page, Paged,
    Permission, Result, Subject, WriteKind, epoch,
};

use crate::api_key::{ApiKey, NewApiKey, ReachingKeys};
use crate::credential::secret::Secret;
use crate::events::{API_KEY_CREATED, API_KEY_REVOKED};
use crate::permissions::{ORG_KEYS_CREATE, ORG_KEYS_DELETE, ORG_KEYS_LIST};
use crate::refusal::Refusal;
use crate::service::Service;
use crate::{Keys, Owner, api_key, store};

/// How long ago a key may have been used to count as active.
const LATELY: Duration = Duration::from_hours(7 * 24);

impl Keys for Service {
    fn create(&self, owner: &Owner, new: NewApiKey) -> Result<(ApiKey, Secret)> {
        new.check(self.ctx.now())?;
        let secret = api_key::generate(self.ctx.ids());
        let digest = self.key_digest(&secret);
        let prefix = api_key::shown(&secret);
        let key = owner.write(&self.ctx, WriteKind::Content, move |tx, owner| {
            let (account, organization) = may_make(tx, owner, &new)?;
            let role = match (owner, &new.role) {
                (Owner::Organization(access), Some(role)) => Some(limit(tx, access, role)?.key.to_string()),
                _ => None,
            };
            let key = ApiKey {
                id: tx.new_id(),
                account,
                organization,
                name: canonical(&new.name),
                prefix: prefix.clone(),
                permissions: new.permissions.clone().map(in_order),
                level: new.level,
                role,
                expires_at: new.expires_at,
                last_used_at: None,
                created_at: tx.now(),
            };
            epoch::begin(tx, key.id.uuid())?;
            store::keys::insert(tx, &key, digest.bytes())?;
            tx.record(API_KEY_CREATED.made(owner, key.id, &key))?;
            Ok(key)
        })?;
        Ok((key, secret))
    }

    fn keys(&self, owner: &Owner, page: Page) -> Result<Paged<ApiKey>> {
        let account = holder(owner, &ORG_KEYS_LIST)?;
        let organization = owner.organization();
        self.ctx.read(|conn| store::keys::page(conn, organization, account, page))
    }

    fn keys_reaching(&self, access: &Access, account: AccountId) -> Result<ReachingKeys> {
        if access.actor().subject() != Subject::Person(account) {
            access.require(&ORG_MEMBERS_GET)?;
        }
        let (organization, now) = (access.organization(), self.ctx.now());
        let keys = self.ctx.read(|conn| store::keys::reaching(conn, organization, account, now))?;
        let since = now.before(LATELY);
        let used_lately = keys.iter().any(|key| key.last_used_at.is_some_and(|used| used >= since));
        Ok(ReachingKeys { keys, used_lately })
    }

    fn revoke_key(&self, owner: &Owner, id: KeyId) -> Result<ApiKey> {
        owner.write(&self.ctx, WriteKind::Grants, move |tx, owner| {
            let account = holder(owner, &ORG_KEYS_DELETE)?;
            let organization = owner.organization();
            let key = store::keys::find(tx, organization, account, id)?.ok_or_else(api_key::unknown)?;
            epoch::end(tx, id.uuid())?;
            store::keys::delete(tx, organization, &[id])?;
            tx.record(API_KEY_REVOKED.over(owner, id, &key))?;
            Ok(key)
        })
    }
}

impl Service {
    /// What the store knows a key by.
    pub(crate) fn key_digest(&self, secret: &Secret) -> Digest {
        self.seals.keys.digest(&[secret.reveal().as_bytes()])
    }

    /// Revokes the key with this secret; whoever can show it in full may.
    pub(crate) fn withdraw_key(&self, secret: &Secret) -> Result<()> {
        let digest = self.key_digest(secret);
        self.ctx.write_platform(move |tx| {
            let key = store::keys::by_digest(tx, digest.bytes())?.ok_or(Refusal::UnknownKey)?;
            let organization = store::keys::home(&key);
            let actor = polity_kernel::Actor::system();
            epoch::end(tx, key.id.uuid())?;
            store::keys::delete(tx, organization, &[key.id])?;
            tx.record(API_KEY_REVOKED.over(Origin::within(organization, &actor), key.id, &key))
        })
    }
}

/// The person whose keys are meant; none for an organization's, which needs the permission.
fn holder(owner: &Owner, permission: &Permission) -> Result<Option<AccountId>> {
    match owner {
        Owner::Organization(_) => owner.require(permission).map(|()| None),
        Owner::Actor(actor) => actor.person().map(Some),
    }
}

/// Whose the key would be and where it would work, if it could do no more than its maker.
fn may_make(
    conn: &mut Conn,
    owner: &Owner,
    new: &NewApiKey,
) -> Result<(Option<AccountId>, Option<OrganizationId>)> {
    let account = holder(owner, &ORG_KEYS_CREATE)?;
    match owner {
        Owner::Organization(access) => {
            if new.organization.is_some_and(|organization| organization != access.organization()) {
                return Err(Error::field(
                    "organization",
                    FieldKind::NotAllowed.told("an organization's key works nowhere else"),
                ));
            }
            match (&new.permissions, &new.role, new.level) {
                (Some(permissions), ..) => access.require_all(permissions)?,
                (None, Some(role), _) => may_give(conn, access, role)?,
                (None, None, Some(level)) => access.require_level(level)?,
                (None, None, None) if access.permissions().is_all() => {}
                (None, None, None) => return Err(too_much()),
            }
            Ok((None, Some(access.organization())))
        }
        Owner::Actor(_) if new.role.is_some() => Err(Error::field(
            "role",
            FieldKind::NotAllowed.told("only a key of an organization is limited to a role"),
        )),
        Owner::Actor(actor) => {
            if is_within(new, actor.limits()) {
                Ok((account, new.organization))
            } else {
                Err(too_much())
            }
        }
    }
}

/// Asks that the maker has all that the role gives now; what it comes to give later was its administrators' to decide.
fn may_give(conn: &mut Conn, access: &Access, role: &str) -> Result<()> {
    let role = limit(conn, access, role)?;
    if role.permissions.is_all() && !access.permissions().is_all() {
        return Err(too_much());
    }
    access.require_all(role.permissions.iter())
}

/// The role that a key is to be limited to.
fn limit(conn: &mut Conn, access: &Access, role: &str) -> Result<Role> {
    polity_directory::within::role_called(conn, access.organization(), role)?
        .ok_or_else(|| Error::field("role", FieldKind::NotFound.told("no such role")))
}

/// Whether a person's new key is narrowed at least as much as the credential it is made with.
fn is_within(new: &NewApiKey, limits: &Limits) -> bool {
    let permissions = limits.permissions.as_ref().is_none_or(|limit| {
        new.permissions.as_ref().is_some_and(|permissions| limit.lacking(permissions).is_empty())
    });
    let organization = limits.organization.is_none() || new.organization == limits.organization;
    let level = limits.level.is_none_or(|limit| new.level.is_some_and(|level| level <= limit));
    permissions && organization && level
}

fn too_much() -> Error {
    Error::new(Code::Forbidden, "a key cannot be given more than the credential it is made with has")
}

fn in_order(mut permissions: Vec<Permission>) -> Vec<Permission> {
    permissions.sort();
    permissions.dedup();
    permissions
}
