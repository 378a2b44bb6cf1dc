//! The objects of `/directory` have the fields that the family's programs know (docs/decisions/0036), in the document and in answers.

use polity_testkit::{Engine, Kit};
use serde_json::{Value, json};

use crate::ground::Caller;
use crate::ground::common::Service;

/// An object, its schema in the document, its fields. What programs know of an organization besides, `contact`, `address` and
/// `children`, is left out, since nothing here has them.
const OBJECTS: &[(&str, &[&str])] = &[
    (
        "Org",
        &[
            "id",
            "name",
            "subdomain",
            "domain",
            "logo_url",
            "owner",
            "creation_date",
            "modified_date",
            "status",
            "external_sales_force_id",
        ],
    ),
    ("Role", &["id", "name", "namespace", "description", "stage", "permissions"]),
    ("Permission", &["scope"]),
    ("Assigned", &["id", "role_id", "assigned_to", "assignee_type", "org_id"]),
    (
        "AccountType",
        &[
            "id",
            "code",
            "name",
            "description",
            "org_id",
            "status",
            "creation_date",
            "modified_date",
            "requirements",
            "specifications",
            "agreements",
            "subscriptions",
            "permissions",
            "roles",
        ],
    ),
    (
        "UserAccount",
        &[
            "id",
            "account_code",
            "org_id",
            "subject_id",
            "status",
            "creation_date",
            "effective_date",
            "expiration_date",
        ],
    ),
    (
        "UserReference",
        &["identity", "org_id", "acls", "status", "creation_date", "effective_date", "accounts"],
    ),
    (
        "Invite",
        &[
            "id",
            "invite_id",
            "scope",
            "entity",
            "requesting_user_id",
            "email",
            "creation_date",
            "expires_date",
            "status",
            "roles",
        ],
    ),
    ("Available", &["available"]),
];

/// The words of a field.
const WORDS: &[(&str, &[&str])] = &[
    ("OrgStatus", &["active", "inactive"]),
    ("RoleStage", &["alpha", "beta", "ga", "disabled", "deprecated"]),
    ("AssigneeType", &["user", "group"]),
    ("AccountTypeStatus", &["draft", "test", "inactive", "published", "deleted"]),
    ("AccountStatus", &["active", "disabled", "expired", "pending", "deleted"]),
    ("InviteStatus", &["pending", "expired", "claimed", "revoked"]),
];

/// The fields of an object and of each inside a list of them.
fn has(answer: &Value, object: &str) {
    let (_, fields) = OBJECTS.iter().find(|(name, _)| *name == object).unwrap();
    for field in *fields {
        assert!(answer.get(field).is_some_and(|value| !value.is_null()), "{object} has no {field}: {answer}");
    }
}

#[test]
fn the_document_names_every_field_and_word() {
    let kit = Kit::new(Engine::Sqlite);
    let document = Service::start(&kit).get("/openapi.json").json();
    let schemas = &document["components"]["schemas"];
    for &(object, fields) in OBJECTS {
        for field in fields {
            assert!(schemas[object]["properties"].get(field).is_some(), "{object}.{field}");
        }
    }
    for &(name, words) in WORDS {
        assert_eq!(schemas[name]["enum"], json!(words), "{name}");
    }
}

#[test]
fn answers_have_every_field() {
    let kit = Kit::new(Engine::Sqlite);
    let service = Service::start(&kit);
    let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
    let at = "/directory/orgs/acme";
    let org = json!({"id": "acme", "domain": "acme.example", "logo_url": "https://acme.example/l.png", "external_sales_force_id": "1"});
    has(&ada.sends(&service, ("POST", "/directory/orgs"), org).json(), "Org");
    has(&ada.does(&service, "GET", at).json(), "Org");
    has(&ada.does(&service, "GET", "/directory/orgs/domains").json(), "Available");
    ada.admits(&service, "acme", &bob, "member");
    let role = json!({"id": "clerk", "description": "d", "permissions": [{"scope": "shop.sell"}]});
    let role = ada.sends(&service, ("POST", &format!("{at}/roles")), role).json();
    has(&role, "Role");
    has(&role["permissions"][0], "Permission");
    has(&ada.does(&service, "GET", &format!("{at}/permissions")).json()[0], "Permission");
    let assigned =
        ada.sends(&service, ("POST", &format!("{at}/users/{}/roles", bob.id())), json!(["clerk"])).json();
    has(&assigned[1], "Assigned");
    let kind = json!({"code": "worker", "description": "d", "status": "published", "specifications": {"expiry_period": "NOW+1DAY"}});
    has(&ada.sends(&service, ("POST", &format!("{at}/accounts/types")), kind).json(), "AccountType");
    let held = ada.does(&service, "POST", &format!("{at}/accounts/users/{}/worker", bob.id())).json();
    has(&held, "UserAccount");
    let people = ada.does(&service, "GET", &format!("{at}/accounts/users")).json();
    for person in people.as_array().unwrap() {
        has(person, "UserReference");
        assert!(person["identity"]["id"].is_string() && person["identity"]["traits"].is_object());
    }
    let invites = json!({"emails": ["x@y.example"]});
    has(&ada.sends(&service, ("PUT", "/directory/invites/orgs/acme"), invites).json()[0], "Invite");
}
