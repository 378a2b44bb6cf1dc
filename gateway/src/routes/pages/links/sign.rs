//! `/sign/{secret}`: where a legal document is read and signed by whoever was mailed the link.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, USER_AGENT};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use polity_kernel::{Code, Error, Evidence, FieldError, Result};
use polity_legal::{Agreement, Block, DownloadToken, LegalDocument, NewSignature, SignatureFields};

use super::Fault;
use super::form::read;
use super::page::page;
use super::paths::SigningPath;
use super::wire::SigningForm;
use crate::areas::Polity;
use crate::ask::{Form, Path};
use crate::gate::caller::Anyone;
use crate::outside::mail::jobs::minute;
use crate::outside::mail::spoken;

/// What is shown before it is signed.
#[derive(Template)]
#[template(path = "pages/links/sign.html")]
struct SigningPage {
    kind: &'static str,
    company: String,
    until: String,
    secret: String,
    parts: Vec<Part>,
    name: String,
    title: String,
    wrong: Wrong,
}

/// What is shown once it is signed.
#[derive(Template)]
#[template(path = "pages/links/signed.html")]
struct SignedPage {
    kind: &'static str,
    company: String,
    name: String,
    title: String,
    at: String,
    sha256: String,
    copy: Option<String>,
}

/// What is shown where a link opens nothing.
#[derive(Template)]
#[template(path = "pages/fault.html")]
struct ClosedPage {
    title: &'static str,
    words: &'static str,
}

/// A piece of the agreement as HTML has it: points that follow one another are one list.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Title(String),
    Heading(String),
    Paragraph(String),
    List(Vec<String>),
}

/// What is wrong with the fields of the form.
struct Wrong(Vec<FieldError>);

/// What became of a signature.
enum Attempt {
    Given(LegalDocument, Option<DownloadToken>),
    /// The form will not do; the document is still open.
    Incomplete(LegalDocument, Agreement, Error),
}

/// The document to sign, and the form to sign it with.
#[utoipa::path(get, path = "/sign/{secret}", tag = "pages", params(SigningPath), responses(
    (status = 200, content_type = "text/html", description = "The document and a form."),
    (status = 404, content_type = "text/html", description = "The link opens nothing."),
    (status = 410, content_type = "text/html", description = "The link is used.")))]
pub(in crate::routes::pages) async fn show(
    anyone: Anyone,
    path: Path<SigningPath>,
) -> Result<HttpResponse, Fault> {
    let secret = path.into_inner().secret;
    let link = secret.clone();
    match anyone.read(move |polity| polity.legal.opened(&link)).await {
        Ok((document, agreement)) => {
            let (empty, nothing) = (SigningForm::default(), Wrong::nothing());
            page(StatusCode::OK, &SigningPage::of(document, &agreement, secret, empty, nothing))
        }
        Err(error) => closed(error),
    }
}

/// The document to sign as PDF.
#[utoipa::path(get, path = "/sign/{secret}/document.pdf", tag = "pages", params(SigningPath), responses(
    (status = 200, content_type = "application/pdf", description = "The document."),
    (status = 404, content_type = "text/html", description = "The link opens nothing."),
    (status = 410, content_type = "text/html", description = "The link is used.")))]
pub(in crate::routes::pages) async fn pdf(
    anyone: Anyone,
    path: Path<SigningPath>,
) -> Result<HttpResponse, Fault> {
    let gate = anyone.gate();
    let made = anyone.write(move |polity| {
        let (document, _) = polity.legal.opened(&path.secret)?;
        gate.strangers.done("agreement.pdf", document.id.uuid())?;
        polity.legal.opened_pdf(&path.secret)
    });
    // making it takes long, so it is not done often, nor on one of the few threads that read
    match made.await {
        Ok(bytes) => Ok(HttpResponse::Ok()
            .content_type("application/pdf")
            .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"agreement.pdf\""))
            .insert_header((header::REFERRER_POLICY, "no-referrer"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(bytes)),
        Err(error) => closed(error),
    }
}

/// Signs the document.
#[utoipa::path(post, path = "/sign/{secret}", tag = "pages", params(SigningPath),
    request_body(content_type = "application/x-www-form-urlencoded", content = SigningForm),
    responses(
    (status = 200, content_type = "text/html", description = "It is signed."),
    (status = 400, content_type = "text/html", description = "Something is missing; nothing is signed."),
    (status = 404, content_type = "text/html", description = "The link opens nothing."),
    (status = 410, content_type = "text/html", description = "The link is used.")))]
