//! Signing in at a browser, the cookie that comes of it, and the pages of one's own account.

use std::time::Duration;

use polity_kernel::RECENT;
use polity_testkit::both_engines;
use reqwest::blocking::RequestBuilder;

use crate::ground::Caller;
use crate::ground::browser::{Jar, PASSWORD, form, signed_in, token, with_ada};
use crate::ground::common::{Answer, Service, send};

both_engines! {
    fn somebody_signs_in_and_out(kit) {
        let (service, _) = with_ada(kit);
        let mut jar = Jar::default();
        let sent = jar.get(&service, "/account");
        assert_eq!((sent.code(), sent.header("location")), (303, "/login?return_to=%2Faccount"));
        let answer = jar.signs_in(&service, ("ada@acme.example", PASSWORD), "/account?x=1");
        assert_eq!((answer.code(), answer.header("location")), (303, "/account?x=1"));
        let cookie = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).find(|line| line.starts_with("polity=")).unwrap();
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert!(!cookie.contains("Domain") && !cookie.contains("Secure"), "{cookie}");
        let page = jar.get(&service, "/account");
        assert_eq!(page.code(), 200, "{page:?}");
        assert!(page.text.contains("ada@acme.example") && page.header("cache-control") == "no-store");
        assert!(page.header("content-security-policy").contains("default-src 'none'"));
        let asked = jar.get(&service, "/logout");
        assert_eq!(jar.get(&service, "/account").code(), 200, "looking ends nothing");
        let old = jar.value("polity");
        let out = jar.post(&service, "/logout", &[("form_token", &token(&asked))]);
        assert_eq!((out.code(), out.header("location"), jar.value("polity")), (303, "/login", String::new()));
        jar.0.push(("polity".to_owned(), old));
        assert_eq!(jar.get(&service, "/account").header("location"), "/login?return_to=%2Faccount", "the session is over, not only the cookie gone");
    }

    fn over_https_the_cookie_is_of_this_host_alone(kit) {
        let service = Service::start_set(kit, polity::gate::guesses::Patience::default(), |settings| {
            settings.public_url = Some("https://polity.example".to_owned());
        });
        let cookie = service.get("/login").header("set-cookie").to_owned();
        assert!(cookie.starts_with("__Host-polity_visit=") && cookie.contains("; Secure"), "{cookie}");
        let ada = Caller::person(&service, "ada").browsing(&service, Duration::ZERO);
        let secret = ada.session.unwrap().secret;
        let ask = |name: &str| send(service.request("GET", "/directory/orgs/suggest").header("cookie", format!("{name}={secret}"))).code();
        assert_eq!((ask("__Host-polity"), ask("polity")), (200, 401));
    }

    fn a_sign_in_gives_a_secret_of_its_own(kit) {
        let (service, _) = with_ada(kit);
        let mut jar = signed_in(&service);
        let first = jar.value("polity");
        jar.signs_in(&service, ("ada@acme.example", PASSWORD), "");
        let second = jar.value("polity");
        assert!(first != second && second.len() == 43);
        jar.0 = vec![("polity".to_owned(), first)];
        assert_eq!(jar.get(&service, "/account").code(), 303, "the browser's session before is over");
        let planted = "A".repeat(43);
        let mut jar = Jar(vec![("polity".to_owned(), planted.clone())]);
        jar.signs_in(&service, ("ada@acme.example", PASSWORD), "");
        assert_ne!(jar.value("polity"), planted);
    }

    fn nobody_is_signed_in_by_another_page(kit) {
        let (service, _) = with_ada(kit);
        let mut eve = Jar::default();
        let theirs = token(&eve.get(&service, "/login"));
        let mut jar = Jar::default();
        jar.get(&service, "/login");
        let fields = |token: &str| [("email", "ada@acme.example".to_owned()), ("password", PASSWORD.to_owned()), ("form_token", token.to_owned())];
        for bad in ["", "x", &theirs] {
            let fields = fields(bad);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(jar.post(&service, "/login/password", &fields).code(), 403, "{bad}");
            assert_eq!(jar.post(&service, "/login", &fields).code(), 403);
            assert_eq!(jar.value("polity"), "");
        }
        let mut bare = Jar::default();
        let fields = fields(&theirs);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(bare.post(&service, "/login/password", &fields).code(), 403, "without the cookie");
    }

    fn it_leads_on_to_nowhere_but_here(kit) {
        let (service, _) = with_ada(kit);
        for elsewhere in ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nset-cookie: x=y", "account"] {
            let mut jar = Jar::default();
            let encoded: String = url::form_urlencoded::byte_serialize(elsewhere.as_bytes()).collect();
            let page = jar.get(&service, &format!("/login?return_to={encoded}"));
            assert!(page.text.contains("name=\"return_to\" value=\"\""), "{elsewhere}");
            let answer = jar.signs_in(&service, ("ada@acme.example", PASSWORD), elsewhere);
            assert_eq!((answer.code(), answer.header("location")), (303, "/account"), "{elsewhere}");
        }
    }

    fn an_unknown_address_looks_like_a_known_one(kit) {
        let (service, _) = with_ada(kit);
        service.person("none@acme.example");
        let mut seen = Vec::new();
        for email in ["ada@acme.example", "eve@acme.example", "non@acme.example"] {
            let mut jar = Jar::default();
            let token = token(&jar.get(&service, "/login"));
            let first = jar.post(&service, "/login", &[("email", email), ("form_token", &token)]);
            let second = jar.post(&service, "/login/password", &[("email", email), ("password", "wrong horse"), ("form_token", &token)]);
            let plain = |answer: &Answer| (answer.code(), answer.text.replace(email, "").replace(&token, ""));
            assert!(second.text.contains("The address or the password is wrong."));
            assert_eq!(jar.value("polity"), "");
            seen.push((plain(&first), plain(&second)));
        }
        assert_eq!(seen[0], seen[1]);
        assert_eq!(seen[0], seen[2]);
    }

    fn a_form_counts_where_it_was_shown_and_from_here_alone(kit) {
        let (service, _) = with_ada(kit);
        let mut jar = signed_in(&service);
        let own = token(&jar.get(&service, "/account"));
        let name = |token: &str| [("name", "Eve".to_owned()), ("form_token", token.to_owned())];
        for (site, token, expected) in [("same-origin", "", 403), ("same-origin", "x", 403), ("cross-site", own.as_str(), 403), ("same-site", &own, 403), ("none", &own, 403), ("same-origin", &own, 303)] {
            let fields = name(token);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(jar.post_from(&service, site, ("/account/name", &fields)).code(), expected, "{site} {token}");
        }
        assert!(jar.get(&service, "/account").text.contains("value=\"Eve\""));
        let by_origin = |origin: &str| {
            let request = service.request("POST", "/account/name").header("origin", origin);
            send(jar.with(form(request, &[("name", "Ida"), ("form_token", &own)]))).code()
        };
        let ours = format!("http://{}", service.address);
        assert_eq!((by_origin("https://evil.example"), by_origin("null"), by_origin(&ours)), (403, 403, 303));
    }

    fn one_sees_to_ones_own_account(kit) {
        let (service, ada) = with_ada(kit);
        ada.founds(&service, "acme");
        let mut jar = signed_in(&service);
        let mut other = signed_in(&service);
        let token = token(&jar.get(&service, "/account"));
        let made = jar.post(&service, "/account/keys", &[("key_name", "ci <x>"), ("days", "30"), ("form_token", &token)]);
        assert_eq!(made.code(), 200, "{made:?}");
        let (_, rest) = made.text.split_once("class=\"secret\">").unwrap();
        let key = rest.split('<').next().unwrap();
        assert_eq!(send(service.request("GET", "/directory/orgs/suggest").bearer_auth(key)).code(), 200);
        for (field, value) in [("days", "0"), ("days", "400"), ("days", "x"), ("key_name", "")] {
            let fields = [("key_name", "again"), ("days", "30"), ("form_token", token.as_str())].map(|(name, kept)| (name, if name == field { value } else { kept }));
            let refused = jar.post(&service, "/account/keys", &fields);
            assert_eq!(refused.code(), 400);
            assert!(refused.text.contains(&format!("href=\"#{field}\"")) && refused.text.contains(&format!("id=\"{field}-wrong\"")), "{field}");
        }
        let page = jar.get(&service, "/account");
        assert!(page.text.contains("ci &#60;x&#62;") && !page.text.contains(key));
        let file = jar.get(&service, "/account/export");
        assert_eq!((file.code(), file.header("content-disposition")), (200, "attachment; filename=\"account.json\""));
        let told = file.json();
        assert_eq!((&told["account"]["email"], &told["organizations"][0]["roles"][0]), (&"ada@acme.example".into(), &"owner".into()));
        assert_eq!((told["sessions"].as_array().unwrap().len(), told["api_keys"].as_array().unwrap().len()), (2, 1));
        assert!(!file.text.contains(key));
        let id = crate::ground::id_of(&service, "acme");
        let leave = format!("/account/organizations/{id}/leave");
        assert_eq!(jar.get(&service, &leave).code(), 200);
        let last = jar.post(&service, &leave, &[("form_token", &token)]);
        assert!(last.code() == 400 && last.text.contains("last owner"), "{last:?}");
        assert_eq!(jar.get(&service, &format!("/account/organizations/{}/leave", uuid::Uuid::from_u128(7))).code(), 404);
        assert_eq!(jar.post(&service, "/account/address", &[("email", "ada@new.example"), ("form_token", &token)]).code(), 303);
        let wrong = jar.post(&service, "/account/password", &[("present", "wrong horse"), ("password", "another horse"), ("form_token", &token)]);
        assert!(wrong.code() == 400 && wrong.text.contains("present-wrong"), "{wrong:?}");
        assert_eq!(other.get(&service, "/account").code(), 200);
        assert_eq!(jar.post(&service, "/account/sessions/end-others", &[("form_token", &token)]).code(), 303);
        assert_eq!((other.get(&service, "/account").code(), jar.get(&service, "/account").code()), (303, 200));
        let mut third = signed_in(&service);
        let set = jar.post(&service, "/account/password", &[("present", PASSWORD), ("password", "another horse"), ("form_token", &token)]);
        assert_eq!(set.code(), 303, "{set:?}");
        assert_eq!((third.get(&service, "/account").code(), jar.get(&service, "/account").code()), (303, 200));
    }

    fn what_gives_power_leads_a_stale_session_to_sign_in_again(kit) {
        let (service, _) = with_ada(kit);
        let mut jar = signed_in(&service);
        kit.pass(RECENT);
        let token = token(&jar.get(&service, "/account"));
        let fields = [("key_name", "ci"), ("days", "30"), ("form_token", token.as_str())];
        let led = jar.post(&service, "/account/keys", &fields);
        assert_eq!((led.code(), led.header("location")), (303, "/login?return_to=%2Faccount"));
        jar.signs_in(&service, ("ada@acme.example", PASSWORD), "/account");
        let fresh = token_of(&mut jar, &service);
        let fields = [("key_name", "ci"), ("days", "30"), ("form_token", fresh.as_str())];
        assert_eq!(jar.post(&service, "/account/keys", &fields).code(), 200);
    }

    fn a_header_counts_and_the_cookie_beside_it_does_not(kit) {
        let (service, ada) = with_ada(kit);
        let jar = signed_in(&service);
        let ask = |bearer: &str| send(jar.with(service.request("GET", "/directory/orgs/suggest")).bearer_auth(bearer)).code();
        assert_eq!((ask(&ada.bearer.clone().unwrap()), ask("nonsense")), (200, 401));
        let found = |request: RequestBuilder| send(jar.with(request).json(&serde_json::json!({"id": "own"}))).code();
        let post = || service.request("POST", "/directory/orgs").header("sec-fetch-site", "cross-site");
        assert_eq!(found(post()), 403);
        assert_eq!(found(post().bearer_auth(ada.bearer.unwrap())), 200, "a token is sent by whoever has it");
    }

    fn an_enforced_second_factor_keeps_one_out_but_lets_one_leave(kit) {
        let (service, ada) = with_ada(kit);
        let bob = Caller::person(&service, "bob");
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "admin");
        ada.sends(&service, ("PATCH", "/api/organizations/acme"), serde_json::json!({"enforce_2fa": true}));
        let browsing = bob.browsing(&service, Duration::ZERO);
        for (path, expected) in [("/directory/orgs/acme", 403), ("/api/organizations/acme", 403), ("/directory/orgs/suggest", 200)] {
            assert_eq!(browsing.ask(&service, "GET", path).code(), expected, "{path}");
            assert_eq!(bob.ask(&service, "GET", path).code(), 200, "a token that does not say how its person signed in");
        }
        let login = send(service.request("POST", "/api/login").json(&serde_json::json!({"email": "ada@acme.example", "password": PASSWORD}))).json();
        let token = Caller { bearer: Some(login["access_token"].as_str().unwrap().to_owned()), ..ada };
        assert_eq!(token.ask(&service, "GET", "/directory/orgs/acme").code(), 403, "one that does");
        assert_eq!(browsing.ask(&service, "DELETE", "/directory/orgs/acme/members").code(), 200);
    }
}

fn token_of(jar: &mut Jar, service: &Service) -> String {
    token(&jar.get(service, "/account"))
}
