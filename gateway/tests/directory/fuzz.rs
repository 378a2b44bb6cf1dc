//! Text with a meaning to somebody else (SQL, templates, shells, terminals) has none here, in bodies, paths and queries.

use polity_testkit::both_engines;
use serde_json::json;

use crate::ground::Caller;
use crate::ground::common::{Service, send};
use crate::ground::sending::with;
use crate::refusals::{Company, in_the_familys_words, strings};

const HOSTILE: [&str; 14] = [
    "'; DROP TABLE members; --",
    "\" OR \"\"=\"",
    "' OR 1=1 --",
    "%' ESCAPE '\\",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "${jndi:ldap://127.0.0.1/a}",
    "<script>alert(1)</script>",
    "$(reboot)`reboot`",
    "../../../etc/passwd",
    "%s%n%x",
    "\\",
    "\u{202e}moc.elgoog",
    "🦀 ünïcödé 漢字",
    "null",
];

/// Segments that are no id, key, alias, role or code of anything, percent-encoded.
const NO_IDS: [&str; 12] = [
    "%27%3B%20DROP%20TABLE%20members%3B%20--",
    "%22",
    "..%2F..%2Fadmin",
    "%00",
    "%0d%0aSet-Cookie:%20x=1",
    "%FF%FE",
    "%F0%9F%A6%80",
    "{organizationId}",
    "*",
    "-1",
    "99999999999999999999",
    "0xDEADBEEF",
];

both_engines! {
    fn in_a_body_it_is_refused_or_kept_as_it_is(kit) {
        let company = Company::found(kit);
        for sending in company.sendings() {
            for at in strings(&sending.body) {
                for (number, text) in HOSTILE.iter().enumerate() {
                    let mut body = with(&sending.body, &at, json!(text));
                    if sending.method == "POST" && at != "/id" && body.get("stage").is_some() {
                        body["id"] = json!(format!("role-{}-{number}", at.replace('/', "-").trim_start_matches('-')));
                    }
                    let answer = company.ada.put(&company.service, (sending.method, &sending.path), &body);
                    let case = format!("{} {} {at}: {text}", sending.method, sending.path);
                    match answer.code() {
                        200 if answer.text.is_empty() => {}
                        200 => {
                            let told = answer.json().pointer(&at).cloned();
                            assert!(told.is_none_or(|told| told == *text || !told.is_string()
                                || *text == "null" || told == text.to_lowercase()), "{case}: {answer:?}");
                        }
                        status @ (400 | 403 | 404 | 409) => drop(in_the_familys_words(&answer, status, &case)),
                        _ => panic!("{case}: {answer:?}"),
                    }
                }
            }
        }
        company.bob.does(&company.service, "GET", "/directory/orgs/acme/members");
        company.ada.does(&company.service, "GET", "/directory/orgs/acme/roles");
    }

    fn in_a_path_it_names_nothing(kit) {
        let company = Company::found(kit);
        let (service, rows) = (&company.service, kit.rows());
        let bob = company.bob.id().to_string();
        let long = "a".repeat(6_000);
        let good = |name: &str| match name {
            "organizationId" => "acme".to_owned(),
            "subjectId" | "userId" => bob.clone(),
            "roleId" => "clerk".to_owned(),
            "inviteId" => bob.clone(),
            _ => "worker".to_owned(),
        };
        for line in include_str!("../routes.tsv").lines().filter(|line| line.starts_with("directory.md")) {
            let (method, path) = (line.split('\t').nth(1).unwrap(), line.split('\t').nth(2).unwrap());
            let names: Vec<&str> = path.split(['{', '}']).skip(1).step_by(2).collect();
            for name in &names {
                for bad in NO_IDS.iter().copied().chain([long.as_str()]) {
                    let at = names.iter().fold(path.to_owned(), |path, other| {
                        let value = if other == name { bad.to_owned() } else { good(other) };
                        path.replace(&format!("{{{other}}}"), &value)
                    });
                    let answer = with_some_body(service, &company.ada, method, &at);
                    let case = format!("{method} {at}");
                    if path.ends_with("/sectors") && answer.code() == 200 {
                        assert_eq!(answer.text, "[]", "{case}");
                    } else {
                        in_the_familys_words(&answer, 404, &case);
                    }
                }
            }
        }
        assert_eq!(kit.rows(), rows, "nothing was written");
    }

    fn in_a_query_it_finds_nothing(kit) {
        let company = Company::found(kit);
        for text in HOSTILE {
            let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
            for path in [
                format!("/directory/orgs/domains?domain={encoded}"),
                format!("/directory/orgs/domains?subdomain={encoded}"),
                format!("/directory/orgs/acme/members?limit={encoded}"),
                format!("/directory/orgs/acme/members?cursor={encoded}"),
                format!("/directory/orgs/acme/permissions?subject={encoded}"),
                format!("/directory/orgs/acme/permissions?explain={encoded}"),
                format!("/directory/orgs/acme/roles/clerk/assignments?start={encoded}"),
                format!("/directory/orgs/acme/roles/clerk/members?cursor={encoded}"),
                format!("/directory/admin/orgs?limit={encoded}"),
            ] {
                let answer = company.ada.ask(&company.service, "GET", &path);
                match answer.code() {
                    200 => assert!(path.contains("=null"), "{path}: {answer:?}"),
                    status @ (400 | 403 | 404) => drop(in_the_familys_words(&answer, status, &path)),
                    _ => panic!("{path}: {answer:?}"),
                }
            }
        }
    }
}

/// A body that any route that wants one takes as JSON, so that only the path is at fault.
fn with_some_body(
    service: &Service,
    who: &Caller,
    method: &str,
    path: &str,
) -> crate::ground::common::Answer {
    let body = match path {
        path if path.contains("/users/") && path.ends_with("/roles") => json!(["clerk"]),
        path if path.ends_with("/assignments") => json!({"assigned_to": who.id(), "assignee_type": "user"}),
        path if path.starts_with("/directory/invites") => json!({"emails": ["a@b.example"]}),
        path if path.ends_with("/accounts/types") => json!({"code": "x"}),
        path if path.ends_with("/roles") => json!({"id": "x"}),
        _ => json!({}),
    };
    let path = match path {
        path if path.ends_with("/assignments") && method == "DELETE" => {
            format!("{path}?assigned_to={}&assignee_type=user", who.id())
        }
        path => path.to_owned(),
    };
    let request = service.request(method, &path).bearer_auth(who.bearer.clone().unwrap());
    send(if method == "GET" { request } else { request.json(&body) })
}
