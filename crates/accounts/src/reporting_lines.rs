//! Reporting lines: who reports to whom, and as what.

use polity_kernel::text::{printable, trimmed};
use polity_kernel::{Error, FieldKind, Result, SubjectId, Timestamp};

use crate::{Employee, EmployeeId};

/// The line a way up follows where no kind is asked for, and there is one.
pub(crate) const PRIMARY: &str = "primary";

/// One employee's report to one manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportingLine {
    /// Who reports.
    pub employee: EmployeeId,
    /// To whom.
    pub manager: EmployeeId,
    /// As what: `PRIMARY`, `SECONDARY`, `DOTTED_LINE` or any other word, compared without case.
    pub kind: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Who said so; absent for polity itself.
    pub created_by: Option<SubjectId>,
}

/// Who reports to whom, as whatever: the ends of a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    pub(crate) employee: EmployeeId,
    pub(crate) manager: EmployeeId,
}

/// Somebody below a manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Who it is.
    pub employee: Employee,
    /// All the lines up from there, of whatever kind, oldest first.
    pub lines: Vec<ReportingLine>,
}

/// How far below a manager reports are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// Those who report to the manager.
    #[default]
    Direct,
    /// Those who are at most so many lines below; none are at 0.
    Levels(u32),
    /// Everybody below.
    All,
}

/// Which reports are wanted.
#[derive(Clone, Debug, Default)]
pub struct ReportFilter {
    /// Only along lines of this kind, compared without case; along all lines when absent.
    pub kind: Option<String>,
    /// How far below the manager.
    pub depth: Depth,
}

impl Depth {
    /// The most levels below.
    pub(crate) const fn levels(self) -> u32 {
        match self {
            Self::Direct => 1,
            Self::Levels(levels) => levels,
            Self::All => u32::MAX,
        }
    }
}

/// A line's kind as it is to be kept: 1 to 64 characters.
pub(crate) fn kind_of(text: &str) -> Result<String> {
    let kind = trimmed(Some(text.to_owned())).ok_or_else(|| Error::field("kind", FieldKind::Blank))?;
    if kind.chars().count() > 64 {
        return Err(Error::field("kind", FieldKind::TooLong(64)));
    }
    printable(&kind).map_err(|why| Error::refused("kind", &why))?;
    Ok(kind)
}

/// A word in the form it is compared in.
pub(crate) fn key_of(word: &str) -> String {
    word.trim().to_lowercase()
}
