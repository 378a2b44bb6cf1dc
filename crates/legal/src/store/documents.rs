//! Rows of legal documents, which no statement changes once they are signed.

use diesel::prelude::*;
use polity_kernel::{Conn, Error, FieldKind, OrganizationId, Result, SubjectId, Timestamp, error};

use crate::agreement::Agreement;
use crate::schema::legal_documents as documents;
use crate::{DocumentStatus, DocumentType, LegalDocument, LegalDocumentId, Signature};

/// A document with what only this area itself may see of it.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) document: LegalDocument,
    pub(crate) agreement: Agreement,
    /// The secret of the present signing link, sealed; absent once it is used and where there never was one.
    pub(crate) link: Option<Vec<u8>>,
    /// How many links, or a provider's mails, there have been.
    pub(crate) link_number: i64,
    /// The key and the SHA-256 of the signed file.
    pub(crate) file: Option<(String, Vec<u8>)>,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = documents, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    document_id: LegalDocumentId,
    kind: DocumentType,
    company_name: String,
    company_address: String,
    representative_email: String,
    status: DocumentStatus,
    agreement: String,
    agreement_sha256: Vec<u8>,
    created_by: Option<SubjectId>,
    created_at: Timestamp,
    link: Option<Vec<u8>>,
    link_number: i64,
    link_expires_at: Timestamp,
    #[diesel(embed)]
    signed: Signed,
    object_key: Option<String>,
    object_sha256: Option<Vec<u8>>,
    version: i64,
}

/// Who signed, when and from where; all absent until then.
#[derive(Default, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = documents, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Signed {
    signer_name: Option<String>,
    signer_title: Option<String>,
    signed_at: Option<Timestamp>,
    signer_address: Option<String>,
    signer_agent: Option<String>,
}

/// The document of this id while it is not signed.
macro_rules! unsigned {
    ($document:expr) => {
        documents::table
            .find(($document.organization, $document.id))
            .filter(documents::status.eq(DocumentStatus::Submitted))
            .filter(documents::signed_at.is_null())
    };
}

/// # Errors
/// `Invalid` in `document_type` when the organization has a document of this type.
pub(crate) fn insert(conn: &mut Conn, kept: &Kept) -> Result<()> {
    let taken = || {
        Error::field("document_type", FieldKind::Taken.told("the organization has a document of this type"))
    };
    diesel::insert_into(documents::table)
        .values(row(kept)?)
        .execute(conn)
        .map_err(error::on_unique("legal_documents", taken))?;
    Ok(())
}

pub(crate) fn find(
    conn: &mut Conn,
    organization: OrganizationId,
    id: LegalDocumentId,
) -> Result<Option<Kept>> {
    let row: Option<Row> =
        documents::table.find((organization, id)).select(Row::as_select()).first(conn).optional()?;
    row.map(kept).transpose()
}

/// All of an organization, the newest first: no more than there are types.
pub(crate) fn all(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<LegalDocument>> {
    let rows: Vec<Row> = documents::table
        .filter(documents::organization_id.eq(organization))
        .order(documents::document_id.desc())
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| Ok(kept(row)?.document)).collect()
}

