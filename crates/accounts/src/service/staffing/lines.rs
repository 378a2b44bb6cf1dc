//! A batch of reporting lines: both ends are found at once, and a circle is looked for only where one could be.

use std::collections::{HashMap, HashSet};

use polity_kernel::text::parsed_at;
use polity_kernel::{Access, Error, Event, Result, Stamp, Tx};

use super::super::lines::{circle, require_two};
use super::outcome;
use crate::reporting::{key_of, kind_of};
use crate::store::lines::New;
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
    /// The lines up from each manager named and from whoever is above them, those of this batch among them, by kind.
    above: HashMap<String, HashMap<EmployeeId, Vec<EmployeeId>>>,
    /// Who has one.
    wired: HashSet<EmployeeId>,
    /// Who had one already when another came.
    several: HashSet<EmployeeId>,
    /// The lines of this batch.
    new: Vec<New>,
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
            above: above(tx, access, &staff, rows)?,
            staff,
            heights: store::heights::below(tx, organization, &reporting)?,
            wired: known.iter().map(|line| line.employee).collect(),
            several: HashSet::new(),
            known: known.iter().map(|line| (line.employee, line.manager, key_of(&line.kind))).collect(),
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
            outcomes.push(outcome(self.take_one(row))?);
        }
        store::lines::insert(tx, access.organization(), &self.new)?;
        store::lines::recount(tx, access.organization(), &self.several.into_iter().collect::<Vec<_>>())?;
        store::heights::carry_up(tx, access.organization(), self.managers.into_iter().collect())?;
        if !self.new.is_empty() {
            let event = Event::new(access, "imported", "reporting_lines", access.organization());
            let told = |line: &ReportingLine| format!("{}/{}/{}", line.employee, line.manager, line.kind);
            let lines: Vec<String> = self.new.iter().map(|new| told(&new.line)).collect();
            tx.record(event.after(serde_json::json!({ "lines": lines })))?;
        }
        Ok(outcomes)
    }

    fn take_one(&mut self, row: &ManagerRow) -> Result<RowOutcome> {
        let employee = self.found("employee", &row.employee)?;
        let manager = self.found("manager", &row.manager)?;
        let kind = kind_of(row.kind.as_deref().unwrap_or("PRIMARY"))?;
        require_two(employee, manager)?;
        let key = key_of(&kind);
        if self.known.contains(&(employee, manager, key.clone())) {
            return Ok(RowOutcome::Unchanged);
        }
        let height = self.heights.get(&employee).copied().unwrap_or(0);
        // below one to whom nobody reports there is nobody to come back from
        let leads = height > 0 || self.managers.contains(&employee);
        let above = self.above.entry(key.clone()).or_default();
        if leads && is_above(above, employee, manager) {
            return Err(circle());
        }
        above.entry(employee).or_default().push(manager);
        self.known.insert((employee, manager, key));
        self.managers.insert(manager);
        let Stamp { at, by } = self.stamp;
        let line = ReportingLine { employee, manager, kind, created_at: at, created_by: by };
        let sole = self.wired.insert(employee);
        if !sole {
            self.several.insert(employee);
        }
        self.new.push(New { line, height, sole });
        Ok(RowOutcome::Created)
    }

    fn found(&self, field: &str, email: &str) -> Result<EmployeeId> {
        let email: EmailAddress = parsed_at(field, email)?;
        self.staff
            .get(&email)
            .copied()
            .ok_or_else(|| Error::field(field, format!("no employee has the address {email}")))
    }
}

/// All that is above the managers named, along the kinds they are named with.
fn above(
    tx: &mut Tx<'_>,
    access: &Access,
    staff: &HashMap<EmailAddress, EmployeeId>,
    rows: &[ManagerRow],
) -> Result<HashMap<String, HashMap<EmployeeId, Vec<EmployeeId>>>> {
    let mut named: HashMap<String, HashSet<EmployeeId>> = HashMap::new();
    for row in rows {
        let manager = row.manager.parse::<EmailAddress>().ok().and_then(|email| staff.get(&email));
        let kind = kind_of(row.kind.as_deref().unwrap_or("PRIMARY")).ok();
        if let (Some(manager), Some(kind)) = (manager, kind) {
            named.entry(key_of(&kind)).or_default().insert(*manager);
        }
    }
    let mut above = HashMap::with_capacity(named.len());
    for (key, managers) in named {
        let managers: Vec<EmployeeId> = managers.into_iter().collect();
        let mut lines: HashMap<EmployeeId, Vec<EmployeeId>> = HashMap::new();
        for (employee, manager) in store::climb::lines_up(tx, access.organization(), &key, &managers)? {
            lines.entry(employee).or_default().push(manager);
        }
        above.insert(key, lines);
    }
    Ok(above)
}

/// Whether the employee is met on the ways up from the manager.
fn is_above(lines: &HashMap<EmployeeId, Vec<EmployeeId>>, employee: EmployeeId, manager: EmployeeId) -> bool {
    let (mut met, mut next) = (HashSet::from([manager]), vec![manager]);
    while let Some(here) = next.pop() {
        if here == employee {
            return true;
        }
        let above = lines.get(&here).into_iter().flatten().copied();
        next.extend(above.filter(|manager| met.insert(*manager)));
    }
    false
}
