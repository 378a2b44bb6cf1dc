//! A suspended organization is not written to by any route but those that end its suspension or itself.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use polity::gate::guesses::Patience;
use polity::gate::pace::Pace;
use polity_kernel::{OrganizationId, event};
use polity_testkit::{Kit, both_engines};
use uuid::Uuid;

use crate::cell::{Cast, Cell};
use crate::ground::common::Service;
use crate::ground::id_of;
use crate::ground::license::verification;
use crate::{Line, lines};

/// Routes that may succeed though the organization is suspended, and why. This list may only become shorter.
const EXEMPT: [(&str, &str, &str); 12] = [
    ("POST", "/directory/orgs", "it founds another"),
    ("POST", "/api/v1/organization", "it founds another"),
    ("POST", "/v1/organizations", "it founds another"),
    ("POST", "/api/organizations", "it founds another"),
    ("POST", "/api/v1/organization/by-app-secret/{type}/{key}", "it only reads"),
    ("PUT", "/v1/organizations/verify", "it only reads"),
    ("POST", "/api/login", "it is no organization's"),
    ("POST", "/api/reset", "it is no organization's"),
    ("DELETE", "/directory/orgs/{organizationId}", "a suspended organization may be deleted"),
    ("DELETE", "/v1/organizations/{id}", "a suspended organization may be deleted"),
    ("DELETE", "/api/organizations/{organization_id}", "a suspended organization may be deleted"),
    ("POST", "/api/legal_documents/pandadoc", "what the provider tells has happened already"),
];

/// The same for those who run the platform: accounts are no organization's.
const EXEMPT_FOR_PLATFORM: [(&str, &str); 2] =
    [("POST", "/api/v1/account"), ("PATCH", "/api/v1/account/{accountIdOrEmail}")];

both_engines! {
    fn nothing_is_written(kit) {
        let service = service(kit);
        let cast = Cast::new(&service);
        for (actor, key) in [("s-owner", "asleep"), ("platform", "abed")] {
            // founded as a suspended one's, whoever asks
            let cell = Cell::found(&service, &cast, key.to_owned(), "s-owner");
            let caller = cell.caller(&service, &cast, actor);
            let here = id_of(&service, key);
            let before = written(kit, here);
            let writes = lines().into_iter().filter(|line| line.method != "GET");
            for Line { method, path, .. } in writes.filter(|line| !is_exempt(line, actor)) {
                let answer = cell.ask(&service, &caller, (method, path));
                assert!((400..500).contains(&answer.code()), "{method} {path} as {actor}: {answer:?}");
                assert_eq!(written(kit, here), before, "{method} {path} as {actor} has written");
            }
        }
    }
}

/// How many rows there are, and how many deeds are told of here and of the platform. What polity does by itself, such as to send the
/// letters that were asked for before, is not looked at.
fn written(kit: &Kit, organization: OrganizationId) -> (BTreeMap<String, i64>, usize) {
    let mut rows = kit.rows();
    rows.retain(|table, _| table != "jobs" && table != "events");
    let scopes = [organization, OrganizationId::new(Uuid::nil())];
    let told = scopes.map(|scope| kit.ctx.read(|conn| event::latest(conn, scope, 1_000)).unwrap());
    (rows, told.iter().flatten().filter(|event| event.actor_id().is_some()).count())
}

fn is_exempt(line: &Line, actor: &str) -> bool {
    let this = (line.method, line.path);
    let always = EXEMPT.iter().any(|(method, path, _)| (*method, *path) == this);
    always || (actor == "platform" && EXEMPT_FOR_PLATFORM.contains(&this))
}

fn service(kit: &Kit) -> Service {
    let many = NonZeroU32::new(1_000_000).unwrap();
    Service::start_set(kit, Patience { burst: many, per_minute: many }, |settings| {
        settings.licensing.keys = vec![verification()];
        settings.stranger_pace = Pace { per_minute: 0, per_hour: 0 };
    })
}
