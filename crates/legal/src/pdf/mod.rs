//! Legal documents as PDF: the agreement and, once it is signed, a page that certifies who signed it, when and from where.

mod layout;

use krilla::metadata::Metadata;
use polity_kernel::{Error, Result};

use crate::agreement::{Agreement, Block};
use crate::{LegalDocument, Signature};
use layout::{Face, Layout, Style};

const TITLE: Style = Style { face: Face::Bold, size: 19.0, leading: 26.0, before: 0.0, after: 14.0 };
const HEADING: Style = Style { face: Face::Bold, size: 11.5, leading: 16.0, before: 10.0, after: 3.0 };
const BODY: Style = Style { face: Face::Regular, size: 9.8, leading: 14.2, before: 0.0, after: 6.0 };
const ITEM: Style = Style { after: 4.0, ..BODY };
const LABEL: Style = Style { face: Face::Bold, size: 9.0, leading: 13.0, before: 5.0, after: 0.0 };
const FACT: Style = Style { face: Face::Regular, size: 10.0, leading: 15.0, before: 0.0, after: 3.0 };

/// How far the points of a list are moved in, in points (1/72 inch).
const INDENT: f32 = 16.0;

/// The document as PDF: the same bytes for the same document, whenever and wherever it is made by the same version of polity.
///
/// # Errors
/// `Internal` when the PDF cannot be made at all.
pub(crate) fn rendered(document: &LegalDocument, agreement: &Agreement) -> Result<Vec<u8>> {
    let mut layout = Layout::new()?;
    for block in agreement.blocks() {
        match block {
            Block::Title(text) => layout.title(&TITLE, text),
            // a heading stays with the first lines of what it heads
            Block::Heading(text) => layout.keeping(3.0 * BODY.leading, &HEADING, text),
            Block::Paragraph(text) => layout.text(&BODY, 0.0, text),
            Block::Item(text) => layout.item(&ITEM, INDENT, text),
        }
    }
    if let Some(signature) = &document.signature {
        certify(&mut layout, document, signature);
    }
    let title = agreement.blocks().first().map_or("", Block::text);
    let state = if document.signature.is_some() { "signed" } else { "for signature" };
    let footer = format!("{} {} · {state}", document.kind, document.id);
    layout
        .finish(&footer, metadata(document, title))
        .map_err(|error| Error::internal(format!("PDF: {error}")))
}

/// The certificate: a page of its own at the end.
fn certify(layout: &mut Layout, document: &LegalDocument, signature: &Signature) {
    let unknown = || "not known".to_owned();
    layout.new_page();
    layout.title(&TITLE, "Certificate of signature");
    layout.text(
        &BODY,
        0.0,
        "The agreement on the preceding pages was signed electronically through a one-time link that was sent to the representative’s \
         e-mail address. Whoever signed declared to have read the agreement, to agree to it for the company, and to be authorized \
         to do so. What was recorded when it was signed:",
    );
    let facts = [
        ("Signed by", signature.name.clone()),
        ("Title", signature.title.clone()),
        ("For", document.company_name.clone()),
        ("Seat", document.company_address.replace("\r\n", "\n").replace('\n', ", ")),
        ("E-mail address the link was sent to", document.representative.as_str().to_owned()),
        ("Signed at (UTC)", signature.signed_at.rfc3339()),
        ("Network address", signature.address.clone().unwrap_or_else(unknown)),
        ("Program", signature.user_agent.clone().unwrap_or_else(unknown)),
        ("Document", format!("{} {}", document.kind, document.id)),
        ("Organization", document.organization.to_string()),
        ("Submitted at (UTC)", document.created_at.rfc3339()),
        ("SHA-256 of the agreement’s text", signature.agreement_sha256.clone()),
    ];
    layout.rule();
    for (label, fact) in facts {
        layout.keeping(FACT.leading, &LABEL, label);
        layout.text(&FACT, 0.0, &fact);
    }
    layout.rule();
    layout.text(
        &BODY,
        0.0,
        "The hash is that of the text of the agreement as it was shown, its blocks parted by empty lines. The file as a whole is kept \
         with a hash of its own, which is checked whenever the file is handed out.",
    );
}

fn metadata(document: &LegalDocument, title: &str) -> Metadata {
    Metadata::new()
        .title(format!("{title} · {}", document.company_name))
        .language("en".to_owned())
        .creator("polity".to_owned())
        .document_id(format!(
            "{}/{}",
            document.id,
            if document.signature.is_some() { "signed" } else { "unsigned" }
        ))
}

#[cfg(test)]
mod tests {
    use polity_kernel::{OrganizationId, Timestamp};
    use uuid::Uuid;

    use super::*;
    use crate::{DocumentStatus, DocumentType, LegalDocumentId, Settings};

    fn document(company_name: &str) -> LegalDocument {
        let at = Timestamp::from_seconds(1_768_478_400);
        LegalDocument {
            id: LegalDocumentId::new(Uuid::from_u128(2)),
            organization: OrganizationId::new(Uuid::from_u128(1)),
            kind: DocumentType::Baa,
            company_name: company_name.to_owned(),
            company_address: "1 Main Street\r\nSpringfield".to_owned(),
            representative: "grace@acme.example".parse().unwrap(),
            status: DocumentStatus::Submitted,
            created_by: None,
            created_at: at,
            link_expires_at: at,
            signature: Some(Signature {
                name: "Grace Ωmega Ђ Étienne".to_owned(),
                title: "Head of Operations".to_owned(),
                signed_at: at,
                address: None,
                user_agent: Some("x".repeat(512)),
                agreement_sha256: "0".repeat(64),
            }),
            version: 2,
        }
    }

    fn agreement(company_name: &str) -> Agreement {
        let templates = Settings::default().templates().unwrap();
        let blanks = ["company_address", "representative_email", "vendor_name", "vendor_address", "date"]
            .map(|blank| (blank, "…"));
        templates
            .of(DocumentType::Baa)
            .filled(&[blanks.as_slice(), &[("company_name", company_name)]].concat())
            .unwrap()
    }

    #[test]
    fn whatever_a_company_is_called_there_is_a_document() {
        // words wider than a line, letters that the font lacks, writing from right to left, marks on letters, nothing to be seen
        for name in [
            &"W".repeat(255),
            "株式会社",
            "חברה",
            "e\u{301}\u{301}",
            "\u{200b}",
            "😀 & <Sons> (Ltd)",
            "a\u{2028}b",
        ] {
            let pdf = rendered(&document(name), &agreement(name)).unwrap();
            assert!(pdf.starts_with(b"%PDF-"), "{name}");
        }
    }

    #[test]
    fn the_same_document_is_the_same_bytes() {
        let make = || rendered(&document("Acme"), &agreement("Acme")).unwrap();
        assert_eq!(make(), make());
    }
}
