//! An error has changed nothing: every route that writes, asked with the permission to write and no other, either succeeds or leaves
//! every row of the store as it was.
//!
//! The service's own workers go on meanwhile: what they write by themselves (letters, signatures) is told by the events of others
//! alone, and what they do for organizations of before is left out.

use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroU32;
use std::time::Duration;

use polity::gate::guesses::Patience;
use polity::gate::pace::Pace;
use polity_kernel::OrganizationId;
use polity_testkit::{Kit, both_engines};

use crate::cell::{Cast, Cell};
use crate::ground::Caller;
use crate::ground::common::Service;
use crate::ground::license::verification;
use crate::{Line, lines};

/// How long after a letter another one is sent.
const A_MINUTE: Duration = Duration::from_mins(1);

/// Permissions by method and a part of the path, the first that fits.
const WRITES: &[(&str, &str, &str)] = &[
    ("", "/role_memberships", "org.user.roles.update"),
    ("", "/assignments", "org.user.roles.update"),
    ("", "/users/{userId}/roles", "org.user.roles.update"),
    ("", "/grant", "org.user.roles.update"),
    ("POST", "/roles", "org.roles.create"),
    ("DELETE", "/roles/", "org.roles.delete"),
    ("", "/roles/", "org.roles.update"),
    ("POST", "/accounts/users/", "org.user.account.create"),
    ("PUT", "/accounts/users/", "org.user.account.update"),
    ("DELETE", "/accounts/users/", "org.user.account.delete"),
    ("POST", "/accounts/types", "org.user.account.types.create"),
    ("PUT", "/accounts/types/", "org.user.account.types.update"),
    ("DELETE", "/accounts/types/", "org.user.account.types.delete"),
    ("POST", "/keys", "org.keys.create"),
    ("DELETE", "/keys/", "org.keys.delete"),
    ("", "/secret-keys", "projects.update"),
    ("POST", "/projects", "projects.create"),
    ("PATCH", "/projects/", "projects.update"),
    ("", "/projects/{project}/users/", "projects.update"),
    ("PUT", "/projects/{project}/active", "projects.get"),
    ("DELETE", "/projects/", "projects.delete"),
    ("POST", "/verify", "org.domains.update"),
    ("POST", "/organizations/{organization_id}/domains", "org.domains.create"),
    ("DELETE", "/domains/", "org.domains.delete"),
    ("", "/domains/", "org.domains.update"),
    ("POST", "/test", "org.connections.update"),
    ("POST", "/connections", "org.connections.create"),
    ("PATCH", "/connections/", "org.connections.update"),
    ("DELETE", "/connections/", "org.connections.delete"),
    ("POST", "/integrations", "org.integrations.create"),
    ("PATCH", "/integrations/", "org.integrations.update"),
    ("DELETE", "/integrations/", "org.integrations.delete"),
    ("", "/apps", "org.directory.update"),
    ("POST", "/legal_documents", "org.legal_documents.create"),
    ("", "/legal_documents/", "org.legal_documents.update"),
    ("", "license", "org.license.update"),
    ("POST", "/api/v1/account", "org.members.create"),
    ("PATCH", "/api/v1/account/", "org.members.update"),
    ("PUT", "/api/organizations/{organization_id}/members/", "org.members.update"),
    ("PATCH", "/members/", "org.members.update"),
    ("", "/employee/", "org.employees.update"),
    ("POST", "/employee", "org.employees.create"),
    ("", "/group/", "org.groups.update"),
    ("POST", "/group", "org.groups.create"),
    ("", "/entity/", "org.groups.update"),
    ("", "/profile", "org.directory.update"),
    ("", "/invites/orgs/", "org.directory.members.create"),
    ("", "/organizations/{organization_id}/invites", "org.directory.members.create"),
    ("", "/members/{", "org.directory.members.create"),
];

/// Tables that workers write.
const WORKED: [&str; 7] =
    ["jobs", "epochs", "events", "invitations", "invitation_mails", "legal_documents", "signing_links"];

/// The same of organizations themselves, whose paths are parts of all others.
const ORGANIZATIONS: [(&str, &str); 5] = [
    ("DELETE", "org.directory.delete"),
    ("PATCH", "org.directory.update"),
    ("PUT", "org.directory.update"),
    ("POST", "org.directory.create"),
    ("", "org.directory.list"),
];

