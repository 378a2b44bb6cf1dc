//! The events of legal documents: their types, and what each says.

use polity_kernel::event::Nothing;
use polity_kernel::{OrganizationId, SubjectId, Timestamp, catalogue, record};

use crate::{DocumentStatus, DocumentType, LegalDocumentId};

catalogue! {
    /// A document was submitted for signature.
    pub(crate) LEGAL_DOCUMENT_SUBMITTED = "legal_document.submitted": Nothing => LegalDocument;
    /// Whoever is to sign was sent another link, or the document went to the signing provider.
    pub(crate) LEGAL_DOCUMENT_SENT = "legal_document.sent": LegalDocument => LegalDocument;
    /// A document was signed. Whoever signs has no account: the record says who.
    pub(crate) LEGAL_DOCUMENT_SIGNED = "legal_document.signed": LegalDocument => LegalDocument;
    /// The signed file of a document was stored.
    pub(crate) LEGAL_DOCUMENT_FILED = "legal_document.filed": LegalDocument => LegalDocument;
    /// A document was withdrawn before it was signed.
    pub(crate) LEGAL_DOCUMENT_WITHDRAWN = "legal_document.withdrawn": LegalDocument => Nothing;
}

record! {
    /// A legal document.
    pub(crate) struct LegalDocument of document: crate::LegalDocument {
        /// Its id.
        id: LegalDocumentId,
        /// Whose it is.
        organization: OrganizationId,
        /// What is agreed on.
        kind: DocumentType,
        /// The company that signs.
        company_name: String,
        /// Where it has its seat.
        company_address: String,
        /// The address of whoever signs for it.
        representative: String = document.representative.to_string(),
        /// How far it has come.
        status: DocumentStatus,
        /// Who submitted it.
        created_by: Option<SubjectId>,
        /// When.
        created_at: Timestamp,
        /// Until when the present signing link opens it.
        link_expires_at: Timestamp,
        /// The signature; absent until it is given, and for what a provider had signed.
        signature: Option<Signature> = document.signature.as_ref().map(Signature::from),
        /// Raised by each change.
        version: i64,
    }
}

record! {
    /// Who signed, when, from where and what.
    pub(crate) struct Signature of signature: crate::Signature {
        /// The name they gave.
        name: String,
        /// What they are in the company.
        title: String,
        /// When.
        signed_at: Timestamp,
        /// From which address.
        address: Option<String>,
        /// With which program, as it names itself.
        user_agent: Option<String>,
        /// The SHA-256 of the agreement's text as it was shown, in lower-case hexadecimal.
        agreement_sha256: String,
    }
}
