//! Signing in: away, back, and in at the browser that began.

use std::time::Duration;

use polity_domains::{
    AttemptOutcome, Begin, Callback, ConnectionPatch, ConnectionSettings, Connections, Rejection,
    SignInElsewhere, SignInPurpose, Step,
};
use polity_identity::Secret;
use polity_kernel::db::Options;
use polity_kernel::{Code, Ctx, Db, IdSource};
use polity_testkit::{at_once, both_engines};

use crate::bench::{Bench, ISSUER, answer, begin, bench, node, oidc, why};
use crate::provider::{IDP, give, posted, publish, saml};

fn secret(text: &str) -> Secret {
    Secret::new(text)
}

/// The id of the request that the browser was sent with.
fn request_id(bench: &Bench<'_>, connection: &polity_domains::Connection, browser: &str) -> String {
    use base64::Engine as _;
    use std::io::Read as _;
    let request = &bench.start(connection, browser)["SAMLRequest"];
    let deflated = base64::engine::general_purpose::STANDARD.decode(request).unwrap();
    let mut xml = String::new();
    flate2::read::DeflateDecoder::new(deflated.as_slice()).read_to_string(&mut xml).unwrap();
    xml.split("ID=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

fn unsolicited() -> ConnectionSettings {
    let ConnectionSettings::Saml(mut settings) = saml() else { panic!() };
    settings.allow_unsolicited = true;
    ConnectionSettings::Saml(settings)
}

both_engines! {
    fn somebody_comes_back_with_who_they_are(kit) {
        let bench = bench(kit);
        let made = bench.create(oidc());
        publish(&bench.net);
        let asked = bench.start(&made, "browser");
        give(&bench.net, &asked["nonce"], kit.ctx.now());
        let code = bench.service.judge(&answer(&asked["state"], Some("code"))).unwrap();
        let arrival = bench.service.arrive(&code, &secret("browser")).unwrap();
        assert_eq!((arrival.organization, arrival.connection), (made.organization, made.id));
        assert_eq!((arrival.identity.issuer.as_str(), arrival.identity.subject.as_str()), (ISSUER, "alice"));
        assert!(arrival.identity.email_verified && !arrival.unsolicited);
        assert_eq!((arrival.purpose, arrival.return_to.as_deref()), (SignInPurpose::Login, Some("/account")));
        let log = bench.log(&made);
        assert_eq!((log.len(), log[0].step, log[0].outcome), (1, Step::Answer, AttemptOutcome::Passed));
        assert_eq!(log[0].words, "");
    }

    fn everything_is_used_once(kit) {
        let bench = bench(kit);
        let made = bench.create(oidc());
        publish(&bench.net);
        let asked = bench.start(&made, "browser");
        give(&bench.net, &asked["nonce"], kit.ctx.now());
        let code = bench.service.judge(&answer(&asked["state"], Some("code"))).unwrap();
        let again = bench.service.judge(&answer(&asked["state"], Some("code")));
        assert_eq!(why(again), Rejection::UnknownFlow);
        bench.service.arrive(&code, &secret("browser")).unwrap();
        assert_eq!(why(bench.service.arrive(&code, &secret("browser"))), Rejection::UnknownFlow);
        // a refused answer uses the sign-in up too
        let asked = bench.start(&made, "browser");
        assert_eq!(why(bench.service.judge(&answer(&asked["state"], None))), Rejection::MissingCode);
        assert_eq!(why(bench.service.judge(&answer(&asked["state"], Some("code")))), Rejection::UnknownFlow);
    }

    fn only_the_browser_that_began_arrives(kit) {
        let bench = bench(kit);
        let made = bench.create(oidc());
        publish(&bench.net);
        let asked = bench.start(&made, "victim");
        give(&bench.net, &asked["nonce"], kit.ctx.now());
        let code = bench.service.judge(&answer(&asked["state"], Some("code"))).unwrap();
        assert_eq!(why(bench.service.arrive(&code, &secret("mallory"))), Rejection::OtherBrowser);
        assert_eq!(why(bench.service.arrive(&code, &secret("victim"))), Rejection::UnknownFlow);
        assert!(bench.log(&made).iter().any(|attempt| attempt.step == Step::Arrival));
    }

    fn a_state_that_nobody_made_is_refused(kit) {
        let bench = bench(kit);
        bench.create(oidc());
        assert_eq!(why(bench.service.judge(&answer("made-up", Some("code")))), Rejection::UnknownFlow);
        let none = Callback::Authorization { state: None, code: Some(secret("c")), issuer: None, error: None };
        assert_eq!(why(bench.service.judge(&none)), Rejection::UnknownFlow);
    }

    fn a_sign_in_has_its_time(kit) {
        let bench = bench(kit);
        let made = bench.create(oidc());
        publish(&bench.net);
        let asked = bench.start(&made, "browser");
        kit.pass(Duration::from_secs(600));
        assert_eq!(why(bench.service.judge(&answer(&asked["state"], Some("code")))), Rejection::UnknownFlow);
        let asked = bench.start(&made, "browser");
        kit.pass(Duration::from_secs(599));
        give(&bench.net, &asked["nonce"], kit.ctx.now());
        let code = bench.service.judge(&answer(&asked["state"], Some("code"))).unwrap();
        kit.pass(Duration::from_secs(120));
        assert_eq!(why(bench.service.arrive(&code, &secret("browser"))), Rejection::UnknownFlow);
        bench.service.forget_expired().unwrap();
        assert_eq!(kit.rows()["sign_in_flows"], 0);
    }

    fn a_provider_that_refuses_is_told_in_the_log(kit) {
        let bench = bench(kit);
        let made = bench.create(oidc());
        assert_eq!(why(bench.service.start(made.id, &begin("b"))), Rejection::ProviderAway);
        kit.pass(Duration::from_secs(1));
        publish(&bench.net);
        for (error, rejection) in [
            ("access_denied", Rejection::PersonRefused),
            ("<script>alert(1)</script>", Rejection::ProviderRefused),
        ] {
            let state = Some(secret(&bench.start(&made, "b")["state"]));
            let callback = Callback::Authorization { state, code: None, issuer: None, error: Some(error.to_owned()) };
            assert_eq!(why(bench.service.judge(&callback)), rejection);
            assert_eq!(bench.log(&made)[0].words, rejection.words());
            kit.pass(Duration::from_secs(1));
        }
        assert_eq!(bench.log(&made)[2].step, Step::Start);
    }

    fn what_began_by_other_settings_is_over(kit) {
        let bench = bench(kit);
        let made = bench.create(oidc());
        publish(&bench.net);
        let asked = bench.start(&made, "b");
        let patch = ConnectionPatch { client_secret: Some(secret("another")), ..ConnectionPatch::default() };
        bench.service.update(&bench.access, made.id, patch).unwrap();
        assert_eq!(why(bench.service.judge(&answer(&asked["state"], Some("code")))), Rejection::UnknownFlow);
    }

    fn a_try_out_is_offered_once_and_noted(kit) {
        let bench = bench(kit);
        let made = bench.create(oidc());
        publish(&bench.net);
        let offer = bench.service.offer_test(&bench.access, made.id).unwrap();
        let test = |secret: &Secret| Begin { test: Some(secret.clone()), ..begin("browser") };
        let polity_domains::Departure::Redirect(url) = bench.service.start(made.id, &test(&offer)).unwrap() else {
            panic!()
        };
        assert_eq!(why(bench.service.start(made.id, &test(&offer))), Rejection::UnknownFlow);
        let of = |name: &str| {
            let query = url.split_once('?').unwrap().1.as_bytes();
            url::form_urlencoded::parse(query).find(|(key, _)| key == name).unwrap().1.into_owned()
        };
        give(&bench.net, &of("nonce"), kit.ctx.now());
        let code = bench.service.judge(&answer(&of("state"), Some("code"))).unwrap();
        assert_eq!(bench.service.connection(&bench.access, made.id).unwrap().tested, None);
        let arrival = bench.service.arrive(&code, &secret("browser")).unwrap();
        assert_eq!(arrival.purpose, SignInPurpose::Test);
        let tested = bench.service.connection(&bench.access, made.id).unwrap().tested.unwrap();
        assert_eq!((tested.at, tested.address.as_deref()), (kit.ctx.now(), Some("alice@corp.example")));
        // one connection's offer is no other's
        let second = bench.create(oidc());
        let offer = bench.service.offer_test(&bench.access, made.id).unwrap();
        assert_eq!(why(bench.service.start(second.id, &test(&offer))), Rejection::OtherConnection);
    }

    fn a_saml_response_answers_its_request(kit) {
        let bench = bench(kit);
        let made = bench.create(saml());
        let id = request_id(&bench, &made, "browser");
        let response = posted(&made, Some(&id), kit.ctx.now());
        let code = bench.service.judge(&response).unwrap();
        let arrival = bench.service.arrive(&code, &secret("browser")).unwrap();
        assert_eq!((arrival.identity.issuer.as_str(), arrival.identity.subject.as_str()), (IDP, "alice"));
        assert_eq!(why(bench.service.judge(&response)), Rejection::UnknownFlow);
        let nobodys = posted(&made, Some("_made-up"), kit.ctx.now());
        assert_eq!(why(bench.service.judge(&nobodys)), Rejection::UnknownFlow);
        assert_eq!(why(bench.service.judge(&posted(&made, None, kit.ctx.now()))), Rejection::SamlUnsolicited);
        let Callback::Saml { connection, .. } = response else { panic!() };
        let junk = Callback::Saml { connection, response: secret("AAAA") };
        assert_eq!(why(bench.service.judge(&junk)), Rejection::SamlMalformed);
        assert_eq!(bench.log(&made).len(), 1, "what nobody began is not noted");
    }

    fn one_connections_answer_is_no_others(kit) {
        let bench = bench(kit);
        let (made, other) = (bench.create(saml()), bench.create(saml()));
        let id = request_id(&bench, &made, "browser");
        let Callback::Saml { response, .. } = posted(&made, Some(&id), kit.ctx.now()) else { panic!() };
        let elsewhere = Callback::Saml { connection: other.id, response };
        assert_eq!(why(bench.service.judge(&elsewhere)), Rejection::OtherConnection);
        // nor does one protocol answer for another
        let asked = request_id(&bench, &made, "browser");
        assert_eq!(why(bench.service.judge(&answer(&asked, Some("code")))), Rejection::OtherConnection);
        let openid = bench.create(oidc());
        let misplaced = posted(&openid, None, kit.ctx.now());
        assert_eq!(why(bench.service.judge(&misplaced)), Rejection::OtherConnection);
    }

    fn an_unsolicited_assertion_is_used_once_and_waits_for_a_word(kit) {
        let bench = bench(kit);
        let made = bench.create(unsolicited());
        let response = posted(&made, None, kit.ctx.now());
        let code = bench.service.judge(&response).unwrap();
        assert!(bench.service.arrive(&code, &secret("any")).unwrap().unsolicited);
        assert_eq!(why(bench.service.judge(&response)), Rejection::SamlReplay);
        kit.pass(Duration::from_secs(200));
        bench.service.forget_expired().unwrap();
        assert_eq!(why(bench.service.judge(&response)), Rejection::SamlReplay);
        kit.pass(Duration::from_secs(200));
        bench.service.forget_expired().unwrap();
        assert_eq!(why(bench.service.judge(&response)), Rejection::SamlTime, "and is of no use afterwards");
    }

    fn of_several_nodes_with_one_assertion_one_takes_it(kit) {
        let bench = bench(kit);
        let made = bench.create(unsolicited());
        let response = posted(&made, None, kit.ctx.now());
        let db = Db::open(kit.db().url(), &Options::default()).unwrap();
        let other = node(&Ctx::new(db, kit.clock.clone(), IdSource::random()), &bench.net);
        let nodes = [&bench.service, &other];
        let outcomes = at_once(6, |rival| nodes[rival % 2].judge(&response));
        let refused: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
        assert_eq!(refused.len(), 5);
        for error in refused {
            assert_eq!(why(Err::<(), _>(error)), Rejection::SamlReplay);
        }
    }

    fn of_several_nodes_with_one_state_one_goes_on(kit) {
        let bench = bench(kit);
        let made = bench.create(oidc());
        publish(&bench.net);
        let asked = bench.start(&made, "browser");
        give(&bench.net, &asked["nonce"], kit.ctx.now());
        let db = Db::open(kit.db().url(), &Options::default()).unwrap();
        let other = node(&Ctx::new(db, kit.clock.clone(), IdSource::random()), &bench.net);
        let nodes = [&bench.service, &other];
        let codes = at_once(6, |rival| nodes[rival % 2].judge(&answer(&asked["state"], Some("code"))));
        let codes: Vec<_> = codes.into_iter().filter_map(Result::ok).collect();
        assert_eq!(codes.len(), 1);
        let arrivals = at_once(6, |rival| nodes[rival % 2].arrive(&codes[0], &secret("browser")));
        assert_eq!(arrivals.iter().filter(|arrival| arrival.is_ok()).count(), 1);
    }

    fn an_unknown_connection_is_nobodys(kit) {
        let bench = bench(kit);
        let made = bench.create(saml());
        bench.service.delete(&bench.access, made.id).unwrap();
        let error = bench.service.judge(&posted(&made, None, kit.ctx.now())).unwrap_err();
        assert_eq!(error.code(), Code::NotFound);
    }
}
