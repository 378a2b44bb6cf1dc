//! A batch of reporting lines: both ends are found at once, and a circle is looked for only where one could be.

use std::collections::{HashMap, HashSet};

use polity_kernel::text::parsed_at;
use polity_kernel::{Access, Code, Error, FieldKind, Result, Stamp, SubjectId, Tx};

use crate::acts::lines::{circle, ended, require_two};
use crate::acts::staff::rounds::{in_rounds, outcome};
use crate::events::{EMPLOYEES_LINES_IMPORTED, ReportingLines};
use crate::reporting_lines::{key_of, kind_of};
use crate::store::lines::New;
use crate::{EmailAddress, EmployeeId, ManagerRow, OtherLines, ReportingLine, RowOutcome, store};

/// The lines up of one kind, from each employee.
type Ways = HashMap<EmployeeId, Vec<EmployeeId>>;

/// What a batch speaks of, as it stands while its rows are taken.
pub(crate) struct Wiring {
    stamp: Stamp,
    /// Who is named, by address.
    staff: HashMap<EmailAddress, EmployeeId>,
    /// How many levels there are below each.
    heights: HashMap<EmployeeId, i32>,
    /// The lines up from each who reports.
    lines: HashMap<EmployeeId, Vec<Line>>,
    /// The lines up from each manager named and from whoever is above them, those of this batch among them, by kind.
    above: HashMap<String, Ways>,
    /// Lines of the store that end.
    ended: Vec<ReportingLine>,
    /// Who had lines before and has others now.
    rewired: HashSet<EmployeeId>,
    /// Who gained reports, and who lost some.
    gaining: HashSet<EmployeeId>,
    losing: HashSet<EmployeeId>,
}

/// A line, and whether it is in the store.
struct Line {
    line: ReportingLine,
    stored: bool,
}

/// A row whose ends are found.
struct Wish {
    employee: EmployeeId,
    manager: EmployeeId,
    kind: String,
    /// The kind in the form it is compared in.
    key: String,
    /// Whose lines of this kind end; nobody's when absent.
    ends: Option<Drawn>,
}

/// Lines that this actor drew, but for those to these managers.
struct Drawn {
    by: Option<SubjectId>,
    but: Vec<EmployeeId>,
}

impl Wish {
    fn is_of_kind(&self, line: &ReportingLine) -> bool {
        key_of(&line.kind) == self.key
    }

    /// Whether the line of the same employee ends when this one is drawn.
    fn replaces(&self, line: &ReportingLine) -> bool {
        let drawn = |ends: &Drawn| line.created_by == ends.by && !ends.but.contains(&line.manager);
        line.manager != self.manager && self.is_of_kind(line) && self.ends.as_ref().is_some_and(drawn)
    }
}

impl Wiring {
    pub(crate) fn of(tx: &mut Tx<'_>, access: &Access, rows: &[ManagerRow]) -> Result<Self> {
        let organization = access.organization();
        let emails: HashSet<EmailAddress> = rows.iter().flat_map(named).collect();
        let emails = emails.iter().map(ToString::to_string).collect();
        let staff: HashMap<EmailAddress, EmployeeId> =
            store::employees::ids_by_emails(tx, organization, emails)?.into_iter().collect();
        let reporting: HashSet<EmployeeId> = rows
            .iter()
            .filter_map(|row| staff.get(&row.employee.parse::<EmailAddress>().ok()?).copied())
            .collect();
        let reporting: Vec<EmployeeId> = reporting.into_iter().collect();
        let mut lines: HashMap<EmployeeId, Vec<Line>> = HashMap::new();
        for line in store::lines::of(tx, organization, &reporting)? {
            lines.entry(line.employee).or_default().push(Line { line, stored: true });
        }
        Ok(Self {
            stamp: Stamp::of(tx, access.actor()),
            above: above(tx, access, &staff, rows)?,
            staff,
            heights: store::heights::below(tx, organization, &reporting)?,
            lines,
            ended: Vec::new(),
            rewired: HashSet::new(),
            gaining: HashSet::new(),
            losing: HashSet::new(),
        })
    }

