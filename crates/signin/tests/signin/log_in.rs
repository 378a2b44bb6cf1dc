//! Logging in with an address and a password.

use std::time::Duration;

use polity_accounts::{AccountPatch, AccountProfilePatch, AccountStatus};
use polity_kernel::{Authentication, Method, Methods};
use polity_testkit::{at_once, both_engines};

use crate::*;

const WRONG: &str = "the address or the password is wrong";

both_engines! {
    fn the_right_password_gives_a_token_that_works(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        let found = ground.signin.log_in(&LogIn::new(" Ada@Other.Example ", PASSWORD)).unwrap();
        let issued = ground.signin.issue_token(&found.proven).unwrap();
        assert_eq!((found.account.id, issued.expires_in), (ada.id, Duration::from_secs(3_600)));
        let actor = ground.authenticate(issued.token.reveal()).unwrap();
        let shown = Authentication { at: kit.ctx.now(), methods: Methods::of(Method::Password), session: None };
        assert_eq!(actor.authentication(), Some(shown), "the token says when and how");
        assert_eq!(actor.subject(), Subject::Person(ada.id));
        assert_eq!(actor.limits(), &Limits::default());
        kit.pass(Duration::from_secs(3_600 + 60));
        assert_eq!(ground.refusal(issued.token.reveal()), "the credential has expired");
    }

    fn who_logs_in_has_shown_to_be_there_whoever_vouched_for_the_address(kit) {
        let ground = ground(kit);
        let ada = ground.ada();
        ground.patch(ada.id, AccountPatch { email_verified: Some(true), ..AccountPatch::default() });
        assert!(!ground.account("ada@other.example").unwrap().owns_address());
        ground.log_in(PASSWORD).unwrap();
        assert!(ground.account("ada@other.example").unwrap().owns_address(), "nobody else confirms it away from them");
    }

    fn a_log_in_is_noted_to_the_minute(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        let last = || kit.ctx.read(|conn| within::last_logins(conn, &[ada.id])).unwrap();
        let at = |offset: u64| vec![(ada.id, kit.ctx.now().before(Duration::from_secs(offset)))];
        ground.log_in("wrong horse").unwrap_err();
        assert_eq!(last(), []);
        ground.log_in(PASSWORD).unwrap();
        assert_eq!(last(), at(0));
        let before = kit.rows();
        kit.pass(Duration::from_secs(60));
        ground.log_in(PASSWORD).unwrap();
        assert_eq!(last(), at(60), "a minute ago is as good as now");
        kit.pass(Duration::from_secs(1));
        ground.log_in(PASSWORD).unwrap();
        assert_eq!((last(), kit.rows()), (at(0), before), "and no event tells of it");
        let account = |conn: &mut polity_kernel::Conn| within::account(conn, ada.id);
        assert_eq!(kit.ctx.read(account).unwrap(), Some(ada.clone()), "it changes no account");
        let named = AccountPatch { profile: AccountProfilePatch { name: Some(Some("Ada".to_owned())), ..AccountProfilePatch::default() }, ..AccountPatch::default() };
        ground.patch(ada.id, named);
        assert_eq!(last(), at(0), "nor is it changed with one");
    }

    fn whatever_is_wrong_has_one_answer(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        ground.person("none@other.example");
        let refused = |email: &str, password: &str| {
            let error = ground.signin.log_in(&LogIn::new(email, password)).unwrap_err();
            assert_eq!((error.code(), error.message()), (Code::Unauthenticated, WRONG), "{email}");
            assert!(!is_not_verified(&error));
        };
        refused("ada@other.example", "wrong horse battery");
        refused("ada@other.example", "");
        refused("ada@other.example", &format!("{PASSWORD} "));
        refused("ada@other.example", &PASSWORD.repeat(1_000));
        refused("nobody@other.example", PASSWORD);
        refused("none@other.example", PASSWORD);
        refused("no address", PASSWORD);
        let disabled = AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() };
        ground.patch(ada.id, disabled);
        refused("ada@other.example", PASSWORD);
    }

    fn an_unknown_address_asks_the_store_as_much_as_a_wrong_password(kit) {
        let ground = ground(kit);
        ground.confirmed();
        let asked = |email: &str| kit.statements(|| ground.signin.log_in(&LogIn::new(email, "wrong horse")).is_err()).1;
        assert_eq!(asked("nobody@other.example"), asked("ada@other.example"));
    }

    fn ten_wrong_passwords_are_all_an_address_takes_in_a_quarter_of_an_hour(kit) {
        let ground = ground(kit);
        ground.confirmed();
        for email in ["ada@other.example", "nobody@other.example"] {
            for _ in 0..10 {
                assert_eq!(code(ground.signin.log_in(&LogIn::new(email, "wrong horse"))), Code::Unauthenticated);
            }
            assert_eq!(code(ground.signin.log_in(&LogIn::new(email, PASSWORD))), Code::Throttled, "{email}");
        }
        kit.pass(Duration::from_secs(900));
        ground.log_in(PASSWORD).unwrap();
        for _ in 0..9 {
            assert_eq!(code(ground.log_in("wrong horse")), Code::Unauthenticated);
        }
        ground.log_in(PASSWORD).unwrap();
        assert_eq!(code(ground.log_in("wrong horse")), Code::Unauthenticated);
    }

    fn guesses_of_others_do_not_keep_a_person_out(kit) {
        let ground = ground(kit);
        ground.confirmed();
        let from = |network: u8, password: &str, device: Option<&Secret>| {
            let network = Some([192, 0, 2, network].into());
            let log_in = LogIn { network, device: device.cloned(), ..LogIn::new("ada@other.example", password) };
            assert_eq!(ground.signin.knows_device(&log_in), device.is_some());
            ground.signin.log_in(&log_in)
        };
        let device = from(1, PASSWORD, None).unwrap().device;
        for _ in 0..10 {
            assert_eq!(code(from(2, "wrong horse", None)), Code::Unauthenticated);
        }
        assert_eq!(code(from(2, PASSWORD, None)), Code::Throttled, "their network is stopped");
        from(1, PASSWORD, None).unwrap();
        for network in 10..19 {
            (0..10).for_each(|_| assert_eq!(code(from(network, "wrong horse", None)), Code::Unauthenticated));
        }
        assert_eq!(code(from(1, PASSWORD, None)), Code::Throttled, "a hundred by all: now slowly");
        let again = from(2, PASSWORD, Some(&device)).unwrap().device;
        for _ in 0..10 {
            assert_eq!(code(from(1, "wrong horse", Some(&again))), Code::Unauthenticated);
        }
        assert_eq!(code(from(1, PASSWORD, Some(&device))), Code::Throttled, "a device has no more than a network");
        kit.pass(Duration::from_secs(10));
        from(1, PASSWORD, None).unwrap();
    }

    fn many_guesses_at_once_are_no_more_than_ten(kit) {
        let ground = ground(kit);
        ground.confirmed();
        let codes = at_once(24, |n| code(ground.log_in(&format!("guess number {n}"))));
        let judged = codes.iter().filter(|code| **code == Code::Unauthenticated).count();
        assert!((1..=10).contains(&judged), "{codes:?}");
        assert!(codes.iter().all(|code| matches!(code, Code::Unauthenticated | Code::Throttled)));
    }

    fn an_address_that_is_not_confirmed_is_told_so_to_who_knows_the_password(kit) {
        let ground = ground(kit);
        ground.ada();
        assert_eq!(ground.mailed().len(), 1);
        let told = |password: &str| {
            let error = ground.log_in(password).unwrap_err();
            assert_eq!(error.code(), Code::Unauthenticated);
            is_not_verified(&error)
        };
        assert!(!told("wrong horse") && told(PASSWORD) && told(PASSWORD));
        assert!(ground.mailed().is_empty(), "the mail of a moment ago is on its way");
        kit.pass(Duration::from_secs(600));
        assert!(!told("wrong horse"));
        assert!(ground.mailed().is_empty());
        let all = at_once(4, |_| is_not_verified(&ground.log_in(PASSWORD).unwrap_err()));
        assert_eq!(all, [true; 4]);
        let mails = ground.mailed();
        assert_eq!(mails.len(), 1);
        ground.signin.confirm(mails[0].secret.reveal(), PASSWORD).unwrap();
        ground.log_in(PASSWORD).unwrap();
    }

    fn a_changed_password_ends_what_log_in_gave_and_nothing_else(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        let token = ground.log_in(PASSWORD).unwrap().token;
        let by_hand = ground.token(ada.id);
        let other = ground.other_node();
        authenticate(&other, token.reveal()).unwrap();
        ground.signin.reset(&ground.reset_link(), password("another password")).unwrap();
        for node in [&*ground.identity, &other] {
            assert_eq!(refusal(node, token.reveal()), "the credential has been revoked");
            authenticate(node, &by_hand).unwrap();
        }
        let token = ground.log_in("another password").unwrap().token;
        authenticate(&other, token.reveal()).unwrap();
        assert_eq!(code(ground.log_in(PASSWORD)), Code::Unauthenticated);
    }
}
