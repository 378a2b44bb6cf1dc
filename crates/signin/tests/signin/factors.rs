//! Authenticator apps and recovery codes: enrolled, shown once, guessed at, removed.

use std::time::Duration;

use polity_kernel::RetryAfter;
use polity_signin::{Factor, Factors, SecondFactors};
use polity_testkit::{at_once, both_engines};
use ring::hmac;

use crate::*;

const MINUTE: Duration = Duration::from_secs(60);

/// An authenticator app that was given this secret.
pub(crate) struct App(Vec<u8>);

impl App {
    pub(crate) fn new(base32: &str) -> Self {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let bits: String = base32.chars().map(|c| format!("{:05b}", alphabet.find(c).unwrap())).collect();
        let bytes = bits.as_bytes().chunks_exact(8);
        Self(bytes.map(|byte| u8::from_str_radix(str::from_utf8(byte).unwrap(), 2).unwrap()).collect())
    }

    /// What it shows so many steps from now.
    pub(crate) fn code(&self, kit: &Kit, later: i64) -> String {
        let step = kit.ctx.now().seconds() / 30 + later;
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let at = usize::from(tag[19] & 15);
        let number = u32::from_be_bytes(tag[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }

    /// A code that it shows at no time about now.
    pub(crate) fn wrong(&self, kit: &Kit) -> String {
        let right: Vec<String> = (-1..=1).map(|later| self.code(kit, later)).collect();
        (0..).map(|number| format!("{number:06}")).find(|code| !right.contains(code)).unwrap()
    }
}

/// The app that the person has enrolled just now, and their recovery codes.
pub(crate) fn enrolled(ground: &Ground<'_>, account: AccountId) -> (App, Vec<Secret>) {
    let me = themselves(account);
    let app = App::new(ground.signin.begin_app(&me).unwrap().secret.reveal());
    let codes = ground.signin.confirm_app(&me, &app.code(ground.kit, 0)).unwrap();
    (app, codes)
}

fn wait(error: &Error) -> u64 {
    let source = std::error::Error::source(error).unwrap();
    source.downcast_ref::<RetryAfter>().unwrap().0
}

both_engines! {
    fn an_app_counts_once_a_code_is_confirmed(kit) {
        let ground = ground(kit);
        let ada = ground.person("ada@other.example");
        let me = themselves(ada);
        let new = ground.signin.begin_app(&me).unwrap();
        let secret = new.secret.reveal();
        assert_eq!(secret.len(), 32, "160 bits");
        let uri = format!(
            "otpauth://totp/polity%2Eexample:ada%40other%2Eexample?secret={secret}&issuer=polity%2Eexample&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(new.uri.reveal(), uri);
        assert!(!format!("{new:?}").contains(secret));
        let app = App::new(secret);
        assert_eq!(ground.signin.factors(ada).unwrap(), Factors::default());
        assert_eq!(code(ground.signin.show_app(ada, &app.code(kit, 0))), Code::Invalid, "not confirmed");
        assert_eq!(code(ground.signin.confirm_app(&me, &app.wrong(kit))), Code::Invalid);
        let codes = ground.signin.confirm_app(&me, &app.code(kit, 0)).unwrap();
        assert_eq!(codes.len(), 10);
        assert_eq!(code(ground.signin.confirm_app(&me, &app.code(kit, 1))), Code::NotFound, "once");
        assert_eq!(code(ground.signin.begin_app(&me)), Code::Conflict);
        let factors = ground.signin.factors(ada).unwrap();
        assert_eq!(factors, Factors { authenticator_app: true, recovery_codes: 10, passkeys: 0 });
        assert!(factors.are_two());
        assert_eq!(ground.signin.show_app(ada, &app.code(kit, 1)).unwrap(), Factor::AuthenticatorApp);
        assert_eq!(ground.events(), ["account.totp_enrolled", "account.recovery_codes_made"]);
        assert_eq!(ground.told(), ["app_enrolled"]);
        let dump = String::from_utf8_lossy(&kit.dump()).into_owned();
        assert!(!dump.contains(secret) && !dump.contains(codes[0].reveal()));
    }

    fn an_app_is_confirmed_within_ten_minutes_or_begun_anew(kit) {
        let ground = ground(kit);
        let me = themselves(ground.person("ada@other.example"));
        let first = App::new(ground.signin.begin_app(&me).unwrap().secret.reveal());
        let second = App::new(ground.signin.begin_app(&me).unwrap().secret.reveal());
        assert_eq!(code(ground.signin.confirm_app(&me, &first.code(kit, 0))), Code::Invalid, "another is begun");
        kit.pass(10 * MINUTE);
        assert_eq!(code(ground.signin.confirm_app(&me, &second.code(kit, 0))), Code::NotFound);
        assert_eq!(kit.rows()["totps"], 1);
        ground.signin.forget_expired().unwrap();
        assert_eq!(kit.rows()["totps"], 0);
        let third = App::new(ground.signin.begin_app(&me).unwrap().secret.reveal());
        kit.pass(10 * MINUTE - Duration::from_secs(1));
        ground.signin.forget_expired().unwrap();
        ground.signin.confirm_app(&me, &third.code(kit, 0)).unwrap();
        kit.pass(10 * MINUTE);
        ground.signin.forget_expired().unwrap();
        assert_eq!(kit.rows()["totps"], 1);
    }

    fn a_code_is_good_for_a_step_around_and_once(kit) {
        let ground = ground(kit);
        let ada = ground.person("ada@other.example");
        let (app, _) = enrolled(&ground, ada);
        let show = |text: &str| ground.signin.show_app(ada, text).map_err(|error| error.code());
        assert_eq!(show(&app.code(kit, 0)), Err(Code::Invalid), "it confirmed the app");
        assert_eq!(show(&app.code(kit, -1)), Err(Code::Invalid), "earlier than the last");
        kit.pass(2 * MINUTE);
        assert_eq!(show(&app.code(kit, 2)), Err(Code::Invalid));
        assert_eq!(show(&app.code(kit, -2)), Err(Code::Invalid));
        kit.pass(5 * MINUTE);
        let late = app.code(kit, -1);
        assert_eq!(show(&format!("{} {}", &late[..3], &late[3..])), Ok(Factor::AuthenticatorApp));
        assert_eq!(show(&late), Err(Code::Invalid));
        assert_eq!(show(&app.code(kit, 1)), Ok(Factor::AuthenticatorApp));
        assert_eq!(show(&app.code(kit, 0)), Err(Code::Invalid), "one of a later step was used");
        for malformed in ["", "12345", "abcdef", "1234567", "\0"] {
            kit.pass(65 * MINUTE);
            assert_eq!(show(malformed), Err(Code::Invalid), "{malformed}");
        }
    }

    fn at_once_on_two_nodes_a_code_is_taken_once(kit) {
        let ground = ground(kit);
        let ada = ground.person("ada@other.example");
        let (app, codes) = enrolled(&ground, ada);
        let nodes = [&ground.signin, &ground.bounded(Bounds::NONE)];
        let text = app.code(kit, 1);
        let shown = at_once(4, |n| nodes[n % 2].show_app(ada, &text).is_ok());
        assert_eq!(shown.iter().filter(|done| **done).count(), 1);
        kit.pass(5 * MINUTE);
        let shown = at_once(4, |n| nodes[n % 2].show_recovery_code(ada, codes[0].reveal()).is_ok());
        assert_eq!(shown.iter().filter(|done| **done).count(), 1);
        assert_eq!(ground.signin.factors(ada).unwrap().recovery_codes, 9);
    }

    fn recovery_codes_are_used_once_however_they_are_written(kit) {
        let ground = ground(kit);
        let [ada, bob] = ["ada@other.example", "bob@other.example"].map(|email| ground.person(email));
        let (_, codes) = enrolled(&ground, ada);
        let (_, of_bob) = enrolled(&ground, bob);
        let show = |text: &str| ground.signin.show_recovery_code(ada, text).map_err(|error| error.code());
        assert_eq!(codes[0].reveal().len(), 19, "four groups of four");
        assert_eq!(show(codes[0].reveal()), Ok(Factor::RecoveryCode));
        assert_eq!(show(codes[0].reveal()), Err(Code::Invalid));
        assert_eq!(show(&codes[1].reveal().to_uppercase().replace('-', " ")), Ok(Factor::RecoveryCode));
        assert_eq!(show(of_bob[0].reveal()), Err(Code::Invalid), "another's");
        assert_eq!(show(""), Err(Code::Invalid));
        assert_eq!(show(&"a".repeat(10_000)), Err(Code::Invalid));
        let me = themselves(ada);
        let anew = ground.signin.make_recovery_codes(&me).unwrap();
        assert_eq!(show(codes[2].reveal()), Err(Code::Invalid), "there are others");
        kit.pass(5 * MINUTE);
        assert_eq!(show(anew[0].reveal()), Ok(Factor::RecoveryCode));
        assert_eq!(ground.signin.factors(ada).unwrap().recovery_codes, 9);
        assert_eq!(ground.told(), ["app_enrolled", "app_enrolled", "code_used", "code_used", "code_used", "codes_made"]);
    }

    fn whoever_guesses_waits_longer_each_time(kit) {
        let ground = ground(kit);
        let ada = ground.person("ada@other.example");
        let (app, codes) = enrolled(&ground, ada);
        let guess = || ground.signin.show_app(ada, &app.wrong(kit)).unwrap_err();
        let guesses = at_once(8, |_| guess().code());
        assert_eq!(guesses.iter().filter(|code| **code == Code::Invalid).count(), 5, "counted at once too");
        let error = guess();
        assert_eq!((error.code(), wait(&error)), (Code::Throttled, 300));
        let error = ground.signin.show_recovery_code(ada, codes[0].reveal()).unwrap_err();
        assert_eq!(error.code(), Code::Throttled, "counted together");
        kit.pass(5 * MINUTE);
        for _ in 0..3 {
            // who is right is not counted, and forgives no guess
            kit.pass(MINUTE);
            ground.signin.show_app(ada, &app.code(kit, 0)).unwrap();
        }
        assert_eq!([(); 5].map(|()| guess().code()), [Code::Invalid; 5]);
        let error = guess();
        assert_eq!((error.code(), wait(&error)), (Code::Throttled, 52 * 60), "ten in an hour");
        kit.pass(60 * MINUTE);
        assert_eq!([(); 5].map(|()| guess().code()), [Code::Invalid; 5]);
        kit.pass(5 * MINUTE);
        assert_eq!([(); 5].map(|()| guess().code()), [Code::Invalid; 5]);
        kit.pass(60 * MINUTE);
        let error = guess();
        assert_eq!(error.code(), Code::Throttled, "twenty in a day");
        assert!(wait(&error) > 20 * 3_600);
        kit.pass(Duration::from_secs(wait(&error)));
        ground.signin.show_app(ada, &app.code(kit, 0)).unwrap();
        let bob = ground.person("bob@other.example");
        let (of_bob, _) = enrolled(&ground, bob);
        ground.signin.show_app(bob, &of_bob.code(kit, 1)).unwrap();
    }

    fn an_app_goes_with_its_recovery_codes(kit) {
        let ground = ground(kit);
        let ada = ground.person("ada@other.example");
        let me = themselves(ada);
        assert_eq!(code(ground.signin.remove_app(&me)), Code::NotFound);
        assert_eq!(code(ground.signin.make_recovery_codes(&me)), Code::Conflict);
        let (app, codes) = enrolled(&ground, ada);
        kit.pass(MINUTE);
        ground.signin.remove_app(&me).unwrap();
        assert_eq!(ground.signin.factors(ada).unwrap(), Factors::default());
        assert_eq!(code(ground.signin.show_app(ada, &app.code(kit, 1))), Code::Invalid);
        assert_eq!(code(ground.signin.show_recovery_code(ada, codes[0].reveal())), Code::Invalid);
        assert_eq!(ground.told(), ["app_enrolled", "app_removed"]);
        assert_eq!(ground.events().last().unwrap(), "account.totp_removed");
    }

    fn only_the_person_changes_factors_and_by_a_whole_credential(kit) {
        let ground = ground(kit);
        let ada = ground.person("ada@other.example");
        let limits = Limits { organization: Some(ground.grace.organization()), ..Limits::default() };
        let narrowed = Actor::new(Subject::Person(ada), limits, PermissionSet::none());
        for (actor, expected) in [(narrowed, Code::Forbidden), (Actor::system(), Code::PersonRequired)] {
            assert_eq!(code(ground.signin.begin_app(&actor)), expected);
            assert_eq!(code(ground.signin.confirm_app(&actor, "000000")), expected);
            assert_eq!(code(ground.signin.remove_app(&actor)), expected);
            assert_eq!(code(ground.signin.make_recovery_codes(&actor)), expected);
        }
    }

    fn of_many_accounts_one_query_tells_what_they_have(kit) {
        let ground = ground(kit);
        let accounts = ["ada@b.example", "bob@b.example", "cyd@b.example"].map(|email| ground.person(email));
        enrolled(&ground, accounts[0]);
        ground.signin.begin_app(&themselves(accounts[1])).unwrap();
        let asked = || kit.ctx.read(|conn| polity_signin::within::factors_of(conn, &accounts)).unwrap();
        let (found, statements) = kit.statements(asked);
        assert_eq!((found.len(), statements), (1, 1));
        assert_eq!(found[&accounts[0]], Factors { authenticator_app: true, recovery_codes: 10, passkeys: 0 });
        assert!(kit.ctx.read(|conn| polity_signin::within::factors_of(conn, &[])).unwrap().is_empty());
    }

    fn letters_have_an_end_and_events_have_none(kit) {
        let ground = ground(kit);
        let me = themselves(ground.person("ada@other.example"));
        let signin = ground.bounded(Bounds { letters_to_address_per_day: 3, ..Bounds::NONE });
        let app = App::new(signin.begin_app(&me).unwrap().secret.reveal());
        signin.confirm_app(&me, &app.code(kit, 0)).unwrap();
        for _ in 0..5 {
            signin.make_recovery_codes(&me).unwrap();
        }
        assert_eq!(ground.told().len(), 3);
        assert_eq!(ground.events().len(), 7);
    }
}
