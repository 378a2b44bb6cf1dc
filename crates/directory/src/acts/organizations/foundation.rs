//! Founding an organization: names, domain, owner, all in one transaction.

use crate::entitlements::MULTIPLE_ORGANIZATIONS;
use polity_accounts::{AccountFields, EmailAddress, NewAccount};
use polity_kernel::event::Origin;
use polity_kernel::{
    Access, AccountId, Actor, Bounds, Code, Error, FieldKind, Level, OrganizationId, Result, Subject, Tx,
    epoch,
};

use crate::acts::access::attribution;
use crate::acts::members;
use crate::acts::organizations::domains::claim_another;
use crate::acts::organizations::names;
use crate::acts::organizations::names::{make_alias, reserve};
use crate::acts::terms::{Entitling, Terms};
use crate::events::{MEMBER_ADDED, ORGANIZATION_CREATED};
use crate::member::{Member, MemberPatch};
use crate::organization::names::{Key, fallback_alias};
use crate::organization::parameter::Parameters;
use crate::organization::settings::Settings;
use crate::organization::{NewOrganization, Organization, Status, fallback_name};
use crate::rules::authority;
use crate::store;
use crate::workspaces::Workspaces;

/// The most organizations of an owner that are asked whether they are entitled to others beside them.
const MOST: i64 = 100;

/// Founds the organization of the actor, or of whom it names; whoever founds it for another runs it too, as an administrator. Whoever calls
/// has asked for the permission.
pub(crate) fn found(
    tx: &mut Tx<'_>,
    terms: &Terms,
    actor: &Actor,
    new: &NewOrganization,
) -> Result<Organization> {
    if new.first.is_some() {
        require_first(tx, &terms.entitling, actor)?;
    }
    let id: OrganizationId = tx.new_id();
    let owner = match &new.owner_address {
        Some(address) => Some(account_of(tx, actor, id, address)?),
        None => owner_of(tx, actor, new.owner)?,
    };
    let organization = establish(tx, terms, actor, Founding { id, new, owner })?;
    run_too(tx, terms, actor, &organization)?;
    Ok(organization)
}

/// Asks that the person owns no organization yet, or one that is entitled to others beside it. Two at once ask one after the other.
fn require_first(tx: &mut Tx<'_>, entitling: &Entitling, actor: &Actor) -> Result<()> {
    let Subject::Person(account) = actor.subject() else { return Ok(()) };
    if actor.is_platform_administrator() {
        return Ok(());
    }
    epoch::hold(tx, account.uuid())?;
    let now = tx.now();
    let owned = store::members::memberships::taken_up_by(tx, account, Level::Owner, now, MOST)?;
    if owned.is_empty() {
        return Ok(());
    }
    for organization in owned {
        if entitling(tx, organization)?.at(now).includes(MULTIPLE_ORGANIZATIONS) {
            return Ok(());
        }
    }
    let why = format!("the license does not include {}", MULTIPLE_ORGANIZATIONS);
    Err(Error::new(Code::NotEntitled, why))
}

/// Makes the founder an administrator where somebody else is the owner. Platform administrators run everything anyway.
fn run_too(tx: &mut Tx<'_>, terms: &Terms, actor: &Actor, founded: &Organization) -> Result<()> {
    let founder = actor.subject().member().filter(|founder| Some(*founder) != founded.owner);
    let Some(founder) = founder.filter(|_| !actor.is_platform_administrator()) else { return Ok(()) };
    let member = Member { level: Level::Admin, ..members::new_member(tx, actor, founded.id, founder) };
    let access = attribution(actor, founded.id).entitled((terms.entitling)(tx, founded.id)?);
    members::admit(tx, &*terms.workspaces, &access, &member, &MEMBER_ADDED)
}

