//! Passkeys: added, shown, and all that is wrong with those that are not taken.

use std::time::Duration;

use polity_accounts::AccountStatus;
use polity_signin::{
    AssertionAnswer, AssertionOf, AssertionOptions, Factor, Passkey, PasskeyId, Passkeys, Recognized,
    RegistrationAnswer, SecondFactors,
};
use polity_testkit::{at_once, both_engines};

use crate::authenticator::{Authenticator, PRESENT, VERIFIED};
use crate::*;

/// Adds what the authenticator has made to the person's passkeys.
fn add(ground: &Ground<'_>, account: AccountId, authenticator: &mut Authenticator) -> Result<Passkey> {
    let (me, here) = (themselves(account), browser("here"));
    let options = ground.signin.begin_registration(&me, here)?;
    ground.signin.finish_registration(&me, here, &authenticator.register(&options))
}

fn begin(ground: &Ground<'_>, of: &AssertionOf) -> AssertionOptions {
    ground.signin.begin_assertion(of, browser("here")).unwrap()
}

fn show(ground: &Ground<'_>, answer: &AssertionAnswer) -> Result<Recognized> {
    ground.signin.finish_assertion(browser("here"), answer)
}

fn address(email: &str) -> AssertionOf {
    AssertionOf::Address(email.parse().unwrap())
}

/// Somebody with a passkey.
fn ada(ground: &Ground<'_>) -> (AccountId, Authenticator) {
    let ada = ground.person("ada@other.example");
    let mut authenticator = Authenticator::new("credential of ada");
    add(ground, ada, &mut authenticator).unwrap();
    (ada, authenticator)
}

