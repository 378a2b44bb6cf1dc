//! Every route of `routes.tsv` is served and documented, and no family has others.

use std::collections::BTreeSet;

use polity::mount::FAMILIES;
use polity_testkit::{Engine, Kit};
use serde_json::{Value, json};

use crate::ground::Caller;
use crate::ground::common::Service;
use crate::{Line, lines};

/// A path with what may stand in it, whatever the places are called.
fn nameless(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
}

/// Where whoever has a link, a password or a provider's signature needs no other credential.
const OPEN: &[&str] = &["/api/signup/", "/api/login", "/api/reset", "/api/legal_documents/"];

fn key(method: &str, path: &str) -> (String, String) {
    (method.to_uppercase(), nameless(path))
}

fn document() -> Value {
    Service::start(&Kit::new(Engine::Sqlite)).get("/openapi.json").json()
}

#[test]
fn the_table_has_each_route_once() {
    let lines = lines();
    let distinct: BTreeSet<_> = lines.iter().map(|line| key(line.method, line.path)).collect();
    assert_eq!(distinct.len(), lines.len());
}

#[test]
fn every_route_of_the_table_is_served() {
    let kit = Kit::new(Engine::Sqlite);
    let service = Service::start(&kit);
    let ada = Caller::person(&service, "ada");
    for Line { method, path, .. } in lines() {
        let answer = ada.ask(&service, method, path);
        assert!(
            answer.code() != 405 && !answer.text.contains("no such route"),
            "{method} {path}: {answer:?}"
        );
        let answer = ada.ask(&service, "BREW", path);
        assert_eq!(answer.code(), 405, "BREW {path}");
        let allowed: Vec<&str> = answer.header("allow").split(", ").collect();
        assert!(allowed.contains(&method), "{path}: {allowed:?}");
    }
}

#[test]
fn every_route_that_a_family_serves_is_in_the_table() {
    let table: BTreeSet<_> = lines().iter().map(|line| key(line.method, line.path)).collect();
    // families of scattered paths are standards and pages, whose routes the table leaves out
    for family in FAMILIES.iter().filter(|family| !family.prefix.is_empty()) {
        for place in family.places() {
            for method in place.methods() {
                assert!(table.contains(&key(method.as_str(), place.path())), "{method} {}", place.path());
            }
        }
    }
}

#[test]
fn every_route_of_the_table_is_documented() {
    let document = document();
    let operations = document["paths"].as_object().unwrap();
    for Line { method, path, success, permission } in lines() {
        let (_, operation) = operations.iter().find(|(other, _)| nameless(other) == nameless(path)).unwrap();
        let operation = &operation[method.to_lowercase()];
        let responses = operation["responses"].as_object().unwrap_or_else(|| panic!("{method} {path}"));
        assert!(responses.contains_key(&success.to_string()), "{method} {path}: {:?}", responses.keys());
        for (status, response) in responses {
            let is_success = *status == success.to_string() || status.starts_with('2');
            let schema = response.pointer("/content/application~1json/schema/$ref").and_then(Value::as_str);
            let failure = match path {
                path if path.starts_with("/api/v1") => "ErrorBody",
                path if path.starts_with("/v1") => "Errors",
                // what the provider is told is in its own words
                "/api/legal_documents/pandadoc" => "Complaint",
                path if path.starts_with("/api/") => "ApiFailure",
                _ => "Failure",
            };
            assert!(
                is_success || schema == Some(&format!("#/components/schemas/{failure}")),
                "{method} {path}: {status}"
            );
        }
        let named = operation["parameters"]
            .as_array()
            .map_or(0, |all| all.iter().filter(|one| one["in"] == "path").count());
        assert_eq!(named, path.matches('{').count(), "{method} {path}");
        let open = path.ends_with("/sectors") || OPEN.iter().any(|prefix| path.starts_with(prefix));
        let ways = operation["security"].as_array().unwrap_or_else(|| panic!("{method} {path}"));
        let is_open = ways.is_empty() || ways.contains(&json!({}));
        assert_eq!(is_open, open, "{method} {path}");
        let words = format!("{} {}", operation["summary"], operation["description"]);
        assert!(
            permission.is_empty() || words.contains(permission),
            "{method} {path} does not say it needs {permission}: {words}"
        );
    }
}

#[test]
fn no_two_families_mean_different_things_by_one_name() {
    let mut known: std::collections::BTreeMap<String, (&str, Value)> = std::collections::BTreeMap::new();
    for family in FAMILIES {
        let document = serde_json::to_value((family.document)()).unwrap();
        let Some(schemas) = document.pointer("/components/schemas").and_then(Value::as_object) else {
            continue;
        };
        for (name, schema) in schemas {
            let (first, other) = known.entry(name.clone()).or_insert((family.name, schema.clone()));
            assert_eq!(other, schema, "{name} of {first} and of {}", family.name);
        }
    }
}

#[test]
fn the_document_refers_to_nothing_that_it_lacks() {
    fn walk(value: &Value, document: &Value) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(to)) = fields.get("$ref") {
                    assert!(document.pointer(to.trim_start_matches('#')).is_some(), "{to}");
                }
                fields.values().for_each(|field| walk(field, document));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, document)),
            _ => {}
        }
    }
    let document = document();
    walk(&document, &document);
}
