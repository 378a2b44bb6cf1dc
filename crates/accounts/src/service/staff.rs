//! Staff brought in by the thousand: a transaction for a batch, an outcome for each row.

use polity_kernel::{Access, Checkpoint, Error, FieldKind, Result, WriteKind};

use crate::acts::staff::employees::Intake;
use crate::acts::staff::lines::Wiring;
use crate::permissions::{ORG_EMPLOYEES_CREATE, ORG_EMPLOYEES_UPDATE, ORG_MEMBERS_CREATE};
use crate::service::Service;
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
        let guard = self.guard.clone();
        // even without rights in question nobody may come in between: the rows are compared with what is there
        let touches_rights = rows.iter().any(|row| {
            row.account.is_some() || row.create_account || row.role.is_some() || row.status.is_some()
        });
        let kind = if touches_rights { WriteKind::Grants } else { WriteKind::Structure };
        self.ctx.write(access, kind, move |tx, access| {
            access.require_all([&ORG_EMPLOYEES_CREATE, &ORG_EMPLOYEES_UPDATE])?;
            if rows.iter().any(|row| row.create_account) {
                access.require(&ORG_MEMBERS_CREATE)?;
            }
            let outcomes = Intake::of(tx, access, &guard, &rows)?.take(tx, &rows)?;
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
            access.require(&ORG_EMPLOYEES_UPDATE)?;
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
        return Err(Error::field(
            "rows",
            FieldKind::TooMany(MOST_ROWS).told(format!("are more than {MOST_ROWS}")),
        ));
    }
    Ok(())
}
