//! `polity import`: organizations from a file, with a progress bar and a summary.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Failure;
use crate::boot::Polity;
use crate::import::{self, Report};

/// Brings organizations into the directory.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// JSON with a list of organizations, or NDJSON with one a line.
    file: PathBuf,
}

impl Import {
    pub(super) fn run(&self, polity: &Polity) -> Result<(), Failure> {
        let bar = bar()?;
        let report = import::import(polity.directory.as_ref(), &self.file, &mut |at, of| {
            bar.set_length(of);
            bar.set_position(at);
        })?;
        bar.finish_and_clear();
        super::print(&summary(&report))?;
        for failure in &report.failures {
            drop(writeln!(std::io::stderr(), "left out: {failure}"));
        }
        match report.failures.len() {
            0 => Ok(()),
            left_out => {
                Err(format!("{left_out} of {} organizations were left out", report.organizations).into())
            }
        }
    }
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

fn summary(report: &Report) -> String {
    let changes = &report.changes;
    let row = |what: &str, created: u64, changed: u64| {
        format!("{what:<14}{created:>9} created {changed:>9} changed\n")
    };
    [
        format!(
            "read {} organizations, {} people, {} groups\n",
            report.organizations, report.people, report.groups
        ),
        row("organizations", changes.organizations_created, changes.organizations_changed),
        row("accounts", changes.accounts_created, 0),
        row("members", changes.members_created, changes.members_changed),
        row("roles", changes.roles_created, changes.roles_changed),
        row("groups", changes.groups_created, changes.groups_changed),
        row("in groups", changes.memberships_created, changes.memberships_changed),
        row("roles granted", changes.roles_granted, 0),
        format!("{:<14}{:>9} created {:>9} changed", "total", changes.created(), changes.changed()),
    ]
    .concat()
}
