//! What was changed, read back.

use polity_kernel::event::Filter;
use polity_kernel::{Access, Page, Paged, Result};

use crate::Activity;

/// The log of what was changed in an organization: its own things and those of every area.
pub trait Activities: Send + Sync {
    /// How many changes are wanted, at a cost in proportion to all there are. Needs `org.activity.list`.
    fn activity_count(&self, access: &Access, filter: &Filter) -> Result<u64>;

    /// A page of the changes that are wanted, the newest first. Needs `org.activity.list`.
    fn activity(&self, access: &Access, filter: &Filter, page: Page) -> Result<Paged<Activity>>;
}
