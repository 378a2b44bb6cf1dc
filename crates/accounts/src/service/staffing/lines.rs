//! A batch of reporting lines: both ends are found at once, and a circle is looked for only where one could be.

use std::collections::{HashMap, HashSet};

use polity_kernel::text::parsed_at;
use polity_kernel::{Access, Error, Event, Result, Tx};

use super::super::lines::{circle, require_two};
use super::outcome;
use crate::reporting::{key_of, kind_of};
use crate::stamp::Stamp;
use crate::{EmailAddress, EmployeeId, ManagerRow, ReportingLine, RowOutcome, store};

/// What a batch speaks of, as it stands while its rows are taken.
pub(super) struct Wiring {
    stamp: Stamp,
    /// Who is named, by address.
    staff: HashMap<EmailAddress, EmployeeId>,
    /// How many levels there are below each.
    heights: HashMap<EmployeeId, i32>,
    /// The lines there are: employee, manager and kind.
    known: HashSet<(EmployeeId, EmployeeId, String)>,
    /// Lines that are not written yet.
    pending: Vec<(ReportingLine, i32)>,
    /// All lines of this batch.
    new: Vec<ReportingLine>,
    /// To whom they lead.
    managers: HashSet<EmployeeId>,
}

impl Wiring {
    pub(super) fn of(tx: &mut Tx<'_>, access: &Access, rows: &[ManagerRow]) -> Result<Self> {
        let organization = access.organization();
        let named = rows.iter().flat_map(|row| [&row.employee, &row.manager]);
        let emails: HashSet<EmailAddress> = named.filter_map(|email| email.parse().ok()).collect();
        let emails = emails.iter().map(ToString::to_string).collect();
        let staff: HashMap<EmailAddress, EmployeeId> =
            store::employees::ids_by_emails(tx, organization, emails)?.into_iter().collect();
        let reporting: HashSet<EmployeeId> = rows
            .iter()
            .filter_map(|row| staff.get(&row.employee.parse::<EmailAddress>().ok()?).copied())
            .collect();
        let reporting: Vec<EmployeeId> = reporting.into_iter().collect();
        let known = store::lines::of(tx, organization, &reporting)?;
        Ok(Self {
            stamp: Stamp::of(tx, access.actor()),
            staff,
            heights: store::heights::below(tx, organization, &reporting)?,
            known: known.iter().map(|line| (line.employee, line.manager, key_of(&line.kind))).collect(),
            pending: Vec::new(),
            new: Vec::new(),
            managers: HashSet::new(),
        })
    }

    pub(super) fn take(
        mut self,
        tx: &mut Tx<'_>,
        access: &Access,
        rows: &[ManagerRow],
    ) -> Result<Vec<RowOutcome>> {
        let mut outcomes = Vec::with_capacity(rows.len());
        for row in rows {
            outcomes.push(outcome(self.take_one(tx, access, row))?);
        }
        self.write(tx, access)?;
        store::heights::carry_up(tx, access.organization(), self.managers.into_iter().collect())?;
        if !self.new.is_empty() {
            let event = Event::new(access, "imported", "reporting_lines", access.organization());
            let told = |line: &ReportingLine| format!("{}/{}/{}", line.employee, line.manager, line.kind);
            let lines: Vec<String> = self.new.iter().map(told).collect();
            tx.record(event.after(serde_json::json!({ "lines": lines })))?;
        }
        Ok(outcomes)
    }

    fn take_one(&mut self, tx: &mut Tx<'_>, access: &Access, row: &ManagerRow) -> Result<RowOutcome> {
        let employee = self.found("employee", &row.employee)?;
        let manager = self.found("manager", &row.manager)?;
        let kind = kind_of(row.kind.as_deref().unwrap_or("PRIMARY"))?;
        require_two(employee, manager)?;
        if self.known.contains(&(employee, manager, key_of(&kind))) {
            return Ok(RowOutcome::Unchanged);
        }
        let height = self.heights.get(&employee).copied().unwrap_or(0);
        // below one to whom nobody reports there is nobody to come back from
        if height > 0 || self.managers.contains(&employee) {
            self.write(tx, access)?;
            if store::climb::is_above(tx, access.organization(), (employee, manager), &kind)? {
                return Err(circle());
            }
        }
        self.known.insert((employee, manager, key_of(&kind)));
        self.managers.insert(manager);
        let Stamp { at, by } = self.stamp;
        self.pending
            .push((ReportingLine { employee, manager, kind, created_at: at, created_by: by }, height));
        Ok(RowOutcome::Created)
    }

    fn found(&self, field: &str, email: &str) -> Result<EmployeeId> {
        let email: EmailAddress = parsed_at(field, email)?;
        self.staff
            .get(&email)
            .copied()
            .ok_or_else(|| Error::field(field, format!("no employee has the address {email}")))
    }

    fn write(&mut self, tx: &mut Tx<'_>, access: &Access) -> Result<()> {
        store::lines::insert(tx, access.organization(), &self.pending)?;
        self.new.extend(self.pending.drain(..).map(|(line, _)| line));
        Ok(())
    }
}
