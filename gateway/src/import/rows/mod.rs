//! Importing rows into one organization: employees, managers, groups and memberships, from CSV or NDJSON of any length.
//!
//! Rows go into the store in batches, each with the place it reaches in one transaction, so that an import that was cut short
//! goes on exactly behind its last batch. A row that will not do is told of and leaves the others alone.

mod cells;
mod course;
mod csv;
mod grouping;
mod kind;
mod ndjson;
mod once;
mod records;
mod report;
mod several;
mod staff;
mod table;

use std::path::{Path, PathBuf};

use polity_accounts::ManagerRow;
use polity_kernel::{Access, Result, checkpoint};

use super::progress::Progress;
use crate::areas::Polity;
use cells::Cells;
use course::{Course, Pass, Reading};
use several::Several;
use table::{Source, Table};

pub use kind::Kind;
pub use report::{RowReport, Tally};

/// The most rows in one batch: as many as the areas take in one transaction.
pub const LARGEST_BATCH: u64 = 16_000;

/// An import of rows that is about to run.
pub struct RowImport<'p> {
    polity: &'p Polity,
    access: Access,
    file: PathBuf,
    source: Source,
    reached: u64,
    batch: u64,
    keeps_lines: bool,
}

impl<'p> RowImport<'p> {
    /// Reads the file once, to see what its rows are unless that is said, and whether an import of it was cut short.
    ///
    /// # Errors
    /// When it cannot be read, or its columns are not those of any rows.
    pub fn begin(polity: &'p Polity, access: Access, file: &Path, kind: Option<Kind>) -> Result<Self> {
        let source = Source::read(file, kind)?;
        let organization = access.organization();
        let reached = polity.ctx.read(|conn| checkpoint::reached(conn, organization, &source.sum))?;
        let reached = u64::try_from(reached).unwrap_or(0);
        let (file, batch) = (file.to_owned(), LARGEST_BATCH);
        Ok(Self { polity, access, file, source, reached, batch, keeps_lines: false })
    }

    /// The same with so many rows in one transaction, 1 to 16,000: fewer take longer in all, but hold other writers up for
    /// shorter.
    #[must_use]
    pub fn in_batches_of(self, rows: u64) -> Self {
        Self { batch: rows.clamp(1, LARGEST_BATCH), ..self }
    }

    /// The same that adds reporting lines and ends none, whatever earlier imports made.
    #[must_use]
    pub fn keeping_lines(self, keeps_lines: bool) -> Self {
        Self { keeps_lines, ..self }
    }

    /// What the rows are.
    pub fn kind(&self) -> Kind {
        self.source.kind
    }

    /// How many rows an earlier import of the same file has done before it was cut short; rows that are gone through twice count
    /// twice.
    pub fn reached(&self) -> u64 {
        self.reached
    }

    /// Imports what is left.
    ///
    /// # Errors
    /// When the file cannot be read on or the store fails: what was done until then stays, and another import goes on from there.
    /// A row that will not do is a failure in the report.
    pub fn run(&self, progress: Progress<'_>) -> Result<RowReport> {
        let mut course = Course::new(&self.file, self.source, self.reached, self.batch, progress);
        match self.source.kind {
            Kind::Employees => self.employees(&mut course),
            Kind::Managers => self.managers(&mut course),
            Kind::Groups => self.groups(&mut course),
            Kind::Memberships => self.memberships(&mut course),
        }?;
        let (organization, sum) = (self.access.organization(), self.source.sum);
        self.polity.ctx.write_platform(move |tx| checkpoint::clear(tx, organization, &sum))?;
        Ok(course.report())
    }

    fn employees(&self, course: &mut Course<'_>) -> Result<()> {
        let again = self.may_have("manager")?;
        course.begin(if again { 2 } else { 1 });
        course.go(&Pass {
            what: "employees",
            read: &staff::employee,
            renamed: &[("kind", "type")],
            again: self.may_have("employee_number")?,
            store: &|rows, at| self.polity.accounts.import_employees(&self.access, rows, Some(at)),
        })?;
        if !again {
            return Ok(());
        }
        // only now is everybody there whom a row may name; the column speaks of the one manager of its type
        let several = Several::default();
        let read = |cells: &mut Cells| Ok(staff::manager(cells)?.map(|row| self.of_its_kind(&several, row)));
        self.lines(course, &read, &[("employee", "email"), ("kind", "manager_type")])
    }

    fn managers(&self, course: &mut Course<'_>) -> Result<()> {
        course.begin(1);
        let open = || Table::open(&self.file, self.source.kind);
        let several = if self.keeps_lines { Several::default() } else { Several::read(open)? };
        let read = |cells: &mut Cells| Ok(staff::line(cells)?.map(|row| self.of_its_kind(&several, row)));
        self.lines(course, &read, &[("kind", "type")])
    }

    fn of_its_kind(&self, several: &Several, row: ManagerRow) -> ManagerRow {
        if self.keeps_lines { row } else { several.end_others(row) }
    }

    fn lines(
        &self,
        course: &mut Course<'_>,
        read: Reading<'_, ManagerRow>,
        renamed: &[(&str, &str)],
    ) -> Result<()> {
        let store = |rows, at| self.polity.accounts.import_managers(&self.access, rows, Some(at));
        course.go(&Pass { what: "reporting", read, renamed, again: !self.keeps_lines, store: &store })
    }

    fn groups(&self, course: &mut Course<'_>) -> Result<()> {
        let again = self.may_have("parent")?;
        course.begin(if again { 2 } else { 1 });
        let renamed = &[("external_id", "group"), ("kind", "type")];
        let store = |rows, at| self.polity.groups.import_groups(&self.access, rows, Some(at));
        course.go(&Pass { what: "groups", read: &grouping::group, renamed, again: false, store: &store })?;
        if !again {
            return Ok(());
        }
        // a group that is changed only by being nested is a new place in a group
        let nest = |rows, at| Ok(store(rows, at)?.into_iter().map(grouping::nested).collect());
        course.go(&Pass {
            what: "groups nested",
            read: &grouping::nesting,
            renamed,
            again: false,
            store: &nest,
        })
    }

    fn memberships(&self, course: &mut Course<'_>) -> Result<()> {
        course.begin(1);
        course.go(&Pass {
            what: "in groups",
            read: &grouping::membership,
            renamed: &[("kind", "type")],
            again: false,
            store: &|rows, at| self.polity.groups.import_memberships(&self.access, rows, Some(at)),
        })
    }

    /// Whether rows of the file may have a value in this column.
    fn may_have(&self, column: &str) -> Result<bool> {
        Ok(Table::open(&self.file, self.source.kind)?.may_have(column))
    }
}
