//! The area's use-cases: permission, rule, store, event.

mod assignments;
mod employees;
mod people;
mod reporting_lines;
mod staff;
mod types;

use polity_kernel::Ctx;

use crate::Appointing;

/// The accounts area on a store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Service {
    ctx: Ctx,
    guard: Appointing,
}

impl Service {
    /// The area on this store, clock and source of ids, where accounts mean to another area what the guard says.
    ///
    /// With members, roles and groups use the directory's (`polity_directory::appointing`): with [`Appointing::nothing`] whoever may link
    /// accounts may give them what an employee's groups carry, and account types are given to anybody.
    pub fn new(ctx: Ctx, guard: Appointing) -> Self {
        Self { ctx, guard }
    }
}
