//! What the areas need of the world outside the process.

use std::sync::Arc;

use polity_domains::Resolve;
use polity_identity::Fetch;
use polity_legal::{ObjectStore, SigningProvider};

/// What the areas need of the world outside the process.
#[derive(Clone)]
pub struct Outside {
    /// Asks the servers of trusted issuers.
    pub fetch: Arc<dyn Fetch>,
    /// Looks up the records that prove e-mail domains.
    pub resolver: Arc<dyn Resolve>,
    /// Where signed files are kept.
    pub objects: Arc<dyn ObjectStore>,
    /// Who has legal documents signed that are submitted from now on; absent: whoever has the link that polity mails.
    pub provider: Option<Arc<dyn SigningProvider>>,
}
