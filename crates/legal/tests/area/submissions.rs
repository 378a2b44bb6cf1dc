//! Documents are submitted once of each type, by whoever may, and seen by nobody else.

use polity_kernel::{Code, Entitled, Permission};
use polity_legal::{DocumentStatus, DocumentType, LegalDocuments, Settings, Signing};
use polity_testkit::both_engines;
use serde_json::json;

use crate::common::{acting, days, entitled, narrowed, person};
use crate::desk::{desk, document, service, settings};

both_engines! {
    fn a_document_waits_for_a_signature_and_its_mail_is_promised(kit) {
        let desk = desk(kit);
        let dpa = desk.submitted();
        assert_eq!((dpa.status, dpa.version), (DocumentStatus::Submitted, 1));
        assert_eq!(dpa.created_by, desk.access.actor().id());
        assert_eq!(dpa.signature, None);
        let payload = json!({ "organization": dpa.organization, "document": dpa.id, "link_number": 1 });
        assert_eq!(desk.jobs(kit), [("mail.signing".to_owned(), payload)]);
        let mail = desk.mail(&dpa, 1).unwrap();
        assert_eq!(mail.document.representative.as_str(), "grace@acme.example");
        assert_eq!(mail.link.exposed().len(), 43, "256 bits");
        assert_eq!(desk.legal.legal_document(&desk.access, dpa.id).unwrap(), dpa);
        let submitters = desk.legal.submitters(&desk.access, std::slice::from_ref(&dpa)).unwrap();
        assert_eq!(submitters[0].email_text(), "ada@acme.example");
        let other = desk.node.found(&person(kit, "eve@evil.example"), "evil");
        assert_eq!(desk.legal.submitters(&other, &[dpa]).unwrap(), [], "of another organization's nobody");
    }

    fn there_is_one_of_each_type(kit) {
        let desk = desk(kit);
        let dpa = desk.submitted();
        let before = kit.rows();
        let error = desk.legal.submit(&desk.access, document(DocumentType::Dpa)).unwrap_err();
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "document_type"));
        assert_eq!(kit.rows(), before);
        kit.pass(days(1));
        // a BAA needs a feature, and nobody has any in these tests
        let error = desk.legal.submit(&desk.access, document(DocumentType::Baa)).unwrap_err();
        assert_eq!(error.code(), Code::NotEntitled);
        let all = entitled(&kit.ctx, Entitled::to_all());
        let access = all.enter(desk.access.actor(), "acme");
        let baa = desk.legal.submit(&access, document(DocumentType::Baa)).unwrap();
        assert_eq!(desk.legal.legal_documents(&access).unwrap(), [baa, dpa], "the newest first");
    }

    fn only_administrators_see_and_submit(kit) {
        let desk = desk(kit);
        let dpa = desk.submitted();
        let member = acting(desk.node.hire(kit, &desk.access, "bob").unwrap());
        let access = desk.node.enter(&member, "acme");
        let lacks = |error: polity_kernel::Error, name: &str| {
            assert_eq!(error.code(), Code::Forbidden);
            assert_eq!(error.missing_permissions(), [name.parse::<Permission>().unwrap()]);
        };
        lacks(desk.legal.legal_documents(&access).unwrap_err(), "org.legal_documents.list");
        lacks(desk.legal.legal_document(&access, dpa.id).unwrap_err(), "org.legal_documents.get");
        lacks(desk.legal.download(&access, dpa.id).unwrap_err(), "org.legal_documents.get");
        lacks(desk.legal.renew_link(&access, dpa.id).unwrap_err(), "org.legal_documents.update");
        lacks(desk.legal.submit(&access, document(DocumentType::Dpa)).unwrap_err(), "org.legal_documents.create");
        let reader = desk.node.enter(&narrowed(desk.access.actor(), &["org.legal_documents.get"]), "acme");
        assert_eq!(desk.legal.legal_document(&reader, dpa.id).unwrap(), dpa);
        assert_eq!(desk.legal.withdraw(&desk.access, dpa.id).unwrap_err().code(), Code::Forbidden);
    }

    fn another_organization_knows_nothing_of_it(kit) {
        let desk = desk(kit);
        let dpa = desk.submitted();
        let other = desk.node.found(&person(kit, "eve@evil.example"), "evil");
        assert_eq!(desk.legal.legal_documents(&other).unwrap(), []);
        for refused in [
            desk.legal.legal_document(&other, dpa.id).map(drop),
            desk.legal.renew_link(&other, dpa.id).map(drop),
            desk.legal.download(&other, dpa.id).map(drop),
        ] {
            assert_eq!(refused.unwrap_err().code(), Code::NotFound);
        }
    }

    fn what_is_agreed_on_stays_what_was_submitted(kit) {
        let desk = desk(kit);
        let dpa = desk.submitted();
        let template = "# Other agreement\n\nBetween {{company_name}} and {{vendor_name}}.";
        let later = Settings { dpa_template: Some(template.to_owned()), ..settings() };
        let later = service(&kit.ctx, &desk.shelf, &later);
        let link = desk.link(&dpa, 1);
        assert_eq!(later.opened(&link).unwrap().1, desk.legal.opened(&link).unwrap().1);
        let text = desk.legal.opened(&link).unwrap().1.text();
        assert!(text.starts_with("Data Processing Agreement\n\n"));
        assert!(text.contains("made on 2026-01-15 between Acme Ltd, with its seat at 1 Main Street, Springfield"));
        assert!(text.contains("Example Cloud Ltd, with its seat at 2 Harbor Road, Portsmouth"));
        assert!(!text.contains("{{"));
    }
}
