//! What the rules read: files, their words, functions and imports, and the manifests.

pub(in crate::tidy) mod functions;
pub(in crate::tidy) mod imports;
pub(in crate::tidy) mod mask;
pub(in crate::tidy) mod metadata;
pub(in crate::tidy) mod names;
pub(in crate::tidy) mod token;
pub(in crate::tidy) mod tree;
