//! Keeping other people's accounts: who may change one that is not their own (docs/decisions/0020).

use polity_accounts::within::AddressChange;
use polity_accounts::{Account, EmailAddress};
use polity_kernel::{Actor, Code, Error, OrganizationId, Result, Tx, epoch};

use crate::acts::roles::assigned;
use crate::acts::terms::Terms;
use crate::acts::{access, members};
use crate::domain_claims::DomainClaims;
use crate::part::Part;
use crate::permissions::ORG_MEMBERS_UPDATE;
use crate::store;

/// Asks whether the actor may change another's account like this: the organization that made it may while nobody has used it and it is
/// nowhere else, and the organization whose verified domain its address is under, to addresses under its verified domains. Both need
/// `org.members.update`, and all that the account has there.
///
/// The organization's epoch is held until the transaction ends, so nothing of this changes meanwhile.
pub(crate) fn may_change(
    tx: &mut Tx<'_>,
    terms: &Terms,
    actor: &Actor,
    before: &Account,
    after: &Account,
) -> Result<AddressChange> {
    if before.platform_administrator {
        return Err(forbidden("only a platform administrator changes the account of one"));
    }
    if let Some(field) = polity_accounts::within::entrusted_change(before, after) {
        return Err(forbidden(format!("only a platform administrator can set {field}")));
    }
    let mut refusal = None;
    for organization in
        [maker(tx, before)?, keeper(tx, &*terms.domains, before, after)?].into_iter().flatten()
    {
        match runs(tx, terms, actor, organization, before) {
            Ok(()) => return Ok(AddressChange::AtOnce),
            Err(error) if error.code() == Code::Forbidden => refusal = Some(error),
            // an organization that the actor is not in is none they may learn of
            Err(error) if error.code() == Code::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Err(refusal.unwrap_or_else(|| forbidden("the account is its person's, who alone changes it")))
}

/// The organization that made the account, while nobody has used it and it is a member and an employee nowhere else.
fn maker(tx: &mut Tx<'_>, account: &Account) -> Result<Option<OrganizationId>> {
    let Some(maker) = account.made_by_organization.filter(|_| !account.is_proven()) else { return Ok(None) };
    let now = tx.now();
    let theirs = store::members::memberships::organizations_of(tx, account.id, now, Part::first(2))?;
    let employed = polity_accounts::within::employments_anywhere(tx, account.id)?;
    let mut places = theirs.into_iter().chain(employed.into_iter().map(|employee| employee.organization));
    Ok(if places.all(|place| place == maker) { Some(maker) } else { None })
}

/// The organization whose verified domain the address is under, and the new one too.
fn keeper(
    tx: &mut Tx<'_>,
    claims: &dyn DomainClaims,
    before: &Account,
    after: &Account,
) -> Result<Option<OrganizationId>> {
    let keeper = owner_of(tx, claims, before.email.as_ref())?;
    Ok(if owner_of(tx, claims, after.email.as_ref())? == keeper { keeper } else { None })
}

fn owner_of(
    tx: &mut Tx<'_>,
    claims: &dyn DomainClaims,
    email: Option<&EmailAddress>,
) -> Result<Option<OrganizationId>> {
    let Some(email) = email else { return Ok(None) };
    claims.owner(tx, email.domain())
}

/// Asks that the actor runs the members of the organization, this one included.
fn runs(
    tx: &mut Tx<'_>,
    terms: &Terms,
    actor: &Actor,
    organization: OrganizationId,
    account: &Account,
) -> Result<()> {
    epoch::share(tx, organization.uuid())?;
    let now = tx.now();
    let access = access::afresh(tx, actor, organization, now)?;
    access.require(&ORG_MEMBERS_UPDATE)?;
    if !access.is_active() {
        return Err(forbidden("the organization is inactive"));
    }
    match members::existing(tx, organization, account.id, now) {
        Ok(member) => assigned::may_add_to(tx, &*terms.workspaces, &access, &member, now),
        Err(error) if error.code() == Code::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn forbidden(why: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(Code::Forbidden, why)
}
