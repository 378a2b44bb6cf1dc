//! Of whom a file names several managers of one type, and which: such a file says of all of them that they are the ones.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use polity_accounts::{EmailAddress, ManagerRow, OtherLines};
use polity_kernel::Result;

use super::table::Table;

/// The managers of those who have several of one type, by employee and type.
#[derive(Default)]
pub(super) struct Several(HashMap<Key, Vec<String>>);

/// An employee's address and a type, each in the form it is compared in.
type Key = (String, String);

impl Several {
    /// Goes through a file of managers, twice where anybody has several: so that only theirs are kept in memory, and of the others a
    /// fingerprint, which need not be theirs alone.
    pub(super) fn read(open: impl Fn() -> Result<Table>) -> Result<Self> {
        let hasher = RandomState::new();
        let (mut once, mut more) = (HashSet::new(), HashSet::new());
        each(open()?, |key, _| {
            let print = hasher.hash_one(&key);
            if !once.insert(print) {
                more.insert(print);
            }
        })?;
        drop(once);
        let mut several = Self::default();
        if !more.is_empty() {
            each(open()?, |key, manager| {
                if more.contains(&hasher.hash_one(&key)) {
                    several.0.entry(key).or_default().push(manager);
                }
            })?;
        }
        Ok(several)
    }

    /// The row, which ends lines of an earlier import that the file does not name.
    pub(super) fn end_others(&self, row: ManagerRow) -> ManagerRow {
        let but = key(&row.employee, row.kind.as_deref()).and_then(|key| self.0.get(&key)).cloned();
        ManagerRow { others: OtherLines::End { but: but.unwrap_or_default() }, ..row }
    }
}

/// Looks at every row that says who reports to whom; what else there is, is told of later.
fn each(mut table: Table, mut look: impl FnMut(Key, String)) -> Result<()> {
    while let Some(row) = table.next_row()? {
        let Ok(mut cells) = row.cells else { continue };
        let kind = cells.take("type");
        if let (Some(employee), Some(manager)) = (cells.take("employee"), cells.take("manager"))
            && let Some(key) = key(&employee, kind.as_deref())
        {
            look(key, manager);
        }
    }
    Ok(())
}

fn key(employee: &str, kind: Option<&str>) -> Option<Key> {
    let employee: EmailAddress = employee.parse().ok()?;
    Some((employee.to_string(), kind.unwrap_or("PRIMARY").trim().to_lowercase()))
}
