//! Apps: an organization's links to outside systems.

use polity_accounts::Account;
use polity_directory::{NewApp, Organization};
use polity_kernel::{Access, Actor, Page, Paged, Result};

use crate::{App, AppId, AppLookup, Environments};

/// An organization's links to outside systems, which families call apps or integrations, and the organizations found by them.
pub trait Apps: Send + Sync {
    /// Connects an app, at most [`App::MOST`] an organization. Needs `org.integrations.create` or `org.directory.update`.
    ///
    /// # Errors
    /// `Conflict` when one of this kind and external id is connected, which [`AppTaken`](crate::AppTaken) tells from there being too many.
    fn connect(&self, access: &Access, new: NewApp) -> Result<App>;

    /// A page of the apps, in order of connecting. Needs `org.integrations.list` or `org.directory.get`.
    fn apps(&self, access: &Access, page: Page) -> Result<Paged<App>>;

    /// One app. Needs `org.integrations.get` or `org.directory.get`.
    fn app(&self, access: &Access, id: AppId) -> Result<App>;

    /// The accounts that connected these apps, in no order: without programs, and accounts that are gone. For whoever was shown them:
    /// apps of other organizations are left out.
    fn makers(&self, access: &Access, apps: &[App]) -> Result<Vec<Account>>;

    /// Takes an app away with its secrets, and returns what it was. Needs `org.integrations.delete` or `org.directory.update`.
    fn disconnect(&self, access: &Access, id: AppId) -> Result<App>;

    /// Whether the environments of an app can be mapped: it says of itself that it is of the type `connectable`. Needs
    /// `org.integrations.update` or `org.directory.update`.
    ///
    /// # Errors
    /// `Invalid`, with no field, where they cannot.
    fn mappable(&self, access: &Access, id: AppId) -> Result<()>;

    /// Has projects of the organization serve the environments of an app. Needs `org.integrations.update` or `org.directory.update`.
    ///
    /// # Errors
    /// `Invalid`, with no field, where they cannot be mapped, and for a project that the organization does not have.
    fn map_environments(&self, access: &Access, id: AppId, environments: Environments) -> Result<App>;

    /// Of the organizations the actor sees ([`polity_directory::OrganizationFilter::Seen`]), a page of those with such an app in use,
    /// ordered by id.
    fn organizations_by_app(
        &self,
        actor: &Actor,
        lookup: AppLookup<'_>,
        page: Page,
    ) -> Result<Paged<Organization>>;
}
