//! An organization's legal documents: submitted, seen, sent again, taken back.

use std::sync::Arc;
use std::time::Duration;

use crate::entitlements::LEGAL_BAA;
use polity_accounts::{Account, within as accounts};
use polity_kernel::{Access, AccountId, Code, Error, Result, RetryAfter, Stamp, Timestamp, Tx, WriteKind};

use crate::acts::desk::{Desk, found, promise_mail, unknown};
use crate::agreement::Agreement;
use crate::document::LINK_LIFETIME;
use crate::download::DOWNLOAD_LIFETIME;
use crate::events::{LEGAL_DOCUMENT_SENT, LEGAL_DOCUMENT_SUBMITTED, LEGAL_DOCUMENT_WITHDRAWN};
use crate::jobs::HandOver;
use crate::permissions::{
    ORG_LEGAL_DOCUMENTS_CREATE, ORG_LEGAL_DOCUMENTS_GET, ORG_LEGAL_DOCUMENTS_LIST, ORG_LEGAL_DOCUMENTS_UPDATE,
};
use crate::service::Service;
use crate::store::documents::Kept;
use crate::{
    DocumentStatus, DocumentType, DownloadToken, LegalDocument, LegalDocumentId, LegalDocuments,
    NewLegalDocument, store,
};

/// How long after a link the next one may be sent.
const BETWEEN_LINKS: Duration = Duration::from_secs(60);

impl LegalDocuments for Service {
    fn submit(&self, access: &Access, new: NewLegalDocument) -> Result<LegalDocument> {
        let desk = Arc::clone(&self.desk);
        self.ctx.write(access, WriteKind::Content, move |tx, access| {
            access.require(&ORG_LEGAL_DOCUMENTS_CREATE)?;
            if new.kind == DocumentType::Baa {
                access.entitlements(tx.now()).require(LEGAL_BAA)?;
            }
            submit(tx, access, &desk, &new)
        })
    }

    fn legal_documents(&self, access: &Access) -> Result<Vec<LegalDocument>> {
        access.require(&ORG_LEGAL_DOCUMENTS_LIST)?;
        self.ctx.read(|conn| store::documents::all(conn, access.organization()))
    }

    fn legal_document(&self, access: &Access, id: LegalDocumentId) -> Result<LegalDocument> {
        access.require(&ORG_LEGAL_DOCUMENTS_GET)?;
        self.ctx.read(|conn| Ok(found(conn, access.organization(), id)?.document))
    }

    fn submitters(&self, access: &Access, documents: &[LegalDocument]) -> Result<Vec<Account>> {
        let own = documents.iter().filter(|document| document.organization == access.organization());
        let mut ids: Vec<AccountId> =
            own.filter_map(|document| Some(AccountId::new(document.created_by?.uuid()))).collect();
        ids.sort_unstable();
        ids.dedup();
        self.ctx.read(|conn| accounts::accounts(conn, &ids))
    }

    fn renew_link(&self, access: &Access, id: LegalDocumentId) -> Result<LegalDocument> {
        let desk = Arc::clone(&self.desk);
        self.ctx.write(access, WriteKind::Content, move |tx, access| {
            access.require(&ORG_LEGAL_DOCUMENTS_UPDATE)?;
            let before = found(tx, access.organization(), id)?;
            if before.link.is_none() {
                return Err(Error::new(Code::Conflict, "the document has no signing link any more"));
            }
            require_pause(tx.now(), &before.document)?;
            let mut after = before.clone();
            let digest = desk.link(tx, &mut after)?;
            after.document.version += 1;
            if !store::documents::set_link(tx, &after)? {
                return Err(Error::new(Code::Conflict, "the document is signed"));
            }
            store::lookups::set_link(tx, access.organization(), id, &digest)?;
            polity_directory::within::count_letter(tx, access, &after.document.representative)?;
            promise_mail(tx, &after)?;
            tx.record(LEGAL_DOCUMENT_SENT.changed(access, id, &before.document, &after.document))?;
            Ok(after.document)
        })
    }

