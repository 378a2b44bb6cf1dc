//! The area's use-cases: permission, rule, store, event.

mod assignments;
mod employees;
mod lines;
pub(crate) mod people;
mod reporting;
mod staffing;
mod types;

use polity_kernel::{Access, Conn, Ctx, Error, Page, Paged, Result};

use crate::{AccountType, Appointing, store};

/// The accounts area on a store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Service {
    ctx: Ctx,
    guard: Appointing,
}

impl Service {
    /// The area on this store, clock and source of ids, where accounts mean to another area what the guard says.
    ///
    /// With members, roles and groups use the directory's (`polity_directory::APPOINTING`): with [`Appointing::NOTHING`] whoever may link
    /// accounts may give them what an employee's groups carry, and account types are given to anybody.
    pub fn new(ctx: Ctx, guard: Appointing) -> Self {
        Self { ctx, guard }
    }
}

/// The access's account type with this code; what cannot be a code is no type's.
fn type_of(conn: &mut Conn, access: &Access, code: &str) -> Result<AccountType> {
    let missing = || Error::not_found("account type");
    let code = code.parse().map_err(|_| missing())?;
    store::types::find(conn, access.organization(), &code)?.ok_or_else(missing)
}

/// The page as it is, unless it begins at an offset: of a list that only knows cursors, all before it is read and let go.
fn at_offset<T>(page: Page, mut read: impl FnMut(Page) -> Result<Paged<T>>) -> Result<Paged<T>> {
    let mut left = page.skip();
    if left == 0 {
        return read(page);
    }
    let mut here = Page::first(left);
    loop {
        let skipped = read(here)?;
        left -= here.limit;
        match skipped.next {
            None => return Ok(Paged { items: Vec::new(), next: None }),
            Some(cursor) if left == 0 => return read(Page::after(page.limit, cursor)),
            Some(cursor) => here = Page::after(left, cursor),
        }
    }
}
