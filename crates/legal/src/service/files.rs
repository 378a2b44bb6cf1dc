//! Signed files: made, stored, handed out and, with their organization, forgotten.

use polity_directory::within;
use polity_kernel::event::Origin;
use polity_kernel::{Actor, Error, OrganizationId, Result};
use sha2::{Digest as _, Sha256};

use crate::acts::desk::{found, unknown};
use crate::events::LEGAL_DOCUMENT_FILED;
use crate::service::Service;
use crate::store::documents::Kept;
use crate::{
    DocumentStatus, LegalDocument, LegalDocumentId, LegalWork, SignedFile, SigningMail, download, pdf, store,
};

impl LegalWork for Service {
    fn signing_mail(
        &self,
        organization: OrganizationId,
        id: LegalDocumentId,
        link_number: i64,
    ) -> Result<Option<SigningMail>> {
        let now = self.ctx.now();
        let read = self.ctx.read(|conn| {
            let kept = store::documents::find(conn, organization, id)?;
            Ok(kept.zip(within::organization(conn, organization, now)?))
        })?;
        let Some((kept, organization)) = read else { return Ok(None) };
        if kept.link_number != link_number || !kept.document.is_open(now) {
            return Ok(None);
        }
        let Some(link) = self.desk.secret(&kept)? else { return Ok(None) };
        let organization_name = organization.name;
        Ok(Some(SigningMail { document: kept.document, organization_name, link, link_number }))
    }

    fn file(&self, organization: OrganizationId, id: LegalDocumentId) -> Result<()> {
        let Some(kept) = self.ctx.read(|conn| store::documents::find(conn, organization, id))? else {
            return Ok(());
        };
        if kept.file.is_some() || kept.document.signature.is_none() {
            return Ok(());
        }
        let bytes = pdf::rendered(&kept.document, &kept.agreement)?;
        self.keep(&kept, &bytes).map(drop)
    }

    fn hand_over(&self, organization: OrganizationId, id: LegalDocumentId) -> Result<()> {
        self.give(organization, id)
    }

    fn purge(&self, organization: OrganizationId, limit: usize) -> Result<usize> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let leftover = self.ctx.read(|conn| store::documents::leftover(conn, organization, limit))?;
        for key in leftover.iter().filter_map(|(_, key)| key.as_ref()) {
            self.desk.ports.objects.delete(key)?;
        }
        self.ctx.write_platform(move |tx| {
            let mut gone = 0;
            for (id, _) in &leftover {
                gone += store::lookups::unlink(tx, organization, *id)?
                    + store::lookups::unname(tx, organization, *id)?
                    + store::documents::purge(tx, organization, *id)?;
            }
            Ok(gone)
        })
    }
}

impl Service {
    /// Stores the signed file and has the document count as signed; says whether it did not before. The file's name holds its hash, so that
    /// nobody who does the same at once writes over it.
    pub(crate) fn keep(&self, kept: &Kept, bytes: &[u8]) -> Result<bool> {
        let sha256: [u8; 32] = Sha256::digest(bytes).into();
        let before = kept.document.clone();
        let key = key(&before, &sha256);
        self.desk.ports.objects.put(&key, bytes)?;
        let own = key.clone();
        let is_first = self.ctx.write_platform(move |tx| {
            let mut after = LegalDocument { status: DocumentStatus::Signed, ..before.clone() };
            after.version += 1;
            if !store::documents::file(tx, &after, &key, &sha256)? {
                return Ok(false);
            }
            let system = Actor::system();
            let origin = Origin::within(after.organization, &system);
            tx.record(LEGAL_DOCUMENT_FILED.changed(origin, after.id, &before, &after))?;
            Ok(true)
        })?;
        if !is_first {
            self.forget_unless_kept(&kept.document, &own)?;
        }
        Ok(is_first)
    }

    /// The signed file that a token gives.
    pub(crate) fn stored(&self, token: &str) -> Result<SignedFile> {
        let place = download::judged(&self.desk.downloads, token, self.ctx.now());
        let (organization, id) = place.ok_or_else(unknown)?;
        let kept = self.ctx.read(|conn| found(conn, organization, id))?;
        let (key, sha256) = kept.file.ok_or_else(unknown)?;
        let bytes = self.desk.ports.objects.get(&key)?;
        let bytes = bytes.ok_or_else(|| Error::internal("the file of a signed document is gone"))?;
        // a file that somebody changed behind our back is not handed out as what was signed
        if Sha256::digest(&bytes).as_slice() != sha256 {
            return Err(Error::internal("the file of a signed document is not what was signed"));
        }
        Ok(SignedFile { document: id, kind: kept.document.kind, bytes })
    }

    /// Forgets a file that came too late, unless it is the very one that is kept.
    fn forget_unless_kept(&self, document: &LegalDocument, key: &str) -> Result<()> {
        let (organization, id) = (document.organization, document.id);
        let present = self.ctx.read(|conn| store::documents::find(conn, organization, id))?;
        if present.and_then(|kept| kept.file).is_some_and(|(kept, _)| kept == key) {
            return Ok(());
        }
        self.desk.ports.objects.delete(key)
    }
}

fn key(document: &LegalDocument, sha256: &[u8; 32]) -> String {
    let hash: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("legal_documents/{}/{}/{hash}.pdf", document.organization, document.id)
}
