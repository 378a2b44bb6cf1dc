//! A signing provider in place of polity's own links: documents go to it, and its webhook says what became of them.

use std::sync::Arc;

use polity_kernel::event::Origin;
use polity_kernel::{Actor, Error, OrganizationId, Result};

use crate::events::LEGAL_DOCUMENT_SENT;
use crate::service::Service;
use crate::store::documents::Kept;
use crate::webhook::{Notice, Progress};
use crate::{LegalDocumentId, SigningProvider, store, webhook};

/// What every PDF begins with (ISO 32000-2 §7.5.2).
const PDF: &[u8] = b"%PDF-";

impl Service {
    /// Gives a document to the provider, which may be told of it twice, and notes what the provider calls it.
    pub(crate) fn give(&self, organization: OrganizationId, id: LegalDocumentId) -> Result<()> {
        let provider = self.provider().ok_or_else(|| Error::internal("there is no signing provider"))?;
        let Some(kept) = self.ctx.read(|conn| store::documents::find(conn, organization, id))? else {
            return Ok(());
        };
        if kept.file.is_some() {
            return Ok(());
        }
        let outside_id = provider.submit(&kept.document)?;
        let name = outside_id.clone();
        self.ctx.write_platform(move |tx| store::lookups::name(tx, organization, id, &name))?;
        // news that came before the name was noted was nobody's
        if provider.is_drafted(&outside_id)? {
            self.send(&*provider, kept, &outside_id)?;
        }
        Ok(())
    }

    /// Heeds what the webhook tells, event by event: what fails does not keep the others from being heeded.
    pub(crate) fn told(&self, body: &[u8], signature: &str) -> Result<usize> {
        let nowhere = || Error::not_found("webhook");
        let secret = self.desk.settings.webhook_secret.as_ref().ok_or_else(nowhere)?;
        let provider = self.provider().ok_or_else(nowhere)?;
        if !webhook::is_authentic(secret, body, signature) {
            return Err(nowhere());
        }
        let (mut heeded, mut failure) = (0, None);
        for notice in webhook::read(body)? {
            match self.noticed(&*provider, &notice) {
                Ok(changed) => heeded += usize::from(changed),
                Err(error) => failure = Some(error),
            }
        }
        failure.map_or(Ok(heeded), Err)
    }

    fn provider(&self) -> Option<Arc<dyn SigningProvider>> {
        self.desk.ports.provider.clone()
    }

    /// Whether the event changed something.
    fn noticed(&self, provider: &dyn SigningProvider, notice: &Notice) -> Result<bool> {
        let known = self.ctx.read(|conn| {
            let Some((organization, id)) = store::lookups::named(conn, &notice.outside_id)? else {
                return Ok(None);
            };
            store::documents::find(conn, organization, id)
        })?;
        let Some(kept) = known.filter(|kept| kept.file.is_none()) else { return Ok(false) };
        let wanted = provider.template(kept.document.kind);
        if wanted.is_some() && wanted != notice.template {
            return Ok(false);
        }
        match notice.progress {
            Progress::Drafted => self.send(provider, kept, &notice.outside_id),
            Progress::Completed => {
                let bytes = provider.signed(&notice.outside_id)?;
                if !bytes.starts_with(PDF) {
                    return Err(Error::internal("the provider's signed document is no PDF"));
                }
                self.keep(&kept, &bytes)
            }
        }
    }

    /// Has the provider mail the representative, unless it has before.
    fn send(&self, provider: &dyn SigningProvider, mut kept: Kept, outside_id: &str) -> Result<bool> {
        if kept.link_number > 0 {
            return Ok(false);
        }
        provider.send(outside_id)?;
        let before = kept.document.clone();
        kept.link_number = 1;
        kept.document.version += 1;
        self.ctx.write_platform(move |tx| {
            if !store::documents::set_link(tx, &kept)? {
                return Ok(false);
            }
            let (system, after) = (Actor::system(), &kept.document);
            let origin = Origin::within(before.organization, &system);
            tx.record(LEGAL_DOCUMENT_SENT.changed(origin, before.id, &before, after))?;
            Ok(true)
        })
    }
}
