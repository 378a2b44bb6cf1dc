//! What gives or takes power asks a session for a recent proof of its person, inside a write, and nobody else.
#![cfg(test)]

use polity_kernel::{
    Access, AccountId, Actor, Authentication, Code, Level, Limits, Method, Methods, OrganizationId,
    Permission, PermissionSet, RECENT, Result, SessionId, Standing, Subject, Timestamp, WriteKind, epoch,
};
use polity_testkit::{Kit, both_engines};
use uuid::Uuid;

const HARMLESS: Permission = Permission::of("org.things.update");
const POWERFUL: Permission = Permission::powerful("org.powers.update");

/// What is asked in a write.
type Ask = fn(&Access) -> Result<()>;

const ASKED: [(Ask, bool); 5] = [
    (|access| access.require(&HARMLESS), false),
    (|access| access.require(&POWERFUL), true),
    (|access| access.require_all([&HARMLESS, &POWERFUL]), true),
    (|access| access.require_level(Level::Member), true),
    (Access::require_recent, true),
];

fn person(session: bool, at: Timestamp) -> Actor {
    let session = session.then(|| SessionId::new(Uuid::from_u128(7)));
    let person = Subject::Person(AccountId::new(Uuid::from_u128(1)));
    let actor = Actor::new(person, Limits::default(), PermissionSet::none());
    actor.authenticated(Authentication { at, methods: Methods::of(Method::Password), session })
}

fn access(organization: OrganizationId, actor: Actor) -> Access {
    let permissions = [HARMLESS, POWERFUL].into_iter().collect();
    let standing = Standing { level: Some(Level::Owner), permissions, active: true };
    Access::granted(organization, actor, standing)
}

/// Which of what is asked in a write is refused for want of a recent proof.
fn refused(kit: &Kit, access: &Access) -> Vec<bool> {
    let asked = ASKED.iter().map(|(ask, _)| {
        let ask = *ask;
        match kit.ctx.write(access, WriteKind::Content, move |_, access| ask(access)) {
            Ok(()) => false,
            Err(error) if error.code() == Code::ReauthenticationRequired => true,
            Err(error) => panic!("{error}"),
        }
    });
    asked.collect()
}

both_engines! {
    fn only_a_stale_session_is_asked_to_prove_itself_again(kit) {
        let organization = kit.ctx.write_platform(|tx| {
            let id: OrganizationId = tx.new_id();
            epoch::begin(tx, id.uuid()).map(|()| id)
        }).unwrap();
        let powerful: Vec<bool> = ASKED.iter().map(|(_, powerful)| *powerful).collect();
        let session = access(organization, person(true, Kit::START));
        let token = access(organization, person(false, Kit::START));
        assert_eq!(refused(kit, &session), [false; 5]);
        kit.pass(RECENT);
        assert_eq!(refused(kit, &session), powerful);
        assert_eq!(refused(kit, &token), [false; 5], "a token's person is not asked");
        assert_eq!(refused(kit, &access(organization, Actor::system())), [false; 5]);
        // outside a write nothing is changed
        for (ask, _) in ASKED {
            ask(&session).unwrap();
        }
        assert!(person(true, Kit::START).require_recent(kit.ctx.now()).is_err());
        person(true, kit.ctx.now()).require_recent(kit.ctx.now()).unwrap();
    }

    fn whoever_lacks_the_permission_hears_of_that_first(kit) {
        let organization = OrganizationId::new(Uuid::from_u128(2));
        kit.ctx.write_platform(move |tx| epoch::begin(tx, organization.uuid())).unwrap();
        kit.pass(RECENT);
        let standing = Standing { level: None, permissions: PermissionSet::none(), active: true };
        let access = Access::granted(organization, person(true, Kit::START), standing);
        let written = kit.ctx.write(&access, WriteKind::Content, |_, access| access.require(&POWERFUL));
        assert_eq!(written.unwrap_err().code(), Code::Forbidden);
    }
}

#[test]
fn a_permission_is_its_name() {
    let parsed: Permission = POWERFUL.as_str().parse().unwrap();
    assert_eq!(parsed, POWERFUL);
    assert!([parsed].into_iter().collect::<PermissionSet>().contains(&POWERFUL));
}
