//! Legal documents as this family shows them.

use polity_accounts::Account;
use polity_kernel::{Error, Result};
use polity_legal::{DocumentStatus, DocumentType, LegalDocumentFields, LegalDocumentId, NewLegalDocument};
use serde::Serialize;
use utoipa::ToSchema;

use super::Moment;
use crate::routes::api::body::{Required, text, word};

/// A legal document.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct LegalDocument {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: LegalDocumentId,
    /// What is agreed on: `BAA` or `DPA`.
    #[schema(value_type = String)]
    document_type: DocumentType,
    /// The company that signs.
    company_name: String,
    /// The address of whoever signs for it.
    representative_email: String,
    /// `submitted_for_signature`, or `signed` once it is signed and its file is stored.
    #[schema(value_type = String)]
    status: DocumentStatus,
    /// Who submitted it; null for a program, and for somebody who is gone.
    created_by: Option<Submitter>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
}

/// Who submitted a document.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Submitter {
    /// The first word of the name.
    first_name: String,
    /// The address.
    email: String,
}

body! {
    /// A document to submit.
    pub(crate) struct LegalDocumentBody as "LegalDocumentBody" {
        /// What is to be agreed on: `BAA` or `DPA`; an organization has one document of each type.
        document_type: DocumentType = Required(word(DocumentType::WORDS)),
        /// The company that signs.
        company_name: String = Required(text("company-name")),
        /// Where it has its seat; may have several lines.
        company_address: String = Required(text("company-address")),
        /// The address of whoever signs for it, to which the link goes.
        representative_email: String = Required(text("email")),
    }
}

impl TryFrom<LegalDocumentBody> for NewLegalDocument {
    type Error = Error;

    fn try_from(body: LegalDocumentBody) -> Result<Self> {
        Self::try_from(LegalDocumentFields {
            kind: body.document_type,
            company_name: body.company_name,
            company_address: body.company_address,
            representative_email: body.representative_email,
        })
    }
}

impl LegalDocument {
    /// The document, submitted by one of these.
    pub(crate) fn of(document: polity_legal::LegalDocument, submitters: &[Account]) -> Self {
        let by = document.created_by.map(|by| by.uuid());
        let submitter = submitters.iter().find(|account| Some(account.id.uuid()) == by);
        Self {
            id: document.id,
            document_type: document.kind,
            company_name: document.company_name,
            representative_email: document.representative.as_str().to_owned(),
            status: document.status,
            created_by: submitter.map(Submitter::from),
            created_at: Moment(document.created_at),
        }
    }
}

/// What a webhook is told when something changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct Heeded {
    /// Always `ok`.
    status: &'static str,
}

impl Heeded {
    /// The one word there is.
    pub(crate) const OK: Self = Self { status: "ok" };
}

impl From<&Account> for Submitter {
    fn from(account: &Account) -> Self {
        let name = account.profile.name.as_deref().unwrap_or_default();
        Self {
            first_name: name.split(' ').next().unwrap_or_default().to_owned(),
            email: account.email_text().to_owned(),
        }
    }
}