both_engines! {
    fn a_passkey_signs_in_with_and_without_an_address(kit) {
        let ground = ground(kit);
        let (ada, mut authenticator) = ada(&ground);
        kit.pass(Duration::from_secs(60));
        let options = begin(&ground, &AssertionOf::Anybody);
        assert_eq!((options.relying_party.as_str(), options.allow.len(), options.challenge.len()), ("polity.example", 0, 32));
        let shown = show(&ground, &authenticator.assert(&options)).unwrap();
        assert_eq!((shown.account.id, shown.by), (ada, Factor::Passkey));
        for of in [address("Ada@Other.example"), AssertionOf::Account(ada)] {
            let options = begin(&ground, &of);
            assert_eq!(options.allow, [b"credential of ada"]);
            assert_eq!(show(&ground, &authenticator.assert(&options)).unwrap().account.id, ada);
            // where credentials are named, an authenticator may keep the handle to itself
            let options = begin(&ground, &of);
            let answer = AssertionAnswer { user_handle: None, ..authenticator.assert(&options) };
            assert_eq!(show(&ground, &answer).unwrap().account.id, ada);
        }
        let passkeys = ground.signin.passkeys(&themselves(ada)).unwrap();
        assert_eq!(passkeys[0].name, "Passkey");
        assert_eq!((passkeys[0].created_at, passkeys[0].last_used_at), (Kit::START, Some(kit.ctx.now())));
        assert!(ground.signin.factors(ada).unwrap().are_two());
    }

    fn an_answer_must_be_right_in_all_it_says(kit) {
        let ground = ground(kit);
        let (_, mut authenticator) = ada(&ground);
        let mut refused = |wrong: fn(&mut Authenticator), bent: fn(&mut AssertionAnswer), what: &str| {
            let present = [authenticator.origin.clone(), authenticator.relying_party.clone()];
            wrong(&mut authenticator);
            let mut answer = authenticator.assert(&begin(&ground, &AssertionOf::Anybody));
            [authenticator.origin, authenticator.relying_party] = present;
            authenticator.flags = PRESENT | VERIFIED;
            bent(&mut answer);
            assert_eq!(code(show(&ground, &answer)), Code::Unauthenticated, "{what}");
        };
        refused(|a| a.origin = "https://polity.example.evil.example".to_owned(), |_| {}, "wrong origin");
        refused(|a| a.origin = "http://polity.example".to_owned(), |_| {}, "wrong scheme");
        refused(|a| a.relying_party = "example".to_owned(), |_| {}, "wrong relying party");
        refused(|a| a.flags = PRESENT, |_| {}, "nobody verified");
        refused(|a| a.flags = VERIFIED, |_| {}, "nobody present");
        refused(|a| a.flags = PRESENT | VERIFIED | 128, |_| {}, "extensions are missing");
        refused(|_| {}, |answer| answer.signature[20] ^= 1, "wrong signature");
        refused(|_| {}, |answer| answer.signature.clear(), "no signature");
        refused(|_| {}, |answer| answer.authenticator_data[36] ^= 1, "another count than was signed");
        refused(|_| {}, |answer| answer.authenticator_data.push(0), "more than was signed");
        refused(|_| {}, |answer| answer.authenticator_data.truncate(36), "less than was signed");
        refused(|_| {}, |answer| answer.client_data.push(b' '), "other client data");
        refused(|_| {}, |answer| answer.client_data = b"{}".to_vec(), "no client data");
        refused(|_| {}, |answer| answer.credential = b"another".to_vec(), "unknown credential");
        refused(|_| {}, |answer| answer.user_handle = Some(vec![0; 32]), "another handle");
        refused(|_| {}, |answer| answer.user_handle = None, "no handle where anybody was asked for");
        let options = begin(&ground, &AssertionOf::Anybody);
        show(&ground, &authenticator.assert(&options)).unwrap();
    }

    fn a_challenge_is_answered_once_in_its_browser_and_within_five_minutes(kit) {
        let ground = ground(kit);
        let (ada, mut authenticator) = ada(&ground);
        let answer = authenticator.assert(&begin(&ground, &AssertionOf::Anybody));
        assert_eq!(code(ground.signin.finish_assertion(browser("elsewhere"), &answer)), Code::Unauthenticated);
        show(&ground, &answer).unwrap();
        assert_eq!(code(show(&ground, &answer)), Code::Unauthenticated, "replayed");
        let options = begin(&ground, &AssertionOf::Anybody);
        let mut wrong = authenticator.assert(&options);
        wrong.signature[20] ^= 1;
        assert_eq!(code(show(&ground, &wrong)), Code::Unauthenticated);
        assert_eq!(code(show(&ground, &authenticator.assert(&options))), Code::Unauthenticated, "one try");
        let options = begin(&ground, &AssertionOf::Anybody);
        kit.pass(Duration::from_secs(300));
        assert_eq!(code(show(&ground, &authenticator.assert(&options))), Code::Unauthenticated);
        let made_up = AssertionOptions { challenge: vec![7; 32], ..options };
        assert_eq!(code(show(&ground, &authenticator.assert(&made_up))), Code::Unauthenticated);
        // what was asked for one purpose is no answer to another
        let registration = ground.signin.begin_registration(&themselves(ada), browser("here")).unwrap();
        let crossed = AssertionOptions { challenge: registration.challenge, ..made_up };
        assert_eq!(code(show(&ground, &authenticator.assert(&crossed))), Code::Unauthenticated);
        kit.pass(Duration::from_secs(300));
        ground.signin.forget_expired().unwrap();
        assert_eq!(kit.rows()["passkey_ceremonies"], 0);
    }

    fn at_once_on_two_nodes_one_answer_is_taken(kit) {
        let ground = ground(kit);
        let (ada, mut authenticator) = ada(&ground);
        let nodes = [&ground.signin, &ground.bounded(Bounds::NONE)];
        let answer = authenticator.assert(&begin(&ground, &AssertionOf::Anybody));
        let shown = at_once(4, |n| nodes[n % 2].finish_assertion(browser("here"), &answer).is_ok());
        assert_eq!(shown.iter().filter(|done| **done).count(), 1);
        let me = themselves(ada);
        let mut another = Authenticator::new("another");
        let answer = another.register(&nodes[0].begin_registration(&me, browser("here")).unwrap());
        let added = at_once(4, |n| nodes[n % 2].finish_registration(&me, browser("here"), &answer).is_ok());
        assert_eq!(added.iter().filter(|done| **done).count(), 1);
    }

    fn a_passkey_is_its_accounts_alone(kit) {
        let ground = ground(kit);
        let (_, mut of_ada) = ada(&ground);
        let bob = ground.person("bob@other.example");
        let mut of_bob = Authenticator::new("credential of bob");
        add(&ground, bob, &mut of_bob).unwrap();
        for of in [address("bob@other.example"), AssertionOf::Account(bob), address("nobody@other.example")] {
            let options = begin(&ground, &of);
            assert_eq!(code(show(&ground, &of_ada.assert(&options))), Code::Unauthenticated);
        }
        let options = begin(&ground, &AssertionOf::Anybody);
        let answer = AssertionAnswer { user_handle: of_bob.user_handle.clone(), ..of_ada.assert(&options) };
        assert_eq!(code(show(&ground, &answer)), Code::Unauthenticated);
        let mut stolen = Authenticator::new("credential of ada");
        assert_eq!(code(add(&ground, bob, &mut stolen)), Code::Conflict, "ids are unique over all");
        // a challenge that one person was given is not for another
        let options = ground.signin.begin_registration(&themselves(bob), browser("here")).unwrap();
        let answer = Authenticator::new("third").register(&options);
        let ada = themselves(ground.account("ada@other.example").unwrap().id);
        assert_eq!(code(ground.signin.finish_registration(&ada, browser("here"), &answer)), Code::Invalid);
    }

    fn a_count_that_does_not_grow_is_refused(kit) {
        let ground = ground(kit);
        let (_, mut authenticator) = ada(&ground);
        let mut shown = |count: u32| {
            authenticator.count = count - 1;
            show(&ground, &authenticator.assert(&begin(&ground, &AssertionOf::Anybody))).is_ok()
        };
        assert_eq!([9, 9, 8, 1, 10].map(&mut shown), [true, false, false, false, true]);
        authenticator.counts = false;
        authenticator.count = 0;
        assert!(show(&ground, &authenticator.assert(&begin(&ground, &AssertionOf::Anybody))).is_err());
        let bob = ground.person("bob@other.example");
        let mut uncounted = Authenticator::new("credential of bob");
        (uncounted.counts, uncounted.count) = (false, 0);
        add(&ground, bob, &mut uncounted).unwrap();
        for _ in 0..2 {
            show(&ground, &uncounted.assert(&begin(&ground, &AssertionOf::Anybody))).unwrap();
        }
    }

    fn what_is_added_must_be_made_for_this_site_by_a_verified_person(kit) {
        let ground = ground(kit);
        let ada = ground.person("ada@other.example");
        let me = themselves(ada);
        let refused = |wrong: fn(&mut Authenticator), bent: fn(&mut RegistrationAnswer), what: &str| {
            let mut authenticator = Authenticator::new("credential");
            wrong(&mut authenticator);
            let options = ground.signin.begin_registration(&me, browser("here")).unwrap();
            let mut answer = authenticator.register(&options);
            bent(&mut answer);
            let error = ground.signin.finish_registration(&me, browser("here"), &answer).unwrap_err();
            assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "passkey"), "{what}");
        };
        refused(|a| a.origin = "https://evil.example".to_owned(), |_| {}, "wrong origin");
        refused(|a| a.relying_party = "evil.example".to_owned(), |_| {}, "wrong relying party");
        refused(|a| a.flags = PRESENT, |_| {}, "nobody verified");
        refused(|a| a.credential = vec![1; 1_024], |_| {}, "an id too long");
        refused(|a| a.credential.clear(), |_| {}, "no id");
        refused(|_| {}, |answer| answer.attestation.push(0), "more than an object");
        refused(|_| {}, |answer| answer.attestation.truncate(100), "less than an object");
        refused(|_| {}, |answer| answer.attestation.clear(), "nothing");
        refused(|_| {}, |answer| answer.attestation = vec![0x81; 20_000], "too much");
        let options = ground.signin.begin_registration(&me, browser("here")).unwrap();
        assert_eq!((options.user_handle.len(), options.user_name.as_str()), (32, "ada@other.example"));
        kit.pass(Duration::from_secs(300));
        let answer = Authenticator::new("late").register(&options);
        assert_eq!(code(ground.signin.finish_registration(&me, browser("here"), &answer)), Code::Invalid);
        assert!(ground.signin.passkeys(&me).unwrap().is_empty());
        assert_eq!(code(ground.signin.begin_registration(&Actor::system(), browser("here"))), Code::PersonRequired);
    }

    fn a_person_has_twenty_with_names(kit) {
        let ground = ground(kit);
        let ada = ground.person("ada@other.example");
        let me = themselves(ada);
        let late = ground.signin.begin_registration(&me, browser("here")).unwrap();
        for number in 0..20 {
            kit.pass(Duration::from_millis(1));
            let options = ground.signin.begin_registration(&me, browser("here")).unwrap();
            assert_eq!(options.exclude.len(), number);
            let answer = Authenticator::new(&format!("credential {number}")).register(&options);
            let answer = RegistrationAnswer { name: Some(format!(" laptop {number} ")), ..answer };
            ground.signin.finish_registration(&me, browser("here"), &answer).unwrap();
        }
        assert_eq!(code(ground.signin.begin_registration(&me, browser("here"))), Code::LimitReached);
        let answer = Authenticator::new("one more").register(&late);
        assert_eq!(code(ground.signin.finish_registration(&me, browser("here"), &answer)), Code::LimitReached);
        let passkeys = ground.signin.passkeys(&me).unwrap();
        assert_eq!((passkeys.len(), passkeys[3].name.as_str()), (20, "laptop 3"));
        kit.pass(Duration::from_millis(1));
        let renamed = ground.signin.rename_passkey(&me, passkeys[3].id, "phone").unwrap();
        assert_eq!(renamed, Passkey { name: "phone".to_owned(), ..passkeys[3].clone() });
        for bad in ["x".repeat(129), "a\u{7}b".to_owned()] {
            let error = ground.signin.rename_passkey(&me, passkeys[3].id, &bad).unwrap_err();
            assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "name"));
        }
        let stranger = themselves(ground.person("bob@other.example"));
        assert_eq!(code(ground.signin.remove_passkey(&stranger, passkeys[3].id)), Code::NotFound);
        assert_eq!(code(ground.signin.rename_passkey(&stranger, passkeys[3].id, "mine")), Code::NotFound);
        kit.pass(Duration::from_millis(1));
        ground.signin.remove_passkey(&me, passkeys[3].id).unwrap();
        assert_eq!(code(ground.signin.remove_passkey(&me, passkeys[3].id)), Code::NotFound);
        assert_eq!(code(ground.signin.remove_passkey(&me, PasskeyId::new(uuid::Uuid::nil()))), Code::NotFound);
        assert_eq!(ground.signin.factors(ada).unwrap().passkeys, 19);
        let events = ground.events();
        assert_eq!(events[19..], ["account.passkey_added", "account.passkey_renamed", "account.passkey_removed"]);
        let told = ground.told();
        assert_eq!((told.len(), told[20].as_str()), (21, "passkey_removed"));
    }

    fn an_address_without_passkeys_looks_as_if_it_had_some(kit) {
        let ground = ground(kit);
        ground.person("bob@other.example");
        let options = |email: &str| ground.signin.begin_assertion(&address(email), browser("here")).unwrap();
        for email in ["nobody@other.example", "bob@other.example"] {
            let first = options(email);
            assert_eq!(first.allow, options(email).allow, "stable");
            assert_eq!(first.allow, ground.bounded(Bounds::NONE).begin_assertion(&address(email), browser("b")).unwrap().allow);
            assert!([16, 20, 32].contains(&first.allow[0].len()));
        }
        assert_ne!(options("nobody@other.example").allow, options("bob@other.example").allow);
        let (_, statements) = kit.statements(|| options("nobody@other.example"));
        let (_, of_bob) = kit.statements(|| options("bob@other.example"));
        ada(&ground);
        let (_, of_ada) = kit.statements(|| options("ada@other.example"));
        assert_eq!([of_bob, of_ada], [statements; 2]);
    }

    fn a_disabled_account_is_not_signed_in_to(kit) {
        let ground = ground(kit);
        let (ada, mut authenticator) = ada(&ground);
        let options = begin(&ground, &AssertionOf::Anybody);
        let by_address = begin(&ground, &address("ada@other.example"));
        ground.patch(ada, AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() });
        assert_eq!(code(show(&ground, &authenticator.assert(&options))), Code::Unauthenticated);
        assert_eq!(code(show(&ground, &authenticator.assert(&by_address))), Code::Unauthenticated);
        assert_ne!(begin(&ground, &address("ada@other.example")).allow, by_address.allow);
    }
}