/// Puts the next link in place of the one before, and says whether the document still waited for a signature.
pub(crate) fn set_link(conn: &mut Conn, kept: &Kept) -> Result<bool> {
    let changed = diesel::update(unsigned!(kept.document))
        .set((
            documents::link.eq(&kept.link),
            documents::link_number.eq(kept.link_number),
            documents::link_expires_at.eq(kept.document.link_expires_at),
            documents::version.eq(kept.document.version),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Keeps the signature and forgets the link of this number, which it was given through; says whether it is the first and the link still
/// the present one. Of several at once one is.
pub(crate) fn sign(
    conn: &mut Conn,
    document: &LegalDocument,
    link_number: i64,
    signature: &Signature,
) -> Result<bool> {
    let changed = diesel::update(unsigned!(document).filter(documents::link_number.eq(link_number)))
        .set((
            Signed::from(signature),
            documents::link.eq(None::<Vec<u8>>),
            documents::version.eq(document.version),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Notes where the signed file is kept, from when on the document counts as signed; says whether it did not before.
pub(crate) fn file(conn: &mut Conn, document: &LegalDocument, key: &str, sha256: &[u8]) -> Result<bool> {
    let waiting = documents::table
        .find((document.organization, document.id))
        .filter(documents::status.eq(DocumentStatus::Submitted));
    let changed = diesel::update(waiting)
        .set((
            documents::status.eq(DocumentStatus::Signed),
            documents::link.eq(None::<Vec<u8>>),
            documents::object_key.eq(key),
            documents::object_sha256.eq(sha256),
            documents::version.eq(document.version),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Deletes a document that is not signed, and says whether it was not.
pub(crate) fn delete_unsigned(conn: &mut Conn, document: &LegalDocument) -> Result<bool> {
    Ok(diesel::delete(unsigned!(document)).execute(conn)? == 1)
}

/// Up to `limit` documents of a deleted organization, with the keys of their files.
pub(crate) fn leftover(
    conn: &mut Conn,
    organization: OrganizationId,
    limit: i64,
) -> Result<Vec<(LegalDocumentId, Option<String>)>> {
    Ok(documents::table
        .filter(documents::organization_id.eq(organization))
        .limit(limit)
        .select((documents::document_id, documents::object_key))
        .load(conn)?)
}

/// Deletes a document of a deleted organization, signed or not, and returns how many went.
pub(crate) fn purge(conn: &mut Conn, organization: OrganizationId, id: LegalDocumentId) -> Result<usize> {
    Ok(diesel::delete(documents::table.find((organization, id))).execute(conn)?)
}

fn kept(row: Row) -> Result<Kept> {
    let agreement: Agreement = serde_json::from_str(&row.agreement).map_err(Error::internal)?;
    // what is agreed on is what was submitted, or nothing is shown at all
    if agreement.sha256().as_slice() != row.agreement_sha256 {
        return Err(Error::internal("the agreement of a legal document is not the one that was submitted"));
    }
    let Signed { signer_name, signer_title, signed_at, signer_address, signer_agent } = row.signed;
    let signature = match (signer_name, signer_title, signed_at) {
        (Some(name), Some(title), Some(signed_at)) => Some(Signature {
            name,
            title,
            signed_at,
            address: signer_address,
            user_agent: signer_agent,
            agreement_sha256: agreement.sha256_hex(),
        }),
        _ => None,
    };
    Ok(Kept {
        document: LegalDocument {
            id: row.document_id,
            organization: row.organization_id,
            kind: row.kind,
            company_name: row.company_name,
            company_address: row.company_address,
            representative: row.representative_email.parse().map_err(Error::internal)?,
            status: row.status,
            created_by: row.created_by,
            created_at: row.created_at,
            link_expires_at: row.link_expires_at,
            signature,
            version: row.version,
        },
        agreement,
        link: row.link,
        link_number: row.link_number,
        file: row.object_key.zip(row.object_sha256),
    })
}

impl From<&Signature> for Signed {
    fn from(signature: &Signature) -> Self {
        Self {
            signer_name: Some(signature.name.clone()),
            signer_title: Some(signature.title.clone()),
            signed_at: Some(signature.signed_at),
            signer_address: signature.address.clone(),
            signer_agent: signature.user_agent.clone(),
        }
    }
}

/// A document that is new: nobody has signed it.
fn row(kept: &Kept) -> Result<Row> {
    let document = &kept.document;
    Ok(Row {
        organization_id: document.organization,
        document_id: document.id,
        kind: document.kind,
        company_name: document.company_name.clone(),
        company_address: document.company_address.clone(),
        representative_email: document.representative.as_str().to_owned(),
        status: document.status,
        agreement: serde_json::to_string(&kept.agreement).map_err(Error::internal)?,
        agreement_sha256: kept.agreement.sha256().to_vec(),
        created_by: document.created_by,
        created_at: document.created_at,
        link: kept.link.clone(),
        link_number: kept.link_number,
        link_expires_at: document.link_expires_at,
        signed: Signed::default(),
        object_key: None,
        object_sha256: None,
        version: document.version,
    })
}
