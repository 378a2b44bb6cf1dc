//! Apps: an organization's links to outside systems.

use polity_directory::{NewApp, Organization};
use polity_kernel::{Access, Actor, Page, Paged, Result};

use crate::{App, AppId, Connection, Environments};

/// An organization's links to outside systems, and the organizations found by them: of those the actor sees
/// (`polity_directory::Visible::organizations_of`), the ones with such an app in use, ordered by id. Kinds are compared without case.
pub trait Apps: Send + Sync {
    /// Connects an app, at most 100 an organization, and tells who did. Needs `org.integrations.create` or `org.directory.update`.
    ///
    /// # Errors
    /// `Conflict` when one of this kind and external id is connected, which [`AppTaken`](crate::AppTaken) tells from there being too many.
    fn connect(&self, access: &Access, new: NewApp) -> Result<Connection>;

    /// A page of the apps, in order of connecting. Needs `org.integrations.list` or `org.directory.get`.
    fn apps(&self, access: &Access, page: Page) -> Result<Paged<App>>;

    /// Takes an app away with its secrets, and returns what it was. Needs `org.integrations.delete` or `org.directory.update`.
    fn disconnect(&self, access: &Access, id: AppId) -> Result<App>;

    /// By kind.
    fn by_kind(&self, actor: &Actor, kind: &str, page: Page) -> Result<Paged<Organization>>;

    /// By kind and what the outside system calls the organization.
    fn by_external_id(&self, actor: &Actor, named: (&str, &str), page: Page) -> Result<Paged<Organization>>;

    /// By kind and a value of this name.
    fn by_value(&self, actor: &Actor, held: (&str, &str, &str), page: Page) -> Result<Paged<Organization>>;

    /// By kind and a secret of this name, to the letter.
    fn by_secret(&self, actor: &Actor, held: (&str, &str, &str), page: Page) -> Result<Paged<Organization>>;
}

/// An organization's apps as the people who run them see them; [`Apps`](crate::Apps) connects them and takes them away.
pub trait Connections: Send + Sync {
    /// All apps, at most 100, in order of connecting. Needs `org.integrations.list` or `org.directory.get`.
    fn connections(&self, access: &Access) -> Result<Vec<Connection>>;

    /// One app. Needs `org.integrations.get` or `org.directory.get`.
    fn connection(&self, access: &Access, id: AppId) -> Result<Connection>;

    /// Whether the environments of an app can be mapped: it says of itself that it is of the type `connectable` (contract api,
    /// section 9). Needs `org.integrations.update` or `org.directory.update`.
    ///
    /// # Errors
    /// `Invalid`, with no field, where they cannot.
    fn mappable(&self, access: &Access, id: AppId) -> Result<()>;

    /// Has projects of the organization serve the environments of an app. Needs `org.integrations.update` or `org.directory.update`.
    ///
    /// # Errors
    /// `Invalid`, with no field, where they cannot be mapped, and for a project that the organization does not have.
    fn map_environments(&self, access: &Access, id: AppId, environments: Environments) -> Result<Connection>;
}
