//! How a claim comes to be proven, and how that is lost.

use std::time::Duration;

use polity_kernel::event::Origin;
use polity_kernel::{Actor, Result, Timestamp, Tx, epoch};

use crate::acts::{claims, letters};
use crate::domain::{Domain, DomainNews};
use crate::events::{DOMAIN_CHANGED, DOMAIN_FAILING, DOMAIN_LAPSED, DOMAIN_VERIFIED};
use crate::rules::recheck::{self, Answer, Turn};
use crate::store;

/// Has a claim count as proven from now on; absent when another organization has proven the domain.
pub(crate) fn prove(tx: &mut Tx<'_>, origin: Origin<'_>, before: &Domain) -> Result<Option<Domain>> {
    if !store::reservations::reserve(tx, &before.name, before.organization)? {
        return Ok(None);
    }
    let now = tx.now();
    let after = Domain {
        verified_at: before.verified_at.or(Some(now)),
        missing_since: None,
        lapsed_at: None,
        ..before.clone()
    }
    .changed(now);
    store::domains::update(tx, &after)?;
    tx.record(DOMAIN_VERIFIED.changed(origin, after.id, before, &after))?;
    Ok(Some(after))
}

/// Has a claim count as proven no more, and look-ups end.
pub(crate) fn disprove(tx: &mut Tx<'_>, origin: Origin<'_>, before: &Domain) -> Result<()> {
    store::reservations::release(tx, &before.name, before.organization)?;
    store::checks::cancel(tx, before)?;
    let now = tx.now();
    let after = Domain { verified_at: None, missing_since: None, ..before.clone() }.changed(now);
    store::domains::update(tx, &after)?;
    tx.record(DOMAIN_LAPSED.changed(origin, after.id, before, &after))
}

/// Plans the next look-up of a claim that a record has proven.
pub(crate) fn plan(tx: &mut Tx<'_>, claim: &Domain, recheck: Duration) -> Result<()> {
    let due = recheck::next(claim.id, tx.now(), recheck);
    store::checks::plan(tx, claim, due)
}

/// Takes the answer to a look-up, due then, of a claim as it was. Nothing happens to one that is gone or has changed meanwhile.
pub(crate) fn take(tx: &mut Tx<'_>, looked_up: &Domain, answer: Answer, due: Timestamp) -> Result<()> {
    let organization = looked_up.organization;
    if epoch::hold(tx, organization.uuid())?.is_none() {
        return Ok(());
    }
    let Some(before) = store::domains::find(tx, organization, looked_up.id)? else { return Ok(()) };
    // not before it was due, or a clock that was put back would have it looked up again at once
    let (system, now) = (Actor::system(), tx.now().max(due));
    if before.verified_at != looked_up.verified_at {
        return store::domains::update(tx, &Domain { last_checked_at: Some(now), ..before });
    }
    let origin = Origin::within(organization, &system);
    let (after, turn) = recheck::judged(&before, answer, now);
    match turn {
        Turn::Same => store::domains::update(tx, &after),
        Turn::Recovered => {
            let after = after.changed(now);
            store::domains::update(tx, &after)?;
            tx.record(DOMAIN_CHANGED.changed(origin, after.id, &before, &after))
        }
        Turn::Failing => {
            let after = after.changed(now);
            store::domains::update(tx, &after)?;
            tx.record(DOMAIN_FAILING.changed(origin, after.id, &before, &after))?;
            letters::tell(tx, &after, DomainNews::Failing)
        }
        Turn::Lapsed => {
            let after = after.changed(now);
            store::domains::update(tx, &after)?;
            store::reservations::release(tx, &after.name, organization)?;
            tx.record(DOMAIN_LAPSED.changed(origin, after.id, &before, &after))?;
            letters::tell(tx, &after, DomainNews::Lapsed)?;
            shown_anew(tx, origin)
        }
        Turn::Back => match prove(tx, origin, &after)? {
            Some(_) => shown_anew(tx, origin),
            None => store::domains::update(tx, &after),
        },
    }
}

/// Has the organization show what it is to show now, and whoever remembers otherwise forget it.
fn shown_anew(tx: &mut Tx<'_>, origin: Origin<'_>) -> Result<()> {
    epoch::raise(tx, origin.organization().uuid())?;
    claims::show(tx, origin)
}
