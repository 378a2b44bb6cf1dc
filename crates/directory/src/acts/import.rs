//! Importing one organization: everything an import says, in one transaction.

use std::collections::{BTreeMap, HashMap, HashSet};

use polity_groups::{GroupId, MembershipFields, NewMembership};
use polity_kernel::{
    Access, AccountId, Actor, Code, Ctx, Error, FieldKind, Level, OrganizationId, PermissionSet, Result,
    Standing, Tx, epoch,
};

use crate::acts::organizations::foundation::{self, Founding};
use crate::acts::roles::assigned;
use crate::acts::terms::{Entitling, Means};
use crate::acts::{members, organizations, roles};
use crate::events::MEMBER_ADDED;
use crate::import::{ImportChanges, ImportedGroup, ImportedMember, ImportedOrganization, ImportedPerson};
use crate::member::{Member, MemberPatch};
use crate::organization::names::NameTaken;
use crate::organization::settings::SettingsPatch;
use crate::organization::{NewOrganization, Organization, OrganizationPatch, Status};
use crate::role::RoleKey;
use crate::role::assignment::Assignee;
use crate::workspaces::{Imported, Workspaces};
use crate::{role::built_in, store};

/// Brings the organization to what the import says.
pub(crate) fn import(
    ctx: &Ctx,
    means: Means,
    actor: &Actor,
    imported: ImportedOrganization,
) -> Result<ImportChanges> {
    if !actor.is_platform_administrator() {
        return Err(Error::new(Code::Forbidden, "only a platform administrator imports"));
    }
    let actor = actor.clone();
    ctx.write_platform(move |tx| {
        let workspaces = &*means.terms.workspaces;
        let mut changes = ImportChanges::default();
        let (id, rests) = organization(tx, &means, &actor, &imported.organization, &mut changes)?;
        let access = vouched(tx, &means.terms.entitling, &actor, id)?;
        make_roles(tx, &access, &imported, &mut changes)?;
        import_apps(tx, workspaces, &access, &imported, &mut changes)?;
        let accounts = people(tx, workspaces, &access, &imported, &mut changes)?;
        let current: HashSet<&str> =
            imported.groups.iter().filter_map(|listed| listed.group.external_id()).collect();
        let mut groups = HashMap::new();
        for listed in &imported.groups {
            let group = group(tx, &access, listed, &current, &mut changes)
                .map_err(|error| placed(error, &listed.place))?;
            groups.insert(listed.group.external_id().unwrap_or_default(), group);
            let filling = Filling { group, listed, accounts: &accounts, groups: &groups };
            fill(tx, &access, filling, &mut changes)?;
        }
        // what stays suspended stays as it is; an import that only repeats it is no change
        if rests && changes != ImportChanges::default() {
            return Err(members::inactive());
        }
        Ok(changes)
    })
}

/// The organization of this key, made or brought up to date, its epoch held alone; and whether it was suspended and stays so.
fn organization(
    tx: &mut Tx<'_>,
    means: &Means,
    actor: &Actor,
    wanted: &NewOrganization,
    changes: &mut ImportChanges,
) -> Result<(OrganizationId, bool)> {
    let key = wanted.key.as_ref().ok_or_else(|| Error::field("key", FieldKind::Required))?;
    let Some(id) = store::names::owner(tx, &key.as_str().to_lowercase())? else {
        // whoever imports does not come to own what they import
        let owner = wanted.owner.map(|owner| foundation::known(tx, owner)).transpose()?;
        let id = tx.new_id();
        let founding = Founding { id, new: wanted, owner };
        let made = foundation::establish(tx, &means.terms, actor, founding)?;
        changes.organizations_created += 1;
        epoch::raise(tx, made.id.uuid())?;
        return Ok((made.id, false));
    };
    epoch::raise(tx, id.uuid())?.ok_or_else(|| Error::not_found("organization"))?;
    let now = tx.now();
    let before = store::organizations::existing(tx, id, now)?;
    if !before.key.as_str().eq_ignore_ascii_case(key.as_str()) {
        // the word is another organization's id or alias
        return Err(NameTaken::Key.into());
    }
    if !before.works() && wanted.status.is_none() {
        return Err(members::inactive());
    }
    if differs(&before, wanted) {
        let access = vouched(tx, &means.terms.entitling, actor, id)?;
        organizations::apply(tx, &access, means, &before, &patch(wanted))?;
        changes.organizations_changed += 1;
    }
    Ok((id, !before.works() && wanted.status != Some(Status::Active)))
}

/// Access to everything, which the actor's administration of the platform stands for.
fn vouched(
    tx: &mut Tx<'_>,
    entitling: &Entitling,
    actor: &Actor,
    organization: OrganizationId,
) -> Result<Access> {
    let standing = Standing { level: None, permissions: PermissionSet::all(), active: true };
    Ok(Access::granted(organization, actor.clone(), standing).entitled(entitling(tx, organization)?))
}

