//! What the area counts of what an organization is entitled to.

use polity_kernel::Resource;

/// Work spaces.
pub const PROJECTS: Resource = Resource::named("projects");
