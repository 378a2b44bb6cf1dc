//! What providers are told of us: SAML metadata, and the keys of connections.

use actix_web::HttpResponse;
use actix_web::http::header;
use polity_kernel::Result;

use super::Fault;
use super::paths::ConnectionPath;
use crate::ask::Path;
use crate::gate::caller::Anyone;

/// Our SAML metadata for a connection.
#[utoipa::path(get, path = "/sso/{connection}/metadata", tag = "pages", params(ConnectionPath), responses(
    (status = 200, description = "Metadata: `application/samlmetadata+xml`."),
    (status = 404, content_type = "text/html", description = "There is no such SAML connection.")))]
pub(in crate::routes::pages) async fn of_connection(
    anyone: Anyone,
    path: Path<ConnectionPath>,
) -> Result<HttpResponse, Fault> {
    let connection = path.connection()?;
    Ok(metadata(anyone.read(move |polity| polity.connections.service_metadata(connection)).await?))
}

/// Our SAML metadata for a provider that is told one address for all connections.
#[utoipa::path(get, path = "/api/saml/metadata", tag = "pages", responses(
    (status = 200, description = "Metadata: `application/samlmetadata+xml`.")))]
pub(in crate::routes::pages) async fn of_service(anyone: Anyone) -> Result<HttpResponse, Fault> {
    Ok(metadata(anyone.read(|polity| Ok(polity.connections.common_metadata())).await?))
}

/// The public key of a connection, as a JWK set (RFC 7517 §5).
#[utoipa::path(get, path = "/sso/{connection}/jwks.json", tag = "pages", params(ConnectionPath), responses(
    (status = 200, content_type = "application/json", description = "The keys."),
    (status = 404, content_type = "text/html", description = "There is no such connection.")))]
pub(in crate::routes::pages) async fn keys(
    anyone: Anyone,
    path: Path<ConnectionPath>,
) -> Result<HttpResponse, Fault> {
    let connection = path.connection()?;
    Ok(HttpResponse::Ok().json(anyone.read(move |polity| polity.connections.jwks(connection)).await?))
}

fn metadata(xml: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/samlmetadata+xml")
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(xml)
}
