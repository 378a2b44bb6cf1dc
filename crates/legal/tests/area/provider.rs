//! A signing provider in place of polity's own links, and its webhook.

use std::sync::{Arc, Mutex};

use hmac::{Hmac, KeyInit as _, Mac as _};
use polity_kernel::{Code, Error, Result};
use polity_legal::{
    DocumentStatus, DocumentType, LegalDocument, LegalDocuments, LegalWork, Signing, SigningProvider,
};
use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::desk::{Desk, desk};

/// A provider that remembers what it was asked, and can be out of reach.
#[derive(Default)]
struct Outside {
    sent: Mutex<Vec<String>>,
    is_down: Mutex<bool>,
    is_quick: Mutex<bool>,
}

impl SigningProvider for Outside {
    fn submit(&self, document: &LegalDocument) -> Result<String> {
        Ok(format!("outside-{}", document.id))
    }

    fn is_drafted(&self, _outside_id: &str) -> Result<bool> {
        Ok(*self.is_quick.lock().unwrap())
    }

    fn send(&self, outside_id: &str) -> Result<()> {
        self.sent.lock().unwrap().push(outside_id.to_owned());
        Ok(())
    }

    fn signed(&self, _outside_id: &str) -> Result<Vec<u8>> {
        if *self.is_down.lock().unwrap() {
            return Err(Error::new(Code::Unavailable, "the provider cannot be reached"));
        }
        Ok(b"%PDF-1.7 signed elsewhere".to_vec())
    }

    fn template(&self, kind: DocumentType) -> Option<String> {
        Some(format!("template-{kind}"))
    }
}

fn signed(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(b"swordfish-swordfish").unwrap();
    mac.update(body);
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn event(document: &LegalDocument, status: &str) -> Value {
    json!({
        "event": "document_state_changed",
        "data": { "id": format!("outside-{}", document.id), "status": status, "template": { "id": "template-DPA" } },
    })
}

/// A desk whose provider has been given a document.
fn handed_over(kit: &Kit) -> (Desk, Arc<Outside>, LegalDocument) {
    let outside = Arc::new(Outside::default());
    let desk = desk(kit).signed_by(kit, Arc::clone(&outside) as Arc<dyn SigningProvider>);
    let dpa = desk.submitted();
    desk.legal.hand_over(dpa.organization, dpa.id).unwrap();
    (desk, outside, dpa)
}

fn tell(desk: &Desk, told: &Value) -> Result<usize> {
    let body = told.to_string();
    desk.legal.heed(body.as_bytes(), &signed(body.as_bytes()))
}

both_engines! {
    fn a_provider_has_a_document_signed(kit) {
        let (desk, outside, dpa) = handed_over(kit);
        let jobs = desk.jobs(kit);
        assert_eq!(jobs, [("legal.hand_over".to_owned(), json!({ "organization": dpa.organization, "document": dpa.id }))]);
        assert_eq!(tell(&desk, &event(&dpa, "document.draft")).unwrap(), 1);
        assert_eq!(*outside.sent.lock().unwrap(), [format!("outside-{}", dpa.id)]);
        // an array may say several things, known and unknown
        let several = json!([event(&dpa, "document.viewed"), event(&dpa, "document.completed"), {}]);
        assert_eq!(tell(&desk, &several).unwrap(), 1);
        let signed = desk.legal.legal_document(&desk.access, dpa.id).unwrap();
        assert_eq!(signed.status, DocumentStatus::Signed);
        let token = desk.legal.download(&desk.access, dpa.id).unwrap();
        assert_eq!(desk.legal.fetch(token.as_str()).unwrap().bytes, b"%PDF-1.7 signed elsewhere");
    }

    fn a_provider_that_is_quicker_than_we_are_is_asked(kit) {
        let outside = Arc::new(Outside { is_quick: Mutex::new(true), ..Outside::default() });
        let desk = desk(kit).signed_by(kit, Arc::clone(&outside) as Arc<dyn SigningProvider>);
        let dpa = desk.submitted();
        // the news that it is drafted comes before anybody knows what it is called
        assert_eq!(tell(&desk, &event(&dpa, "document.draft")).unwrap(), 0);
        for _ in 0..2 {
            desk.legal.hand_over(dpa.organization, dpa.id).unwrap();
            assert_eq!(*outside.sent.lock().unwrap(), [format!("outside-{}", dpa.id)]);
        }
    }

    fn told_again_nothing_changes(kit) {
        let (desk, outside, dpa) = handed_over(kit);
        for status in ["document.draft", "document.completed"] {
            assert_eq!(tell(&desk, &event(&dpa, status)).unwrap(), 1);
            let (rows, before) = (kit.rows(), desk.legal.legal_document(&desk.access, dpa.id).unwrap());
            assert_eq!(tell(&desk, &event(&dpa, status)).unwrap(), 0);
            assert_eq!((kit.rows(), desk.legal.legal_document(&desk.access, dpa.id).unwrap()), (rows, before));
        }
        assert_eq!(outside.sent.lock().unwrap().len(), 1);
        desk.legal.hand_over(dpa.organization, dpa.id).unwrap();
        assert_eq!(kit.rows()["provider_documents"], 1);
    }

    fn a_forged_webhook_is_nowhere(kit) {
        let (desk, _, dpa) = handed_over(kit);
        let body = event(&dpa, "document.completed").to_string();
        let other = signed(b"something else");
        for bad in ["", "00", other.as_str()] {
            assert_eq!(desk.legal.heed(body.as_bytes(), bad).unwrap_err().code(), Code::NotFound);
        }
        assert_eq!(desk.legal.heed(b"nonsense", &signed(b"nonsense")).unwrap_err().code(), Code::Malformed);
        assert_eq!(desk.legal.legal_document(&desk.access, dpa.id).unwrap(), dpa);
    }

    fn without_a_provider_there_is_no_webhook(kit) {
        let desk = desk(kit);
        assert_eq!(tell(&desk, &json!([])).unwrap_err().code(), Code::NotFound);
    }

    fn what_is_not_ours_is_passed_by(kit) {
        let (desk, _, dpa) = handed_over(kit);
        let mut foreign = event(&dpa, "document.completed");
        foreign["data"]["id"] = json!("outside-unknown");
        let mut other_template = event(&dpa, "document.completed");
        other_template["data"]["template"]["id"] = json!("template-BAA");
        assert_eq!(tell(&desk, &json!([foreign, other_template])).unwrap(), 0);
        assert_eq!(desk.legal.legal_document(&desk.access, dpa.id).unwrap(), dpa);
    }

    fn what_could_not_be_fetched_or_stored_is_heeded_when_told_again(kit) {
        let (desk, outside, dpa) = handed_over(kit);
        let completed = event(&dpa, "document.completed");
        for broken in [&outside.is_down, &desk.shelf.is_closed] {
            *broken.lock().unwrap() = true;
            assert_eq!(tell(&desk, &completed).unwrap_err().code(), Code::Unavailable);
            assert_eq!(desk.legal.legal_document(&desk.access, dpa.id).unwrap(), dpa);
            *broken.lock().unwrap() = false;
        }
        assert_eq!(tell(&desk, &completed).unwrap(), 1);
    }
}
