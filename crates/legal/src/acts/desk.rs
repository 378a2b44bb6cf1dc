//! What legal documents are made, kept and sent with.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polity_kernel::{Conn, Digest, Error, OrganizationId, Result, Seal, Tx};

use crate::jobs::MailSigningLink;
use crate::settings::Templates;
use crate::store::documents::Kept;
use crate::{LegalDocument, LegalDocumentId, Ports, Settings, SigningLink, store};

/// What documents are made, kept and sent with.
pub(crate) struct Desk {
    pub(crate) settings: Settings,
    pub(crate) templates: Templates,
    pub(crate) links: Seal,
    pub(crate) downloads: Seal,
    pub(crate) ports: Ports,
}

impl Desk {
    /// Makes the next link of a document: the secret sealed in it, its digest found by from now on, and its mail asked for.
    pub(crate) fn link(&self, tx: &mut Tx<'_>, kept: &mut Kept) -> Result<Digest> {
        let secret = URL_SAFE_NO_PAD.encode(tx.ids().key());
        kept.link_number += 1;
        kept.link = Some(self.links.seal(tx.ids(), &row(kept), secret.as_bytes())?);
        kept.document.link_expires_at = tx.now().after(crate::document::LINK_LIFETIME);
        Ok(self.digest(&secret))
    }

    /// The secret of the present link; absent where there is none.
    pub(crate) fn secret(&self, kept: &Kept) -> Result<Option<SigningLink>> {
        let Some(sealed) = &kept.link else { return Ok(None) };
        let secret = self.links.open(&row(kept), sealed)?;
        let secret = String::from_utf8(secret.to_vec()).map_err(|_| Error::internal("a link is no text"))?;
        Ok(Some(SigningLink(secret)))
    }

    pub(crate) fn digest(&self, secret: &str) -> Digest {
        self.links.digest(&[secret.as_bytes()])
    }
}

/// Where a link's secret is kept: it opens nowhere else.
fn row(kept: &Kept) -> String {
    let LegalDocument { organization, id, .. } = &kept.document;
    format!("legal_documents/{organization}/{id}/{}", kept.link_number)
}

/// Promises to mail the present link.
pub(crate) fn promise_mail(tx: &mut Tx<'_>, kept: &Kept) -> Result<()> {
    let LegalDocument { organization, id, .. } = &kept.document;
    let (organization, document) = (*organization, *id);
    tx.promise(&MailSigningLink { organization, document, link_number: kept.link_number })
}

pub(crate) fn found(conn: &mut Conn, organization: OrganizationId, id: LegalDocumentId) -> Result<Kept> {
    store::documents::find(conn, organization, id)?.ok_or_else(unknown)
}

pub(crate) fn unknown() -> Error {
    Error::not_found("legal document")
}
