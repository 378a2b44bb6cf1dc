//! The page where a legal document is read and signed.

use std::time::Duration;

use polity::gate::guesses::Patience;
use polity_testkit::{at_once, both_engines};
use serde_json::{Value, json};

use super::legal_documents::{AT, dpa, link};
use crate::ground::common::{Answer, Service, send};
use crate::ground::{Caller, id_of};

const WHOLE: &str = "name=Grace+Example&title=Head+of+%3Ci%3EOps%3C%2Fi%3E&consent=yes";

/// A service with a document that waits, and the path of the page that signs it.
fn waiting(service: &Service) -> (Caller, Value, String) {
    let ada = Caller::person(service, "ada");
    ada.founds(service, "acme");
    let made = ada.sends(service, ("POST", AT), dpa()).json();
    let page = format!("/sign/{}", link(service, "acme", &made, 1));
    (ada, made, page)
}

fn post(service: &Service, page: &str, form: &str) -> Answer {
    let request = service.request("POST", page).header("user-agent", "Browser/1.0");
    send(request.header("content-type", "application/x-www-form-urlencoded").body(form.to_owned()))
}

fn status(service: &Service, who: &Caller, made: &Value) -> Value {
    who.does(service, "GET", &format!("{AT}/{}", made["id"].as_str().unwrap())).json()["status"].clone()
}

