//! A link signs its document once, for 30 days, and nothing else does.

use std::collections::BTreeSet;
use std::time::Duration;

use polity_directory::{Deletion, Organizations, Status};
use polity_kernel::{Actor, Code, event};
use polity_legal::{DocumentStatus, LegalDocuments, Signing};
use polity_testkit::both_engines;

use crate::common::days;
use crate::desk::{desk, signature};

both_engines! {
    fn a_signature_is_kept_with_its_evidence(kit) {
        let desk = desk(kit);
        let dpa = desk.submitted();
        let link = desk.link(&dpa, 1);
        let (shown, agreement) = desk.legal.opened(&link).unwrap();
        assert_eq!(shown, dpa);
        kit.pass(Duration::from_secs(90));
        let (signed, copy) = desk.legal.sign(&link, signature("Grace Example")).unwrap();
        assert_eq!(desk.legal.fetch(copy.unwrap().as_str()).unwrap().document, dpa.id, "their copy");
        assert_eq!(signed.status, DocumentStatus::Signed);
        let evidence = signed.signature.clone().unwrap();
        assert_eq!((evidence.name.as_str(), evidence.title.as_str()), ("Grace Example", "Head of Operations"));
        assert_eq!(evidence.signed_at.rfc3339(), "2026-01-15T12:01:30Z");
        assert_eq!(evidence.address.as_deref(), Some("192.0.2.7"));
        assert_eq!(evidence.user_agent.as_deref(), Some("Browser/1.0"));
        assert_eq!(evidence.agreement_sha256, agreement.sha256_hex());
        assert_eq!(desk.legal.legal_document(&desk.access, dpa.id).unwrap(), signed);
        let events = kit.ctx.read(|conn| event::latest(conn, dpa.organization, 99)).unwrap();
        let of_it = events.iter().filter(|event| event.entity_id == dpa.id.to_string());
        let told: BTreeSet<_> = of_it.map(|event| event.action.as_str()).collect();
        assert_eq!(told, ["filed", "signed", "submitted"].into());
    }

    fn a_link_is_used_once(kit) {
        let desk = desk(kit);
        let dpa = desk.submitted();
        let link = desk.link(&dpa, 1);
        desk.legal.sign(&link, signature("Grace Example")).unwrap();
        let before = kit.rows();
        for refused in [
            desk.legal.sign(&link, signature("Eve Example")).map(drop),
            desk.legal.opened(&link).map(drop),
            desk.legal.opened_pdf(&link).map(drop),
            desk.legal.renew_link(&desk.access, dpa.id).map(drop),
        ] {
            assert_eq!(refused.unwrap_err().code(), Code::Conflict);
        }
        assert_eq!(kit.rows(), before);
        assert_eq!(desk.mail(&dpa, 1), None, "nothing is mailed any more");
        let administrator = desk.node.enter(&Actor::system(), "acme");
        assert_eq!(desk.legal.withdraw(&administrator, dpa.id).unwrap_err().code(), Code::Conflict);
    }

    fn a_forged_or_expired_link_opens_nothing(kit) {
        let desk = desk(kit);
        let dpa = desk.submitted();
        let link = desk.link(&dpa, 1);
        let forged = format!("{}{}", if link.starts_with('A') { 'B' } else { 'A' }, &link[1..]);
        let too_long = "A".repeat(100_000);
        for bad in ["", "x", forged.as_str(), link.to_lowercase().as_str(), too_long.as_str()] {
            assert_eq!(desk.legal.opened(bad).unwrap_err().code(), Code::NotFound);
            assert_eq!(desk.legal.sign(bad, signature("Eve Example")).unwrap_err().code(), Code::NotFound);
        }
        kit.pass(days(30) - Duration::from_micros(1));
        desk.legal.opened(&link).unwrap();
        kit.pass(Duration::from_micros(1));
        assert_eq!(desk.legal.opened(&link).unwrap_err().code(), Code::NotFound);
        assert_eq!(desk.legal.sign(&link, signature("Grace Example")).unwrap_err().code(), Code::NotFound);
        assert_eq!(desk.mail(&dpa, 1), None);
    }

    fn a_new_link_ends_the_one_before(kit) {
        let desk = desk(kit);
        let dpa = desk.submitted();
        let first = desk.link(&dpa, 1);
        kit.pass(Duration::from_secs(59));
        assert_eq!(desk.legal.renew_link(&desk.access, dpa.id).unwrap_err().code(), Code::Throttled);
        kit.pass(days(40));
        let again = desk.legal.renew_link(&desk.access, dpa.id).unwrap();
        assert_eq!(again.version, 2);
        assert_eq!(desk.mail(&dpa, 1), None, "the first mail is not sent any more");
        let second = desk.link(&dpa, 2);
        assert_ne!(first, second);
        assert_eq!(desk.legal.opened(&first).unwrap_err().code(), Code::NotFound);
        desk.legal.sign(&second, signature("Grace Example")).unwrap();
    }

    fn nobody_signs_for_an_organization_that_does_not_work_or_is_gone(kit) {
        let desk = desk(kit);
        let dpa = desk.submitted();
        let link = desk.link(&dpa, 1);
        let set = |status| {
            let patch = polity_directory::OrganizationPatch { status: Some(status), ..Default::default() };
            desk.node.directory.update(&desk.access, patch).unwrap();
        };
        set(Status::Inactive);
        let refused = desk.legal.sign(&link, signature("Grace Example")).unwrap_err();
        assert_eq!(refused.code(), Code::OrganizationInactive);
        set(Status::Active);
        desk.node.directory.remove(&desk.access, Deletion::Permitted).unwrap();
        assert_eq!(desk.legal.opened(&link).unwrap_err().code(), Code::NotFound);
        assert_eq!(desk.legal.sign(&link, signature("Grace Example")).unwrap_err().code(), Code::NotFound);
    }

    fn a_document_taken_back_makes_room_for_another(kit) {
        let desk = desk(kit);
        let dpa = desk.submitted();
        let link = desk.link(&dpa, 1);
        let administrator = desk.node.enter(&Actor::system(), "acme");
        desk.legal.withdraw(&administrator, dpa.id).unwrap();
        assert_eq!(desk.legal.opened(&link).unwrap_err().code(), Code::NotFound);
        assert_ne!(desk.submitted().id, dpa.id);
    }

    fn the_store_holds_no_link(kit) {
        let desk = desk(kit);
        let link = desk.link(&desk.submitted(), 1);
        let dump = kit.dump();
        let holds = |needle: &[u8]| dump.windows(needle.len()).any(|part| part == needle);
        assert!(holds(b"grace@acme.example"), "the dump shows what is stored");
        assert!(!holds(link.as_bytes()));
    }
}
