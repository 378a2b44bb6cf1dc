//! What a file says once: the address of an employee, an employee's number, the name of a group.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use polity_accounts::EmailAddress;
use polity_kernel::{Error, FieldKind, Result};

use super::cells::Cells;
use super::kind::Kind;

/// What the rows of a file were about so far. Of each only a fingerprint of 128 bits is kept, 40 bytes or so a row.
pub(super) struct Once {
    columns: &'static [&'static str],
    hashers: [RandomState; 2],
    /// The line of what was said, by its fingerprint.
    lines: HashMap<(u64, u64), u64>,
}

impl Once {
    pub(super) fn of(kind: Kind) -> Self {
        let hashers = [RandomState::new(), RandomState::new()];
        Self { columns: kind.once(), hashers, lines: HashMap::new() }
    }

    /// Takes note of a row; refuses one that is about what an earlier row was about.
    pub(super) fn note(&mut self, cells: &Cells, line: u64) -> Result<()> {
        let mut met = Ok(());
        for column in self.columns {
            let Some(value) = cells.get(column) else { continue };
            // what is no address is refused for that
            let said = match (*column, value.parse::<EmailAddress>()) {
                ("email", Ok(email)) => email.to_string(),
                ("email", Err(_)) => continue,
                _ => value.to_owned(),
            };
            let [one, other] = self.hashers.each_ref().map(|hasher| hasher.hash_one((column, &said)));
            let first = *self.lines.entry((one, other)).or_insert(line);
            if first != line && met.is_ok() {
                met = Err(Error::field(
                    *column,
                    FieldKind::Duplicate.told(format!("stands in line {first} already")),
                ));
            }
        }
        met
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_refused_with_the_line_of_the_first() {
        let mut once = Once::of(Kind::Employees);
        let mut note = |line, email: &str, number: &str| {
            let mut cells = Cells::default();
            cells.put("email", email.to_owned());
            cells.put("employee_number", number.to_owned());
            once.note(&cells, line).map_err(|error| error.message().to_owned())
        };
        assert_eq!(note(2, "a@x.example", "7"), Ok(()));
        assert_eq!(note(3, "b@x.example", ""), Ok(()));
        assert_eq!(note(4, " A@X.example", "8"), Err("email: stands in line 2 already".to_owned()));
        assert_eq!(note(5, "c@x.example", "7"), Err("employee_number: stands in line 2 already".to_owned()));
        assert_eq!(note(6, "nowhere", "07"), Ok(()));
        assert_eq!(note(7, "nowhere", "9"), Ok(()));
        assert_eq!(note(8, "c@x.example", "10"), Err("email: stands in line 5 already".to_owned()));
    }
}
