//! The names people read: any number of organizations may have one, unless a founder asks for it alone.

use std::cmp::Ordering;

use polity_kernel::text::compared;
use polity_kernel::{Conn, Result, Tx};

use crate::organization::taken;
use crate::store::display_names as store;

/// Takes the name for one more organization; for it alone if `sole`.
pub(super) fn take(tx: &mut Tx<'_>, name: &str, sole: bool) -> Result<()> {
    let organizations = store::count_in(tx, &compared(name))?;
    if sole && organizations > 1 { Err(taken("name")) } else { Ok(()) }
}

/// Takes the second name in place of the first. Names that are compared as the same are no change.
pub(super) fn exchange(tx: &mut Tx<'_>, (before, after): (&str, &str), sole: bool) -> Result<()> {
    match compared(before).cmp(&compared(after)) {
        Ordering::Equal => Ok(()),
        // in order of the names: two who exchange the same ones crosswise would otherwise wait for each other
        Ordering::Less => {
            release(tx, before)?;
            take(tx, after, sole)
        }
        Ordering::Greater => {
            take(tx, after, sole)?;
            release(tx, before)
        }
    }
}

/// Gives the name of one organization back.
pub(super) fn release(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    store::count_out(tx, &compared(name))
}

/// Whether no organization has the name.
pub(super) fn is_free(conn: &mut Conn, name: &str) -> Result<bool> {
    Ok(!store::exists(conn, &compared(name))?)
}
