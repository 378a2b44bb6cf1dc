//! Founding an organization: names, domain, owner, all in one transaction.

use polity_accounts::{AccountFields, EmailAddress, NewAccount};
use polity_kernel::{
    Access, AccountId, Actor, Bounds, Code, Conn, Entitlements, Error, Event, Level, OrganizationId,
    Resource, Result, Subject, Timestamp, Tx, epoch,
};
use uuid::Uuid;

use super::{Entitling, display_names, giving, joining, members};
use crate::domain::DomainName;
use crate::member::{Member, MemberPatch};
use crate::names::{Alias, Key, fallback_alias};
use crate::organization::{NewOrganization, Organization, PrimaryDomain, Status, fallback_name, taken};
use crate::parameter::Parameters;
use crate::settings::Settings;
use crate::store;

/// How many numbered aliases are tried before a random one.
const NUMBERED: u32 = 9;

/// Founds the organization of the actor, or of whom it names; a program that founds it for somebody else runs it too. Whoever calls
/// has asked for the permission.
pub(crate) fn found(
    tx: &mut Tx<'_>,
    entitling: &Entitling,
    actor: &Actor,
    new: &NewOrganization,
) -> Result<Organization> {
    let owner = owner_of(tx, actor, new.owner)?;
    let id = tx.new_id();
    let organization = establish(tx, entitling, actor, (id, new, owner))?;
    run_too(tx, entitling, actor, organization.id, owner)?;
    Ok(organization)
}

/// Founds an organization for whoever has this address. Another who founds it runs it too, as an administrator.
pub(super) fn found_for(
    tx: &mut Tx<'_>,
    entitling: &Entitling,
    actor: &Actor,
    (new, owner): (&NewOrganization, &EmailAddress),
) -> Result<Organization> {
    let id: OrganizationId = tx.new_id();
    let owner = account_of(tx, actor, id, owner)?;
    let organization = establish(tx, entitling, actor, (id, new, Some(owner)))?;
    run_too(tx, entitling, actor, organization.id, Some(owner))?;
    Ok(organization)
}

/// Makes the founder an administrator where somebody else is the owner. Platform administrators run everything anyway.
fn run_too(
    tx: &mut Tx<'_>,
    entitling: &Entitling,
    actor: &Actor,
    organization: OrganizationId,
    owner: Option<AccountId>,
) -> Result<()> {
    let founder = actor.subject().member().filter(|founder| Some(*founder) != owner);
    let Some(founder) = founder.filter(|_| !actor.is_platform_administrator()) else { return Ok(()) };
    let member = Member { level: Level::Admin, ..joining::new_member(tx, actor, organization, founder) };
    let (entitled, now) = (entitling(tx, organization)?, tx.now());
    joining::admit(tx, entitled.at(now), actor, (&member, "added"))
}

/// Makes whoever has this address an owner too; nothing happens when they are one. Whoever calls holds the epoch alone.
pub(super) fn share(tx: &mut Tx<'_>, access: &Access, owner: &EmailAddress) -> Result<()> {
    let (organization, now) = (access.organization(), tx.now());
    let account = account_of(tx, access.actor(), organization, owner)?;
    let present = store::members::find(tx, organization, account, now)?;
    if present.as_ref().is_some_and(|member| member.level == Level::Owner) {
        return Ok(());
    }
    giving::may_handle(access, Level::Owner)?;
    match present {
        Some(member) => {
            let patch = MemberPatch { level: Some(Level::Owner), expires_at: None };
            members::change(tx, access, &member, patch)?;
        }
        None => {
            let member = Member {
                level: Level::Owner,
                ..joining::new_member(tx, access.actor(), organization, account)
            };
            joining::admit(tx, access.entitlements(now), access.actor(), (&member, "added"))?;
        }
    }
    Ok(())
}

