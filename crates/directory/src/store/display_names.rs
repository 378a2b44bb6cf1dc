//! How many organizations people read each name of.

use diesel::prelude::*;
use polity_kernel::{Conn, Result, each};

use crate::schema::display_names as names;

/// Counts one more organization of this name and returns how many there are now. Whoever takes the same name waits until this
/// transaction has ended.
pub(crate) fn count_in(conn: &mut Conn, name: &str) -> Result<i64> {
    let row = (names::name.eq(name), names::organizations.eq(1));
    let organizations = each!(conn, conn => diesel::insert_into(names::table)
        .values(row)
        .on_conflict(names::name)
        .do_update()
        .set(names::organizations.eq(names::organizations + 1))
        .returning(names::organizations)
        .get_result(conn))?;
    Ok(organizations)
}

/// Counts one organization less of this name.
pub(crate) fn count_out(conn: &mut Conn, name: &str) -> Result<()> {
    diesel::update(names::table.find(name))
        .set(names::organizations.eq(names::organizations - 1))
        .execute(conn)?;
    diesel::delete(names::table.find(name).filter(names::organizations.le(0))).execute(conn)?;
    Ok(())
}

/// Whether any organization has this name.
pub(crate) fn exists(conn: &mut Conn, name: &str) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(names::table.find(name))).get_result(conn)?)
}
