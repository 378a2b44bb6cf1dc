//! Staff brought in by the thousand: a transaction for a batch, an outcome for each row.

mod employees;
mod lines;

use polity_kernel::{Access, Checkpoint, Code, Error, Result, WriteKind};

use self::employees::Intake;
use self::lines::Wiring;
use super::Service;
use crate::permissions::{EMPLOYEES_CREATE, EMPLOYEES_UPDATE, PEOPLE_CREATE};
use crate::{ManagerRow, RowOutcome, StaffRow, Staffing};

/// The most rows in one call, so that other writers are not held up for long.
const MOST_ROWS: usize = 16_000;

impl Staffing for Service {
    fn import_employees(
        &self,
        access: &Access,
        rows: Vec<StaffRow>,
        checkpoint: Option<Checkpoint>,
    ) -> Result<Vec<RowOutcome>> {
        require_few(rows.len())?;
        let guard = self.guard;
        // even without rights in question nobody may come in between: the rows are compared with what is there
        let touches_rights = rows.iter().any(|row| {
            row.account.is_some() || row.create_account || row.role.is_some() || row.status.is_some()
        });
        let kind = if touches_rights { WriteKind::Grants } else { WriteKind::Structure };
        self.ctx.write(access, kind, move |tx, access| {
            access.require_all([&EMPLOYEES_CREATE, &EMPLOYEES_UPDATE])?;
            if rows.iter().any(|row| row.create_account) {
                access.require(&PEOPLE_CREATE)?;
            }
            let outcomes = Intake::of(tx, access, &rows)?.take(tx, (access, guard), &rows)?;
            if let Some(checkpoint) = &checkpoint {
                tx.reach(access.organization(), checkpoint)?;
            }
            Ok(outcomes)
        })
    }

    fn import_managers(
        &self,
        access: &Access,
        rows: Vec<ManagerRow>,
        checkpoint: Option<Checkpoint>,
    ) -> Result<Vec<RowOutcome>> {
        require_few(rows.len())?;
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            access.require(&EMPLOYEES_UPDATE)?;
            let outcomes = Wiring::of(tx, access, &rows)?.take(tx, access, &rows)?;
            if let Some(checkpoint) = &checkpoint {
                tx.reach(access.organization(), checkpoint)?;
            }
            Ok(outcomes)
        })
    }
}

fn require_few(rows: usize) -> Result<()> {
    if rows > MOST_ROWS {
        return Err(Error::field("rows", format!("are more than {MOST_ROWS}")));
    }
    Ok(())
}

/// What a refusal makes of its row; a failure of the service is no row's fault.
fn outcome(result: Result<RowOutcome>) -> Result<RowOutcome> {
    match result {
        Err(error) if matches!(error.code(), Code::Internal | Code::Unavailable) => Err(error),
        Err(error) => Ok(RowOutcome::Failed(error.message().to_owned())),
        done => done,
    }
}

/// Takes the rows at these places one by one and then, as long as some of them come through, again those that did not. Their
/// outcomes go to the same places; where none was come to there is none.
fn in_rounds(
    outcomes: &mut [Option<RowOutcome>],
    mut waiting: Vec<usize>,
    mut take: impl FnMut(usize) -> Result<Option<RowOutcome>>,
) -> Result<()> {
    loop {
        let before = waiting.len();
        let mut still = Vec::new();
        for place in waiting {
            match (take(place)?, outcomes.get_mut(place)) {
                (Some(outcome), Some(free)) => *free = Some(outcome),
                _ => still.push(place),
            }
        }
        if still.is_empty() || still.len() == before {
            return Ok(());
        }
        waiting = still;
    }
}