both_engines! {
    fn the_page_shows_the_document_and_looking_changes_nothing(kit) {
        let service = Service::start(kit);
        let (ada, made, page) = waiting(&service);
        for _ in 0..2 {
            let shown = service.get(&page);
            assert_eq!((shown.code(), shown.header("content-type")), (200, "text/html; charset=utf-8"));
            assert!(shown.header("content-security-policy").starts_with("default-src 'none'; style-src 'self';"));
            assert_eq!((shown.header("referrer-policy"), shown.header("cache-control")), ("no-referrer", "no-store"));
            assert!(shown.text.contains("Data Processing Agreement") && shown.text.contains("<form method=\"post\""));
            assert!(shown.text.contains("Acme &#60;b&#62;Ltd&#60;/b&#62;") && !shown.text.contains("<b>"), "{}", shown.text);
            assert!(!shown.text.contains("<script") && !shown.text.contains("style="));
        }
        let pdf = service.get(&format!("{page}/document.pdf"));
        assert_eq!((pdf.code(), pdf.header("content-type"), pdf.header("cache-control")), (200, "application/pdf", "no-store"));
        assert!(pdf.text.starts_with("%PDF-"));
        assert_eq!(status(&service, &ada, &made), "submitted_for_signature");
        assert_eq!(service.get("/pages/style.css").header("content-type"), "text/css; charset=utf-8");
        let put = send(service.request("PUT", &page));
        assert_eq!((put.code(), put.header("allow")), (405, "GET, POST, HEAD"));
    }

    fn an_incomplete_form_signs_nothing_and_says_what_is_missing(kit) {
        let service = Service::start(kit);
        let (ada, made, page) = waiting(&service);
        for (form, field) in [
            ("", "consent-wrong"),
            ("name=Grace&title=Head", "consent-wrong"),
            ("name=Grace&title=Head&consent=no", "consent-wrong"),
            ("title=Head&consent=yes", "name-wrong"),
            ("name=+&title=Head&consent=yes", "name-wrong"),
            (&format!("name={}&title=Head&consent=yes", "x".repeat(201)), "name-wrong"),
            ("name=Gr%00ace&title=Head&consent=yes", "name-wrong"),
            ("name=Grace%0D%0AEve&title=Head&consent=yes", "name-wrong"),
            ("name=Grace&title=&consent=yes", "title-wrong"),
        ] {
            let answer = post(&service, &page, form);
            assert_eq!(answer.code(), 400, "{form}");
            assert!(answer.text.contains(&format!("id=\"{field}\"")), "{form}: {}", answer.text);
        }
        let kept = post(&service, &page, "name=%22%3E%3Cscript%3E&title=Head");
        assert!(kept.text.contains("value=\"&#34;&#62;&#60;script&#62;\""), "{}", kept.text);
        let request = service.request("POST", &page).json(&json!({"name": "Grace", "title": "Head", "consent": "yes"}));
        assert_eq!(send(request).code(), 415);
        assert_eq!(post(&service, &page, &format!("{WHOLE}&{}", "x".repeat(3_000_000))).code(), 413);
        assert_eq!(status(&service, &ada, &made), "submitted_for_signature");
    }

    fn a_link_signs_once_with_evidence_of_who_when_and_from_where(kit) {
        let service = Service::start_set(kit, Patience::default(), |settings| {
            settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
        });
        let (ada, made, page) = waiting(&service);
        kit.pass(Duration::from_secs(90));
        let request = service.request("POST", &page).header("user-agent", "Browser/1.0");
        let request = request.header("x-forwarded-for", "6.6.6.6, 203.0.113.9");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let done = send(request.body(WHOLE));
        assert_eq!(done.code(), 200, "{}", done.text);
        assert!(done.text.contains("Grace Example, Head of &#60;i&#62;Ops&#60;/i&#62;"), "{}", done.text);
        assert_eq!(status(&service, &ada, &made), "signed");
        let copy = done.text.split("href=\"").find(|part| part.starts_with("/api/legal_documents/download/")).unwrap();
        let copy = service.get(copy.split('"').next().unwrap());
        assert!(copy.code() == 200 && copy.text.starts_with("%PDF-"));
        let access = crate::ground::entered(&service.polity, "acme");
        let id = made["id"].as_str().unwrap().parse().unwrap();
        let signature = service.polity.legal.legal_document(&access, id).unwrap().signature.unwrap();
        assert_eq!(signature.signed_at.rfc3339(), "2026-01-15T12:01:30Z");
        assert_eq!((signature.address.as_deref(), signature.user_agent.as_deref()), (Some("203.0.113.9"), Some("Browser/1.0")));
        let before = kit.rows();
        for answer in [service.get(&page), post(&service, &page, WHOLE), post(&service, &page, ""), service.get(&format!("{page}/document.pdf"))] {
            assert_eq!(answer.code(), 410);
            assert!(answer.text.contains("The document is signed"), "{}", answer.text);
        }
        assert_eq!(kit.rows(), before);
    }

    fn a_link_that_is_forged_or_expired_opens_nothing(kit) {
        let service = Service::start(kit);
        let (_, made, page) = waiting(&service);
        let forged = format!("{}{}", &page[..page.len() - 1], if page.ends_with('A') { 'B' } else { 'A' });
        let closed = |page: &str| {
            for answer in [service.get(page), post(&service, page, WHOLE), post(&service, page, ""), service.get(&format!("{page}/document.pdf"))] {
                assert_eq!((answer.code(), answer.header("content-type")), (404, "text/html; charset=utf-8"), "{page}");
                assert_eq!((answer.header("referrer-policy"), answer.header("cache-control")), ("no-referrer", "no-store"));
            }
        };
        for page in [&forged, &format!("{page}x"), "/sign/x", "/sign/%00", "/sign/%FF"] {
            closed(page);
        }
        kit.pass(Duration::from_secs(30 * 86_400));
        closed(&page);
        let access = crate::ground::entered(&service.polity, "acme");
        let id = made["id"].as_str().unwrap().parse().unwrap();
        assert_eq!(service.polity.legal.legal_document(&access, id).unwrap().signature, None);
    }

    fn of_several_who_sign_at_once_one_does(kit) {
        let service = Service::start(kit);
        let (ada, made, page) = waiting(&service);
        let answers = at_once(8, |n| post(&service, &page, &format!("name=Signer+{n}&title=Head&consent=yes")));
        let mut codes: Vec<u16> = answers.iter().map(Answer::code).collect();
        codes.sort_unstable();
        assert_eq!(codes, [200, 410, 410, 410, 410, 410, 410, 410]);
        let winner = answers.iter().position(|answer| answer.code() == 200).unwrap();
        let access = crate::ground::entered(&service.polity, "acme");
        let id = made["id"].as_str().unwrap().parse().unwrap();
        let signature = service.polity.legal.legal_document(&access, id).unwrap().signature.unwrap();
        assert_eq!(signature.name, format!("Signer {winner}"));
        assert_eq!(status(&service, &ada, &made), "signed");
    }

    fn the_pdf_is_not_made_without_end(kit) {
        let service = Service::start(kit);
        let (_, _, page) = waiting(&service);
        let codes: Vec<u16> = (0..6).map(|_| service.get(&format!("{page}/document.pdf")).code()).collect();
        assert_eq!(codes, [200, 200, 200, 200, 200, 429]);
        assert_eq!(service.get(&page).code(), 200, "it can still be read");
    }

    fn nobody_signs_for_an_organization_that_is_suspended_or_gone(kit) {
        let service = Service::start(kit);
        let (ada, made, page) = waiting(&service);
        ada.sends(&service, ("PUT", "/directory/orgs/acme"), json!({"status": "inactive"}));
        let refused = post(&service, &page, WHOLE);
        assert_eq!(refused.code(), 403, "{}", refused.text);
        ada.sends(&service, ("PUT", "/directory/orgs/acme"), json!({"status": "active"}));
        assert_eq!(status(&service, &ada, &made), "submitted_for_signature");
        assert!(!id_of(&service, "acme").uuid().is_nil());
        ada.does(&service, "DELETE", "/directory/orgs/acme");
        assert_eq!(post(&service, &page, WHOLE).code(), 404);
    }
}