    pub(crate) fn take(
        mut self,
        tx: &mut Tx<'_>,
        access: &Access,
        rows: &[ManagerRow],
    ) -> Result<Vec<RowOutcome>> {
        // a line that closes a circle now may not when another row has replaced one of the others
        let mut outcomes = vec![None; rows.len()];
        in_rounds(&mut outcomes, (0..rows.len()).collect(), |place| {
            let Some(row) = rows.get(place) else { return Ok(None) };
            match self.wish(row).and_then(|wish| self.grant(wish)) {
                Err(error) if error.code() == Code::Cycle => Ok(None),
                result => outcome(result).map(Some),
            }
        })?;
        self.write(tx, access)?;
        let circle = || RowOutcome::Blocked(circle().into());
        Ok(outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(circle)).collect())
    }

    fn wish(&self, row: &ManagerRow) -> Result<Wish> {
        let employee = self.found("employee", &row.employee)?;
        let manager = self.found("manager", &row.manager)?;
        let kind = kind_of(row.kind.as_deref().unwrap_or("PRIMARY"))?;
        require_two(employee, manager)?;
        let known = |email: &String| self.staff.get(&email.parse::<EmailAddress>().ok()?).copied();
        let ends = match &row.others {
            OtherLines::Stay => None,
            OtherLines::End { but } => {
                Some(Drawn { by: self.stamp.by, but: but.iter().filter_map(known).collect() })
            }
        };
        Ok(Wish { employee, manager, key: key_of(&kind), kind, ends })
    }

    /// Draws the line and ends those it replaces, or does nothing.
    fn grant(&mut self, wish: Wish) -> Result<RowOutcome> {
        let (employee, manager) = (wish.employee, wish.manager);
        let lines = self.lines.entry(employee).or_default();
        let there = lines.iter().any(|of| of.line.manager == manager && wish.is_of_kind(&of.line));
        let replaced = lines.iter().map(|of| &of.line).filter(|line| wish.replaces(line));
        let left: HashSet<EmployeeId> = replaced.map(|line| line.manager).collect();
        if there && left.is_empty() {
            return Ok(RowOutcome::Unchanged);
        }
        // below one to whom nobody reports there is nobody to come back from
        let leads =
            self.heights.get(&employee).is_some_and(|height| *height > 0) || self.gaining.contains(&employee);
        let ways = self.above.entry(wish.key.clone()).or_default();
        let before = ways.get(&employee).cloned().unwrap_or_default();
        let mut after: Vec<EmployeeId> = before.iter().copied().filter(|one| !left.contains(one)).collect();
        ways.insert(employee, after.clone());
        if !there && leads && is_above(ways, employee, manager) {
            ways.insert(employee, before);
            return Err(circle());
        }
        if lines.iter().any(|of| of.stored) {
            self.rewired.insert(employee);
        }
        let ended = lines.extract_if(.., |of| wish.replaces(&of.line)).filter(|of| of.stored);
        self.ended.extend(ended.map(|of| of.line));
        if !there {
            after.push(manager);
            ways.insert(employee, after);
            let Stamp { at, by } = self.stamp;
            let line = ReportingLine { employee, manager, kind: wish.kind, created_at: at, created_by: by };
            lines.push(Line { line, stored: false });
            self.gaining.insert(manager);
        }
        let outcome = if left.is_empty() { RowOutcome::Created } else { RowOutcome::Changed };
        self.losing.extend(left);
        Ok(outcome)
    }

    /// Brings the store to what was decided.
    fn write(self, tx: &mut Tx<'_>, access: &Access) -> Result<()> {
        let organization = access.organization();
        for line in &self.ended {
            store::lines::remove(tx, organization, line)?;
            tx.record(ended(access, line))?;
        }
        let mut new = Vec::new();
        for (employee, lines) in self.lines {
            let (height, sole) = (self.heights.get(&employee).copied().unwrap_or(0), lines.len() == 1);
            let drawn = lines.into_iter().filter(|of| !of.stored);
            new.extend(drawn.map(|of| New { line: of.line, height, sole }));
        }
        new.sort_by_key(|new| (new.line.employee, new.line.manager));
        store::lines::insert(tx, organization, &new)?;
        store::lines::recount(tx, organization, &Vec::from_iter(self.rewired))?;
        store::heights::carry_up(tx, organization, self.gaining.union(&self.losing).copied().collect())?;
        if new.is_empty() {
            return Ok(());
        }
        let told = |line: &ReportingLine| format!("{}/{}/{}", line.employee, line.manager, line.kind);
        let lines: Vec<String> = new.iter().map(|new| told(&new.line)).collect();
        tx.record(EMPLOYEES_LINES_IMPORTED.made(access, organization, ReportingLines { lines }))
    }

    fn found(&self, field: &str, email: &str) -> Result<EmployeeId> {
        let email: EmailAddress = parsed_at(field, email)?;
        self.staff.get(&email).copied().ok_or_else(|| {
            Error::field(field, FieldKind::NotFound.told(format!("no employee has the address {email}")))
        })
    }
}

/// Everybody a row names.
fn named(row: &ManagerRow) -> impl Iterator<Item = EmailAddress> {
    let but: &[String] = match &row.others {
        OtherLines::Stay => &[],
        OtherLines::End { but } => but,
    };
    [&row.employee, &row.manager].into_iter().chain(but).filter_map(|email| email.parse().ok())
}

/// All that is above the managers named, along the kinds they are named with.
fn above(
    tx: &mut Tx<'_>,
    access: &Access,
    staff: &HashMap<EmailAddress, EmployeeId>,
    rows: &[ManagerRow],
) -> Result<HashMap<String, Ways>> {
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
        let mut lines = Ways::new();
        for (employee, manager) in store::climb::lines_up(tx, access.organization(), &key, &managers)? {
            lines.entry(employee).or_default().push(manager);
        }
        above.insert(key, lines);
    }
    Ok(above)
}

/// Whether the employee is met on the ways up from the manager.
fn is_above(lines: &Ways, employee: EmployeeId, manager: EmployeeId) -> bool {
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
