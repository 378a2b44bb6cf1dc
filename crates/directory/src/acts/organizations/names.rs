//! Names that are one organization's alone: aliases, and names that are shown.

use std::cmp::Ordering;

use polity_kernel::text::compared;
use polity_kernel::{Conn, OrganizationId, Result, Tx};
use uuid::Uuid;

use crate::organization::NewOrganization;
use crate::organization::names::{Alias, NameTaken};
use crate::store;
use crate::store::display_names;

/// Takes the name for one more organization; for it alone if `sole`.
pub(crate) fn take(tx: &mut Tx<'_>, name: &str, sole: bool) -> Result<()> {
    let organizations = display_names::count_in(tx, &compared(name))?;
    if sole && organizations > 1 { Err(NameTaken::Name.into()) } else { Ok(()) }
}

/// Takes the second name in place of the first. Names that are compared as the same are no change.
pub(crate) fn exchange(tx: &mut Tx<'_>, before: &str, after: &str, sole: bool) -> Result<()> {
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
pub(crate) fn release(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    display_names::count_out(tx, &compared(name))
}

/// Whether no organization has the name.
pub(crate) fn is_free(conn: &mut Conn, name: &str) -> Result<bool> {
    Ok(!display_names::exists(conn, &compared(name))?)
}

/// How many numbered aliases are tried before a random one.
const NUMBERED: u32 = 9;

/// Takes the id and the chosen names, in order of the words: two who want the same names crosswise would otherwise wait for
/// each other.
pub(crate) fn reserve(tx: &mut Tx<'_>, id: OrganizationId, new: &NewOrganization) -> Result<()> {
    if new.alias.as_ref().is_some_and(Alias::is_reserved) {
        return Err(NameTaken::Alias.into());
    }
    let mut wanted = vec![(id.to_string(), NameTaken::Id)];
    wanted.extend(new.key.as_ref().map(|key| (key.as_str().to_lowercase(), NameTaken::Key)));
    wanted.extend(new.alias.as_ref().map(|alias| (alias.as_str().to_owned(), NameTaken::Alias)));
    wanted.sort_unstable();
    for (word, what) in wanted {
        if !store::names::reserve(tx, &word, id)? {
            return Err(what.into());
        }
    }
    Ok(())
}

/// Takes this alias and no other.
pub(crate) fn reserve_alias(tx: &mut Tx<'_>, id: OrganizationId, alias: &Alias) -> Result<Alias> {
    if alias.is_reserved() || !store::names::reserve(tx, alias.as_str(), id)? {
        return Err(NameTaken::Alias.into());
    }
    Ok(alias.clone())
}

/// Takes the first free alias of `wanted`, `wanted-2`, `wanted-3` …
pub(crate) fn make_alias(tx: &mut Tx<'_>, id: OrganizationId, wanted: &Alias) -> Result<Alias> {
    for number in 1..=NUMBERED {
        let alias = if number == 1 { wanted.clone() } else { wanted.numbered(number) };
        if !alias.is_reserved() && store::names::reserve(tx, alias.as_str(), id)? {
            return Ok(alias);
        }
    }
    let random: Uuid = tx.new_secret_id();
    reserve_alias(tx, id, &wanted.numbered(random.as_fields().0))
}
