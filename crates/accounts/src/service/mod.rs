//! The area's use-cases: permission, rule, store, event.

mod assignments;
mod people;
mod types;

use polity_kernel::{Access, Conn, Ctx, Error, Result};

use crate::{AccountType, store};

/// The accounts area on a store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Service {
    ctx: Ctx,
}

impl Service {
    /// The area on this store, clock and source of ids.
    pub fn new(ctx: Ctx) -> Self {
        Self { ctx }
    }
}

/// The access's account type with this code; what cannot be a code is no type's.
fn type_of(conn: &mut Conn, access: &Access, code: &str) -> Result<AccountType> {
    let missing = || Error::not_found("account type");
    let code = code.parse().map_err(|_| missing())?;
    store::types::find(conn, access.organization(), &code)?.ok_or_else(missing)
}
