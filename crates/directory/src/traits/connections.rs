//! Apps with who connected them, and which projects serve their environments.

use polity_kernel::{Access, Result};

use crate::{AppId, Connection, Environments};

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
