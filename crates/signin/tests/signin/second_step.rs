//! Two factors one after the other, and what goes with a change of them.

use polity_kernel::{Method, RECENT};
use polity_signin::{Browser, Passkey, PasskeyId, Passkeys, Proven, SecondFactors};
use polity_testkit::both_engines;

use crate::authenticator::Authenticator;
use crate::factors::{App, enrolled};
use crate::*;

const MINUTE: Duration = Duration::from_secs(60);

/// Whoever comes with a session that began now.
fn at_browser(ground: &Ground<'_>, account: AccountId) -> (Actor, Secret) {
    let proven = Proven::by(account, Method::Password, ground.kit.ctx.now());
    let (_, secret) = ground.signin.begin_session(&proven, &Browser::default()).unwrap();
    (entered(ground, &secret).unwrap(), secret)
}

fn entered(ground: &Ground<'_>, secret: &Secret) -> Result<Actor> {
    ground.identity.authenticate(&Credential::session(secret.reveal())?)
}

fn added(ground: &Ground<'_>, actor: &Actor) -> Result<Passkey> {
    let here = browser("here");
    let options = ground.signin.begin_registration(actor, here)?;
    let mut authenticator = Authenticator::new("credential of ada");
    ground.signin.finish_registration(actor, here, &authenticator.register(&options))
}

both_engines! {
    fn the_second_factor_is_shown_in_the_browser_of_the_first_once_and_soon(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed().id;
        let first = ground.log_in(PASSWORD).unwrap().found.proven;
        let ask = || ground.signin.ask_second(&first, browser("here")).unwrap();
        assert!(ask().is_none(), "there is none");
        let (app, codes) = enrolled(&ground, ada);
        kit.pass(MINUTE);
        let asked = ask().unwrap();
        let show = |asked: &Secret, at: &str, text: &str| {
            ground.signin.show_second(asked, browser(at), text).map_err(|error| error.code())
        };
        let right = app.code(kit, 0);
        assert_eq!(show(&asked, "elsewhere", &right).unwrap_err(), Code::Unauthenticated);
        let stronger = Secret::new(asked.reveal().replacen('1', "8", 1));
        for other in [stronger, Secret::new(""), Secret::new("1.1"), Secret::new(format!("{}x", asked.reveal()))] {
            assert_eq!(show(&other, "here", &right).unwrap_err(), Code::Unauthenticated);
        }
        for wrong in [app.wrong(kit).as_str(), "", "x", "aaaa-bbbb-cccc-dddd"] {
            assert_eq!(show(&asked, "here", wrong).unwrap_err(), Code::Invalid, "{wrong}");
        }
        let shown = show(&asked, "here", &right).unwrap();
        let version = |proven: &Proven| proven.proved_by.map(|by| by.version);
        assert_eq!((shown.account, shown.at, version(&shown)), (ada, kit.ctx.now(), version(&first)));
        assert!(shown.methods.contain(Method::Password) && shown.methods.contain(Method::OneTimePassword));
        assert!(ground.signin.ask_second(&shown, browser("here")).unwrap().is_none(), "both are shown");
        ground.signin.begin_session(&shown, &Browser::default()).unwrap();
        assert_eq!(show(&asked, "here", codes[0].reveal()).unwrap_err(), Code::Unauthenticated, "once");
        let asked = ask().unwrap();
        kit.pass(10 * MINUTE);
        assert_eq!(show(&asked, "here", &app.code(kit, 0)).unwrap_err(), Code::Unauthenticated, "too late");
        ground.signin.forget_expired().unwrap();
        assert_eq!(kit.rows()["passkey_ceremonies"], 0);
        let asked = ask().unwrap();
        let shown = show(&asked, "here", codes[1].reveal()).unwrap();
        assert!(shown.methods.contain(Method::RecoveryCode) && shown.methods.has_two_factors());
    }

    fn what_waits_is_void_once_the_password_is_another(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed().id;
        let (app, _) = enrolled(&ground, ada);
        let first = ground.log_in(PASSWORD).unwrap().found.proven;
        let asked = ground.signin.ask_second(&first, browser("here")).unwrap().unwrap();
        ground.signin.change_password(&themselves(ada), PASSWORD, password("another horse")).unwrap();
        let shown = ground.signin.show_second(&asked, browser("here"), &app.code(kit, 1)).unwrap();
        assert_eq!(code(ground.signin.begin_session(&shown, &Browser::default())), Code::Unauthenticated);
    }

    fn a_change_of_factors_ends_the_other_sessions(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed().id;
        let (me, own) = at_browser(&ground, ada);
        let ends = |what: &str, change: &dyn Fn()| {
            let (_, other) = at_browser(&ground, ada);
            change();
            assert_eq!(code(entered(&ground, &other)), Code::Unauthenticated, "{what}");
            entered(&ground, &own).unwrap();
        };
        let app = App::new(ground.signin.begin_app(&me).unwrap().secret.reveal());
        let (_, other) = at_browser(&ground, ada);
        assert_eq!(code(ground.signin.confirm_app(&me, &app.wrong(kit))), Code::Invalid);
        entered(&ground, &other).unwrap();
        ends("confirmed", &|| drop(ground.signin.confirm_app(&me, &app.code(kit, 0)).unwrap()));
        ends("codes", &|| drop(ground.signin.make_recovery_codes(&me).unwrap()));
        ends("removed", &|| ground.signin.remove_app(&me).unwrap());
        ends("passkey", &|| drop(added(&ground, &me).unwrap()));
        let passkey = ground.signin.passkeys(&me).unwrap()[0].id;
        ends("no passkey", &|| ground.signin.remove_passkey(&me, passkey).unwrap());
    }

    fn a_change_of_factors_takes_a_recent_proof(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed().id;
        let (me, _) = at_browser(&ground, ada);
        kit.pass(RECENT);
        let stale = Code::ReauthenticationRequired;
        assert_eq!(code(ground.signin.begin_app(&me)), stale);
        assert_eq!(code(ground.signin.confirm_app(&me, "000000")), stale);
        assert_eq!(code(ground.signin.remove_app(&me)), stale);
        assert_eq!(code(ground.signin.make_recovery_codes(&me)), stale);
        assert_eq!(code(ground.signin.begin_registration(&me, browser("here"))), stale);
        assert_eq!(code(ground.signin.remove_passkey(&me, PasskeyId::new(uuid::Uuid::nil()))), stale);
    }
}
