//! Legal documents: submitted, seen, sent again, taken back, downloaded.

use std::path::PathBuf;
use std::time::Duration;

use polity_kernel::Evidence;
use polity_legal::{LegalDocumentId, NewSignature, SignatureFields};
use polity_testkit::both_engines;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::ground::common::{Answer, Service};
use crate::ground::{Caller, entered, patient};

pub(crate) const AT: &str = "/api/organizations/acme/legal_documents";

pub(crate) fn dpa() -> Value {
    json!({
        "document_type": "DPA", "company_name": "Acme <b>Ltd</b>", "company_address": "1 Main Street\nSpringfield",
        "representative_email": "Grace@acme.example", "status": "signed",
    })
}

/// The secret of a document's link of this number.
pub(crate) fn link(service: &Service, organization: &str, document: &Value, number: i64) -> String {
    let id: LegalDocumentId = document["id"].as_str().unwrap().parse().unwrap();
    let organization = entered(&service.polity, organization).organization();
    let mail = service.polity.legal.signing_mail(organization, id, number).unwrap().unwrap();
    mail.link.exposed().to_owned()
}

fn signed(service: &Service, document: &Value) {
    let fields = SignatureFields {
        name: "Grace Example".to_owned(),
        title: "Head".to_owned(),
        consent: true,
        evidence: Evidence::default(),
    };
    let signature = NewSignature::try_from(fields).unwrap();
    service.polity.legal.sign(&link(service, "acme", document, 1), signature).unwrap();
}

fn refusal(answer: &Answer) -> (u16, String, Value) {
    let told = answer.json();
    (answer.code(), told["code"].as_str().unwrap().to_owned(), told["attr"].clone())
}

fn told(status: u16, code: &str, attr: impl Into<Value>) -> (u16, String, Value) {
    (status, code.to_owned(), attr.into())
}

/// The path that the answer leads to.
fn place(answer: &Answer) -> String {
    assert_eq!((answer.code(), answer.text.as_str(), answer.header("cache-control")), (302, "", "no-store"));
    answer.header("location").splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap()
}

