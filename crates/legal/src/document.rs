//! Legal documents: what an organization and the operator agree on, and how far that has come.

use std::fmt;
use std::time::Duration;

use polity_accounts::EmailAddress;
use polity_kernel::text::{canonical, multiline, parsed_at, printable};
use polity_kernel::{Error, Evidence, FieldKind, OrganizationId, Result, SubjectId, Timestamp, id, words};
use validator::{Validate, ValidationError};

/// How long a signing link opens its document.
pub(crate) const LINK_LIFETIME: Duration = Duration::from_secs(30 * 86_400);

/// The longest address of a company's seat, in characters.
pub const LONGEST_COMPANY_ADDRESS: u64 = 512;

id!(LegalDocumentId, "One legal document.");

words! {
    /// What is agreed on.
    pub enum DocumentType {
        /// Business associate agreement: protected health information.
        Baa = "BAA",
        /// Data processing agreement: personal data.
        Dpa = "DPA",
    }
}

words! {
    /// How far a document has come; there is no way back.
    pub enum DocumentStatus {
        /// It waits for a signature, or for the signed file to be stored.
        Submitted = "submitted_for_signature",
        /// It is signed and its file is stored.
        Signed = "signed",
    }
}

/// A legal document. Who may sign it is told by mail alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegalDocument {
    /// Its id.
    pub id: LegalDocumentId,
    /// Whose it is.
    pub organization: OrganizationId,
    /// What is agreed on; an organization has one document of each type.
    pub kind: DocumentType,
    /// The company that signs.
    pub company_name: String,
    /// Where it has its seat; may have several lines.
    pub company_address: String,
    /// Whoever signs for it.
    pub representative: EmailAddress,
    /// How far it has come.
    pub status: DocumentStatus,
    /// Who submitted it; absent for polity itself.
    pub created_by: Option<SubjectId>,
    /// When.
    pub created_at: Timestamp,
    /// Until when the present signing link opens it.
    pub link_expires_at: Timestamp,
    /// The signature; absent until it is given, and for what a provider had signed.
    pub signature: Option<Signature>,
    /// Raised by each change.
    pub version: i64,
}

/// Who signed, when, from where and what: the evidence of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The name they gave.
    pub name: String,
    /// What they are in the company.
    pub title: String,
    /// When.
    pub signed_at: Timestamp,
    /// From which address, when that is known.
    pub address: Option<String>,
    /// With which program, as it names itself: at most 512 characters of it.
    pub user_agent: Option<String>,
    /// The SHA-256 of the agreement's text as it was shown, in lower-case hexadecimal.
    pub agreement_sha256: String,
}

/// What somebody says about a document to submit; [`NewLegalDocument::try_from`] says whether it will do.
#[derive(Clone, Debug)]
pub struct LegalDocumentFields {
    /// What is to be agreed on.
    pub kind: DocumentType,
    /// The company that signs; 1 to 255 characters on one line.
    pub company_name: String,
    /// Where it has its seat; 1 to 512 characters, lines allowed.
    pub company_address: String,
    /// The address of whoever signs for it.
    pub representative_email: String,
}

/// A document to submit, every field of it acceptable.
#[derive(Clone, Debug, Validate)]
pub struct NewLegalDocument {
    pub(crate) kind: DocumentType,
    #[validate(
        length(min = 1, max = polity_kernel::text::EXTERNAL_ID),
        custom(function = "printable")
    )]
    pub(crate) company_name: String,
    #[validate(
        length(min = 1, max = LONGEST_COMPANY_ADDRESS),
        custom(function = "multiline")
    )]
    pub(crate) company_address: String,
    pub(crate) representative: EmailAddress,
}

/// What somebody says who signs; [`NewSignature::try_from`] says whether it will do.
#[derive(Clone, Debug)]
pub struct SignatureFields {
    /// Their name; 1 to 200 characters.
    pub name: String,
    /// What they are in the company; 1 to 200 characters.
    pub title: String,
    /// Whether they say that they agree, and may for the company: without it nothing is signed.
    pub consent: bool,
    /// Where they sign from.
    pub evidence: Evidence,
}

/// A signature to give, every field of it acceptable.
#[derive(Clone, Debug, Validate)]
pub struct NewSignature {
    #[validate(
        length(min = 1, max = polity_kernel::text::NAME),
        custom(function = "printable")
    )]
    name: String,
    #[validate(
        length(min = 1, max = polity_kernel::text::NAME),
        custom(function = "printable")
    )]
    title: String,
    #[validate(custom(function = "given"))]
    consent: bool,
    evidence: Evidence,
}

/// What opens a document for signing, once: 256 random bits as they stand in the link. Printing it shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningLink(pub(crate) String);

