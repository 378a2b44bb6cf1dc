//! One document for all families (OpenAPI 3.1).

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};

use crate::routes::FAMILIES;

/// The document.
pub(crate) fn document() -> OpenApi {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "An access token (JWT) of this service or of an issuer it trusts, or an API key (`pol_…`).",
        ))
        .build();
    let info = InfoBuilder::new()
        .title("polity")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(env!("CARGO_PKG_DESCRIPTION")))
        .license(Some(LicenseBuilder::new().name(env!("CARGO_PKG_LICENSE")).build()))
        .build();
    let components = ComponentsBuilder::new().security_scheme("bearer", SecurityScheme::Http(bearer)).build();
    let mut document = OpenApiBuilder::new().info(info).components(Some(components)).build();
    for family in FAMILIES {
        document.merge((family.document)());
    }
    document
}

/// The document as JSON.
pub(crate) fn text() -> String {
    // the types are plain data: there is nothing in them that JSON cannot say
    document().to_json().unwrap_or_default()
}
