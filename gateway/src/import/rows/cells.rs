//! One row of a file, its values by column.

use polity_kernel::{Error, FieldKind, Result};

/// The longest row, in bytes. Without a bound, a quote that is never closed would take the whole file into memory.
pub(super) const LONGEST: usize = 1024 * 1024;

/// One row of a file.
#[derive(Debug)]
pub(super) struct Row {
    /// The line it begins in, the first being 1.
    pub(super) line: u64,
    /// What it says, or why that cannot be read.
    pub(super) cells: Result<Cells>,
}

/// The values of a row by column. What is empty is not there.
#[derive(Debug, Default)]
pub(super) struct Cells(Vec<(&'static str, String)>);

impl Cells {
    /// Puts a value in; an empty one is none.
    pub(super) fn put(&mut self, column: &'static str, value: String) {
        if !value.is_empty() {
            self.0.push((column, value));
        }
    }

    /// Looks at a value.
    pub(super) fn get(&self, column: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| *name == column).map(|(_, value)| value.as_str())
    }

    /// Takes a value out.
    pub(super) fn take(&mut self, column: &str) -> Option<String> {
        let index = self.0.iter().position(|(name, _)| *name == column)?;
        Some(self.0.swap_remove(index).1)
    }

    /// Takes a value out that must be there.
    pub(super) fn need(&mut self, column: &'static str) -> Result<String> {
        self.take(column).ok_or_else(|| Error::field(column, FieldKind::Required.told("is missing")))
    }

    /// Takes a yes or no out; no when there is nothing.
    pub(super) fn flag(&mut self, column: &'static str) -> Result<bool> {
        match self.take(column).map(|value| value.to_lowercase()).as_deref() {
            None | Some("false" | "no" | "0") => Ok(false),
            Some("true" | "yes" | "1") => Ok(true),
            Some(_) => Err(Error::field(column, FieldKind::Type.told("must be true or false"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_taken_once_and_an_empty_one_never() {
        let mut cells = Cells::default();
        cells.put("name", "Ada".to_owned());
        cells.put("bio", String::new());
        assert_eq!(cells.take("name").as_deref(), Some("Ada"));
        assert_eq!((cells.take("name"), cells.take("bio")), (None, None));
        assert_eq!(cells.need("name").unwrap_err().message(), "name: is missing");
    }

    #[test]
    fn a_flag_has_several_words() {
        let flag = |value: &str| {
            let mut cells = Cells::default();
            cells.put("create_account", value.to_owned());
            cells.flag("create_account").ok()
        };
        for (word, meaning) in
            [("Yes", Some(true)), ("1", Some(true)), ("TRUE", Some(true)), ("no", Some(false))]
        {
            assert_eq!(flag(word), meaning, "{word}");
        }
        assert_eq!((flag(""), flag("maybe")), (Some(false), None));
    }
}
