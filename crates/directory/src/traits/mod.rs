//! What the directory does, by noun; [`Directory`] is all of it.

mod organizations;
mod people;
mod projects;
mod roles;

pub use organizations::{Apps, Entry, Organizations, Profiles, Visible};
pub use people::{Colleagues, Invitations, Members};
pub use projects::{ProjectKeys, ProjectMembers, Projects};
pub use roles::{Appointments, Roles};

/// Declares a trait that is several others together, and had by whatever has those.
macro_rules! umbrella {
    ($(#[$meta:meta])* $name:ident: $($part:ident),+) => {
        $(#[$meta])*
        pub trait $name: $($part +)+ {}

        impl<T: $($part +)+> $name for T {}
    };
}

umbrella! {
    /// The whole directory.
    Directory: Entry, Organizations, Visible, Profiles, Apps, Projects, ProjectKeys, ProjectMembers, Members, Colleagues, Roles,
    Appointments, Invitations
}
