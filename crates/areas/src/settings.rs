//! What the areas are told when they are put together.

use polity_kernel::Bounds;

/// What the areas are told when they are put together.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who is believed, what is issued, and the master key, from which every area's own keys are derived.
    pub identity: polity_identity::Settings,
    /// What licenses mean.
    pub licensing: polity_licensing::Settings,
    /// What legal documents say of the operator.
    pub legal: polity_legal::Settings,
    /// How long people at a browser stay signed in.
    pub sessions: polity_signin::SessionSettings,
    /// How e-mail domains are proven.
    pub domains: polity_domains::Settings,
    /// How much one person or organization may make, and how often.
    pub bounds: Bounds,
}