/// Makes whoever has this address an owner too; nothing happens when they are one. Whoever calls holds the epoch alone.
pub(crate) fn share(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    owner: &EmailAddress,
) -> Result<()> {
    let (organization, now) = (access.organization(), tx.now());
    let account = account_of(tx, access.actor(), organization, owner)?;
    let present = store::members::find(tx, organization, account, now)?;
    if present.as_ref().is_some_and(|member| member.level == Level::Owner) {
        return Ok(());
    }
    authority::may_handle(access, Level::Owner)?;
    match present {
        Some(member) => {
            let patch = MemberPatch { level: Some(Level::Owner), expires_at: None };
            members::change(tx, workspaces, access, &member, patch)?;
        }
        None => {
            let member = Member {
                level: Level::Owner,
                ..members::new_member(tx, access.actor(), organization, account)
            };
            members::admit(tx, workspaces, access, &member, &MEMBER_ADDED)?;
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

/// An organization that is to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Founding<'n> {
    pub(crate) id: OrganizationId,
    pub(crate) new: &'n NewOrganization,
    pub(crate) owner: Option<AccountId>,
}

/// Makes the organization, with an owner if there is to be one yet.
pub(crate) fn establish(
    tx: &mut Tx<'_>,
    terms: &Terms,
    actor: &Actor,
    founding: Founding<'_>,
) -> Result<Organization> {
    let Founding { id, new, owner } = founding;
    require_room_for_another(tx, actor)?;
    epoch::begin(tx, id.uuid())?;
    reserve(tx, id, new)?;
    let key = new.key.clone().unwrap_or_else(|| Key::of(id));
    let alias = match &new.alias {
        Some(alias) => alias.clone(),
        None => make_alias(tx, id, &fallback_alias(new.domain.as_ref(), new.name.as_deref(), &key))?,
    };
    let domain = match &new.domain {
        Some(_) => {
            let (entitled, now) = ((terms.entitling)(tx, id)?, tx.now());
            claim_another(tx, &*terms.domains, Origin::within(id, actor), entitled.at(now), new)?
        }
        None => None,
    };
    let name = new.name.clone().unwrap_or_else(|| fallback_name(new.domain.as_ref(), &key));
    names::take(tx, &name, new.sole_name)?;
    let organization = Organization {
        id,
        name,
        key,
        alias,
        facts: new.facts.clone(),
        domain,
        owner,
        status: new.status.unwrap_or(Status::Active),
        created_at: tx.now(),
        updated_at: tx.now(),
        version: 1,
        has_profile: new.facts.has_profile(),
        parameters: Parameters::default(),
        created_by: actor.id(),
        settings: Settings::default(),
        status_changed_at: None,
        status_changed_by: None,
    };
    store::organizations::insert(tx, &organization)?;
    if let Some(owner) = owner {
        let member = Member { level: Level::Owner, ..members::new_member(tx, actor, id, owner) };
        store::members::insert(tx, &member)?;
    }
    tx.record(ORGANIZATION_CREATED.made(Origin::within(id, actor), id, &organization))?;
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

/// Whoever founds it owns it, a person or a service account (docs/decisions/0030); a program and a platform administrator may
/// found it for somebody.
fn owner_of(tx: &mut Tx<'_>, actor: &Actor, named: Option<AccountId>) -> Result<Option<AccountId>> {
    let own = actor.subject().member();
    let Some(named) = named.filter(|named| Some(*named) != own) else { return Ok(own) };
    if matches!(actor.subject(), Subject::Person(_)) && !actor.is_platform_administrator() {
        return Err(Error::new(Code::Forbidden, "only a platform administrator names another owner"));
    }
    known(tx, named).map(Some)
}

/// The account that is named as an owner.
pub(crate) fn known(tx: &mut Tx<'_>, owner: AccountId) -> Result<AccountId> {
    polity_accounts::within::account(tx, owner)?
        .map(|account| account.id)
        .ok_or_else(|| Error::field("owner", FieldKind::NotFound.told("no such account")))
}