both_engines! {
    fn an_error_has_changed_nothing(kit) {
        let counted = asked(kit);
        assert!(counted.routes >= 90, "{counted:?}");
        assert!(counted.done > counted.refused, "the permission to write is enough for most: {counted:?}");
    }
}

/// What came of it.
#[derive(Debug, Default)]
struct Counted {
    routes: usize,
    requests: usize,
    done: usize,
    refused: usize,
}

fn asked(kit: &Kit) -> Counted {
    let service = start(kit);
    let cast = Cast::new(&service);
    let (mut counted, mut kept, mut past) = (Counted::default(), None, HashSet::new());
    let routes = lines().into_iter().filter(|line| line.method != "GET" && !is_public(line.path));
    for (row, Line { method, path, permission, .. }) in routes.enumerate() {
        counted.routes += 1;
        let write = if permission.is_empty() { of(method, path) } else { permission };
        for (column, which) in ["key", "key with its level", "program"].into_iter().enumerate() {
            let cell = kept
                .take()
                .unwrap_or_else(|| Cell::found(&service, &cast, format!("write-{row}-{column}"), "owner"));
            if path.ends_with("/resend") {
                kit.pass(A_MINUTE);
            }
            let caller = caller(&service, (&cast, &cell), (which, write));
            let here = cell.id(&service);
            let before = kept_rows(kit, &past);
            let answer = cell.ask(&service, &caller, (method, path));
            counted.requests += 1;
            if answer.status.is_success() {
                counted.done += 1;
                past.extend(as_kept(here));
                continue;
            }
            assert!(answer.code() < 500, "{method} {path} as {which} with {write}: {answer:?}");
            let after = kept_rows(kit, &past);
            let differing: Vec<&String> =
                before.keys().filter(|table| before.get(*table) != after.get(*table)).collect();
            assert!(
                differing.is_empty(),
                "{method} {path} as {which} with {write}: {answer:?} changed {differing:?}"
            );
            counted.refused += 1;
            kept = Some(cell);
        }
    }
    counted
}

/// An id as rows have it, on either engine.
fn as_kept(id: OrganizationId) -> [String; 2] {
    [id.to_string(), id.uuid().simple().to_string().to_uppercase()]
}

/// Whether a row is of an organization of before, which it names in one of its columns: in tables that all organizations share not the first.
fn is_past(row: &str, past: &HashSet<String>) -> bool {
    row.split(['(', ')', ',', '\'', ' ']).any(|column| past.contains(column))
}

/// All rows but those that workers write and those of organizations of before, and who did what but for them.
fn kept_rows(kit: &Kit, past: &HashSet<String>) -> BTreeMap<String, Vec<String>> {
    let mut rows = kit.contents();
    for rows in rows.values_mut() {
        rows.retain(|row| !is_past(row, past));
    }
    let mut events = rows.remove("events").unwrap();
    events.retain(|event| !event.contains("system"));
    rows.retain(|table, _| !WORKED.contains(&table.as_str()) && !table.starts_with("api_key"));
    rows.insert("events".to_owned(), events);
    rows
}

fn caller(service: &Service, (cast, cell): (&Cast, &Cell), (which, write): (&str, &str)) -> Caller {
    match which {
        "key" => cast.owner().narrowed(service, &[write]),
        "program" => cell.program(service, &[write]),
        _ => cast.owner().narrowed(service, &[write, "org.level.update"]),
    }
}

fn start(kit: &Kit) -> Service {
    let many = NonZeroU32::new(1_000_000).unwrap();
    Service::start_set(kit, Patience { burst: many, per_minute: many }, |settings| {
        settings.licensing.keys = vec![verification()];
        settings.stranger_pace = Pace { per_minute: 0, per_hour: 0 };
    })
}

/// Whether the route asks for no permission, or only reads whatever its method.
fn is_public(path: &str) -> bool {
    ["/login", "/reset", "/signup/", "/pandadoc", "/by-app-secret/", "/verify"]
        .iter()
        .any(|part| path.contains(part))
}

fn of(method: &str, path: &str) -> &'static str {
    let fits = |wanted: &str| wanted.is_empty() || wanted == method;
    let found = WRITES.iter().find(|(wanted, part, _)| fits(wanted) && path.contains(part));
    let whole = || ORGANIZATIONS.iter().find(|(wanted, _)| fits(wanted)).map(|(_, permission)| *permission);
    found.map(|(.., permission)| *permission).or_else(whole).unwrap()
}
