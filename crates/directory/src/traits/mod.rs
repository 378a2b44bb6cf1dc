//! What the directory does, by noun; [`Directory`] is all of it.

mod activities;
mod inviting;
mod notifying;
mod organizations;
mod people;
mod roles;

pub use activities::Activities;
pub use inviting::Inviting;
pub use notifying::Notifying;
pub use organizations::{Entry, Organizations, Profiles, Starting, Visible};
pub use people::{Colleagues, Invitations, MemberSearch, Members};
pub use roles::{Appointments, RoleRecords, Roles};

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
    Directory: Entry, Organizations, Starting, Visible, Profiles, Members, Colleagues,
    MemberSearch, Roles, RoleRecords, Appointments, Invitations, Inviting, Notifying,
    Activities
}
