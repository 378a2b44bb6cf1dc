//! Sessions: begun, used, idle, over, ended.

use polity_accounts::{AccountPatch, AccountStatus};
use polity_identity::Maintenance;
use polity_kernel::{Method, Methods, SessionId};
use polity_signin::{Browser, ConnectionId, Ending, Proven, Session};
use polity_testkit::{at_once, both_engines};
use uuid::Uuid;

use crate::*;

const OVER: &str = "the session is over: sign in again";

const HOUR: Duration = Duration::from_secs(3_600);

/// A session of somebody who has proven themselves by a password just now.
fn begin(ground: &Ground<'_>, account: AccountId) -> (Session, Secret) {
    let proven = Proven::by(account, Method::Password, ground.kit.ctx.now());
    ground.signin.begin_session(&proven, &Browser::default()).unwrap()
}

fn enter(node: &polity_identity::Service, secret: &Secret) -> Result<Actor> {
    node.authenticate(&Credential::session(secret.reveal())?)
}

fn is_over(node: &polity_identity::Service, secret: &Secret) -> bool {
    match enter(node, secret) {
        Ok(_) => false,
        Err(error) => {
            assert_eq!((error.code(), error.message()), (Code::Unauthenticated, OVER));
            true
        }
    }
}

both_engines! {
    fn a_session_is_its_person_with_nothing_narrowed(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        let proven = ground.log_in(PASSWORD).unwrap().found.proven;
        let browser = Browser {
            address: Some("192.0.2.7".parse().unwrap()),
            program: Some(format!("Fire\nfox {}", "x".repeat(400))),
            replaced: None,
        };
        let (session, secret) = ground.signin.begin_session(&proven, &browser).unwrap();
        let actor = enter(&ground.identity, &secret).unwrap();
        assert_eq!((actor.subject(), actor.limits()), (Subject::Person(ada.id), &Limits::default()));
        let shown = actor.authentication().unwrap();
        assert_eq!((shown.session, shown.at, shown.methods), (Some(session.id), kit.ctx.now(), Methods::of(Method::Password)));
        let listed = ground.signin.sessions(&actor).unwrap();
        assert_eq!(listed, [session]);
        let program = listed[0].program.as_ref().unwrap();
        assert!(program.starts_with("Firefox x") && program.chars().count() == Browser::PROGRAM, "{program}");
        assert_eq!(listed[0].network.as_deref(), Some("192.0.2.7"));
        let dump = String::from_utf8_lossy(&kit.dump()).into_owned();
        assert!(!dump.contains(secret.reveal()), "the store has no secret");
    }

    fn its_secret_is_no_other_credential_and_no_other_is_one(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        let (_, secret) = begin(&ground, ada.id);
        enter(&ground.identity, &secret).unwrap();
        assert_eq!(ground.refusal(secret.reveal()), "the credential is malformed", "behind Bearer it is nothing");
        let token = ground.token(ada.id);
        for text in ["", "x", &token, &secret.reveal()[1..], &"A".repeat(43), &format!("{}=", secret.reveal())] {
            assert!(is_over(&ground.identity, &Secret::new(text)), "{text}");
        }
    }

    fn a_session_ends_unused_and_in_any_case(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        let (idle, used) = (begin(&ground, ada.id).1, begin(&ground, ada.id).1);
        let settings = SessionSettings::default();
        let mut hours = 0;
        while Duration::from_secs(hours * 3_600) < settings.lifetime - HOUR {
            kit.pass(HOUR);
            hours += 1;
            assert!(enter(&ground.identity, &used).is_ok(), "used each hour, after {hours}");
            ground.identity.tidy().unwrap();
            if hours == 11 {
                let other = ground.other_node();
                assert!(enter(&other, &used).is_ok());
            }
            if hours == 12 {
                assert!(is_over(&ground.identity, &idle), "not used for half a day");
            }
        }
        kit.pass(HOUR);
        assert!(is_over(&ground.identity, &used), "used, but its time is over");
        assert_eq!(kit.rows()["sessions"], 2);
        ground.signin.forget_ended().unwrap();
        assert_eq!(kit.rows()["sessions"], 0);
    }

    fn what_is_over_goes_with_its_epoch_and_the_rest_stays(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        let epochs = kit.rows()["epochs"];
        begin(&ground, ada.id);
        kit.pass(SessionSettings::default().idle);
        let (_, live) = begin(&ground, ada.id);
        ground.signin.forget_ended().unwrap();
        assert_eq!((kit.rows()["sessions"], kit.rows()["epochs"]), (1, epochs + 1));
        enter(&ground.identity, &live).unwrap();
    }

    fn a_session_that_is_ended_is_refused_at_once_on_every_node(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        let other = ground.other_node();
        let all = [(); 4].map(|()| begin(&ground, ada.id));
        let actor = enter(&ground.identity, &all[0].1).unwrap();
        let over = || all.each_ref().map(|(_, secret)| [&*ground.identity, &other].map(|node| is_over(node, secret)));
        assert_eq!(over(), [[false; 2]; 4]);
        ground.signin.end_sessions(&actor, Ending::One(all[1].0.id)).unwrap();
        assert_eq!(over(), [[false; 2], [true; 2], [false; 2], [false; 2]]);
        assert_eq!(code(ground.signin.end_sessions(&actor, Ending::One(all[1].0.id))), Code::NotFound);
        ground.signin.end_sessions(&actor, Ending::Others).unwrap();
        assert_eq!(over(), [[false; 2], [true; 2], [true; 2], [true; 2]]);
        ground.signin.end_sessions(&actor, Ending::All).unwrap();
        assert_eq!(over(), [[true; 2]; 4]);
    }

    fn nobody_sees_or_ends_anothers_sessions(kit) {
        let ground = ground(kit);
        let (ada, bob) = (ground.confirmed(), ground.person("bob@other.example"));
        let (session, secret) = begin(&ground, ada.id);
        let bobs = enter(&ground.identity, &begin(&ground, bob).1).unwrap();
        assert_eq!(code(ground.signin.end_sessions(&bobs, Ending::One(session.id))), Code::NotFound);
        let unknown = SessionId::new(Uuid::from_u128(7));
        assert_eq!(code(ground.signin.end_sessions(&bobs, Ending::One(unknown))), Code::NotFound);
        ground.signin.end_sessions(&bobs, Ending::All).unwrap();
        enter(&ground.identity, &secret).unwrap();
        let limits = Limits { permissions: Some(PermissionSet::none()), ..Limits::default() };
        let narrowed = Actor::new(Subject::Person(ada.id), limits, PermissionSet::none());
        assert_eq!(code(ground.signin.sessions(&narrowed)), Code::Forbidden);
        assert_eq!(code(ground.signin.end_sessions(&narrowed, Ending::All)), Code::Forbidden);
        assert_eq!(code(ground.signin.sessions(&Actor::system())), Code::PersonRequired);
    }

    fn another_password_ends_the_other_sessions(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        let (own, other) = (begin(&ground, ada.id).1, begin(&ground, ada.id).1);
        let actor = enter(&ground.identity, &own).unwrap();
        let wrong = ground.signin.change_password(&actor, "wrong horse", password("another password")).unwrap_err();
        assert_eq!((wrong.code(), wrong.fields()[0].field.as_str()), (Code::Invalid, "present"));
        assert!(!is_over(&ground.identity, &other));
        ground.signin.change_password(&actor, PASSWORD, password("another password")).unwrap();
        assert_eq!([&own, &other].map(|secret| is_over(&ground.identity, secret)), [false, true]);
        ground.log_in("another password").unwrap();
        ground.signin.reset(&ground.reset_link(), password("a third password")).unwrap();
        assert!(is_over(&ground.identity, &own), "by a mailed link, all");
    }

    fn the_present_password_is_not_guessed_by_a_session(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        let actor = enter(&ground.identity, &begin(&ground, ada.id).1).unwrap();
        for _ in 0..10 {
            assert_eq!(code(ground.signin.change_password(&actor, "wrong", password("another password"))), Code::Invalid);
        }
        assert_eq!(code(ground.signin.change_password(&actor, PASSWORD, password("another password"))), Code::Throttled);
        kit.pass(Duration::from_secs(901));
        ground.signin.change_password(&actor, PASSWORD, password("another password")).unwrap();
    }

    fn a_first_password_needs_a_recent_proof(kit) {
        let ground = ground(kit);
        let bob = ground.person("bob@other.example");
        let actor = enter(&ground.identity, &begin(&ground, bob).1).unwrap();
        kit.pass(polity_kernel::RECENT);
        assert_eq!(code(ground.signin.change_password(&actor, "", password("another password"))), Code::ReauthenticationRequired);
        let actor = enter(&ground.identity, &begin(&ground, bob).1).unwrap();
        assert!(!ground.signin.has_password(&actor).unwrap());
        ground.signin.change_password(&actor, "", password("another password")).unwrap();
        assert!(ground.signin.has_password(&actor).unwrap());
    }

    fn a_disabled_account_has_no_sessions_and_none_when_it_works_again(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        let (_, secret) = begin(&ground, ada.id);
        enter(&ground.identity, &secret).unwrap();
        let status = |status| AccountPatch { status: Some(status), ..AccountPatch::default() };
        ground.patch(ada.id, status(AccountStatus::Disabled));
        assert_eq!(enter(&ground.identity, &secret).unwrap_err().code(), Code::Unauthenticated);
        let proven = Proven::by(ada.id, Method::Password, kit.ctx.now());
        assert_eq!(code(ground.signin.begin_session(&proven, &Browser::default())), Code::Unauthenticated);
        let worker = kit.ctx.ids().secret();
        let kinds: Vec<String> = std::iter::from_fn(|| {
            let leased = job::lease(&kit.ctx, worker).unwrap()?;
            job::settle(&kit.ctx, worker, &leased, Ok(job::Outcome::Done)).unwrap();
            Some(leased.kind)
        }).collect();
        assert!(kinds.contains(&"account.disabled".to_owned()), "{kinds:?}");
        ground.signin.end_sessions_of(ada.id).unwrap();
        ground.patch(ada.id, status(AccountStatus::Active));
        assert!(is_over(&ground.identity, &secret));
    }

    fn what_was_shown_is_void_once_the_password_is_another(kit) {
        let ground = ground(kit);
        ground.confirmed();
        let proven = ground.log_in(PASSWORD).unwrap().found.proven;
        ground.signin.reset(&ground.reset_link(), password("another password")).unwrap();
        assert_eq!(code(ground.signin.begin_session(&proven, &Browser::default())), Code::Unauthenticated);
    }

    fn each_sign_in_has_a_secret_of_its_own_and_ends_the_browsers_session(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        let (_, first) = begin(&ground, ada.id);
        let proven = Proven::by(ada.id, Method::Password, kit.ctx.now());
        let browser = Browser { replaced: Some(first.clone()), ..Browser::default() };
        let (_, second) = ground.signin.begin_session(&proven, &browser).unwrap();
        assert_ne!(first.reveal(), second.reveal());
        assert_eq!([&first, &second].map(|secret| is_over(&ground.identity, secret)), [true, false]);
    }

    fn one_person_has_fifty_sessions_and_the_oldest_goes(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        let (_, first) = begin(&ground, ada.id);
        kit.pass(Duration::from_millis(1));
        let (_, second) = begin(&ground, ada.id);
        for _ in 0..49 {
            kit.pass(Duration::from_millis(1));
            begin(&ground, ada.id);
        }
        assert_eq!([&first, &second].map(|secret| is_over(&ground.identity, secret)), [true, false]);
        at_once(4, |_| begin(&ground, ada.id));
        assert_eq!(kit.rows()["sessions"], 50, "also at once");
    }

    fn what_a_connection_vouched_for_ends_with_it(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        let connection = ConnectionId::new(Uuid::from_u128(9));
        let proven = Proven { connection: Some(connection), ..Proven::by(ada.id, Method::Federated, kit.ctx.now()) };
        let (_, by_it) = ground.signin.begin_session(&proven, &Browser::default()).unwrap();
        let (_, by_password) = begin(&ground, ada.id);
        let ended = kit.ctx.write_platform(move |tx| polity_signin::within::end_sessions_by(tx, connection, 100)).unwrap();
        assert_eq!(ended, 1);
        assert_eq!([&by_it, &by_password].map(|secret| is_over(&ground.identity, secret)), [true, false]);
    }

    fn settings_that_cannot_be_meant_are_refused(kit) {
        let _ = kit;
        for (idle, lifetime) in [(29 * 60, 86_400), (86_400, 3_600), (3_600, 91 * 86_400)] {
            let settings = SessionSettings { idle: Duration::from_secs(idle), lifetime: Duration::from_secs(lifetime) };
            assert_eq!(polity_signin::at_browser(&master(), &settings).unwrap_err().code(), Code::Invalid);
        }
    }
}
