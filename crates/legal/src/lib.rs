//! Legal documents: what an organization and the operator agree on, from the template to the signed file.
//!
//! What it owns: the documents, the links that open them, and what a signing provider calls them. What it decides: who may submit, see and download one,
//! what is agreed on, and what counts as the evidence of a signature.
//!
//! Invariants:
//!
//! * A legal document is signed once, through a link that opens it alone; what is signed never changes, and its file is handed out only while
//!   it is the one that was stored.
//! * What is agreed on is what was submitted, whatever becomes of its template.
//! * Of a link only a keyed hash is found; its secret is sealed, for the mail alone.
//!
//! Files and a signing provider are reached through the ports [`ObjectStore`] and [`SigningProvider`]; this crate opens no connection itself.

mod acts;
mod agreement;
mod document;
mod download;
pub mod entitlements;
mod events;
pub mod jobs;
mod pdf;
pub mod permissions;
mod ports;
mod schema;
mod service;
mod settings;
mod store;
mod webhook;

use polity_accounts::Account;
use polity_kernel::{Access, OrganizationId, Result};

pub use agreement::{Agreement, Block};
pub use document::{
    DocumentStatus, DocumentType, LONGEST_COMPANY_ADDRESS, LegalDocument, LegalDocumentFields,
    LegalDocumentId, NewLegalDocument, NewSignature, Signature, SignatureFields, SigningLink, SigningMail,
};
pub use download::{DownloadToken, SignedFile};
pub use events::EVENTS;
pub use ports::{ObjectStore, Ports, SigningProvider};
pub use service::Service;
pub use settings::Settings;

/// Legal documents, from all sides.
pub trait Legal: LegalDocuments + Signing + LegalWork {}

/// An organization's legal documents.
pub trait LegalDocuments: Send + Sync {
    /// Submits a document for signature: its representative is mailed a link, by the job `mail.signing`; or a provider has it signed, to
    /// which the job `legal.hand_over` gives it. Needs `org.legal_documents.create`.
    ///
    /// # Errors
    /// `NotEntitled` for a BAA without its feature; `Invalid` in `document_type` when the organization has a document of this type.
    fn submit(&self, access: &Access, new: NewLegalDocument) -> Result<LegalDocument>;

    /// Every document, the newest first; there is one of each type at most. Needs `org.legal_documents.list`.
    fn legal_documents(&self, access: &Access) -> Result<Vec<LegalDocument>>;

    /// One document. Needs `org.legal_documents.get`.
    fn legal_document(&self, access: &Access, id: LegalDocumentId) -> Result<LegalDocument>;

    /// The people who submitted these documents of the organization, each once; programs and whoever is gone are left out. Whoever asks
    /// has been shown the documents.
    fn submitters(&self, access: &Access, documents: &[LegalDocument]) -> Result<Vec<Account>>;

    /// Mails the representative a new link, good for another 30 days; the one before opens nothing any more. Needs
    /// `org.legal_documents.update`.
    ///
    /// # Errors
    /// `Conflict` once it is signed, and where a provider has it signed; `Throttled` within 60 seconds of the last link.
    fn renew_link(&self, access: &Access, id: LegalDocumentId) -> Result<LegalDocument>;

    /// Takes back a document that is not signed, so that another can be submitted. For platform administrators.
    ///
    /// # Errors
    /// `Forbidden` for anybody else; `Conflict` once it is signed.
    fn withdraw(&self, access: &Access, id: LegalDocumentId) -> Result<()>;

    /// What gives the signed file for the next 60 seconds to whoever has it. Needs `org.legal_documents.get`.
    ///
    /// # Errors
    /// `NotFound` until it is signed and stored.
    fn download(&self, access: &Access, id: LegalDocumentId) -> Result<DownloadToken>;
}

/// What somebody without an account, or a provider, does with a legal document.
pub trait Signing: Send + Sync {
    /// What a link shows to whoever has it.
    ///
    /// # Errors
    /// `NotFound` for a link that was never made, is replaced, or has expired; `Conflict` once it is used.
    fn opened(&self, link: &str) -> Result<(LegalDocument, Agreement)>;

    /// The same as PDF.
    ///
    /// # Errors
    /// Those of [`Signing::opened`].
    fn opened_pdf(&self, link: &str) -> Result<Vec<u8>>;

    /// Signs what a link opens, once: of several who sign at once, one does. The signed file is stored at once, and if that fails by the job
    /// `legal.file`; only then the document counts as signed, and what gives the file for the next 60 seconds comes with it.
    ///
    /// # Errors
    /// Those of [`Signing::opened`]; `OrganizationInactive` while the organization is suspended.
    fn sign(&self, link: &str, signature: NewSignature) -> Result<(LegalDocument, Option<DownloadToken>)>;

    /// The signed file that a token gives, exactly as it was stored.
    ///
    /// # Errors
    /// `NotFound` for a token that is forged or has run out; `Internal` when the stored file is not what was signed.
    fn fetch(&self, token: &str) -> Result<SignedFile>;

    /// Heeds what the provider tells through its webhook, and returns how many events changed something: the same ones told again change
    /// nothing. The signature is the HMAC-SHA256 of the body under the shared secret, in hexadecimal.
    ///
    /// # Errors
    /// `NotFound` for a wrong signature, and where there is no provider; `Malformed` for what is not JSON of the expected shape;
    /// `Unavailable` when the provider or the object store cannot be reached: told again, it may succeed.
    fn heed(&self, body: &[u8], signature: &str) -> Result<usize>;
}

/// What jobs do with legal documents. Their payloads name a document by `organization` and `document`.
pub trait LegalWork: Send + Sync {
    /// What the job `mail.signing` is to mail, named by its payload's `link_number` too; absent when there is nothing to mail any more.
    fn signing_mail(
        &self,
        organization: OrganizationId,
        id: LegalDocumentId,
        link_number: i64,
    ) -> Result<Option<SigningMail>>;

    /// The job `legal.file`: makes and stores the file of a document that has its signature, and has it count as signed.
    fn file(&self, organization: OrganizationId, id: LegalDocumentId) -> Result<()>;

    /// The job `legal.hand_over`: gives a document to the provider.
    fn hand_over(&self, organization: OrganizationId, id: LegalDocumentId) -> Result<()>;

    /// Removes up to `limit` documents of a deleted organization with their files, and says how many rows; call until 0.
    fn purge(&self, organization: OrganizationId, limit: usize) -> Result<usize>;
}

impl<T: LegalDocuments + Signing + LegalWork> Legal for T {}