/// An import that is silent on something leaves it as it is.
fn patch(wanted: &NewOrganization) -> OrganizationPatch {
    OrganizationPatch {
        alias: wanted.alias.as_ref().map(|alias| alias.as_str().to_owned()),
        name: wanted.name.clone().map(Some),
        facts: wanted.facts.clone().into(),
        domain: wanted.domain.as_ref().map(|domain| Some(domain.to_string())),
        domain_verified: wanted.domain_verified,
        status: wanted.status,
        owner_email: None,
        sole_name: false,
        longest_name: None,
        parameters: None,
        settings: SettingsPatch::default(),
    }
}

fn differs(before: &Organization, wanted: &NewOrganization) -> bool {
    fn other<T: PartialEq>(wanted: Option<&T>, present: Option<&T>) -> bool {
        wanted.is_some() && wanted != present
    }
    let domain = before.domain.as_ref();
    other(wanted.alias.as_ref(), Some(&before.alias))
        || other(wanted.name.as_ref(), Some(&before.name))
        || before.facts.clone().patched(wanted.facts.clone().into()) != before.facts
        || other(wanted.status.as_ref(), Some(&before.status))
        || other(wanted.domain.as_ref(), domain.map(|domain| &domain.name))
        || wanted.domain_verified.is_some_and(|word| domain.is_some_and(|domain| domain.verified != word))
}

fn make_roles(
    tx: &mut Tx<'_>,
    access: &Access,
    imported: &ImportedOrganization,
    changes: &mut ImportChanges,
) -> Result<()> {
    for new in &imported.roles {
        let present = match new.key() {
            Some(key) => store::roles::find(tx, access.organization(), key)?,
            None => None,
        };
        match present {
            Some(before) => {
                let after = before.remade(new);
                changes.roles_changed += u64::from(roles::change(tx, access, &before, &after)?);
            }
            None => {
                let role = roles::made(tx, access, new)?;
                roles::create(tx, access, &role)
                    .map_err(|error| about(error, &format!("role {}", role.key)))?;
                changes.roles_created += 1;
            }
        }
    }
    Ok(())
}

fn import_apps(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    imported: &ImportedOrganization,
    changes: &mut ImportChanges,
) -> Result<()> {
    for new in &imported.apps {
        let outcome = workspaces
            .import_app(tx, access, new)
            .map_err(|error| about(error, &format!("app {}", new.kind_key())))?;
        changes.apps_created += u64::from(outcome == Imported::Made);
        changes.apps_changed += u64::from(outcome == Imported::Changed);
    }
    Ok(())
}

/// Accounts and members of everybody on the import, by address.
fn people<'r>(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    imported: &'r ImportedOrganization,
    changes: &mut ImportChanges,
) -> Result<HashMap<&'r str, AccountId>> {
    let (organization, now) = (access.organization(), tx.now());
    let owned = store::members::first_owner(tx, organization, now)?.is_some();
    let mut accounts = HashMap::with_capacity(imported.people.len());
    // in order of the addresses: two imports of the same people would otherwise wait for each other
    let mut people: Vec<&ImportedPerson> = imported.people.iter().collect();
    people.sort_by_key(|person| person.account.email());
    for person in people {
        let (account, made) =
            polity_accounts::within::find_or_create(tx, access.actor(), None, &person.account)
                .map_err(|error| placed(error, &person.place))?;
        changes.accounts_created += u64::from(made);
        accounts.insert(person.account.email().as_str(), account.id);
    }
    for person in &imported.people {
        let Some(account) = accounts.get(person.account.email().as_str()) else { continue };
        // ownership that was settled here is not overturned from outside
        let level = if owned { person.level.min(Level::Admin) } else { person.level };
        let outcome =
            member(tx, workspaces, access, *account, level).map_err(|error| placed(error, &person.place))?;
        changes.members_created += u64::from(outcome == Imported::Made);
        changes.members_changed += u64::from(outcome == Imported::Changed);
    }
    Ok(accounts)
}

fn member(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    account: AccountId,
    level: Level,
) -> Result<Imported> {
    let (organization, now) = (access.organization(), tx.now());
    match store::members::find(tx, organization, account, now)? {
        Some(present) if present.level >= level => Ok(Imported::Same),
        Some(present) => {
            let patch = MemberPatch { level: Some(level), expires_at: None };
            members::change(tx, workspaces, access, &present, patch)?;
            Ok(Imported::Changed)
        }
        None => {
            let member = Member { level, ..members::new_member(tx, access.actor(), organization, account) };
            members::admit(tx, workspaces, access, &member, &MEMBER_ADDED)?;
            Ok(Imported::Made)
        }
    }
}

