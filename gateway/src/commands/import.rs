//! `polity import`: organizations, or rows of one organization, from a file, with a progress bar and a summary.

use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use polity_directory::OrganizationRef;
use polity_kernel::Actor;

use super::output::{Failure, print};
use crate::areas::Polity;
use crate::import::{self, Kind, LARGEST_BATCH, Report, RowImport, RowReport};

/// Brings organizations into the directory, or rows into one organization.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// JSON with a list of organizations, or NDJSON with one a line; for one organization, CSV or NDJSON with a row a line.
    file: PathBuf,
    /// Import rows into this organization, by id, key or alias.
    #[arg(long, visible_alias = "org")]
    organization: Option<OrganizationRef>,
    /// What the rows are; without it, their columns tell.
    #[arg(long = "as", value_name = "KIND", requires = "organization")]
    kind: Option<Kind>,
    /// Put so many rows into one transaction; fewer take longer in all, but hold other writers up for shorter.
    #[arg(long, value_name = "ROWS", requires = "organization", default_value_t = LARGEST_BATCH,
        value_parser = clap::value_parser!(u64).range(1..=LARGEST_BATCH))]
    batch: u64,
    /// Add reporting lines and end none: those an earlier import made stay beside the ones in the file.
    #[arg(long, requires = "organization")]
    keep_lines: bool,
}

impl Import {
    pub(super) fn run(&self, polity: &Polity) -> Result<(), Failure> {
        match &self.organization {
            Some(organization) => self.rows(polity, organization),
            None => self.organizations(polity),
        }
    }

    fn organizations(&self, polity: &Polity) -> Result<(), Failure> {
        let bar = bar()?;
        let report = import::import(polity.directory.as_ref(), &self.file, &mut |at, of| {
            bar.set_length(of);
            bar.set_position(at);
        })?;
        bar.finish_and_clear();
        print(&summary(&report))?;
        for failure in &report.failures {
            tell(format_args!("left out: {failure}"));
        }
        match report.failures.len() {
            0 => Ok(()),
            left_out => {
                Err(format!("{left_out} of {} organizations were left out", report.organizations).into())
            }
        }
    }

    fn rows(&self, polity: &Polity, organization: &OrganizationRef) -> Result<(), Failure> {
        let access = polity.enter(&Actor::system(), organization)?;
        let import = RowImport::begin(polity, access, &self.file, self.kind)?
            .in_batches_of(self.batch)
            .keeping_lines(self.keep_lines);
        if import.reached() > 0 {
            tell(format_args!(
                "an import of this file was cut short; going on behind row {}",
                import.reached()
            ));
        }
        let bar = bar()?;
        let report = import.run(&mut |at, of| {
            bar.set_length(of);
            bar.set_position(at);
        })?;
        bar.finish_and_clear();
        print(&row_summary(import.kind(), &report))?;
        for failure in &report.failures {
            tell(format_args!("left out: {failure}"));
        }
        let untold = report.failed.saturating_sub(report.failures.len() as u64);
        if untold > 0 {
            tell(format_args!("left out: {untold} more"));
        }
        if !report.ignored.is_empty() {
            tell(format_args!("nothing was made of: {}", report.ignored.join(", ")));
        }
        match report.failed {
            0 => Ok(()),
            failed => Err(format!("{failed} rows were left out, or a part of them").into()),
        }
    }
}

/// Says something to whoever watches; there may be nobody.
fn tell(words: impl Display) {
    drop(writeln!(std::io::stderr(), "{words}"));
}

/// Hidden where nobody watches.
fn bar() -> Result<ProgressBar, Failure> {
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let style = ProgressStyle::with_template("{bar:40} {percent}% {elapsed} (about {eta} left)")?;
    Ok(ProgressBar::with_draw_target(None, target).with_style(style))
}

fn row(what: &str, created: u64, changed: u64) -> String {
    format!("{what:<14}{created:>9} created {changed:>9} changed\n")
}

fn row_summary(kind: Kind, report: &RowReport) -> String {
    let mut lines = format!("read {} rows of {}\n", report.rows, kind.name());
    for tally in &report.tallies {
        lines += &row(tally.what, tally.created, tally.changed);
    }
    let sum = |pick: fn(&import::Tally) -> u64| report.tallies.iter().map(pick).sum();
    lines + &row("total", sum(|tally| tally.created), sum(|tally| tally.changed))
}

fn summary(report: &Report) -> String {
    let changes = &report.changes;
    [
        format!(
            "read {} organizations, {} people, {} groups\n",
            report.organizations, report.people, report.groups
        ),
        row("organizations", changes.organizations_created, changes.organizations_changed),
        row("accounts", changes.accounts_created, 0),
        row("members", changes.members_created, changes.members_changed),
        row("roles", changes.roles_created, changes.roles_changed),
        row("apps", changes.apps_created, changes.apps_changed),
        row("groups", changes.groups_created, changes.groups_changed),
        row("in groups", changes.memberships_created, changes.memberships_changed),
        row("roles granted", changes.roles_granted, 0),
        row("total", changes.created(), changes.changed()),
    ]
    .concat()
}
