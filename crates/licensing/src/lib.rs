//! License keys, what organizations are entitled to, and who accepted the EULA.
//!
//! What it owns: the license of each organization, which license keys serve one, and the acceptances of the EULA. What it decides: what an organization is entitled
//! to ([`entitling`], which the directory asks whenever it lets somebody in), and how a new customer is set up ([`Licensing::establish`]).
//!
//! Invariants:
//!
//! * A license key is proved when it is applied, and again whenever what it entitles to is computed: one that was revoked counts no longer.
//! * Its signature is checked with the one algorithm there is and a key of the operator's; its own header never chooses more than which.
//! * A license key that names an organization serves one, whatever alias is handed on to whom.
//! * A license never takes anything away: what is more than it allows stays readable and cannot grow.
//! * What a request changes it changes whole: an organization is set up with its project, license and EULA record, or not at all.
//! * A license key is never told of in an event, a log or an answer.

mod acceptance;
mod acts;
pub mod entitlements;
mod establishment;
mod events;
mod grant;
mod key;
mod kind;
mod license;
pub mod permissions;
mod rules;
mod schema;
mod service;
mod settings;
mod store;

use polity_kernel::{Access, Actor, OrganizationId, Page, Paged, Result};

pub use acceptance::{Acceptance, AcceptanceId};
pub use establishment::{Establishment, NewEstablishment};
pub use events::EVENTS;
pub use grant::Granting;
pub use key::LONGEST_LICENSE_KEY;
pub use kind::{LicenseStanding, LicenseType};
pub use license::{License, Usage};
pub use service::{Service, entitling};
pub use settings::{EntitlementMode, Settings, TypeLimits, VerificationKey};

/// Licenses of organizations.
pub trait Licensing: Send + Sync {
    /// Sets up a customer in one transaction: an organization that the actor owns, its first project, which they run and work in, its
    /// license, and the record that they accepted the EULA. Needs `org.directory.create`.
    ///
    /// # Errors
    /// `Invalid` in `eula_accepted` while it is not, and in `license_key` for one that is not taken; `Forbidden` for a type of license
    /// that needs a key; `Conflict` when a name is taken.
    fn establish(&self, actor: &Actor, new: NewEstablishment) -> Result<Establishment>;

    /// The license as it stands, and how much of it is used. Needs `org.license.get`.
    fn license(&self, access: &Access) -> Result<License>;

    /// Puts a license key in place of whatever license there is; nothing happens when it is that key. Needs `org.license.update`.
    ///
    /// # Errors
    /// `Invalid` in the field `license_key`, which says why it is not taken: empty, too long, no license key, signed by none of the
    /// keys of [`Settings`], not valid yet or any more, revoked, another organization's or in use by one. `Conflict` when the organization exceeds its limits, whether they count or not,
    /// naming which.
    fn apply_key(&self, access: &Access, text: &str) -> Result<License>;

    /// Takes a license that needs no key, in place of whatever license there is. Needs `org.license.update`.
    ///
    /// # Errors
    /// `Forbidden` for a type that needs a key; `Conflict` for a second trial, and when the organization exceeds the limits, naming
    /// which.
    fn take_type(&self, access: &Access, kind: LicenseType) -> Result<License>;

    /// What the administrators of these organizations should know about their licenses, a sentence each; of most there is none. Whoever
    /// asks has been let into them.
    fn warnings(&self, organizations: &[OrganizationId]) -> Result<Vec<(OrganizationId, String)>>;

    /// A page of the acceptances of the EULA, the earliest first. Needs `org.license.get`.
    fn acceptances(&self, access: &Access, page: Page) -> Result<Paged<Acceptance>>;

    /// Removes up to `limit` rows of each table of a deleted organization and says how many; call until 0.
    fn purge(&self, organization: OrganizationId, limit: usize) -> Result<usize>;
}