/// The group of this external id, made, renamed or brought up to date. `current` are the ids that listed groups have now.
fn group(
    tx: &mut Tx<'_>,
    access: &Access,
    listed: &ImportedGroup,
    current: &HashSet<&str>,
    changes: &mut ImportChanges,
) -> Result<GroupId> {
    let organization = access.organization();
    let external_id =
        listed.group.external_id().ok_or_else(|| Error::field("external_id", FieldKind::Required))?;
    let known = polity_groups::within::by_external_id(tx, organization, external_id)?;
    if known.is_none() {
        // a former id that another group goes by now is that one's
        for former in listed.formerly.iter().filter(|former| !current.contains(former.as_str())) {
            if let Some(renamed) = polity_groups::within::by_external_id(tx, organization, former)? {
                let patch = polity_groups::GroupPatch {
                    external_id: Some(Some(external_id.to_owned())),
                    ..polity_groups::GroupPatch::default()
                };
                polity_groups::within::update(tx, access, renamed.id, &patch)?;
                break;
            }
        }
    }
    let present = polity_groups::within::by_external_id(tx, organization, external_id)?.is_some();
    let (group, changed) = polity_groups::within::upsert_by_external_id(tx, access, &listed.group)?;
    changes.groups_created += u64::from(!present);
    changes.groups_changed += u64::from(present && (changed || known.is_none()));
    Ok(group.id)
}

/// A group to be filled, and what the import names so far.
#[derive(Clone, Copy)]
struct Filling<'f> {
    group: GroupId,
    listed: &'f ImportedGroup,
    /// By address.
    accounts: &'f HashMap<&'f str, AccountId>,
    /// By external id.
    groups: &'f HashMap<&'f str, GroupId>,
}

/// Puts the group into its parent, its members into it, and its roles on it.
fn fill(tx: &mut Tx<'_>, access: &Access, filling: Filling<'_>, changes: &mut ImportChanges) -> Result<()> {
    let Filling { group, listed, accounts, groups } = filling;
    if let Some(parent) = &listed.parent {
        let parent = groups.get(parent.as_str()).ok_or_else(|| {
            placed(
                Error::field(
                    "parent",
                    FieldKind::NotFound.told(format!("{parent} is not listed before this group")),
                ),
                &listed.place,
            )
        })?;
        membership(polity_groups::Member::Group(group), "MEMBER")
            .and_then(|new| place(tx, access, *parent, &new, changes))
            .map_err(|error| placed(error, &listed.place))?;
    }
    // of a member named twice the last counts, as it would on its own
    let mut places: BTreeMap<AccountId, &ImportedMember> = BTreeMap::new();
    for member in &listed.members {
        places.insert(known(accounts, member)?, member);
    }
    for (account, member) in places {
        membership(polity_groups::Member::Account(account), &member.kind)
            .and_then(|new| place(tx, access, group, &new, changes))
            .map_err(|error| placed(error, &member.place))?;
    }
    for key in &listed.roles {
        let given = carry(tx, access, group, key).map_err(|error| placed(error, &listed.place))?;
        changes.roles_granted += u64::from(given);
    }
    Ok(())
}

/// Has the group carry the role, and says whether it did not before.
fn carry(tx: &mut Tx<'_>, access: &Access, group: GroupId, key: &RoleKey) -> Result<bool> {
    let role = roles::existing(tx, access.organization(), key)?;
    if built_in::level_of_role(key) == Some(Level::Owner) {
        return Err(Error::field(
            "roles",
            FieldKind::NotAllowed.told("ownership belongs to people, not to groups"),
        ));
    }
    Ok(assigned::put(tx, access, Assignee::Group(group), &role.key, None)?.1)
}

fn membership(member: polity_groups::Member, kind: &str) -> Result<NewMembership> {
    NewMembership::try_from(MembershipFields { member, kind: Some(kind.to_owned()), expires_at: None })
}

fn place(
    tx: &mut Tx<'_>,
    access: &Access,
    group: GroupId,
    new: &NewMembership,
    changes: &mut ImportChanges,
) -> Result<()> {
    let now = tx.now();
    let membership = polity_groups::within::add(tx, access, group, new)?;
    if membership.created_at == now && membership.version == 1 {
        changes.memberships_created += 1;
    } else if membership.updated_at == now {
        changes.memberships_changed += 1;
    }
    Ok(())
}

fn known(accounts: &HashMap<&str, AccountId>, member: &ImportedMember) -> Result<AccountId> {
    accounts.get(member.email.as_str()).copied().ok_or_else(|| {
        placed(
            Error::field(
                "member",
                FieldKind::NotFound.told(format!("{} is not among the organization's people", member.email)),
            ),
            &member.place,
        )
    })
}

/// The same failure, its words after what it is about, where that has no place of its own.
fn about(error: Error, what: &str) -> Error {
    match error.code() {
        Code::Internal | Code::Unavailable => error,
        code => Error::new(code, format!("{what}: {}", error.message())).because(error),
    }
}

/// The same failure, of what stands at this place of the source. The store's own failures stay what they are: they are no row's
/// fault, and one that lost a race is run again.
fn placed(error: Error, place: &str) -> Error {
    match error.code() {
        Code::Internal | Code::Unavailable => error,
        _ => error.in_place(place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_blamed_only_for_what_is_its_fault() {
        let error = placed(Error::field("kind", FieldKind::Blank), "teams/7");
        assert_eq!((error.code(), error.place()), (Code::Invalid, Some("teams/7")));
        let error = placed(Error::internal("deadlock detected"), "teams/7");
        assert_eq!((error.code(), error.place()), (Code::Internal, None));
    }
}
