//! Checkpoints: how far an import has come, noted in the transaction of each of its batches, so that one cut short goes on
//! exactly behind its last batch.

use diesel::prelude::*;

use crate::db::{Conn, each};
use crate::error::Result;
use crate::schema::checkpoints;
use crate::{OrganizationId, Tx};

/// The place an import has reached once its batch is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// SHA-256 of the source's content.
    pub source: [u8; 32],
    /// How many rows of it are done.
    pub position: i64,
}

/// How many rows of the source are done; 0 for one never begun.
pub fn reached(conn: &mut Conn, organization: OrganizationId, source: &[u8; 32]) -> Result<i64> {
    let position = checkpoints::table
        .find((organization, source.as_slice()))
        .select(checkpoints::position)
        .first(conn)
        .optional()?;
    Ok(position.unwrap_or(0))
}

/// Forgets the source: its import is complete, and the next one of the same file begins anew.
pub fn clear(conn: &mut Conn, organization: OrganizationId, source: &[u8; 32]) -> Result<()> {
    diesel::delete(checkpoints::table.find((organization, source.as_slice()))).execute(conn)?;
    Ok(())
}

/// Deletes what is kept of a deleted organization and returns how many rows went.
pub fn purge(conn: &mut Conn, organization: OrganizationId) -> Result<usize> {
    let of_it = checkpoints::organization_id.eq(organization);
    Ok(diesel::delete(checkpoints::table.filter(of_it)).execute(conn)?)
}

impl Tx<'_> {
    /// Notes the place with this transaction.
    pub fn reach(&mut self, organization: OrganizationId, checkpoint: &Checkpoint) -> Result<()> {
        let row = (
            checkpoints::organization_id.eq(organization),
            checkpoints::source.eq(checkpoint.source.as_slice()),
            checkpoints::position.eq(checkpoint.position),
        );
        let conn: &mut Conn = self;
        each!(conn, conn => diesel::insert_into(checkpoints::table)
            .values(row)
            .on_conflict((checkpoints::organization_id, checkpoints::source))
            .do_update()
            .set(checkpoints::position.eq(checkpoint.position))
            .execute(conn))?;
        Ok(())
    }
}
