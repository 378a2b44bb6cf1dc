//! One document for all families (OpenAPI 3.1).

use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, PathItem};

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
    let basic = HttpBuilder::new()
        .scheme(HttpAuthScheme::Basic)
        .description(Some("A service account's id and its secret."))
        .build();
    let key = |header| {
        SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(header, "An API key (`pol_…`).")))
    };
    let components = ComponentsBuilder::new()
        .security_scheme("bearer", SecurityScheme::Http(bearer))
        .security_scheme("basic", SecurityScheme::Http(basic))
        .security_scheme("api_key", key("X-Api-Key"))
        .security_scheme("bindplane_api_key", key("X-Bindplane-Api-Key"))
        .build();
    let mut document = OpenApiBuilder::new().info(info).components(Some(components)).build();
    for family in FAMILIES {
        document.merge((family.document)());
    }
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(operation_id(method, path));
        }
    }
    document
}

/// The operations of a path with their methods, those that any family has.
pub(crate) fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("get", &mut item.get),
        ("post", &mut item.post),
        ("put", &mut item.put),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// A name that no other operation has: handlers of different families go by the same names.
fn operation_id(method: &str, path: &str) -> String {
    let parts = path.split('/').filter(|part| !part.is_empty()).map(|part| part.trim_matches(['{', '}']));
    std::iter::once(method).chain(parts).collect::<Vec<_>>().join("_")
}

/// The document as JSON.
pub(crate) fn text() -> String {
    // the types are plain data: there is nothing in them that JSON cannot say
    document().to_json().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_operations_have_one_name() {
        let mut document = document();
        let mut seen = HashSet::new();
        for item in document.paths.paths.values_mut() {
            for (_, operation) in operations(item) {
                let name = operation.operation_id.clone().unwrap();
                assert!(seen.insert(name.clone()), "{name}");
            }
        }
        assert!(seen.contains("patch_api_v1_organization_organization_profile"), "{seen:?}");
    }
}
