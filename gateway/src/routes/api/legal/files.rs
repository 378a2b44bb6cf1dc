//! `/api/legal_documents`: what is asked without a credential, the token of a download or the signature of a webhook in its place.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use polity_kernel::Error;
use url::form_urlencoded;

use crate::ask::{Path, read_of_anybody};
use crate::gate::caller::Anyone;
use crate::gate::status;
use crate::routes::api::Fault;
use crate::routes::api::fault::Failures;
use crate::routes::api::paths::DownloadPath;
use crate::routes::api::wire::{Complaint, Heeded};

/// What a provider's signature of the body comes in, where it is not in the query.
const SIGNATURE: &str = "x-pandadoc-signature";

/// How long a provider's events may be, in bytes: they list documents whole, and nothing is read in them before their signature is
/// proved.
const EVENTS: usize = 256 * 1024;

/// Gives a signed document to whoever has the token of a download, for 60 seconds.
#[utoipa::path(get, path = "/api/legal_documents/download/{token}", tag = "api", security(()), params(DownloadPath),
    responses((status = 200, content_type = "application/pdf", description = "The signed document."), Failures))]
pub(in crate::routes::api) async fn fetch(
    anyone: Anyone,
    path: Path<DownloadPath>,
) -> Result<HttpResponse, Fault> {
    let file = anyone.errand(move |polity| polity.legal.fetch(&path.token)).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.name())))
        .body(file.bytes))
}

/// Hears from a signing provider what became of documents. Its signature is the HMAC-SHA256 of the body in hexadecimal, in the header
/// `X-PandaDoc-Signature` or the parameter `signature`.
#[utoipa::path(post, path = "/api/legal_documents/pandadoc", tag = "api", security(()),
    params(("signature" = Option<String>, Query, description = "The signature, where it is not in the header.")),
    request_body(content = Object, description = "An event, or a list of events."),
    responses((status = 200, body = Heeded, description = "Something changed."),
        (status = 204, description = "Nothing changed."), (status = 400, body = Complaint),
        (status = 404, body = Complaint), (status = 429, body = Complaint)))]
pub(in crate::routes::api) async fn heed(
    anyone: Anyone,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Refused> {
    anyone.gate().strangers.done_from("webhook", anyone.address())?;
    let signature = signature(&request);
    let body = read_of_anybody(&request, payload.into_inner(), EVENTS).await?;
    let heeded = anyone.errand(move |polity| polity.legal.heed(&body, &signature)).await?;
    Ok(match heeded {
        0 => HttpResponse::NoContent().finish(),
        _ => HttpResponse::Ok().json(Heeded::OK),
    })
}

/// A refusal on its way to a webhook.
pub(in crate::routes::api) struct Refused(Error);

answering!(Refused);

fn render(error: &Error) -> HttpResponse {
    status::answer(error).json(Complaint::from(error))
}

/// The signature that the request brings; empty when it brings none.
fn signature(request: &HttpRequest) -> String {
    if let Some(header) = request.headers().get(SIGNATURE) {
        return header.to_str().unwrap_or_default().to_owned();
    }
    let mut query = form_urlencoded::parse(request.query_string().as_bytes());
    query.find(|(name, _)| name == "signature").map(|(_, value)| value.into_owned()).unwrap_or_default()
}
