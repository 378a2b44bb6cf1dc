//! Signed files: stored before the document counts as signed, never another, and handed out for a minute.

use std::time::Duration;

use polity_directory::Organizations;
use polity_kernel::Code;
use polity_legal::{DocumentStatus, LegalDocuments, LegalWork, Signing};
use polity_testkit::both_engines;

use crate::desk::{desk, signature};

both_engines! {
    fn a_signed_file_is_handed_out_for_a_minute(kit) {
        let desk = desk(kit);
        let dpa = desk.submitted();
        assert_eq!(desk.legal.download(&desk.access, dpa.id).unwrap_err().code(), Code::NotFound);
        desk.legal.sign(&desk.link(&dpa, 1), signature("Grace Example")).unwrap();
        let token = desk.legal.download(&desk.access, dpa.id).unwrap();
        let file = desk.legal.fetch(token.as_str()).unwrap();
        assert!(file.bytes.starts_with(b"%PDF-"));
        assert_eq!(file.name(), format!("polity-DPA-{}.pdf", dpa.id));
        kit.pass(Duration::from_secs(59));
        assert_eq!(desk.legal.fetch(token.as_str()).unwrap(), file, "as often as one likes until then");
        kit.pass(Duration::from_secs(1));
        for bad in [token.as_str(), "", "x"] {
            assert_eq!(desk.legal.fetch(bad).unwrap_err().code(), Code::NotFound);
        }
    }

    fn a_file_that_was_tampered_with_is_not_handed_out(kit) {
        let desk = desk(kit);
        let dpa = desk.submitted();
        desk.legal.sign(&desk.link(&dpa, 1), signature("Grace Example")).unwrap();
        let token = desk.legal.download(&desk.access, dpa.id).unwrap();
        let original = desk.shelf.files.lock().unwrap().clone();
        for file in desk.shelf.files.lock().unwrap().values_mut() {
            file[100] ^= 1;
        }
        assert_eq!(desk.legal.fetch(token.as_str()).unwrap_err().code(), Code::Internal);
        desk.shelf.files.lock().unwrap().clear();
        assert_eq!(desk.legal.fetch(token.as_str()).unwrap_err().code(), Code::Internal);
        *desk.shelf.files.lock().unwrap() = original;
        desk.legal.fetch(token.as_str()).unwrap();
    }

    fn what_is_signed_while_the_object_store_is_out_of_reach_is_stored_later(kit) {
        let desk = desk(kit);
        let dpa = desk.submitted();
        desk.jobs(kit);
        let link = desk.link(&dpa, 1);
        *desk.shelf.is_closed.lock().unwrap() = true;
        let (signed, copy) = desk.legal.sign(&link, signature("Grace Example")).unwrap();
        assert_eq!(copy, None);
        assert_eq!(signed.status, DocumentStatus::Submitted, "not before it is stored");
        assert!(signed.signature.is_some());
        assert_eq!(desk.legal.sign(&link, signature("Eve Example")).unwrap_err().code(), Code::Conflict);
        assert_eq!(desk.legal.download(&desk.access, dpa.id).unwrap_err().code(), Code::NotFound);
        assert_eq!(desk.legal.file(dpa.organization, dpa.id).unwrap_err().code(), Code::Unavailable);
        kit.pass(Duration::from_secs(30));
        assert_eq!(desk.jobs(kit)[0].0, "legal.file");
        *desk.shelf.is_closed.lock().unwrap() = false;
        for _ in 0..2 {
            desk.legal.file(dpa.organization, dpa.id).unwrap();
            let filed = desk.legal.legal_document(&desk.access, dpa.id).unwrap();
            assert_eq!((filed.status, filed.version), (DocumentStatus::Signed, 3));
            assert_eq!(filed.signature, signed.signature);
        }
        assert_eq!(desk.shelf.files.lock().unwrap().len(), 1);
    }

    fn the_same_document_is_the_same_file(kit) {
        let desk = desk(kit);
        let dpa = desk.submitted();
        let link = desk.link(&dpa, 1);
        let unsigned = desk.legal.opened_pdf(&link).unwrap();
        assert_eq!(unsigned, desk.legal.opened_pdf(&link).unwrap());
        desk.legal.sign(&link, signature("Grace Example")).unwrap();
        let signed = desk.shelf.files.lock().unwrap().values().next().unwrap().clone();
        assert_eq!(pages(&signed), pages(&unsigned) + 1, "the certificate is a page of its own");
        assert!(pages(&unsigned) > 1);
    }

    fn with_an_organization_go_its_documents_and_their_files(kit) {
        let desk = desk(kit);
        let empty = kit.rows();
        let dpa = desk.submitted();
        desk.legal.sign(&desk.link(&dpa, 1), signature("Grace Example")).unwrap();
        desk.node.directory.remove(&desk.access, polity_directory::Deletion::Permitted).unwrap();
        while desk.legal.purge(dpa.organization, 1).unwrap() > 0 {}
        assert!(desk.shelf.files.lock().unwrap().is_empty());
        let rows = kit.rows();
        for table in ["legal_documents", "signing_links", "provider_documents"] {
            assert_eq!(rows[table], empty[table], "{table}");
        }
    }
}

/// How many pages a PDF says it has.
fn pages(pdf: &[u8]) -> usize {
    pdf.windows(12).filter(|part| *part == b"/Type /Page\n" || part.starts_with(b"/Type/Page/")).count()
}