    fn withdraw(&self, access: &Access, id: LegalDocumentId) -> Result<()> {
        self.ctx.write(access, WriteKind::Content, move |tx, access| {
            if !access.actor().is_platform_administrator() {
                return Err(Error::new(
                    Code::Forbidden,
                    "only a platform administrator takes a document back",
                ));
            }
            let organization = access.organization();
            let before = found(tx, organization, id)?.document;
            if !store::documents::delete_unsigned(tx, &before)? {
                return Err(Error::new(Code::Conflict, "the document is signed"));
            }
            store::lookups::unlink(tx, organization, id)?;
            store::lookups::unname(tx, organization, id)?;
            tx.record(LEGAL_DOCUMENT_WITHDRAWN.over(access, id, &before))
        })
    }

    fn download(&self, access: &Access, id: LegalDocumentId) -> Result<DownloadToken> {
        access.require(&ORG_LEGAL_DOCUMENTS_GET)?;
        let organization = access.organization();
        let kept = self.ctx.read(|conn| found(conn, organization, id))?;
        kept.file.as_ref().ok_or_else(unknown)?;
        Ok(self.token(&kept.document))
    }
}

impl Service {
    /// What gives the signed file of this document from now on.
    pub(crate) fn token(&self, document: &LegalDocument) -> DownloadToken {
        let until = self.ctx.now().after(DOWNLOAD_LIFETIME);
        DownloadToken::of(&self.desk.downloads, document.organization, document.id, until)
    }
}

fn submit(tx: &mut Tx<'_>, access: &Access, desk: &Desk, new: &NewLegalDocument) -> Result<LegalDocument> {
    let stamp = Stamp::of(tx, access.actor());
    let document = LegalDocument {
        id: tx.new_id(),
        organization: access.organization(),
        kind: new.kind,
        company_name: new.company_name.clone(),
        company_address: new.company_address.clone(),
        representative: new.representative.clone(),
        status: DocumentStatus::Submitted,
        created_by: stamp.by,
        created_at: stamp.at,
        link_expires_at: stamp.at.after(LINK_LIFETIME),
        signature: None,
        version: 1,
    };
    let agreement = agreement(desk, &document)?;
    polity_directory::within::count_letter(tx, access, &document.representative)?;
    let mut kept = Kept { document, agreement, link: None, link_number: 0, file: None };
    if desk.ports.provider.is_some() {
        store::documents::insert(tx, &kept)?;
        let LegalDocument { organization, id: document, .. } = kept.document;
        tx.promise(&HandOver { organization, document })?;
    } else {
        let digest = desk.link(tx, &mut kept)?;
        store::documents::insert(tx, &kept)?;
        store::lookups::set_link(tx, kept.document.organization, kept.document.id, &digest)?;
        promise_mail(tx, &kept)?;
    }
    let document = kept.document;
    tx.record(LEGAL_DOCUMENT_SUBMITTED.made(access, document.id, &document))?;
    Ok(document)
}

/// Asks that the last link is not too fresh: nobody's mailbox is filled through us.
fn require_pause(now: Timestamp, document: &LegalDocument) -> Result<()> {
    let lifetime = i64::try_from(LINK_LIFETIME.as_micros()).unwrap_or(i64::MAX);
    let mailed_at = Timestamp::from_micros(document.link_expires_at.micros().saturating_sub(lifetime));
    let wait = mailed_at.after(BETWEEN_LINKS).micros().saturating_sub(now.micros());
    if wait <= 0 {
        return Ok(());
    }
    let wait = wait.unsigned_abs().div_ceil(1_000_000);
    let words = format!("the last link is too fresh: another can be sent in {wait} seconds");
    Err(Error::new(Code::Throttled, words).because(RetryAfter(wait)))
}

/// What is agreed on, by the template of now.
fn agreement(desk: &Desk, document: &LegalDocument) -> Result<Agreement> {
    let on_one_line = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join(", ");
    desk.templates.of(document.kind).filled(&[
        ("company_name", &document.company_name),
        ("company_address", &on_one_line(&document.company_address)),
        ("representative_email", document.representative.as_str()),
        ("vendor_name", desk.settings.vendor_name.trim()),
        ("vendor_address", &on_one_line(&desk.settings.vendor_address)),
        ("date", &date(document.created_at)),
    ])
}

/// The day in UTC: `2026-01-15`.
fn date(at: Timestamp) -> String {
    at.rfc3339().split('T').next().unwrap_or_default().to_owned()
}
