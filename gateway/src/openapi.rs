//! One document for all families (OpenAPI 3.1).

mod sorts;

pub(crate) use sorts::longest;

use serde_json::Value;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, PathItem, RefOr, ServerBuilder,
};

use crate::family::Family;

/// What the service may be used under, an SPDX expression.
const LICENSE: &str = env!("CARGO_PKG_LICENSE");

/// The document.
pub(crate) fn document(families: &[Family]) -> OpenApi {
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
        .license(Some(LicenseBuilder::new().name(LICENSE).identifier(Some(LICENSE)).build()))
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
    let server =
        ServerBuilder::new().url("/").description(Some("The service that hands this document out")).build();
    let mut document =
        OpenApiBuilder::new().info(info).servers(Some([server])).components(Some(components)).build();
    for family in families {
        document.merge((family.document)());
    }
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(operation_id(method, path));
            complete(operation);
        }
    }
    document
}

/// Says what OpenAPI wants said of every operation where nobody said it: what each answer is, and that no credential is asked for.
fn complete(operation: &mut Operation) {
    // utoipa writes "none" as one requirement that asks for nothing; beside others it says that they may be left out
    let nothing = |requirement: &SecurityRequirement| *requirement == SecurityRequirement::default();
    let security = operation.security.get_or_insert_default();
    if security.iter().all(nothing) {
        security.clear();
    }
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            response.description = outcome(status).to_owned();
        }
    }
}

/// What an answer of this status is, where it has a body that says more.
fn outcome(status: &str) -> &'static str {
    match status {
        "200" => "Done; this is how it is.",
        "201" => "Made; this is how it is.",
        "202" => "Taken; it is done later.",
        "204" => "Done.",
        _ => "As the status says.",
    }
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
pub(crate) fn text(families: &[Family]) -> String {
    settled(families).to_string()
}

/// The document with every sort of text and list spelled out.
fn settled(families: &[Family]) -> Value {
    // the types are plain data: there is nothing in them that JSON cannot say
    let mut document = serde_json::to_value(document(families)).unwrap_or_default();
    sorts::settle(&mut document);
    document
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::mount::FAMILIES;

    #[test]
    fn every_answer_is_described_and_every_route_says_who_may_ask() {
        let mut document = document(FAMILIES);
        for (path, item) in &mut document.paths.paths {
            for (method, operation) in operations(item) {
                assert!(operation.security.is_some(), "{method} {path}");
                for (status, response) in &operation.responses.responses {
                    let RefOr::T(response) = response else { panic!("{method} {path} {status}") };
                    assert!(!response.description.is_empty(), "{method} {path} {status}");
                }
            }
        }
        let text = settled(FAMILIES);
        assert_eq!(text["info"]["license"]["identifier"], LICENSE);
        assert_eq!(text["servers"][0]["url"], "/");
    }

    #[test]
    fn no_two_operations_have_one_name() {
        let mut document = document(FAMILIES);
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
