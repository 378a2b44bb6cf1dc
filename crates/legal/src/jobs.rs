//! What is promised about documents, to be done after the transaction.

use polity_kernel::OrganizationId;
use polity_kernel::job::Work;
use serde::{Deserialize, Serialize};

use crate::document::LegalDocumentId;

/// The file of a document is stored that was signed while the object store was away.
#[derive(Debug, Serialize, Deserialize)]
pub struct StoreFile {
    /// Whose document it is.
    pub organization: OrganizationId,
    /// The document.
    pub document: LegalDocumentId,
}

/// A document is given to the signing provider.
#[derive(Debug, Serialize, Deserialize)]
pub struct HandOver {
    /// Whose document it is.
    pub organization: OrganizationId,
    /// The document.
    pub document: LegalDocumentId,
}

/// A letter to the representative, with the one link that signs.
#[derive(Debug, Serialize, Deserialize)]
pub struct MailSigningLink {
    /// Whose document it is.
    pub organization: OrganizationId,
    /// The document.
    pub document: LegalDocumentId,
    /// Which of its links this is: one that was replaced is not sent.
    pub link_number: i64,
}

impl Work for StoreFile {
    const KIND: &'static str = "legal.file";
}

impl Work for HandOver {
    const KIND: &'static str = "legal.hand_over";
}

impl Work for MailSigningLink {
    const KIND: &'static str = "mail.signing";
}