pub(in crate::routes::pages) async fn sign(
    anyone: Anyone,
    request: HttpRequest,
    path: Path<SigningPath>,
    form: Form,
) -> Result<HttpResponse, Fault> {
    let (secret, filled) = (path.into_inner().secret, read::<SigningForm>(&form));
    let fields = filled.signature(evidence(&anyone, &request));
    let link = secret.clone();
    match anyone.errand(move |polity| attempt(polity, &link, fields)).await {
        Ok(Attempt::Given(document, copy)) => page(StatusCode::OK, &SignedPage::of(document, copy)),
        Ok(Attempt::Incomplete(document, agreement, error)) => {
            let wrong = Wrong(error.fields().to_vec());
            page(StatusCode::BAD_REQUEST, &SigningPage::of(document, &agreement, secret, filled, wrong))
        }
        Err(error) => closed(error),
    }
}

fn attempt(polity: &Polity, link: &str, fields: SignatureFields) -> Result<Attempt> {
    match NewSignature::try_from(fields) {
        Ok(signature) => {
            let (document, copy) = polity.legal.sign(link, signature)?;
            Ok(Attempt::Given(document, copy))
        }
        Err(error) => {
            let (document, agreement) = polity.legal.opened(link)?;
            Ok(Attempt::Incomplete(document, agreement, error))
        }
    }
}

fn evidence(anyone: &Anyone, request: &HttpRequest) -> Evidence {
    let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok());
    Evidence { address: anyone.address(), user_agent: agent.map(str::to_owned) }
}

/// The page for a link that opens nothing; other failures are told as everywhere.
fn closed(error: Error) -> Result<HttpResponse, Fault> {
    let (status, title, words) = match error.code() {
        Code::NotFound => (
            StatusCode::NOT_FOUND,
            "This link opens no document",
            "It may be incomplete: copy the whole address from the letter. Or it has expired, or a newer letter has replaced it: \
             the administrators of your organization can have another one sent to you.",
        ),
        Code::Conflict => (
            StatusCode::GONE,
            "The document is signed",
            "This link has done its work. The administrators of your organization can download the signed document.",
        ),
        _ => return Err(error.into()),
    };
    page(status, &ClosedPage { title, words })
}

impl SigningPage {
    fn of(
        document: LegalDocument,
        agreement: &Agreement,
        secret: String,
        filled: SigningForm,
        wrong: Wrong,
    ) -> Self {
        Self {
            kind: spoken(document.kind),
            company: document.company_name,
            until: minute(document.link_expires_at),
            secret,
            parts: parts(agreement.blocks()),
            name: filled.name,
            title: filled.title,
            wrong,
        }
    }
}

impl SignedPage {
    fn of(document: LegalDocument, copy: Option<DownloadToken>) -> Self {
        let signature = document.signature;
        let of =
            |read: fn(&polity_legal::Signature) -> String| signature.as_ref().map(read).unwrap_or_default();
        Self {
            kind: spoken(document.kind),
            company: document.company_name,
            name: of(|signature| signature.name.clone()),
            title: of(|signature| signature.title.clone()),
            at: of(|signature| minute(signature.signed_at)),
            sha256: of(|signature| signature.agreement_sha256.clone()),
            copy: copy.map(|copy| copy.as_str().to_owned()),
        }
    }
}

impl Wrong {
    const fn nothing() -> Self {
        Self(Vec::new())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|wrong| wrong.field == field).map(|wrong| wrong.message.as_str())
    }
}

fn parts(blocks: &[Block]) -> Vec<Part> {
    let mut parts = Vec::new();
    for block in blocks {
        let text = block.text().to_owned();
        match (block, parts.last_mut()) {
            (Block::Title(_), _) => parts.push(Part::Title(text)),
            (Block::Heading(_), _) => parts.push(Part::Heading(text)),
            (Block::Paragraph(_), _) => parts.push(Part::Paragraph(text)),
            (Block::Item(_), Some(Part::List(points))) => points.push(text),
            (Block::Item(_), _) => parts.push(Part::List(vec![text])),
        }
    }
    parts
}
