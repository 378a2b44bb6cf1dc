//! Rows of acceptances.

use diesel::prelude::*;
use polity_kernel::{Conn, OrganizationId, Page, Result, SubjectId, Timestamp};

use crate::acceptance::{Acceptance, AcceptanceId};
use crate::schema::eula_acceptances as acceptances;

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = acceptances, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    acceptance_id: AcceptanceId,
    subject_kind: String,
    subject_id: Option<SubjectId>,
    eula_version: String,
    accepted_at: Timestamp,
    address: Option<String>,
    user_agent: Option<String>,
}

pub(crate) fn insert(conn: &mut Conn, acceptance: &Acceptance) -> Result<()> {
    diesel::insert_into(acceptances::table).values(row(acceptance)).execute(conn)?;
    Ok(())
}

/// One page of an organization's acceptances, the earliest first.
pub(crate) fn page(conn: &mut Conn, organization: OrganizationId, page: &Page) -> Result<Vec<Acceptance>> {
    let rows: Vec<Row> = acceptances::table
        .filter(acceptances::organization_id.eq(organization))
        .filter(acceptances::acceptance_id.gt(AcceptanceId::new(page.cursor())))
        .order(acceptances::acceptance_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(acceptance).collect())
}

/// Deletes up to `limit` rows of a deleted organization and returns how many went.
pub(crate) fn delete(conn: &mut Conn, organization: OrganizationId, limit: i64) -> Result<usize> {
    let of_it = acceptances::organization_id.eq(organization);
    let some: Vec<AcceptanceId> =
        acceptances::table.filter(of_it).select(acceptances::acceptance_id).limit(limit).load(conn)?;
    let these = acceptances::acceptance_id.eq_any(some);
    Ok(diesel::delete(acceptances::table.filter(of_it).filter(these)).execute(conn)?)
}

fn acceptance(row: Row) -> Acceptance {
    Acceptance {
        id: row.acceptance_id,
        organization: row.organization_id,
        subject_kind: row.subject_kind,
        subject: row.subject_id,
        eula_version: row.eula_version,
        accepted_at: row.accepted_at,
        address: row.address,
        user_agent: row.user_agent,
    }
}

fn row(acceptance: &Acceptance) -> Row {
    Row {
        organization_id: acceptance.organization,
        acceptance_id: acceptance.id,
        subject_kind: acceptance.subject_kind.clone(),
        subject_id: acceptance.subject,
        eula_version: acceptance.eula_version.clone(),
        accepted_at: acceptance.accepted_at,
        address: acceptance.address.clone(),
        user_agent: acceptance.user_agent.clone(),
    }
}