impl SigningLink {
    /// The secret, for the mail alone.
    pub fn exposed(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SigningLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningLink(…)")
    }
}

/// What the representative is mailed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningMail {
    /// The document.
    pub document: LegalDocument,
    /// What the document's organization is called.
    pub organization_name: String,
    /// What opens it.
    pub link: SigningLink,
    /// How many links there have been: the mail of one link is sent once.
    pub link_number: i64,
}

impl TryFrom<LegalDocumentFields> for NewLegalDocument {
    type Error = Error;

    fn try_from(fields: LegalDocumentFields) -> Result<Self> {
        let new = Self {
            kind: fields.kind,
            company_name: canonical(&fields.company_name),
            company_address: canonical(&fields.company_address),
            representative: parsed_at("representative_email", &fields.representative_email)?,
        };
        new.validate()?;
        Ok(new)
    }
}

impl TryFrom<SignatureFields> for NewSignature {
    type Error = Error;

    fn try_from(fields: SignatureFields) -> Result<Self> {
        let new = Self {
            name: canonical(&fields.name),
            title: canonical(&fields.title),
            consent: fields.consent,
            evidence: fields.evidence,
        };
        new.validate()?;
        Ok(new)
    }
}

/// What must be said with a yes.
fn given(consent: &bool) -> Result<(), ValidationError> {
    match consent {
        true => Ok(()),
        false => Err(FieldKind::Required.told("must be given").into()),
    }
}

impl NewSignature {
    /// The signature given at this instant under a text of this SHA-256.
    pub(crate) fn given(&self, signed_at: Timestamp, agreement_sha256: String) -> Signature {
        Signature {
            name: self.name.clone(),
            title: self.title.clone(),
            signed_at,
            address: self.evidence.address.map(|address| address.to_string()),
            user_agent: self.evidence.agent(),
            agreement_sha256,
        }
    }
}

impl LegalDocument {
    /// Whether it can be signed through its link at this instant.
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        self.status == DocumentStatus::Submitted && self.signature.is_none() && now < self.link_expires_at
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn fields() -> LegalDocumentFields {
        LegalDocumentFields {
            kind: DocumentType::Dpa,
            company_name: " Acme Ltd ".to_owned(),
            company_address: "1 Main Street\nSpringfield".to_owned(),
            representative_email: "Grace@Acme.example".to_owned(),
        }
    }

    #[rstest]
    #[case(LegalDocumentFields { company_name: " ".to_owned(), ..fields() }, "company_name")]
    #[case(LegalDocumentFields { company_name: "x".repeat(256), ..fields() }, "company_name")]
    #[case(LegalDocumentFields { company_name: "Acme\r\nBcc: eve@evil.example".to_owned(), ..fields() }, "company_name")]
    #[case(LegalDocumentFields { company_address: String::new(), ..fields() }, "company_address")]
    #[case(LegalDocumentFields { company_address: "x".repeat(513), ..fields() }, "company_address")]
    #[case(LegalDocumentFields { company_address: "a\u{0}b".to_owned(), ..fields() }, "company_address")]
    #[case(LegalDocumentFields { representative_email: "grace".to_owned(), ..fields() }, "representative_email")]
    #[case(LegalDocumentFields { representative_email: "a@b.example\nBcc: c@d.example".to_owned(), ..fields() }, "representative_email")]
    fn what_will_not_do_is_named(#[case] fields: LegalDocumentFields, #[case] field: &str) {
        let error = NewLegalDocument::try_from(fields).unwrap_err();
        assert_eq!(error.fields()[0].field, field);
    }

    #[test]
    fn what_stands_around_it_goes() {
        let new = NewLegalDocument::try_from(fields()).unwrap();
        assert_eq!(
            (new.company_name.as_str(), new.representative.as_str()),
            ("Acme Ltd", "grace@acme.example")
        );
    }

    #[test]
    fn nobody_signs_who_does_not_agree() {
        let fields = |consent| SignatureFields {
            name: "Grace Example".to_owned(),
            title: "Head".to_owned(),
            consent,
            evidence: Evidence::default(),
        };
        NewSignature::try_from(fields(true)).unwrap();
        let error = NewSignature::try_from(fields(false)).unwrap_err();
        assert_eq!(error.fields()[0].field, "consent");
        let nothing = SignatureFields { name: String::new(), title: String::new(), ..fields(false) };
        assert_eq!(
            NewSignature::try_from(nothing).unwrap_err().fields().len(),
            3,
            "all that is missing is named"
        );
    }

    #[test]
    fn a_link_is_never_printed() {
        assert_eq!(format!("{:?}", SigningLink("secret".to_owned())), "SigningLink(…)");
    }
}
