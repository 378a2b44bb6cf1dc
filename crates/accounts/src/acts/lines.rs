//! The rules of reporting lines: both ends exist, and nobody is above themselves along one kind.

use polity_kernel::{Access, Code, Error, Event, FieldKind, Result, Stamp, Tx};

use crate::acts::employees::unknown;
use crate::events;
use crate::events::EMPLOYEE_LINE_CHANGED;
use crate::reporting_lines::{Ends, key_of};
use crate::store::lines::New;
use crate::{EmployeeId, ReportingLine, store};

/// Puts the line in, unless it is there.
pub(crate) fn set(tx: &mut Tx<'_>, access: &Access, ends: Ends, kind: &str) -> Result<ReportingLine> {
    let (organization, Ends { employee, manager }) = (access.organization(), ends);
    require_both(tx, access, employee, manager)?;
    let known = store::lines::of(tx, organization, &[employee])?;
    let sole = known.is_empty();
    let same = |line: &ReportingLine| line.manager == manager && key_of(&line.kind) == key_of(kind);
    if let Some(line) = known.into_iter().find(same) {
        return Ok(line);
    }
    if store::climb::is_above(tx, organization, ends, kind)? {
        return Err(circle());
    }
    let Stamp { at, by } = Stamp::of(tx, access.actor());
    let line = ReportingLine { employee, manager, kind: kind.to_owned(), created_at: at, created_by: by };
    let height = store::heights::below(tx, organization, &[employee])?;
    let height = height.get(&employee).copied().unwrap_or(0);
    store::lines::insert(tx, organization, &[New { line: line.clone(), height, sole }])?;
    if !sole {
        store::lines::recount(tx, organization, &[employee])?;
    }
    store::heights::carry_up(tx, organization, vec![manager])?;
    tx.record(drawn(access, &line))?;
    Ok(line)
}

/// Takes out the line of this kind, or every line between the two.
pub(crate) fn remove(tx: &mut Tx<'_>, access: &Access, ends: Ends, kind: Option<&str>) -> Result<()> {
    let organization = access.organization();
    let doomed = store::lines::between(tx, organization, ends, kind)?;
    if doomed.is_empty() {
        return Err(Error::not_found("manager of this employee"));
    }
    for line in &doomed {
        store::lines::remove(tx, organization, line)?;
        tx.record(ended(access, line))?;
    }
    store::lines::recount(tx, organization, &[ends.employee])?;
    store::heights::carry_up(tx, organization, vec![ends.manager])
}

fn require_both(tx: &mut Tx<'_>, access: &Access, employee: EmployeeId, manager: EmployeeId) -> Result<()> {
    require_two(employee, manager)?;
    let organization = access.organization();
    store::employees::find(tx, organization, employee)?.ok_or_else(unknown)?;
    store::employees::find(tx, organization, manager)?.ok_or_else(|| Error::not_found("manager"))?;
    Ok(())
}

pub(crate) fn require_two(employee: EmployeeId, manager: EmployeeId) -> Result<()> {
    if employee == manager {
        return Err(Error::field("manager", FieldKind::NotAllowed.told("nobody reports to themselves")));
    }
    Ok(())
}

pub(crate) fn circle() -> Error {
    Error::new(Code::Cycle, "the manager reports to the employee, directly or through others")
}

fn drawn(access: &Access, line: &ReportingLine) -> Event {
    let after = events::ReportingLine::from(line);
    EMPLOYEE_LINE_CHANGED.changed(access, line.employee, None::<events::ReportingLine>, after)
}

/// That the line is no more.
pub(crate) fn ended(access: &Access, line: &ReportingLine) -> Event {
    let before = events::ReportingLine::from(line);
    EMPLOYEE_LINE_CHANGED.changed(access, line.employee, before, None::<events::ReportingLine>)
}