/// The account with this address, which the organization makes when there is none.
fn account_of(
    tx: &mut Tx<'_>,
    actor: &Actor,
    organization: OrganizationId,
    email: &EmailAddress,
) -> Result<AccountId> {
    let new = NewAccount::try_from(AccountFields { email: email.to_string(), ..AccountFields::default() })?;
    Ok(polity_accounts::within::find_or_create(tx, actor, Some(organization), &new)?.0.id)
}

/// Makes the organization, with an owner if there is to be one yet.
pub(super) fn establish(
    tx: &mut Tx<'_>,
    entitling: &Entitling,
    actor: &Actor,
    (id, new, owner): (OrganizationId, &NewOrganization, Option<AccountId>),
) -> Result<Organization> {
    require_room_for_another(tx, actor)?;
    epoch::begin(tx, id.uuid())?;
    reserve(tx, id, new)?;
    let key = new.key.clone().unwrap_or_else(|| Key::of(id));
    let alias = match &new.alias {
        Some(alias) => alias.clone(),
        None => make_alias(tx, id, &fallback_alias(new.domain.as_ref(), new.name.as_deref(), &key))?,
    };
    let domain = match &new.domain {
        Some(domain) => {
            let (entitled, now) = (entitling(tx, id)?, tx.now());
            require_room_for_domain(tx, entitled.at(now), id)?;
            Some(claim(tx, id, domain, verification(actor, new.domain_verified, tx.now())?)?)
        }
        None => None,
    };
    let name = new.name.clone().unwrap_or_else(|| fallback_name(new.domain.as_ref(), &key));
    display_names::take(tx, &name, new.sole_name)?;
    let organization = Organization {
        id,
        name,
        key,
        alias,
        description: new.description.clone(),
        logo_url: new.logo_url.clone(),
        external_sales_force_id: new.external_sales_force_id.clone(),
        domain,
        owner,
        status: new.status.unwrap_or(Status::Active),
        created_at: tx.now(),
        updated_at: tx.now(),
        version: 1,
        profile: None,
        parameters: Parameters::default(),
        created_by: actor.id(),
        settings: Settings::default(),
        status_changed_at: None,
        status_changed_by: None,
    };
    store::organizations::insert(tx, &organization)?;
    if let Some(owner) = owner {
        let member = Member { level: Level::Owner, ..joining::new_member(tx, actor, id, owner) };
        store::members::insert(tx, &member)?;
    }
    let what = ("created", "organization", id.to_string());
    tx.record(Event::in_organization(id, actor, what).after(&organization))?;
    Ok(organization)
}

/// Asks that the person or service account may found one more beside those of theirs that there are. Two at once ask one after the other.
fn require_room_for_another(tx: &mut Tx<'_>, actor: &Actor) -> Result<()> {
    let (Some(account), most) = (actor.subject().member(), tx.bounds().organizations_per_founder) else {
        return Ok(());
    };
    if most == 0 || actor.is_platform_administrator() {
        return Ok(());
    }
    epoch::hold(tx, account.uuid())?;
    if Bounds::leave_room(most, store::organizations::count_by(tx, account)?) {
        return Ok(());
    }
    let words = format!("a person founds at most {most} organizations: delete one of yours first");
    Err(Error::new(Code::LimitReached, words))
}

/// Whoever founds it owns it, a person or a service account (decision 30); a program and a platform administrator may found it for
/// somebody.
fn owner_of(tx: &mut Tx<'_>, actor: &Actor, named: Option<AccountId>) -> Result<Option<AccountId>> {
    let own = actor.subject().member();
    let Some(named) = named.filter(|named| Some(*named) != own) else { return Ok(own) };
    if matches!(actor.subject(), Subject::Person(_)) && !actor.is_platform_administrator() {
        return Err(Error::new(Code::Forbidden, "only a platform administrator names another owner"));
    }
    known(tx, named).map(Some)
}

