//! Which legal document is meant by a signing link, and by what a provider calls it: over all organizations.

use diesel::prelude::*;
use polity_kernel::{Conn, Digest, OrganizationId, Result, each};

use crate::LegalDocumentId;
use crate::schema::{provider_documents as outside, signing_links as links};

/// A document and whose it is.
pub(crate) type DocumentRef = (OrganizationId, LegalDocumentId);

/// Has the link of this digest, and no other, open the document.
pub(crate) fn set_link(
    conn: &mut Conn,
    organization: OrganizationId,
    id: LegalDocumentId,
    digest: &Digest,
) -> Result<()> {
    unlink(conn, organization, id)?;
    diesel::insert_into(links::table)
        .values((
            links::digest.eq(digest.bytes()),
            links::organization_id.eq(organization),
            links::document_id.eq(id),
        ))
        .execute(conn)?;
    Ok(())
}

/// Has no link open the document, and returns how many did.
pub(crate) fn unlink(conn: &mut Conn, organization: OrganizationId, id: LegalDocumentId) -> Result<usize> {
    let present =
        links::table.filter(links::organization_id.eq(organization)).filter(links::document_id.eq(id));
    Ok(diesel::delete(present).execute(conn)?)
}

/// What the link of this digest opens.
pub(crate) fn linked(conn: &mut Conn, digest: &Digest) -> Result<Option<DocumentRef>> {
    Ok(links::table
        .find(digest.bytes())
        .select((links::organization_id, links::document_id))
        .first(conn)
        .optional()?)
}

/// Has the provider mean the document by this id; an id that is taken already stays as it is.
pub(crate) fn name(
    conn: &mut Conn,
    organization: OrganizationId,
    id: LegalDocumentId,
    outside_id: &str,
) -> Result<()> {
    let row = (
        outside::outside_id.eq(outside_id),
        outside::organization_id.eq(organization),
        outside::document_id.eq(id),
    );
    each!(conn, conn => diesel::insert_into(outside::table).values(row).on_conflict_do_nothing().execute(conn))?;
    Ok(())
}

/// What the provider means by this id.
pub(crate) fn named(conn: &mut Conn, outside_id: &str) -> Result<Option<DocumentRef>> {
    Ok(outside::table
        .find(outside_id)
        .select((outside::organization_id, outside::document_id))
        .first(conn)
        .optional()?)
}

/// Has the provider mean the document by nothing, and returns how many ids did.
pub(crate) fn unname(conn: &mut Conn, organization: OrganizationId, id: LegalDocumentId) -> Result<usize> {
    let present =
        outside::table.filter(outside::organization_id.eq(organization)).filter(outside::document_id.eq(id));
    Ok(diesel::delete(present).execute(conn)?)
}
