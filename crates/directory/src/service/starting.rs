//! Organizations of people: founded with a first project in which the founder works from then on, and ended by their owners.

use std::sync::Arc;

use polity_kernel::{
    Access, AccountId, Actor, Code, Error, Feature, Level, PermissionSet, Result, Standing, Subject, Tx,
    WriteKind, epoch,
};

use crate::acts::organizations;
use crate::acts::organizations::founding;
use crate::acts::terms::Entitling;
use crate::organization::Organization;
use crate::permissions::{ORG_DIRECTORY_CREATE, ORG_DIRECTORY_DELETE};
use crate::service::Service;
use crate::{NewOrganization, NewProject, OrganizationPatch, SettingsPatch, Starting, store};

/// The most organizations of an owner that are asked whether they are entitled to others beside them.
const MOST: i64 = 100;

impl Starting for Service {
    fn start(
        &self,
        actor: &Actor,
        (new, settings): (NewOrganization, SettingsPatch),
        project: NewProject,
    ) -> Result<Organization> {
        actor.require(&ORG_DIRECTORY_CREATE)?;
        let (actor, entitling) = (actor.clone(), Arc::clone(&self.terms.entitling));
        let (secrets, workspaces) = (self.parameters.clone(), Arc::clone(&self.terms.workspaces));
        let patch = OrganizationPatch { settings, ..OrganizationPatch::default() };
        self.ctx.write_platform(move |tx| {
            if let Subject::Person(account) = actor.subject()
                && !actor.is_platform_administrator()
            {
                require_first(tx, &entitling, account)?;
            }
            let made = founding::found(tx, &entitling, &*workspaces, &actor, &new)?;
            let standing =
                Standing { level: Some(Level::Owner), permissions: PermissionSet::all(), active: true };
            let entitled = entitling(tx, made.id)?;
            let access = Access::granted(made.id, actor.clone(), standing).entitled(entitled);
            workspaces.open_first(tx, &access, &project)?;
            if made.settings.patched(&patch.settings) == made.settings {
                return Ok(made);
            }
            organizations::apply(tx, &access, &secrets, (&made, &patch))
        })
    }

    fn dissolve(&self, access: &Access) -> Result<()> {
        let workspaces = Arc::clone(&self.terms.workspaces);
        self.ctx.write(access, WriteKind::Lifecycle, move |tx, access| {
            access.require(&ORG_DIRECTORY_DELETE)?;
            require_owner(tx, access)?;
            organizations::end(tx, &*workspaces, access)
        })
    }
}

/// Asks that the person owns no organization yet, or one that is entitled to others beside it. Two at once ask one after the other.
fn require_first(tx: &mut Tx<'_>, entitling: &Entitling, account: AccountId) -> Result<()> {
    epoch::hold(tx, account.uuid())?;
    let now = tx.now();
    let owned = store::memberships::taken_up_by(tx, account, Level::Owner, now, MOST)?;
    if owned.is_empty() {
        return Ok(());
    }
    for organization in owned {
        if entitling(tx, organization)?.at(now).includes(Feature::MultipleOrganizations) {
            return Ok(());
        }
    }
    let why = format!("the license does not include {}", Feature::MultipleOrganizations);
    Err(Error::new(Code::NotEntitled, why))
}

/// Asks that an owner calls, by a credential that leaves that much to them.
fn require_owner(tx: &mut Tx<'_>, access: &Access) -> Result<()> {
    let (limits, now) = (access.actor().limits(), tx.now());
    let lowered = limits.role.is_some() || limits.level.is_some_and(|most| most < Level::Owner);
    if let Subject::Person(account) = access.actor().subject()
        && !lowered
        && let Some(member) = store::members::find(tx, access.organization(), account, now)?
        && member.level == Level::Owner
    {
        return Ok(());
    }
    access.require_level(Level::Owner)
}
