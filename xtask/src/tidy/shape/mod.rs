//! Rules of how files, folders and crates are cut and who may use whom.

pub(in crate::tidy) mod folders;
pub(in crate::tidy) mod graph;
pub(in crate::tidy) mod layers;
pub(in crate::tidy) mod licenses;
pub(in crate::tidy) mod manifests;
pub(in crate::tidy) mod storeys;
pub(in crate::tidy) mod style;
pub(in crate::tidy) mod traits;
pub(in crate::tidy) mod tuples;
