//! The objects of `/api/v1` have the fields that the family's programs know (docs/decisions/0036), in the document and in answers.

use polity_testkit::{Engine, Kit};
use serde_json::{Value, json};

use crate::ground::Caller;
use crate::ground::common::Service;

/// An object or a body, its schema in the document, its fields. What programs know besides, `preferences` and `mappings`, is left out,
/// since no route sets them. `secretData` is taken and never shown.
const OBJECTS: &[(&str, &[&str])] = &[
    (
        "Organization",
        &["id", "name", "active", "status", "created", "alias", "owners", "profile", "apps", "keys"],
    ),
    ("OrganizationProfile", &ORGANIZATION_PROFILE),
    ("OrganizationProfileChange", &ORGANIZATION_PROFILE),
    ("OrganizationBody", &["name", "alias", "ownerEmail"]),
    ("OrganizationChange", &["name", "alias", "ownerEmail", "status"]),
    (
        "App",
        &[
            "id",
            "externalId",
            "internal",
            "name",
            "type",
            "active",
            "status",
            "created",
            "organization",
            "appData",
        ],
    ),
    ("AppBody", &["type", "externalId", "internal", "name", "appData", "secretData"]),
    (
        "OrganizationKey",
        &["id", "name", "secretBase64", "limitToRole", "key", "prefix", "createdAt", "lastUsedAt"],
    ),
    ("KeyBody", &["name", "limitToRole"]),
    ("SecretBody", &["secret"]),
    ("StatusInfo", &["current", "changedAt", "changedBy"]),
    ("CreationInfo", &["createdAt", "createdBy"]),
    ("Account", &["id", "email", "name", "active", "status", "created", "grants"]),
    ("AccountBody", &["name", "email"]),
    ("Grant", &["orgId", "role", "employeeId"]),
    ("GrantBody", &["orgId", "role", "employeeId"]),
    (
        "Employee",
        &[
            "id",
            "organization",
            "name",
            "email",
            "account",
            "role",
            "active",
            "status",
            "type",
            "created",
            "managers",
            "profile",
        ],
    ),
    ("EmployeeBody", &["name", "email", "account", "role"]),
    ("EmployeeProfile", &EMPLOYEE_PROFILE),
    ("EmployeeProfileChange", &EMPLOYEE_PROFILE),
    ("ManagerBody", &["managerId", "type"]),
    ("Group", &["id", "organization", "name", "type", "active", "status", "created", "profile"]),
    ("GroupProfile", &["icon", "description"]),
    ("Membership", &["entity", "entityType", "groupId", "type", "created"]),
    ("PlacementBody", &["groupId", "type"]),
];

const ORGANIZATION_PROFILE: [&str; 7] =
    ["logoUrl", "timezone", "location", "countryCode", "companySize", "website", "mission"];

const EMPLOYEE_PROFILE: [&str; 11] = [
    "employeeNumber",
    "firstName",
    "lastName",
    "bio",
    "profileImage",
    "birthDate",
    "gender",
    "timezone",
    "location",
    "joinDate",
    "companyRole",
];

/// What is only there once something has happened: a key is shown once, used later, and these things were never changed.
const RARE: &[&str] = &["secretBase64", "key", "lastUsedAt", "changedBy"];

fn has(answer: &Value, object: &str) {
    let (_, fields) = OBJECTS.iter().find(|(name, _)| *name == object).unwrap();
    for field in fields.iter().filter(|field| !RARE.contains(field)) {
        assert!(answer.get(field).is_some_and(|value| !value.is_null()), "{object} has no {field}: {answer}");
    }
}

#[test]
fn the_document_names_every_field_and_parameter() {
    let kit = Kit::new(Engine::Sqlite);
    let document = Service::start(&kit).get("/openapi.json").json();
    for &(object, fields) in OBJECTS {
        for field in fields {
            assert!(
                document["components"]["schemas"][object]["properties"].get(field).is_some(),
                "{object}.{field}"
            );
        }
    }
    for (path, parameters) in [
        ("/api/v1/employee", ["status", "type", "limit", "cursor"].as_slice()),
        ("/api/v1/employee/by-manager/{managerId}", &["type", "depth", "limit", "cursor"]),
        ("/api/v1/employee/{employee}/chain", &["type"]),
        ("/api/v1/group", &["status", "type", "limit", "cursor"]),
        ("/api/v1/group/{groupId}/members", &["entity", "membership", "transitive", "limit", "cursor"]),
    ] {
        let named = document["paths"][path]["get"]["parameters"].as_array().unwrap();
        for parameter in parameters {
            assert!(
                named.iter().any(|one| one["name"] == *parameter && one["in"] == "query"),
                "{path} {parameter}"
            );
        }
    }
}

