//! Links that sign in: in the browser that asked, for a while, once; and what they end.

use std::time::Duration;

use polity_accounts::AccountStatus;
use polity_signin::{Factor, Factors, Passkeys, Purpose, SecondFactors};
use polity_testkit::{at_once, both_engines};

use crate::authenticator::Authenticator;
use crate::*;

/// Asks for a link in a browser and follows the mail.
fn link(ground: &Ground<'_>, name: &str) -> String {
    ground.signin.ask_sign_in("ada@other.example", browser(name)).unwrap();
    ground.mailed().remove(0).secret.reveal().to_owned()
}

both_engines! {
    fn a_link_signs_in_once_in_the_browser_that_asked(kit) {
        let ground = ground(kit);
        let ada = ground.person("ada@other.example");
        let secret = link(&ground, "here");
        let (here, elsewhere) = (browser("here"), browser("elsewhere"));
        let signin = &ground.signin;
        assert_eq!(code(signin.sign_in_proof(&secret, elsewhere)), Code::NotFound);
        assert_eq!(code(signin.sign_in_by_link(&secret, elsewhere)), Code::NotFound);
        assert_eq!(code(signin.proof(Purpose::SignIn, &secret)), Code::NotFound, "in no browser at all");
        assert_eq!(code(signin.reset(&secret, password(PASSWORD))), Code::NotFound);
        for _ in 0..3 {
            let proof = signin.sign_in_proof(&secret, here).unwrap();
            assert_eq!(proof.email.as_str(), "ada@other.example", "looking changes nothing");
        }
        let shown = signin.sign_in_by_link(&secret, here).unwrap();
        assert_eq!((shown.account.id, shown.by), (ada, Factor::MailedLink));
        assert_eq!(code(signin.sign_in_by_link(&secret, here)), Code::NotFound, "it is used");
        let reset = ground.reset_link();
        assert_eq!(code(signin.sign_in_by_link(&reset, here)), Code::NotFound, "another purpose");
        for forged in ["", "a", &"A".repeat(43), "' OR 1=1 --", "\0"] {
            assert_eq!(code(signin.sign_in_by_link(forged, here)), Code::NotFound, "{forged}");
        }
    }

    fn a_link_works_for_fifteen_minutes(kit) {
        let ground = ground(kit);
        ground.person("ada@other.example");
        let secret = link(&ground, "here");
        kit.pass(Duration::from_secs(899));
        ground.signin.sign_in_proof(&secret, browser("here")).unwrap();
        kit.pass(Duration::from_secs(1));
        assert_eq!(code(ground.signin.sign_in_by_link(&secret, browser("here"))), Code::NotFound);
    }

    fn at_once_one_signs_in(kit) {
        let ground = ground(kit);
        ground.person("ada@other.example");
        let secret = link(&ground, "here");
        let done = at_once(4, |_| ground.signin.sign_in_by_link(&secret, browser("here")).is_ok());
        assert_eq!(done.iter().filter(|done| **done).count(), 1);
    }

    fn one_mail_within_ten_minutes_and_none_to_strangers(kit) {
        let ground = ground(kit);
        ground.person("ada@other.example");
        let off = ground.person("off@other.example");
        ground.patch(off, AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() });
        let ask = |email: &str| {
            ground.signin.ask_sign_in(email, browser("here")).unwrap();
            ground.mailed().len()
        };
        assert_eq!(["nobody@other.example", "off@other.example", "no address"].map(ask), [0; 3]);
        assert_eq!(["Ada@Other.example", "ada@other.example"].map(ask), [1, 0]);
        kit.pass(Duration::from_secs(600));
        assert_eq!(ask("ada@other.example"), 1);
        // a letter that is tried again says the same
        kit.pass(Duration::from_secs(600));
        ground.signin.ask_sign_in("ada@other.example", browser("here")).unwrap();
        let (kind, payload) = ground.jobs().remove(0);
        assert_eq!(ground.mail(&kind, &payload).unwrap(), ground.mail(&kind, &payload).unwrap());
    }

    fn who_comes_first_by_a_link_finds_nothing_of_anybody_else(kit) {
        let ground = ground(kit);
        let squatted = ground.ada();
        let confirmation = ground.mailed().remove(0);
        let me = themselves(squatted.id);
        let options = ground.signin.begin_registration(&me, browser("there")).unwrap();
        let answer = Authenticator::new("squatter's").register(&options);
        ground.signin.finish_registration(&me, browser("there"), &answer).unwrap();
        assert_eq!(ground.signin.factors(squatted.id).unwrap().passkeys, 1);
        let shown = ground.signin.sign_in_by_link(&link(&ground, "here"), browser("here")).unwrap();
        assert!(shown.account.email_verified && shown.account.id == squatted.id);
        assert_eq!(ground.signin.factors(squatted.id).unwrap(), Factors::default());
        assert_eq!(code(ground.log_in(PASSWORD)), Code::Unauthenticated, "the password has ended too");
        assert_eq!(code(ground.signin.confirm(confirmation.secret.reveal(), PASSWORD)), Code::NotFound);
        assert_eq!(ground.events(), ["account.passkey_added", "account.passkey_removed"]);
        // whose address was proven keeps what is theirs
        ground.signin.begin_app(&me).unwrap();
        let options = ground.signin.begin_registration(&me, browser("here")).unwrap();
        let answer = Authenticator::new("ada's").register(&options);
        ground.signin.finish_registration(&me, browser("here"), &answer).unwrap();
        kit.pass(Duration::from_secs(600));
        ground.signin.sign_in_by_link(&link(&ground, "here"), browser("here")).unwrap();
        assert_eq!(ground.signin.factors(squatted.id).unwrap().passkeys, 1);
    }

    fn who_comes_first_by_a_new_password_finds_no_passkey(kit) {
        let ground = ground(kit);
        let squatted = ground.ada();
        let me = themselves(squatted.id);
        let options = ground.signin.begin_registration(&me, browser("there")).unwrap();
        let answer = Authenticator::new("squatter's").register(&options);
        ground.signin.finish_registration(&me, browser("there"), &answer).unwrap();
        ground.mailed();
        ground.signin.reset(&ground.reset_link(), password("another password")).unwrap();
        assert_eq!(ground.signin.factors(squatted.id).unwrap(), Factors::default());
    }
}
