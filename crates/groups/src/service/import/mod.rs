//! Imports: many rows in one transaction, each judged by itself; what is refused leaves nothing behind.

mod groups;
mod memberships;

use std::collections::BTreeMap;

use polity_accounts::{Belonging, RowOutcome};
use polity_kernel::text::printable;
use polity_kernel::{Access, Checkpoint, Code, Error, Result, Tx, WriteKind};

use super::Service;
use crate::permissions::{GROUPS_CREATE, GROUPS_UPDATE};
use crate::{GroupId, GroupImport, GroupRow, Guard, MembershipRow};

/// What a row came to, or why it will not do. Only what is the row's own fault is an inner error.
type Judged<T> = Result<Result<T, String>>;

impl GroupImport for Service {
    fn import_groups(
        &self,
        access: &Access,
        rows: Vec<GroupRow>,
        checkpoint: Option<Checkpoint>,
    ) -> Result<Vec<RowOutcome>> {
        require_batch(rows.len())?;
        let guard = self.guard;
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require_all([&GROUPS_CREATE, &GROUPS_UPDATE])?;
            let outcomes = groups::import(tx, access, Gate::new(guard, access), &rows)?;
            reach(tx, access, checkpoint.as_ref())?;
            Ok(outcomes)
        })
    }

    fn import_memberships(
        &self,
        access: &Access,
        rows: Vec<MembershipRow>,
        checkpoint: Option<Checkpoint>,
    ) -> Result<Vec<RowOutcome>> {
        require_batch(rows.len())?;
        let guard = self.guard;
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&GROUPS_UPDATE)?;
            let outcomes = memberships::import(tx, access, Gate::new(guard, access), &rows)?;
            reach(tx, access, checkpoint.as_ref())?;
            Ok(outcomes)
        })
    }
}

fn require_batch(rows: usize) -> Result<()> {
    if rows > GroupRow::MOST {
        return Err(Error::field("rows", format!("are more than {}", GroupRow::MOST)));
    }
    Ok(())
}

fn reach(tx: &mut Tx<'_>, access: &Access, checkpoint: Option<&Checkpoint>) -> Result<()> {
    checkpoint.map_or(Ok(()), |checkpoint| tx.reach(access.organization(), checkpoint))
}

/// The guard, asked once for each group.
struct Gate {
    belonging: Belonging,
    guard: Option<Guard>,
    answers: BTreeMap<GroupId, Result<(), String>>,
}

impl Gate {
    /// Platform administrators may give anything, so that nothing need be asked for them.
    fn new(guard: Guard, access: &Access) -> Self {
        let belonging = guard.belonging;
        let guard = (!access.actor().is_platform_administrator()).then_some(guard);
        Self { belonging, guard, answers: BTreeMap::new() }
    }

    /// Whether somebody may be placed in the group.
    fn placing(&mut self, tx: &mut Tx<'_>, access: &Access, group: GroupId) -> Judged<()> {
        let Some(guard) = self.guard else { return Ok(Ok(())) };
        if let Some(answer) = self.answers.get(&group) {
            return Ok(answer.clone());
        }
        let answer = judged((guard.placing)(tx, access, &[group]))?;
        self.answers.insert(group, answer.clone());
        Ok(answer)
    }
}

/// Takes what is a row's own fault for its outcome, and lets only failures of the service end the call.
fn judged<T>(result: Result<T>) -> Judged<T> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(error) if is_own_fault(error.code()) => Ok(Err(error.message().to_owned())),
        Err(error) => Err(error),
    }
}

const fn is_own_fault(code: Code) -> bool {
    matches!(
        code,
        Code::Invalid | Code::Forbidden | Code::NotFound | Code::NotAMember | Code::Conflict | Code::Cycle
    )
}

/// What became of a row that put this in the place of that.
fn outcome<T: PartialEq>(before: Option<&T>, after: &T) -> RowOutcome {
    match before {
        None => RowOutcome::Created,
        Some(before) if before == after => RowOutcome::Unchanged,
        Some(_) => RowOutcome::Changed,
    }
}

/// Whether it may be looked for in the store.
fn is_name(name: &str) -> bool {
    !name.is_empty() && printable(name).is_ok()
}