both_engines! {
    fn an_administrator_submits_and_sees_them_and_nobody_else_does(kit) {
        let service = Service::start(kit);
        let [ada, bob, eve] = ["ada", "bob", "eve"].map(|name| Caller::person(&service, name));
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "member");
        eve.founds(&service, "evil");
        let made = ada.put(&service, ("POST", AT), &dpa());
        assert_eq!(made.code(), 201, "{made:?}");
        let made = made.json();
        let id = made["id"].as_str().unwrap();
        assert_eq!(made, json!({
            "id": id, "document_type": "DPA", "company_name": "Acme <b>Ltd</b>",
            "representative_email": "grace@acme.example", "status": "submitted_for_signature",
            "created_by": {"first_name": "", "email": "ada@acme.example"}, "created_at": "2026-01-15T12:00:00Z",
        }));
        assert_eq!(refusal(&ada.put(&service, ("POST", AT), &dpa())), told(400, "invalid_input", "document_type"));
        kit.pass(Duration::from_secs(1));
        let baa = ada.sends(&service, ("POST", &format!("{AT}/")), json!({
            "document_type": "BAA", "company_name": "Acme", "company_address": "here", "representative_email": "g@acme.example",
        })).json();
        let page = ada.does(&service, "GET", &format!("{AT}?limit=1")).json();
        assert_eq!((&page["count"], &page["results"]), (&json!(2), &json!([baa])), "the newest first");
        assert_eq!(ada.does(&service, "GET", &format!("{AT}?limit=1&offset=1")).json()["results"], json!([made]));
        let one = format!("{AT}/{id}");
        assert_eq!(ada.does(&service, "GET", &one).json(), made);
        for (method, path) in [
            ("GET", AT), ("POST", AT), ("GET", &one), ("DELETE", &one),
            ("GET", &format!("{one}/download")), ("POST", &format!("{one}/resend")), ("GET", &format!("{AT}/x")),
        ] {
            for (who, status) in [(&bob, 403), (&eve, 403), (&Caller::anonymous(), 401)] {
                assert_eq!(who.put(&service, (method, path), &dpa()).code(), status, "{} {method} {path}", who.name);
            }
        }
        for path in [format!("{AT}/x"), format!("{AT}/{}", uuid::Uuid::nil()), format!("/api/organizations/evil/legal_documents/{id}")] {
            let who = if path.contains("evil") { &eve } else { &ada };
            assert_eq!(refusal(&who.ask(&service, "GET", &path)), told(404, "not_found", Value::Null), "{path}");
            assert_eq!(who.ask(&service, "GET", &format!("{path}/download")).code(), 404);
            assert_eq!(who.ask(&service, "POST", &format!("{path}/resend")).code(), 404);
        }
    }

    fn what_cannot_be_submitted_is_named(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        for (field, value, word) in [
            ("document_type", json!("NDA"), "invalid_choice"),
            ("document_type", json!(7), "invalid_choice"),
            ("document_type", Value::Null, "null"),
            ("company_name", json!(""), "blank"),
            ("company_name", json!("x".repeat(256)), "max_length"),
            ("company_name", json!(["x"]), "invalid_input"),
            ("company_name", json!("Acme\r\nBcc: eve@evil.example"), "invalid_input"),
            ("company_address", json!("x".repeat(513)), "max_length"),
            ("company_address", json!("a\u{7}b"), "invalid_input"),
            ("representative_email", json!("grace"), "invalid_input"),
            ("representative_email", json!("a@b.example\nBcc: c@d.example"), "invalid_input"),
            ("representative_email", json!("a@b.example, c@d.example"), "invalid_input"),
        ] {
            let mut body = dpa();
            body[field] = value.clone();
            assert_eq!(refusal(&ada.put(&service, ("POST", AT), &body)), told(400, word, field), "{field} {value}");
        }
        for field in ["document_type", "company_name", "company_address", "representative_email"] {
            let mut body = dpa();
            body.as_object_mut().unwrap().remove(field);
            assert_eq!(refusal(&ada.put(&service, ("POST", AT), &body)), told(400, "required", field));
        }
        assert_eq!(ada.does(&service, "GET", AT).json()["count"], 0);
    }

    fn a_key_without_the_scope_hears_which(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let one = format!("{AT}/{}", ada.sends(&service, ("POST", AT), dpa()).json()["id"].as_str().unwrap());
        let lacks = |who: &Caller, method: &str, path: &str, scope: &str| {
            let answer = who.put(&service, (method, path), &dpa());
            assert_eq!(answer.code(), 403, "{method} {path}");
            assert!(answer.json()["detail"].as_str().unwrap().ends_with(scope), "{answer:?}");
        };
        let stranger = ada.narrowed(&service, &["org.directory.get"]);
        for path in [AT, &one, &format!("{one}/download")] {
            lacks(&stranger, "GET", path, "legal_document:read");
        }
        let reader = ada.narrowed(&service, &["org.legal_documents.get", "org.legal_documents.list"]);
        reader.does(&service, "GET", AT);
        reader.does(&service, "GET", &one);
        lacks(&reader, "POST", AT, "legal_document:write");
        lacks(&reader, "POST", &format!("{one}/resend"), "legal_document:write");
        lacks(&reader, "DELETE", &one, "legal_document:write");
    }

    fn the_link_is_sent_again_and_only_a_platform_administrator_takes_a_document_back(kit) {
        let service = Service::start(kit);
        let (ada, root) = (Caller::person(&service, "ada"), Caller::platform(&service));
        ada.founds(&service, "acme");
        let made = ada.sends(&service, ("POST", AT), dpa()).json();
        let one = format!("{AT}/{}", made["id"].as_str().unwrap());
        let first = link(&service, "acme", &made, 1);
        kit.pass(Duration::from_secs(20));
        let early = ada.ask(&service, "POST", &format!("{one}/resend"));
        assert_eq!(refusal(&early), told(429, "throttled", Value::Null));
        kit.pass(Duration::from_secs(40));
        assert_eq!(ada.does(&service, "POST", &format!("{one}/resend")).json(), made);
        assert_eq!(service.get(&format!("/sign/{first}")).code(), 404, "the newer link has replaced it");
        assert_eq!(service.get(&format!("/sign/{}", link(&service, "acme", &made, 2))).code(), 200);
        assert_eq!(ada.ask(&service, "DELETE", &one).code(), 403);
        assert_eq!(root.ask(&service, "DELETE", &one).code(), 204);
        assert_eq!(ada.ask(&service, "GET", &one).code(), 404);
        let again = ada.sends(&service, ("POST", AT), dpa()).json();
        signed(&service, &again);
        let one = format!("{AT}/{}", again["id"].as_str().unwrap());
        kit.pass(Duration::from_secs(60));
        assert_eq!(refusal(&ada.ask(&service, "POST", &format!("{one}/resend"))), told(409, "protected_error", Value::Null));
        assert_eq!(refusal(&root.ask(&service, "DELETE", &one)), told(409, "protected_error", Value::Null));
    }

    fn a_signed_document_is_downloaded_within_a_minute(kit) {
        let service = patient(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let made = ada.sends(&service, ("POST", AT), dpa()).json();
        let id = made["id"].as_str().unwrap();
        let at = format!("{AT}/{id}/download/");
        assert_eq!(refusal(&ada.ask(&service, "GET", &at)), told(404, "not_found", Value::Null), "it is not signed");
        signed(&service, &made);
        assert_eq!(ada.does(&service, "GET", &format!("{AT}/{id}")).json()["status"], "signed");
        let place = place(&ada.ask(&service, "GET", &at));
        let file = service.get(&place);
        assert_eq!((file.code(), file.header("content-type"), file.header("cache-control")), (200, "application/pdf", "no-store"));
        assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"polity-DPA-{id}.pdf\""));
        assert!(file.text.starts_with("%PDF-"));
        let forged = format!("{}{}", &place[..place.len() - 1], if place.ends_with('A') { 'B' } else { 'A' });
        for bad in [&forged, &format!("{place}A"), "/api/legal_documents/download/x"] {
            assert_eq!(refusal(&service.get(bad)), told(404, "not_found", Value::Null), "{bad}");
        }
        kit.pass(Duration::from_secs(60));
        assert_eq!(refusal(&service.get(&place)), told(404, "not_found", Value::Null), "its time is over");
    }

    fn a_file_that_was_tampered_with_is_not_served(kit) {
        let folder = TempDir::new().unwrap();
        let patience = polity::gate::guesses::Patience::default();
        let service = Service::start_set(kit, patience, |settings| settings.data_dir = folder.path().to_owned());
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let made = ada.sends(&service, ("POST", AT), dpa()).json();
        signed(&service, &made);
        let place = place(&ada.ask(&service, "GET", &format!("{AT}/{}/download", made["id"].as_str().unwrap())));
        let inside = |folder: PathBuf| {
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).next().unwrap()
        };
        let path = inside(inside(inside(folder.path().join("objects/legal_documents"))));
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[200] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        let refused = service.get(&place);
        assert_eq!((refused.code(), refused.json()["code"].as_str()), (500, Some("error")));
        std::fs::remove_file(&path).unwrap();
        assert_eq!(service.get(&place).code(), 500);
    }
}
