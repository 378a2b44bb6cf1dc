//! What happens inside a transaction: rule, store, event.
//!
//! Nothing here asks whether its caller may do this at all; services do, and other acts.

pub(crate) mod establishment;

use std::sync::Arc;

use polity_directory::DomainClaims;
use polity_projects::Hooks;

use crate::rules::Rules;

/// What is needed beside the store: how licenses are judged, and the areas whose things they count or begin with. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Means {
    pub(crate) rules: Arc<Rules>,
    /// Opens first projects.
    pub(crate) projects: Hooks,
    pub(crate) domains: Arc<dyn DomainClaims>,
}
