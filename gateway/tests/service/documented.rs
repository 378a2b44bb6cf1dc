//! The route tables and the OpenAPI document say the same.

use std::collections::BTreeSet;

use polity::family::Family;
use polity::mount::FAMILIES;

/// Methods and paths of the document.
fn documented() -> BTreeSet<(String, String)> {
    let mut routes = BTreeSet::new();
    for family in FAMILIES {
        let document = serde_json::to_value((family.document)()).unwrap();
        for (path, operations) in document["paths"].as_object().unwrap() {
            for method in operations.as_object().unwrap().keys() {
                routes.insert((method.to_uppercase(), path.clone()));
            }
        }
    }
    routes
}

#[test]
fn every_route_is_documented_and_every_documented_route_is_there() {
    let served: BTreeSet<(String, String)> = FAMILIES
        .iter()
        .flat_map(Family::places)
        .flat_map(|place| {
            // with a slash at its end it is the same
            let path = place.path().trim_end_matches('/');
            let path = if path.is_empty() { "/".to_owned() } else { path.to_owned() };
            place.methods().map(|method| (method.to_string(), path.clone())).collect::<Vec<_>>()
        })
        .collect();
    let documented = documented();
    let undocumented: Vec<_> = served.difference(&documented).collect();
    let missing: Vec<_> = documented.difference(&served).collect();
    assert!(
        undocumented.is_empty() && missing.is_empty(),
        "only served: {undocumented:?}; only documented: {missing:?}"
    );
}

#[test]
fn every_path_begins_with_its_familys_prefix() {
    for family in FAMILIES {
        for place in family.places() {
            assert!(
                place.path().starts_with(family.prefix) && place.path().starts_with('/'),
                "{}",
                place.path()
            );
        }
    }
}

#[test]
fn every_tag_is_a_family() {
    for family in FAMILIES {
        let document = serde_json::to_value((family.document)()).unwrap();
        for operations in document["paths"].as_object().unwrap().values() {
            for operation in operations.as_object().unwrap().values() {
                assert_eq!(operation["tags"][0], family.name);
                assert!(operation["description"].is_string() || operation["summary"].is_string());
            }
        }
    }
}