/// The account that is named as an owner.
pub(super) fn known(tx: &mut Tx<'_>, owner: AccountId) -> Result<AccountId> {
    polity_accounts::within::account(tx, owner)?
        .map(|account| account.id)
        .ok_or_else(|| Error::field("owner", "no such account"))
}

/// Takes the id and the chosen names, in order of the words: two who want the same names crosswise would otherwise wait for
/// each other.
fn reserve(tx: &mut Tx<'_>, id: OrganizationId, new: &NewOrganization) -> Result<()> {
    if new.alias.as_ref().is_some_and(Alias::is_reserved) {
        return Err(taken("alias"));
    }
    let mut wanted = vec![(id.to_string(), "id")];
    wanted.extend(new.key.as_ref().map(|key| (key.as_str().to_lowercase(), "key")));
    wanted.extend(new.alias.as_ref().map(|alias| (alias.as_str().to_owned(), "alias")));
    wanted.sort_unstable();
    for (word, what) in wanted {
        if !store::names::reserve(tx, &word, id)? {
            return Err(taken(what));
        }
    }
    Ok(())
}

/// Takes this alias and no other.
pub(super) fn reserve_alias(tx: &mut Tx<'_>, id: OrganizationId, alias: &Alias) -> Result<Alias> {
    if alias.is_reserved() || !store::names::reserve(tx, alias.as_str(), id)? {
        return Err(taken("alias"));
    }
    Ok(alias.clone())
}

/// Takes the first free alias of `wanted`, `wanted-2`, `wanted-3` …
fn make_alias(tx: &mut Tx<'_>, id: OrganizationId, wanted: &Alias) -> Result<Alias> {
    for number in 1..=NUMBERED {
        let alias = if number == 1 { wanted.clone() } else { wanted.numbered(number) };
        if !alias.is_reserved() && store::names::reserve(tx, alias.as_str(), id)? {
            return Ok(alias);
        }
    }
    let random: Uuid = tx.new_secret_id();
    reserve_alias(tx, id, &wanted.numbered(random.as_fields().0))
}

/// Asks that the organization may have one more domain.
pub(super) fn require_room_for_domain(
    conn: &mut Conn,
    entitlements: &Entitlements,
    id: OrganizationId,
) -> Result<()> {
    entitlements.require_room(Resource::Domains, || store::domains::count(conn, id))
}

/// Claims a domain as the primary one, which another may claim too as long as neither has proven it.
pub(super) fn claim(
    tx: &mut Tx<'_>,
    id: OrganizationId,
    domain: &DomainName,
    verified_at: Option<Timestamp>,
) -> Result<PrimaryDomain> {
    if store::domains::owner(tx, domain.as_str())?.is_some_and(|owner| owner != id) {
        return Err(taken("domain"));
    }
    store::domains::insert_primary(tx, id, domain)?;
    if verified_at.is_some() {
        prove(tx, id, domain, verified_at)?;
    }
    Ok(PrimaryDomain { name: domain.clone(), verified: verified_at.is_some() })
}

/// Writes down that the primary domain is proven, and since when, or is not any more.
///
/// # Errors
/// `Conflict` when another organization has proven it.
pub(super) fn prove(
    tx: &mut Tx<'_>,
    id: OrganizationId,
    domain: &DomainName,
    verified_at: Option<Timestamp>,
) -> Result<()> {
    if verified_at.is_none() {
        store::domains::release(tx, domain, id)?;
    } else if !store::domains::reserve(tx, domain, id)? {
        return Err(taken("domain"));
    }
    store::domains::set_verified(tx, id, verified_at)
}

/// A platform administrator's own word verifies a domain (contract directory, decision 6).
pub(super) fn verification(actor: &Actor, word: Option<bool>, now: Timestamp) -> Result<Option<Timestamp>> {
    match word {
        None | Some(false) => Ok(None),
        Some(true) if actor.is_platform_administrator() => Ok(Some(now)),
        Some(true) => {
            Err(Error::new(Code::Forbidden, "only a platform administrator's word verifies a domain"))
        }
    }
}
