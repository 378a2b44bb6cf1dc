//! The signing provider `PandaDoc`: a document is made there from a template, mailed and signed there, and fetched as PDF.

use polity_kernel::{Error, Result};
use polity_legal::{DocumentType, LegalDocument, SigningProvider};
use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::config::ProviderAccount;
use crate::outside::mail::spoken;
use crate::outside::outbound::{self, Outbound};

/// The largest signed document that is fetched, in bytes.
const LARGEST: u64 = 32 * 1024 * 1024;

/// What our documents are marked with there, so that none is made twice.
const MARK: &str = "polity_document";

/// How the templates call whoever signs, and the two values they show.
const ROLE: &str = "Client";
const COMPANY: &str = "Client.Company";
const ADDRESS: &str = "Client.StreetAddress";

/// An account with the provider, and the way there.
pub(crate) struct PandaDoc {
    account: ProviderAccount,
    outbound: Outbound,
}

#[derive(Deserialize)]
struct Made {
    id: String,
}

#[derive(Deserialize)]
struct Found {
    results: Vec<Made>,
}

#[derive(Deserialize)]
struct Standing {
    status: String,
}

#[derive(Deserialize)]
struct Details {
    #[serde(default)]
    metadata: Value,
}

impl PandaDoc {
    pub(crate) fn new(account: ProviderAccount) -> Self {
        Self { account, outbound: Outbound::default() }
    }

    /// What the provider calls a document that it was given before.
    fn found(&self, document: &LegalDocument) -> Result<Option<String>> {
        let query = format!("?metadata_{MARK}={}&count=5", document.id);
        let found: Found = parsed(&self.asked(Method::GET, &query, None)?)?;
        for Made { id } in found.results {
            // whoever does not know the filter answers with other documents
            let details: Details = parsed(&self.asked(Method::GET, &at(&id, "/details")?, None)?)?;
            if details.metadata.get(MARK).and_then(Value::as_str) == Some(&document.id.to_string()) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    fn standing(&self, outside_id: &str) -> Result<String> {
        let standing: Standing = parsed(&self.asked(Method::GET, &at(outside_id, "")?, None)?)?;
        Ok(standing.status)
    }

    /// The answer to a request behind `/public/v1/documents`, which must be one of success.
    fn asked(&self, method: Method, behind: &str, body: Option<&Value>) -> Result<Vec<u8>> {
        let url = format!("{}/public/v1/documents{behind}", self.account.url);
        let request = self.outbound.client()?.request(method, url);
        let request = request.header(AUTHORIZATION, format!("API-Key {}", self.account.key.expose_secret()));
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().map_err(|error| unavailable(error.without_url()))?;
        if !answer.status().is_success() {
            return Err(unavailable(format!("it answered {}", answer.status())));
        }
        outbound::whole(answer, LARGEST).map_err(unavailable)
    }
}

impl SigningProvider for PandaDoc {
    fn submit(&self, document: &LegalDocument) -> Result<String> {
        if let Some(known) = self.found(document)? {
            return Ok(known);
        }
        let body = json!({
            "name": format!("{}: {}", document.company_name, spoken(document.kind)),
            "template_uuid": self.account.template(document.kind),
            "recipients": [{ "email": document.representative, "role": ROLE }],
            "tokens": [
                { "name": COMPANY, "value": document.company_name },
                { "name": ADDRESS, "value": document.company_address },
            ],
            "metadata": { MARK: document.id, "polity_organization": document.organization },
        });
        let made: Made = parsed(&self.asked(Method::POST, "", Some(&body))?)?;
        at(&made.id, "").map(|_| made.id)
    }

    fn is_drafted(&self, outside_id: &str) -> Result<bool> {
        Ok(self.standing(outside_id)? == "document.draft")
    }

    fn send(&self, outside_id: &str) -> Result<()> {
        let body = json!({ "silent": false });
        let Err(error) = self.asked(Method::POST, &at(outside_id, "/send")?, Some(&body)) else {
            return Ok(());
        };
        // what is sent already is not sent again
        match self.standing(outside_id)?.as_str() {
            "document.uploaded" | "document.draft" | "document.error" => Err(error),
            _ => Ok(()),
        }
    }

    fn signed(&self, outside_id: &str) -> Result<Vec<u8>> {
        self.asked(Method::GET, &at(outside_id, "/download")?, None)
    }

    fn template(&self, kind: DocumentType) -> Option<String> {
        Some(self.account.template(kind).to_owned())
    }
}

/// Where a document is; what the provider calls it leads nowhere else.
fn at(outside_id: &str, behind: &str) -> Result<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if outside_id.is_empty() || outside_id.len() > 255 || !outside_id.chars().all(is_plain) {
        return Err(Error::internal("the signing provider gave a document no usable id"));
    }
    Ok(format!("/{outside_id}{behind}"))
}

fn parsed<'a, T: Deserialize<'a>>(answer: &'a [u8]) -> Result<T> {
    serde_json::from_slice(answer).map_err(unavailable)
}

fn unavailable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::unavailable("signing provider", "the signing provider cannot be reached").because(source)
}
