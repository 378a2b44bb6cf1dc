//! What legal documents ask of the world outside, and the gateway gives: a place for files, and somebody else's signing service.

use std::sync::Arc;

use polity_kernel::Result;

use crate::{DocumentType, LegalDocument};

/// The world outside as far as legal documents go.
#[derive(Clone)]
pub struct Ports {
    /// Where the signed files are.
    pub objects: Arc<dyn ObjectStore>,
    /// Who has the documents signed that are submitted from now on; absent: whoever has the link that polity mails.
    pub provider: Option<Arc<dyn SigningProvider>>,
}

/// Keeps files by key. What is kept is never changed: a key is written with the same bytes or not at all.
pub trait ObjectStore: Send + Sync {
    /// Keeps these bytes; doing so again changes nothing.
    ///
    /// # Errors
    /// `Unavailable` when the store cannot be reached; the caller tries again.
    fn put(&self, key: &str, bytes: &[u8]) -> Result<()>;

    /// What is kept by this key; absent when nothing is.
    ///
    /// # Errors
    /// `Unavailable` when the store cannot be reached.
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>>;

    /// Forgets what is kept by this key; nothing happens when nothing is.
    ///
    /// # Errors
    /// `Unavailable` when the store cannot be reached.
    fn delete(&self, key: &str) -> Result<()>;
}

/// A service that has documents signed in place of polity.
pub trait SigningProvider: Send + Sync {
    /// Hands the document over and returns what the provider calls it, at most 255 characters. The document's id names it for the
    /// provider too: handing it over again makes no second one.
    ///
    /// # Errors
    /// `Unavailable`; the caller tries again.
    fn submit(&self, document: &LegalDocument) -> Result<String>;

    /// Whether the provider is done with taking the document in and it has not been sent: what its webhook tells too, but perhaps before
    /// anybody knew what the provider calls the document.
    ///
    /// # Errors
    /// `Unavailable`.
    fn is_drafted(&self, outside_id: &str) -> Result<bool>;

    /// Has the provider mail the representative.
    ///
    /// # Errors
    /// `Unavailable`.
    fn send(&self, outside_id: &str) -> Result<()>;

    /// The signed document as PDF.
    ///
    /// # Errors
    /// `Unavailable`.
    fn signed(&self, outside_id: &str) -> Result<Vec<u8>>;

    /// The provider's template for documents of this type; absent: any will do.
    fn template(&self, kind: DocumentType) -> Option<String>;
}
