//! What providers send back: judged, and kept under a code for the browser that began.

use actix_web::HttpResponse;
use polity_domains::Callback;
use polity_identity::Secret;
use polity_kernel::Result;

use super::Fault;
use super::page::onward;
use super::paths::{ConnectionPath, Returned, SamlForm};
use crate::areas::Polity;
use crate::ask::{Path, Posted, Query};
use crate::gate::caller::Anyone;

/// Takes the answer of a provider by address.
#[utoipa::path(get, path = "/sso/callback", tag = "pages", params(Returned), responses(
    (status = 303, description = "On to the browser's own page."),
    (status = 401, content_type = "text/html", description = "The answer is not believed.")))]
pub(in crate::routes::pages) async fn returned(
    anyone: Anyone,
    query: Query<Returned>,
) -> Result<HttpResponse, Fault> {
    judged(anyone, authorization(query.into_inner())).await
}

/// Takes the answer of a provider that posts it (OAuth 2.0 Form Post Response Mode).
#[utoipa::path(post, path = "/sso/callback", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = Returned),
    responses(
    (status = 303, description = "On to the browser's own page."),
    (status = 401, content_type = "text/html", description = "The answer is not believed.")))]
pub(in crate::routes::pages) async fn posted(
    anyone: Anyone,
    form: Posted<Returned>,
) -> Result<HttpResponse, Fault> {
    judged(anyone, authorization(form.0)).await
}

/// Takes the response of a SAML provider (SAML Bindings §3.5).
#[utoipa::path(post, path = "/sso/{connection}/acs", tag = "pages", params(ConnectionPath),
    request_body(content_type = "application/x-www-form-urlencoded", content = SamlForm),
    responses(
    (status = 303, description = "On to the browser's own page."),
    (status = 401, content_type = "text/html", description = "The response is not believed."),
    (status = 404, content_type = "text/html", description = "There is no such connection.")))]
pub(in crate::routes::pages) async fn acs(
    anyone: Anyone,
    path: Path<ConnectionPath>,
    form: Posted<SamlForm>,
) -> Result<HttpResponse, Fault> {
    let callback = Callback::Saml { connection: path.connection()?, response: Secret::new(form.0.response) };
    judged(anyone, callback).await
}

/// Takes the response of a SAML provider that was told one address for all; `RelayState` says for which domain.
#[utoipa::path(post, path = "/complete/saml", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = SamlForm),
    responses(
    (status = 303, description = "On to the browser's own page."),
    (status = 401, content_type = "text/html", description = "The response is not believed."),
    (status = 404, content_type = "text/html", description = "No connection serves that domain.")))]
pub(in crate::routes::pages) async fn complete_saml(
    anyone: Anyone,
    form: Posted<SamlForm>,
) -> Result<HttpResponse, Fault> {
    anyone.signs_in()?;
    let SamlForm { response, relay_state } = form.0;
    let judge = move |polity: &Polity| {
        let connection = polity.connections.relayed(&relay_state, &response)?;
        polity.connections.judge(&Callback::Saml { connection, response: Secret::new(response) })
    };
    Ok(arrived(&anyone.errand(judge).await?))
}

fn authorization(returned: Returned) -> Callback {
    Callback::Authorization {
        state: returned.state.map(Secret::new),
        code: returned.code.map(Secret::new),
        issuer: returned.iss,
        error: returned.error,
    }
}

async fn judged(anyone: Anyone, callback: Callback) -> Result<HttpResponse, Fault> {
    anyone.signs_in()?;
    let code = anyone.errand(move |polity| polity.connections.judge(&callback)).await?;
    Ok(arrived(&code))
}

/// On to a page of our own, to which the browser sends its cookies.
fn arrived(code: &Secret) -> HttpResponse {
    onward(&format!("/sso/arrive?code={}", code.reveal()))
}