#[test]
fn answers_have_every_field() {
    let kit = Kit::new(Engine::Sqlite);
    let service = Service::start(&kit);
    let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
    let call = |method: &str, path: &str, body: Value| {
        ada.sends_in(&service, "acme", (method, &format!("/api/v1{path}"), body)).json()
    };
    ada.sends(&service, ("POST", "/api/v1/organization"), json!({"name": "Acme", "alias": "acme"}));
    let key = call("POST", "/organization/keys", json!({"name": "k", "limitToRole": "MANAGER"}));
    assert!(key["secretBase64"].is_string() && key["key"].as_str().unwrap().starts_with("pol_"));
    let used = Caller { bearer: key["key"].as_str().map(str::to_owned), ..Caller::anonymous() };
    used.does(&service, "GET", "/api/v1/employee");
    let app = json!({"type": "slack", "externalId": "T1", "name": "Chat", "appData": {"a": "b"}, "secretData": {"c": "d"}});
    has(&call("POST", "/organization/acme/apps", app), "App");
    let profile = json!({"logoUrl": "https://a.example/l", "timezone": "Europe/Berlin", "location": "Kiel", "countryCode": "DE",
        "companySize": "10", "website": "https://a.example", "mission": "m"});
    has(&call("POST", "/organization/profile", profile), "OrganizationProfile");
    call("PATCH", "/organization", json!({"status": "ACTIVE"}));
    let organization = call("GET", "/organization/acme", Value::Null);
    has(&organization, "Organization");
    has(&organization["keys"][0], "OrganizationKey");
    has(&organization["created"], "CreationInfo");

    let employee = json!({"name": "Bob", "email": "bob@acme.example", "account": bob.id().to_string(), "role": "MANAGER"});
    let employee = call("POST", "/employee", employee)["id"].as_str().unwrap().to_owned();
    let boss = call("POST", "/employee", json!({"name": "Boss", "email": "boss@acme.example"}))["id"].clone();
    call("POST", &format!("/employee/{employee}/managers"), json!({"managerId": boss, "type": "PRIMARY"}));
    let profile = json!({"employeeNumber": "7", "firstName": "B", "lastName": "B", "bio": "b", "profileImage": "https://a.example/b",
        "birthDate": "1990-02-28", "gender": "x", "timezone": "UTC", "location": "Kiel", "joinDate": "2020-01-31", "companyRole": "r"});
    has(&call("POST", &format!("/employee/{employee}/profile"), profile), "EmployeeProfile");
    call("PATCH", &format!("/employee/{employee}"), json!({"status": "PENDING"}));
    let shown = call("GET", &format!("/employee/{employee}"), Value::Null);
    has(&shown, "Employee");
    has(&shown["status"], "StatusInfo");
    assert_eq!(shown["status"]["changedBy"], ada.id().to_string());
    let account = call("GET", "/account/bob@acme.example", Value::Null);
    has(&account["grants"][0], "Grant");
    call("PATCH", "/account/ada@acme.example", json!({"name": "Ada"}));
    has(&call("GET", "/account/ada@acme.example", Value::Null), "Account");

    let group =
        call("POST", "/group", json!({"name": "Floor", "type": "TEAM"}))["id"].as_str().unwrap().to_owned();
    has(
        &call("POST", &format!("/group/{group}/profile"), json!({"icon": "i", "description": "d"})),
        "GroupProfile",
    );
    has(&call("GET", &format!("/group/{group}"), Value::Null), "Group");
    ada.sends_in(
        &service,
        "acme",
        ("POST", &format!("/api/v1/entity/{employee}/groups"), json!([{"groupId": group}])),
    );
    has(&call("GET", &format!("/group/{group}/members"), Value::Null)[0], "Membership");
}
