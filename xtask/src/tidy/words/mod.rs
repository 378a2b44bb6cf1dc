//! Rules of what is named, cited and said.

pub(in crate::tidy) mod events;
pub(in crate::tidy) mod permissions;
pub(in crate::tidy) mod references;
pub(in crate::tidy) mod scopes;
pub(in crate::tidy) mod sentences;
pub(in crate::tidy) mod wire_words;
