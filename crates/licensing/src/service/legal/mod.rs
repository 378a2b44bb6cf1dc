//! The use-cases of legal documents: permission, rule, store, event.

mod documents;
mod filing;
mod provider;
mod signing;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polity_kernel::{Conn, Ctx, Digest, Error, Job, MasterKey, OrganizationId, Result, Seal, Tx};
use serde_json::json;

use crate::legal_settings::Templates;
use crate::store::legal_documents::Kept;
use crate::{
    LegalDocument, LegalDocumentId, LegalSettings, ObjectStore, SigningLink, SigningProvider, store,
};

/// Legal documents on a store and an object store.
#[derive(Clone)]
pub struct LegalService {
    ctx: Ctx,
    desk: Arc<Desk>,
}

/// What documents are made, kept and sent with.
struct Desk {
    settings: LegalSettings,
    templates: Templates,
    links: Seal,
    downloads: Seal,
    objects: Arc<dyn ObjectStore>,
    provider: Option<Arc<dyn SigningProvider>>,
}

impl LegalService {
    /// Legal documents on this store, their files in this object store.
    ///
    /// # Errors
    /// `Invalid` for settings that cannot be meant.
    pub fn new(
        ctx: Ctx,
        master: &MasterKey,
        settings: &LegalSettings,
        objects: Arc<dyn ObjectStore>,
    ) -> Result<Self> {
        let desk = Desk {
            settings: settings.clone(),
            templates: settings.templates()?,
            links: Seal::new(master, "licensing.signing_links"),
            downloads: Seal::new(master, "licensing.downloads"),
            objects,
            provider: None,
        };
        Ok(Self { ctx, desk: Arc::new(desk) })
    }

    /// The same, but documents submitted from now on are signed with this provider.
    #[must_use]
    pub fn signed_with(self, provider: Arc<dyn SigningProvider>) -> Self {
        let Desk { settings, templates, links, downloads, objects, .. } = &*self.desk;
        let desk = Desk {
            settings: settings.clone(),
            templates: templates.clone(),
            links: links.clone(),
            downloads: downloads.clone(),
            objects: Arc::clone(objects),
            provider: Some(provider),
        };
        Self { ctx: self.ctx, desk: Arc::new(desk) }
    }
}

impl Desk {
    /// Makes the next link of a document: the secret sealed in it, its digest found by from now on, and its mail asked for.
    fn link(&self, tx: &mut Tx<'_>, kept: &mut Kept) -> Result<Digest> {
        let secret = URL_SAFE_NO_PAD.encode(tx.ids().key());
        kept.link_number += 1;
        kept.link = Some(self.links.seal(tx.ids(), &row(kept), secret.as_bytes())?);
        kept.document.link_expires_at = tx.now().after(crate::legal_document::LINK_LIFETIME);
        Ok(self.digest(&secret))
    }

    /// The secret of the present link; absent where there is none.
    fn secret(&self, kept: &Kept) -> Result<Option<SigningLink>> {
        let Some(sealed) = &kept.link else { return Ok(None) };
        let secret = self.links.open(&row(kept), sealed)?;
        let secret = String::from_utf8(secret.to_vec()).map_err(|_| Error::internal("a link is no text"))?;
        Ok(Some(SigningLink(secret)))
    }

    fn digest(&self, secret: &str) -> Digest {
        self.links.digest(&[secret.as_bytes()])
    }
}

/// Where a link's secret is kept: it opens nowhere else.
fn row(kept: &Kept) -> String {
    let LegalDocument { organization, id, .. } = &kept.document;
    format!("legal_documents/{organization}/{id}/{}", kept.link_number)
}

/// Promises to mail the present link.
fn promise_mail(tx: &mut Tx<'_>, kept: &Kept) -> Result<()> {
    let LegalDocument { organization, id, .. } = &kept.document;
    let payload = json!({ "organization": organization, "document": id, "link_number": kept.link_number });
    tx.enqueue(Job { kind: "mail.signing", payload, delay: Duration::ZERO })
}

/// Promises other work on the document.
fn promise(tx: &mut Tx<'_>, kind: &'static str, document: &LegalDocument, delay: Duration) -> Result<()> {
    let payload = json!({ "organization": document.organization, "document": document.id });
    tx.enqueue(Job { kind, payload, delay })
}

fn found(conn: &mut Conn, organization: OrganizationId, id: LegalDocumentId) -> Result<Kept> {
    store::legal_documents::find(conn, organization, id)?.ok_or_else(unknown)
}

fn unknown() -> Error {
    Error::not_found("legal document")
}

impl fmt::Debug for LegalService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LegalService")
            .field("ctx", &self.ctx)
            .field("settings", &self.desk.settings)
            .finish_non_exhaustive()
    }
}
