//! An access that watches several epochs: while all stand it holds, and whichever moves, a write enters anew.
#![cfg(test)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use polity_kernel::{
    Access, Actor, Code, Entered, OrganizationId, PermissionSet, Renewal, Standing, Watched, WriteKind, epoch,
};
use polity_testkit::{Kit, both_engines};

const KINDS: [WriteKind; 4] =
    [WriteKind::Content, WriteKind::Structure, WriteKind::Grants, WriteKind::Lifecycle];

fn organization(kit: &Kit) -> OrganizationId {
    kit.ctx
        .write_platform(|tx| {
            let id: OrganizationId = tx.new_id();
            epoch::begin(tx, id.uuid())?;
            Ok(id)
        })
        .unwrap()
}

/// What a write raises is seen by the next access, not by the one it was made with.
fn present(kit: &Kit, scopes: &[OrganizationId]) -> Vec<Watched> {
    let scopes: Vec<_> = scopes.iter().map(|scope| scope.uuid()).collect();
    let read = kit.ctx.read(|conn| epoch::read(conn, &scopes)).unwrap();
    read.into_iter().map(|(scope, epoch)| Watched { scope, epoch }).collect()
}

/// An access to the first of these that watches all of them, and how often it was renewed.
fn access(kit: &Kit, scopes: &[OrganizationId]) -> (Access, Arc<AtomicUsize>) {
    let organization = scopes[0];
    let standing = Standing { level: None, permissions: PermissionSet::all(), active: true };
    let renewed = Arc::new(AtomicUsize::new(0));
    let (count, again) = (Arc::clone(&renewed), standing.clone());
    let entered = Entered {
        organization,
        actor: Actor::system(),
        standing,
        watched: present(kit, scopes),
        renewal: Arc::new(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            Ok(Access::granted(organization, Actor::system(), again.clone()))
        }),
    };
    (Access::as_of(entered), renewed)
}

/// An access that watches what is given, be its own organization among it or not.
fn watching(organization: OrganizationId, watched: Vec<Watched>) -> Access {
    let standing = Standing { level: None, permissions: PermissionSet::all(), active: true };
    let (actor, again) = (Actor::system(), standing.clone());
    let renewal: Renewal =
        Arc::new(move |_| Ok(Access::granted(organization, Actor::system(), again.clone())));
    Access::as_of(Entered { organization, actor, standing, watched, renewal })
}

/// How often a write of each kind with an access like this enters anew, when something was done after it was made.
fn renewals(kit: &Kit, scopes: &[OrganizationId], after: impl Fn()) -> Vec<usize> {
    KINDS
        .iter()
        .map(|kind| {
            let (access, renewed) = access(kit, scopes);
            after();
            kit.ctx.write(&access, *kind, |_, _| Ok(())).unwrap();
            renewed.load(Ordering::SeqCst)
        })
        .collect()
}

both_engines! {
    fn a_write_enters_anew_when_any_watched_epoch_has_moved(kit) {
        let (first, second, third) = (organization(kit), organization(kit), organization(kit));
        let raise = |scope: OrganizationId| {
            kit.ctx.write_platform(move |tx| epoch::raise(tx, scope.uuid())).unwrap();
        };
        // the organization's own scope comes before the other one, or behind it
        for watched in [[first, second], [second, first]] {
            assert_eq!(renewals(kit, &watched, || ()), [0; KINDS.len()], "all stand");
            assert_eq!(renewals(kit, &watched, || raise(third)), [0; KINDS.len()], "another moves");
            assert_eq!(renewals(kit, &watched, || raise(watched[0])), [1; KINDS.len()], "its own moves");
            assert_eq!(renewals(kit, &watched, || raise(watched[1])), [1; KINDS.len()], "the other one moves");
        }
    }

    fn a_scope_that_is_no_more_has_moved(kit) {
        let (organization, other) = (organization(kit), organization(kit));
        let (access, renewed) = access(kit, &[organization, other]);
        kit.ctx.write_platform(move |tx| epoch::end(tx, other.uuid())).unwrap();
        for kind in KINDS {
            kit.ctx.write(&access, kind, |_, _| Ok(())).unwrap();
        }
        assert_eq!(renewed.load(Ordering::SeqCst), KINDS.len());
    }

    fn only_the_organizations_own_epoch_is_raised(kit) {
        let (organization, other) = (organization(kit), organization(kit));
        let (access, _) = access(kit, &[organization, other]);
        kit.ctx.write(&access, WriteKind::Grants, |_, _| Ok(())).unwrap();
        let numbers: Vec<_> = present(kit, &[organization, other]).iter().map(|watched| watched.epoch).collect();
        assert_eq!(numbers.iter().sum::<i64>(), 1);
        assert_eq!(present(kit, &[other])[0].epoch, 0);
    }

    fn what_is_remembered_holds_while_all_stand(kit) {
        let scopes = [organization(kit), organization(kit)];
        let watched = present(kit, &scopes);
        assert!(kit.ctx.stand(&watched).unwrap());
        for scope in scopes {
            let watched = present(kit, &scopes);
            kit.ctx.write_platform(move |tx| epoch::raise(tx, scope.uuid())).unwrap();
            assert!(!kit.ctx.stand(&watched).unwrap());
        }
        kit.ctx.write_platform(move |tx| epoch::end(tx, scopes[1].uuid())).unwrap();
        assert!(!kit.ctx.stand(&watched[..1]).unwrap(), "its number is another");
    }
}

#[test]
fn an_access_watches_in_the_order_of_the_scopes() {
    let kit = Kit::new(polity_testkit::Engine::Sqlite);
    let (first, second) = (organization(&kit), organization(&kit));
    let (access, _) = access(&kit, &[second, first]);
    assert!(access.watched().is_sorted());
    assert_eq!(access.watched().len(), 2);
    let gone = OrganizationId::new(kit.ctx.ids().secret());
    let (ghost, _) = self::access(&kit, &[gone]);
    assert_eq!(kit.ctx.write(&ghost, WriteKind::Content, |_, _| Ok(())).unwrap_err().code(), Code::NotFound);
}

#[test]
fn an_organization_that_is_gone_is_told_of_whatever_else_is_watched() {
    let kit = Kit::new(polity_testkit::Engine::Sqlite);
    let others = present(&kit, &[organization(&kit), organization(&kit)]);
    let ghost = watching(OrganizationId::new(kit.ctx.ids().secret()), others);
    for kind in KINDS {
        let refused = kit.ctx.write(&ghost, kind, |_, _| Ok(())).unwrap_err();
        assert_eq!(refused.code(), Code::NotFound, "{kind:?}");
    }
}

#[test]
fn what_is_watched_twice_is_watched_once() {
    let kit = Kit::new(polity_testkit::Engine::Sqlite);
    let scopes = [organization(&kit), organization(&kit)];
    let twice = [present(&kit, &scopes), present(&kit, &scopes)].concat();
    assert_eq!(watching(scopes[0], twice).watched().len(), 2);
}
