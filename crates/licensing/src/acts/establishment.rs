//! Setting up a customer: organization, license, first project and EULA record, all in one transaction.

use std::sync::Arc;

use polity_directory::{Entitling, Organization, Terms, within};
use polity_kernel::{Access, Actor, PermissionSet, Result, Stamp, Standing, Subject, Tx};

use crate::acts::Means;
use crate::events::{EULA_ACCEPTED, LICENSE_GRANTED};
use crate::grant::Grant;
use crate::license::Kept;
use crate::rules::Rules;
use crate::{Acceptance, Establishment, NewEstablishment, Usage, store};

pub(crate) fn set_up(
    tx: &mut Tx<'_>,
    means: &Means,
    actor: &Actor,
    new: &NewEstablishment,
) -> Result<Establishment> {
    let rules = &means.rules;
    let stamp = Stamp::of(tx, actor);
    let grant = Grant::of(rules, &new.license, stamp.at)?;
    let terms = Terms {
        entitling: entitling(rules, &grant, stamp),
        ..Terms::without_limits(Arc::new(means.projects.clone()), Arc::clone(&means.domains))
    };
    let organization = within::found(tx, &terms, actor, &new.organization)?;
    grant.require_for(&organization)?;
    grant.claim(tx, organization.id)?;
    let kept = grant.given(organization.id, stamp);
    store::licenses::insert(tx, &kept)?;
    let access = founders(actor, &organization).entitled(rules.entitled(&kept));
    tx.record(LICENSE_GRANTED.made(&access, organization.id, &kept))?;
    let project = means.projects.open(tx, &access, &new.project)?;
    accept(tx, rules, &access, new)?;
    let usage = Usage::of(tx, &*means.domains, organization.id, stamp.at)?;
    Ok(Establishment { organization, project, license: rules.told(&kept, usage, stamp.at) })
}

/// What the organization is entitled to from its first moment on.
fn entitling(rules: &Arc<Rules>, grant: &Grant, stamp: Stamp) -> Entitling {
    let (rules, grant) = (Arc::clone(rules), grant.clone());
    Arc::new(move |_, organization| {
        let kept: Kept = grant.given(organization, stamp);
        Ok(rules.entitled(&kept))
    })
}

/// The access of whoever founds the organization. It shows them no more of the project than their place in it does: a person's role,
/// or that a service account owns the organization.
fn founders(actor: &Actor, organization: &Organization) -> Access {
    let owns = actor.is_platform_administrator() || matches!(actor.subject(), Subject::Service(_));
    let permissions = if owns { PermissionSet::all() } else { PermissionSet::none() };
    Access::granted(organization.id, actor.clone(), Standing { level: None, permissions, active: true })
}

/// Records that the EULA was accepted.
fn accept(tx: &mut Tx<'_>, rules: &Rules, access: &Access, new: &NewEstablishment) -> Result<()> {
    let version = &rules.settings.eula_version;
    let acceptance = Acceptance::now(tx, access, &new.evidence, version);
    store::acceptances::insert(tx, &acceptance)?;
    tx.record(EULA_ACCEPTED.made(access, acceptance.id, &acceptance))
}
