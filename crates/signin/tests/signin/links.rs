//! Mailed links: what they prove, once, for a while, and to whom.

use std::time::Duration;

use polity_accounts::{AccountPatch, AccountStatus};
use polity_identity::{Keys, NewApiKey, Owner};
use polity_kernel::{AccountId, Bounds, Page};
use polity_signin::{Purpose, RequestId};
use polity_testkit::{at_once, both_engines};

use crate::*;

const HOUR: Duration = Duration::from_secs(3_600);

/// Changes an account behind everybody's back: another address is there at once.
fn renamed(ground: &Ground<'_>, account: AccountId, patch: AccountPatch) {
    let change = move |tx: &mut polity_kernel::Tx<'_>| {
        within::update(tx, &Actor::system(), account, &patch, |_, _, _| Ok(within::AddressChange::AtOnce))
    };
    ground.kit.ctx.write_platform(change).unwrap();
}

both_engines! {
    fn to_confirm_takes_the_link_and_the_password(kit) {
        let ground = ground(kit);
        ground.ada();
        let link = ground.mailed().remove(0).secret;
        let proof = ground.signin.proof(Purpose::Confirmation, link.reveal()).unwrap();
        assert_eq!((proof.email.as_str(), proof.name.as_deref()), ("ada@other.example", Some("Ada")));
        let error = ground.signin.confirm(link.reveal(), "wrong horse").unwrap_err();
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "password"));
        assert!(!ground.account("ada@other.example").unwrap().email_verified);
        let ada = ground.signin.confirm(link.reveal(), PASSWORD).unwrap();
        assert!(ada.email_verified);
        assert_eq!(code(ground.signin.confirm(link.reveal(), PASSWORD)), Code::NotFound, "it is used");
        ground.log_in(PASSWORD).unwrap();
    }

    fn a_link_to_confirm_takes_five_tries(kit) {
        let ground = ground(kit);
        ground.ada();
        let link = ground.mailed().remove(0).secret;
        let codes = at_once(3, |_| code(ground.signin.confirm(link.reveal(), "wrong horse")));
        assert_eq!(codes, [Code::Invalid; 3]);
        for _ in 0..2 {
            assert_eq!(code(ground.signin.confirm(link.reveal(), "wrong horse")), Code::Invalid);
        }
        assert_eq!(code(ground.signin.confirm(link.reveal(), PASSWORD)), Code::NotFound);
        kit.pass(Duration::from_secs(600));
        assert!(is_not_verified(&ground.log_in(PASSWORD).unwrap_err()));
        let another = ground.mailed().remove(0).secret;
        ground.signin.confirm(another.reveal(), PASSWORD).unwrap();
    }

    fn to_set_a_password_takes_the_link_alone_and_proves_the_address(kit) {
        let ground = ground(kit);
        ground.ada();
        let confirmation = ground.mailed().remove(0).secret;
        let link = ground.reset_link();
        assert_eq!(ground.signin.proof(Purpose::Reset, &link).unwrap().email.as_str(), "ada@other.example");
        let ada = ground.signin.reset(&link, password("another password")).unwrap();
        assert!(ada.email_verified);
        ground.log_in("another password").unwrap();
        assert_eq!(code(ground.log_in(PASSWORD)), Code::Unauthenticated);
        assert_eq!(code(ground.signin.reset(&link, password("a third password"))), Code::NotFound, "it is used");
        assert_eq!(code(ground.signin.confirm(confirmation.reveal(), PASSWORD)), Code::NotFound, "no use any more");
    }

    fn so_many_are_sent_a_day_and_one_an_hour_beyond(kit) {
        let ground = ground(kit);
        ground.person("ada@other.example");
        let signin = ground.bounded(Bounds { letters_to_address_per_day: 3, ..Bounds::NONE });
        let email = "ada@other.example".parse().unwrap();
        let ten_minutes_later = |number: u128| {
            kit.pass(Duration::from_mins(10));
            let request = RequestId::new(uuid::Uuid::from_u128(number));
            signin.reset_mail(&email, request).unwrap().is_some()
        };
        let sent: Vec<u8> = (0..18).map(|number| u8::from(ten_minutes_later(number))).collect();
        assert_eq!(sent, [1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
    }

    fn a_person_without_a_password_gets_one_by_mail(kit) {
        let ground = ground(kit);
        ground.person("ada@other.example");
        ground.signin.reset(&ground.reset_link(), password(PASSWORD)).unwrap();
        ground.log_in(PASSWORD).unwrap();
    }

    fn a_link_works_for_its_time_and_for_its_purpose(kit) {
        let ground = ground(kit);
        ground.ada();
        let confirmation = ground.mailed().remove(0).secret;
        let reset = ground.reset_link();
        let signin = &ground.signin;
        assert_eq!(code(signin.proof(Purpose::Reset, confirmation.reveal())), Code::NotFound);
        assert_eq!(code(signin.reset(confirmation.reveal(), password("another password"))), Code::NotFound);
        assert_eq!(code(signin.confirm(&reset, PASSWORD)), Code::NotFound);
        for forged in ["", "a", &"A".repeat(43), &reset[1..], &format!("{reset}A"), "' OR 1=1 --", "\0"] {
            assert_eq!(code(signin.proof(Purpose::Reset, forged)), Code::NotFound, "{forged}");
            assert_eq!(code(signin.reset(forged, password(PASSWORD))), Code::NotFound, "{forged}");
            assert_eq!(code(signin.confirm(forged, PASSWORD)), Code::NotFound, "{forged}");
        }
        kit.pass(HOUR - Duration::from_secs(1));
        signin.proof(Purpose::Reset, &reset).unwrap();
        kit.pass(Duration::from_secs(1));
        assert_eq!(code(signin.reset(&reset, password("another password"))), Code::NotFound);
        kit.pass(71 * HOUR - Duration::from_secs(1));
        signin.proof(Purpose::Confirmation, confirmation.reveal()).unwrap();
        kit.pass(Duration::from_secs(1));
        assert_eq!(code(signin.confirm(confirmation.reveal(), PASSWORD)), Code::NotFound);
        assert_eq!(kit.rows()["mailed_proofs"], 2);
        signin.forget_expired().unwrap();
        assert_eq!(kit.rows()["mailed_proofs"], 0);
    }

    fn of_several_at_once_one_uses_a_link(kit) {
        let ground = ground(kit);
        ground.ada();
        let link = ground.mailed().remove(0).secret;
        let confirmed = at_once(4, |_| ground.signin.confirm(link.reveal(), PASSWORD).is_ok());
        assert_eq!(confirmed.iter().filter(|done| **done).count(), 1);
        let link = ground.reset_link();
        let set = at_once(4, |n| ground.signin.reset(&link, password(&format!("password number {n}"))).is_ok());
        assert_eq!(set.iter().filter(|done| **done).count(), 1);
        let winner = set.iter().position(|done| *done).unwrap();
        ground.log_in(&format!("password number {winner}")).unwrap();
    }

    fn a_link_dies_with_its_address_and_with_its_account(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        let status = |status| AccountPatch { status: Some(status), ..AccountPatch::default() };
        let link = ground.reset_link();
        renamed(&ground, ada.id, status(AccountStatus::Disabled));
        assert_eq!(code(ground.signin.reset(&link, password("another password"))), Code::NotFound);
        renamed(&ground, ada.id, status(AccountStatus::Active));
        let email = |text: &str| AccountPatch { email: Some(text.parse().unwrap()), ..AccountPatch::default() };
        renamed(&ground, ada.id, email("countess@other.example"));
        assert_eq!(code(ground.signin.reset(&link, password("another password"))), Code::NotFound);
        assert!(is_not_verified(&ground.signin.log_in(&LogIn::new("countess@other.example", PASSWORD)).unwrap_err()));
        assert_eq!(ground.mailed()[0].email.as_str(), "countess@other.example");
    }

    fn whoever_proves_an_address_first_has_the_account_alone(kit) {
        let ground = ground(kit);
        let mallory = ground.person("mallory@evil.example");
        let token = ground.token(mallory);
        let actor = ground.authenticate(&token).unwrap();
        let new = NewApiKey { name: "back door".to_owned(), ..NewApiKey::default() };
        let (_, key) = ground.identity.create(&Owner::from(&actor), new).unwrap();
        let link = move |tx: &mut polity_kernel::Tx<'_>| {
            within::link(tx, &Actor::system(), mallory, "https://issuer.example", "mallory")
        };
        kit.ctx.write_platform(link).unwrap();
        let email = "ada@other.example".parse().unwrap();
        renamed(&ground, mallory, AccountPatch { email: Some(email), ..AccountPatch::default() });
        ground.authenticate(key.reveal()).unwrap();
        let account = ground.signin.reset(&ground.reset_link(), password(PASSWORD)).unwrap();
        assert_eq!(account.id, mallory);
        assert_eq!(ground.refusal(key.reveal()), "the API key is unknown or revoked");
        assert!(ground.identity.keys(&Owner::from(&actor), Page::first(9)).unwrap().items.is_empty());
        let linked = kit.ctx.read(|conn| within::by_identity(conn, "https://issuer.example", "mallory")).unwrap();
        assert!(linked.is_none());
        // where the address was proven before, its person keeps what is theirs
        let new = NewApiKey { name: "laptop".to_owned(), ..NewApiKey::default() };
        let (_, key) = ground.identity.create(&Owner::from(&actor), new).unwrap();
        kit.pass(HOUR);
        ground.signin.reset(&ground.reset_link(), password("another password")).unwrap();
        ground.authenticate(key.reveal()).unwrap();
    }

    fn one_mail_within_ten_minutes_and_none_to_strangers(kit) {
        let ground = ground(kit);
        ground.confirmed();
        let disabled = ground.person("off@other.example");
        renamed(&ground, disabled, AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() });
        let ask = |email: &str| {
            ground.signin.ask_reset(email).unwrap();
            ground.mailed().len()
        };
        assert_eq!(ask("nobody@other.example"), 0);
        assert_eq!(ask("off@other.example"), 0);
        assert_eq!(ask("no address"), 0);
        assert_eq!(ask(" Ada@Other.example "), 1);
        assert_eq!(ask("ada@other.example"), 0);
        kit.pass(Duration::from_secs(599));
        assert_eq!(ask("ada@other.example"), 0);
        kit.pass(Duration::from_secs(1));
        assert_eq!(ask("ada@other.example"), 1);
    }

    fn a_mail_that_is_tried_again_says_the_same(kit) {
        let ground = ground(kit);
        ground.confirmed();
        ground.signin.ask_reset("ada@other.example").unwrap();
        let (kind, payload) = ground.jobs().remove(0);
        let first = ground.mail(&kind, &payload).unwrap();
        kit.pass(Duration::from_secs(60));
        assert_eq!(ground.mail(&kind, &payload).unwrap(), first);
        ground.signin.reset(first.secret.reveal(), password("another password")).unwrap();
        kit.pass(HOUR);
        assert!(ground.mail(&kind, &payload).is_none_or(|mail| mail.secret != first.secret));
    }

    fn asking_at_once_makes_one_link(kit) {
        let ground = ground(kit);
        ground.confirmed();
        at_once(4, |_| ground.signin.ask_reset("ada@other.example").unwrap());
        let jobs = ground.jobs();
        assert_eq!(jobs.len(), 4);
        let mails: Vec<_> = at_once(4, |n| ground.mail(&jobs[n].0, &jobs[n].1)).into_iter().flatten().collect();
        assert_eq!(mails.len(), 1);
        ground.signin.reset(mails[0].secret.reveal(), password("another password")).unwrap();
    }
}
