//! Every route that names a scope asks for it before anything else is done, and says so; every other one says why it names none.

use std::num::NonZeroU32;
use std::time::Duration;

use polity::family::Family;
use polity::gate::guesses::Patience;
use polity::gate::pace::Pace;
use polity::mount::FAMILIES;
use polity::table::Asks;
use polity_identity::Scope;
use polity_kernel::Permission;
use polity_testkit::{Engine, Kit, both_engines};

use crate::cell::{Cast, Cell};
use crate::ground::common::Service;

/// How long after a letter another one is sent.
const A_MINUTE: Duration = Duration::from_mins(1);

/// Method, path and what is asked of every route there is.
fn routes() -> Vec<(String, &'static str, Asks)> {
    let mut all = Vec::new();
    for place in FAMILIES.iter().flat_map(Family::places) {
        all.extend(place.asks().map(|(method, asks)| (method.to_string(), place.path(), asks.clone())));
    }
    all
}

/// Those with a scope.
fn scoped() -> Vec<(String, &'static str, Scope, Permission)> {
    let scoped = |(method, path, asks)| match asks {
        Asks::Scope(scope, permission) => Some((method, path, scope, permission)),
        Asks::Nothing(_) => None,
    };
    routes().into_iter().filter_map(scoped).collect()
}

/// Everything that any scope stands for but this one permission.
fn all_but(permission: &Permission) -> Vec<String> {
    let scopes = Scope::WORDS.iter().map(|word| word.parse::<Scope>().unwrap().permissions());
    let names: Vec<String> =
        scopes.flat_map(|set| set.iter().map(ToString::to_string).collect::<Vec<_>>()).collect();
    names.into_iter().filter(|name| name != permission.as_str()).collect()
}

#[test]
fn every_route_names_its_scope_or_why_it_has_none() {
    for (method, path, asks) in routes() {
        match asks {
            Asks::Scope(scope, permission) => {
                assert!(
                    scope.permissions().contains(&permission),
                    "{method} {path}: {scope} is not for {permission}"
                );
            }
            Asks::Nothing(reason) => assert!(reason.len() > 10, "{method} {path} says no reason"),
        }
    }
    assert!(scoped().len() > 35);
}

#[test]
fn every_scope_is_documented() {
    let document = Service::start(&Kit::new(Engine::Sqlite)).get("/openapi.json").json();
    for (method, path, scope, _) in scoped() {
        let operation = &document["paths"][path][method.to_lowercase()];
        let words = format!("{} {}", operation["summary"], operation["description"]);
        assert!(words.contains(&format!("`{scope}`")), "{method} {path} does not say {scope}: {words}");
    }
}

both_engines! {
    fn every_scope_is_asked_for(kit) {
        let service = start(kit);
        let cast = Cast::new(&service);
        let mut kept = None;
        for (row, (method, path, scope, permission)) in scoped().into_iter().enumerate() {
            let cell = kept.take().unwrap_or_else(|| Cell::found(&service, &cast, format!("scope-{row}"), "owner"));
            if path.ends_with("/resend") {
                kit.pass(A_MINUTE);
            }
            let others = all_but(&permission);
            let others: Vec<&str> = others.iter().map(String::as_str).collect();
            let lacking = cell.ask(&service, &cast.owner().narrowed(&service, &others), (&method, path));
            assert_eq!(lacking.code(), 403, "{method} {path}: {lacking:?}");
            assert_eq!(lacking.json()["detail"], format!("the API key lacks the scope {scope}"), "{method} {path}");
            let holding = cell.ask(&service, &cast.owner().narrowed(&service, &[permission.as_str()]), (&method, path));
            assert!(!holding.text.contains("lacks the scope"), "{method} {path}: {holding:?}");
            if method == "GET" || holding.code() >= 400 {
                kept = Some(cell);
            }
        }
    }
}

fn start(kit: &Kit) -> Service {
    let many = NonZeroU32::new(1_000_000).unwrap();
    Service::start_set(kit, Patience { burst: many, per_minute: many }, |settings| {
        settings.stranger_pace = Pace { per_minute: 0, per_hour: 0 };
        settings.key_pace = Pace { per_minute: 0, per_hour: 0 };
    })
}
