//! Signing through a one-time link, by whoever has it.

use std::sync::Arc;
use std::time::Duration;

use polity_directory::{Organization, Status, within};
use polity_kernel::event::Origin;
use polity_kernel::{Actor, Code, Conn, Digest, Error, Result, Timestamp, Tx, epoch};

use crate::acts::desk;
use crate::acts::desk::Desk;
use crate::agreement::Agreement;
use crate::events::LEGAL_DOCUMENT_SIGNED;
use crate::jobs::StoreFile;
use crate::service::Service;
use crate::store::documents::Kept;
use crate::{DownloadToken, LegalDocument, LegalWork as _, NewSignature, SignedFile, Signing, pdf, store};

/// How long a job waits for the file that signing itself stores.
const PATIENCE: Duration = Duration::from_secs(30);

impl Signing for Service {
    fn opened(&self, link: &str) -> Result<(LegalDocument, Agreement)> {
        let (digest, now) = (self.desk.digest(link), self.ctx.now());
        let kept = self.ctx.read(|conn| Ok(open(conn, &digest, now)?.0))?;
        Ok((kept.document, kept.agreement))
    }

    fn opened_pdf(&self, link: &str) -> Result<Vec<u8>> {
        let (document, agreement) = self.opened(link)?;
        pdf::rendered(&document, &agreement)
    }

    fn sign(&self, link: &str, signature: NewSignature) -> Result<(LegalDocument, Option<DownloadToken>)> {
        let (desk, link) = (Arc::clone(&self.desk), link.to_owned());
        let signed = self.ctx.write_platform(move |tx| sign(tx, &desk, &link, &signature))?;
        // what is signed stays signed: the job stores the file if this does not
        if let Err(error) = self.file(signed.organization, signed.id) {
            tracing::warn!(?error, document = %signed.id, "a signed document could not be stored yet");
            return Ok((signed, None));
        }
        let filed = self.ctx.read(|conn| desk::found(conn, signed.organization, signed.id))?.document;
        let copy = self.token(&filed);
        Ok((filed, Some(copy)))
    }

    fn fetch(&self, token: &str) -> Result<SignedFile> {
        self.stored(token)
    }

    fn heed(&self, body: &[u8], signature: &str) -> Result<usize> {
        self.told(body, signature)
    }
}

/// The document that a link of this digest opens now, and its organization.
fn open(conn: &mut Conn, digest: &Digest, now: Timestamp) -> Result<(Kept, Organization)> {
    let (organization, id) = store::lookups::linked(conn, digest)?.ok_or_else(no_link)?;
    let kept = store::documents::find(conn, organization, id)?.ok_or_else(no_link)?;
    let organization = within::organization(conn, organization, now)?.ok_or_else(no_link)?;
    if kept.document.is_open(now) {
        return Ok((kept, organization));
    }
    if kept.document.signature.is_some() {
        return Err(Error::new(Code::Conflict, "the document is signed"));
    }
    Err(no_link())
}

fn sign(tx: &mut Tx<'_>, desk: &Desk, link: &str, new: &NewSignature) -> Result<LegalDocument> {
    let (now, digest) = (tx.now(), desk.digest(link));
    let (organization, _) = store::lookups::linked(tx, &digest)?.ok_or_else(no_link)?;
    // held, so that it is neither suspended nor deleted meanwhile
    epoch::share(tx, organization.uuid())?.ok_or_else(no_link)?;
    let (before, organization) = open(tx, &digest, now)?;
    if organization.status != Status::Active {
        return Err(Error::new(Code::OrganizationInactive, "organization is inactive"));
    }
    let signature = new.given(now, before.agreement.sha256_hex());
    let link_number = before.link_number;
    let before = before.document;
    let mut after = LegalDocument { signature: Some(signature.clone()), ..before.clone() };
    after.version += 1;
    if !store::documents::sign(tx, &after, link_number, &signature)? {
        return Err(Error::new(
            Code::Conflict,
            "the document was signed, or its link replaced, at the same time",
        ));
    }
    tx.promise_after(PATIENCE, &StoreFile { organization: after.organization, document: after.id })?;
    // whoever signs has no account: the event says who by its contents
    let system = Actor::system();
    let origin = Origin::within(after.organization, &system);
    tx.record(LEGAL_DOCUMENT_SIGNED.changed(origin, after.id, &before, &after))?;
    Ok(after)
}

fn no_link() -> Error {
    Error::not_found("signing link")
}
