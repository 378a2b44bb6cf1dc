//! What the directory does, by noun; [`Directory`] is all of it.

mod activities;
mod invitations;
mod members;
mod notices;
mod organizations;
mod people;
mod roles;

pub use activities::Activities;
pub use invitations::Invitations;
pub use members::Members;
pub use notices::Notifying;
pub use organizations::{Entry, Organizations, Profiles, Upkeep};
pub use people::People;
pub use roles::{RoleAssignments, Roles};

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
    Directory: Entry, Organizations, Upkeep, Profiles, Members, People,
    Roles, RoleAssignments, Invitations, Notifying,
    Activities
}
