//! Imports: many rows in one transaction, each judged by itself; what is refused leaves nothing behind.

use polity_accounts::RowOutcome;
use polity_kernel::{Access, Checkpoint, Error, FieldKind, Result, Tx, WriteKind};

use crate::acts::import::judged::Gate;
use crate::acts::import::{groups, memberships};
use crate::permissions::{ORG_GROUPS_CREATE, ORG_GROUPS_UPDATE};
use crate::service::Service;
use crate::{GroupImport, GroupRow, MembershipRow};

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
            access.require_all([&ORG_GROUPS_CREATE, &ORG_GROUPS_UPDATE])?;
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
            access.require(&ORG_GROUPS_UPDATE)?;
            let outcomes = memberships::import(tx, access, Gate::new(guard, access), &rows)?;
            reach(tx, access, checkpoint.as_ref())?;
            Ok(outcomes)
        })
    }
}

fn require_batch(rows: usize) -> Result<()> {
    if rows > GroupRow::MOST {
        return Err(Error::field(
            "rows",
            FieldKind::TooMany(GroupRow::MOST).told(format!("are more than {}", GroupRow::MOST)),
        ));
    }
    Ok(())
}

fn reach(tx: &mut Tx<'_>, access: &Access, checkpoint: Option<&Checkpoint>) -> Result<()> {
    checkpoint.map_or(Ok(()), |checkpoint| tx.reach(access.organization(), checkpoint))
}
