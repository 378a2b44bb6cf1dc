//! Employees: hired, hired again, changed.

use polity_kernel::{Access, Error, FieldKind, Result, Stamp, Subject, Tx};

use crate::events::EMPLOYEE_UPDATED;
use crate::permissions::ORG_EMPLOYEES_UPDATE;
use crate::{Appointing, Employee, EmployeeId, EmployeeProfile, NewEmployee, store};

/// Hires somebody again: the same employee, as what is said now.
pub(crate) fn revive(
    tx: &mut Tx<'_>,
    access: &Access,
    guard: &Appointing,
    gone: &Employee,
    new: &NewEmployee,
) -> Result<Employee> {
    let after = gone.hired_again(new, Stamp::of(tx, access.actor()));
    ask(tx, access, guard, Some(gone), &after)?;
    change(tx, access, gone, &after)?;
    Ok(after)
}

/// Asks whoever gives accounts their meaning, and that there is such an account, before an employee comes to be like this.
pub(crate) fn ask(
    tx: &mut Tx<'_>,
    access: &Access,
    guard: &Appointing,
    before: Option<&Employee>,
    after: &Employee,
) -> Result<()> {
    if let Some(account) = after.account
        && before.is_none_or(|before| before.account != Some(account))
    {
        store::accounts::find(tx, account)?
            .ok_or_else(|| Error::field("account", FieldKind::NotFound.told("no such account")))?;
    }
    if let Some(role) = after.promised()
        && before.is_none_or(|before| before.promised() != Some(role))
    {
        (guard.promising)(tx, access, role)?;
    }
    if let Some((account, role)) = after.appointed()
        && before.is_none_or(|before| before.appointed() != after.appointed())
    {
        (guard.appointing)(tx, access, account, role)?;
    }
    // one who is new is in no group yet
    if let Some(before) = before
        && after.linked().is_some()
        && before.linked() != after.linked()
    {
        (guard.linking)(tx, access, after.id)?;
    }
    Ok(())
}

pub(crate) fn change(tx: &mut Tx<'_>, access: &Access, before: &Employee, after: &Employee) -> Result<()> {
    if after == before {
        return Ok(());
    }
    store::employees::update(tx, after)?;
    tx.record(EMPLOYEE_UPDATED.changed(access, after.id, before, after))
}

/// Gives the employee the profile that is made of the one before.
pub(crate) fn describe(
    tx: &mut Tx<'_>,
    access: &Access,
    id: EmployeeId,
    turn: impl FnOnce(EmployeeProfile) -> Result<EmployeeProfile>,
) -> Result<EmployeeProfile> {
    let before = store::employees::hold(tx, access.organization(), id)?;
    if before.as_ref().is_none_or(|employee| !is_own(access, employee)) {
        access.require(&ORG_EMPLOYEES_UPDATE)?;
    }
    let before = before.ok_or_else(unknown)?;
    let profile = turn(before.profile.clone().unwrap_or_default())?;
    let after = before.with_profile(profile.clone(), Stamp::of(tx, access.actor()));
    change(tx, access, &before, &after)?;
    Ok(profile)
}

/// Whether the employee is the caller, and the credential is one for everything the caller may do.
fn is_own(access: &Access, employee: &Employee) -> bool {
    let limits = access.actor().limits();
    let caller = match access.actor().subject() {
        Subject::Person(account) if limits.permissions.is_none() && limits.role.is_none() => Some(account),
        _ => None,
    };
    caller.is_some() && employee.linked() == caller
}

pub(crate) fn unknown() -> Error {
    Error::not_found("employee")
}
