//! Signing in by OpenID Connect, from the first page to one's own account.

use polity_testkit::both_engines;

use crate::ground::Caller;
use crate::ground::common::send;
use crate::jar::{Jar, button, field};
use crate::stage::Stage;

const ALICE: &str = "alice@corp.example";
const PASSWORD: &str = "correct horse <battery>";

both_engines! {
    fn somebody_signs_in_whole(kit) {
        let stage = Stage::set(kit);
        let connection = stage.openid(&[&stage.verified("corp.example")]);
        let mut jar = Jar::default();
        let asked = stage.leaves(&mut jar, &connection, "?return_to=%2Faccount%3Fx%3D1");
        assert_eq!(asked["redirect_uri"], format!("http://{}/sso/callback", stage.service.address));
        assert!(jar.value("polity").is_none());
        let answer = stage.returns(&mut jar, &asked, ALICE);
        assert_eq!((answer.code(), answer.header("location")), (303, "/account?x=1"), "{answer:?}");
        assert!(stage.is_in(&mut jar, ALICE));
        assert_eq!(stage.log(&connection), ["answer passed"]);
        assert!(stage.is_in(&mut stage.signed_in(&connection, ALICE), ALICE), "again, by the link");
    }

    fn what_another_browser_began_signs_nobody_in(kit) {
        let stage = Stage::set(kit);
        let connection = stage.openid(&[&stage.verified("corp.example")]);
        let (mut mallory, mut victim) = (Jar::default(), Jar::default());
        let asked = stage.leaves(&mut mallory, &connection, "");
        stage.leaves(&mut victim, &connection, "");
        let answer = stage.returns(&mut victim, &asked, "mallory@corp.example");
        assert_eq!(answer.code(), 401, "{answer:?}");
        assert!(victim.value("polity").is_none());
        let stranger = stage.judged(&stage.leaves(&mut mallory, &connection, ""), ALICE);
        assert_eq!(Jar::default().get(&stage.service, stranger.header("location")).code(), 401);
        assert_eq!(mallory.get(&stage.service, stranger.header("location")).code(), 401, "it is used up");
    }

    fn an_answer_and_its_code_are_good_once(kit) {
        let stage = Stage::set(kit);
        let connection = stage.openid(&[&stage.verified("corp.example")]);
        let mut jar = Jar::default();
        let asked = stage.leaves(&mut jar, &connection, "");
        let judged = stage.judged(&asked, ALICE);
        assert_eq!(stage.judged(&asked, ALICE).code(), 401, "the state is used up");
        assert_eq!(jar.get(&stage.service, judged.header("location")).code(), 303);
        assert_eq!(jar.get(&stage.service, judged.header("location")).code(), 401, "the code is used up");
        for junk in ["/sso/callback", "/sso/callback?state=x&code=y", "/sso/callback?error=access_denied"] {
            assert_eq!(stage.service.get(junk).code(), 401, "{junk}");
        }
        assert_eq!(stage.log(&connection), ["answer passed"], "strangers leave no trace in the log");
    }

    fn nobody_is_led_away_afterwards(kit) {
        let stage = Stage::set(kit);
        let connection = stage.openid(&[&stage.verified("corp.example")]);
        for away in ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/%0d%0aa:b", "evil"] {
            let mut jar = Jar::default();
            let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", away).finish();
            let query = if away.contains("%0d") { format!("return_to={away}") } else { query };
            let asked = stage.leaves(&mut jar, &connection, &format!("?{query}"));
            let answer = stage.returns(&mut jar, &asked, ALICE);
            assert_eq!((answer.code(), answer.header("location")), (303, "/account"), "{away}");
        }
    }

    fn an_account_that_is_somebody_s_is_linked_once_they_say_so(kit) {
        let stage = Stage::set(kit);
        let connection = stage.openid(&[&stage.verified("corp.example")]);
        let account = stage.service.person(ALICE);
        let alice = Caller::of(&stage.service, "alice", &account);
        let actor = stage.service.polity.identity.authenticate(&alice.bearer.unwrap().parse().unwrap()).unwrap();
        stage.service.polity.signin.change_password(&actor, "", polity_signin::Password::new(PASSWORD).unwrap()).unwrap();

        let mut jar = Jar::default();
        let asked = stage.leaves(&mut jar, &connection, "");
        let page = stage.returns(&mut jar, &asked, ALICE);
        assert_eq!(page.code(), 200, "{page:?}");
        assert!(page.text.contains(ALICE) && jar.value("polity").is_none());
        let login = button(&page);
        assert!(login.starts_with("/login?return_to=%2Fsso%2Flink%3Fcode%3D"), "{login}");
        let page = jar.get(&stage.service, &login);
        let (token, return_to) = (field(&page, "form_token"), field(&page, "return_to"));
        let fields = [("email", ALICE), ("password", PASSWORD), ("form_token", token.as_str()), ("return_to", return_to.as_str())];
        let answer = jar.post(&stage.service, "/login/password", &fields);
        assert_eq!((answer.code(), answer.header("location")), (303, return_to.as_str()), "{answer:?}");
        let page = jar.get(&stage.service, &return_to);
        assert_eq!(page.code(), 200, "{page:?}");
        let (token, code) = (field(&page, "form_token"), field(&page, "code"));
        let fields = [("form_token", token.as_str()), ("code", code.as_str())];
        assert_eq!(jar.post(&stage.service, "/sso/link", &[("code", code.as_str())]).code(), 403, "a form of ours alone");
        let linked = jar.post(&stage.service, "/sso/link", &fields);
        assert_eq!((linked.code(), linked.header("location")), (303, "/account"), "{linked:?}");
        assert!(stage.is_in(&mut stage.signed_in(&connection, ALICE), ALICE), "they are let in from now on");
    }

    fn methods_that_are_not_meant_are_refused(kit) {
        let stage = Stage::set(kit);
        let connection = stage.openid(&[]);
        for (method, path) in [("POST", format!("/sso/{connection}/start")), ("PUT", "/sso/callback".to_owned()), ("GET", format!("/sso/{connection}/acs")), ("DELETE", "/sso/arrive".to_owned())] {
            let answer = send(stage.service.request(method, &path));
            assert_eq!(answer.code(), 405, "{method} {path}: {answer:?}");
        }
        for unknown in ["x", "01890000-0000-7000-8000-000000000000"] {
            assert_eq!(stage.service.get(&format!("/sso/{unknown}/start")).code(), 404);
            assert_eq!(stage.service.get(&format!("/sso/{unknown}/metadata")).code(), 404);
            assert_eq!(stage.service.get(&format!("/sso/{unknown}/jwks.json")).code(), 404);
        }
        assert_eq!(stage.service.get(&format!("/sso/{connection}/metadata")).code(), 404, "it is none by SAML");
        assert_eq!(stage.service.get(&format!("/sso/{connection}/jwks.json")).json(), serde_json::json!({"keys": []}));
    }
}
