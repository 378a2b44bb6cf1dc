//! What the area asks for of what an organization is entitled to.

use polity_kernel::Feature;

/// Signing a BAA.
pub const LEGAL_BAA: Feature = Feature::named("legal_baa");
