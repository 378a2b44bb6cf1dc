//! The objects of `/v1` have the fields that the family's programs know (docs/decisions/0036), in the document and in answers.

use polity_testkit::{Engine, Kit};
use serde_json::{Value, json};

use crate::ground::Caller;
use crate::ground::common::Service;

/// An object or a body, where its schema is in the document, its fields.
const OBJECTS: &[(&str, &[&str])] = &[
    ("Envelope_OrganizationSpec", &ENVELOPE),
    ("Envelope_AccountSpec", &ENVELOPE),
    ("Envelope_UserSpec", &ENVELOPE),
    (
        "Metadata",
        &[
            "additionalInfo",
            "dateModified",
            "deprecated",
            "description",
            "displayName",
            "hash",
            "icon",
            "id",
            "labels",
            "name",
            "resourceDocLink",
            "stability",
            "version",
            "warning",
        ],
    ),
    ("AdditionalInfo", &["documentation", "message"]),
    ("Documentation", &["text", "url"]),
    ("Envelope_OrganizationSpec/properties/spec", &["auth0", "parameters"]),
    ("OutsideOrganization", &["displayName", "id", "name"]),
    ("Envelope_AccountSpec/properties/spec", &["alternateSecretKeys", "parameters", "secretKey"]),
    ("Envelope_UserSpec/properties/spec", &["activeAccount", "email", "nextLoginAccount", "requestedMFA"]),
    ("Parameter", &["credential", "name", "sensitive", "value"]),
    ("AllAccounts", &["activeAccountId", "organizationAccounts"]),
    ("OrganizationAccounts", &["accounts", "organization", "ssoEnabled"]),
    ("FoundingBody", &["accountName", "eulaAccepted", "licenseType", "organizationName", "licenseKey"]),
    ("FoundingAnswer", &["account", "organization"]),
    ("LicenseKeyBody", &["licenseKey"]),
    ("LicenseBody", &["createLicenseType", "licenseKey"]),
    ("VerifyAnswer", &["valid"]),
    ("Errors", &["errors"]),
];

const ENVELOPE: [&str; 5] = ["apiVersion", "kind", "metadata", "spec", "status"];

/// What nothing here could set, or only the license's end.
const RARE: &[&str] = &[
    "additionalInfo",
    "deprecated",
    "resourceDocLink",
    "stability",
    "warning",
    "auth0",
    "nextLoginAccount",
    "icon",
];

fn fields(object: &str) -> impl Iterator<Item = &'static str> {
    let (_, fields) = OBJECTS.iter().find(|(name, _)| *name == object).unwrap();
    fields.iter().copied()
}

/// Checks a resource with everything in it but for those fields: the envelope, the metadata and the spec.
fn has(resource: &Value, envelope: &str, unset: &[&str]) {
    let spec = format!("{envelope}/properties/spec");
    for (part, object) in
        [(resource, envelope), (&resource["metadata"], "Metadata"), (&resource["spec"], &spec)]
    {
        for field in fields(object).filter(|field| !RARE.contains(field) && !unset.contains(field)) {
            assert!(part.get(field).is_some_and(|value| !value.is_null()), "{object} has no {field}: {part}");
        }
    }
}

#[test]
fn the_document_names_every_field() {
    let kit = Kit::new(Engine::Sqlite);
    let document = Service::start(&kit).get("/openapi.json").json();
    for &(object, fields) in OBJECTS {
        for field in fields {
            let at = format!("/components/schemas/{object}/properties/{field}");
            assert!(document.pointer(&at).is_some(), "{object}.{field}");
        }
    }
    for (path, answer) in [
        ("/v1/organizations", "OrganizationList"),
        ("/v1/organizations/accounts", "AccountList"),
        ("/v1/organizations/projects", "AccountList"),
        ("/v1/organizations/accounts/all", "AllAccounts"),
        ("/v1/organizations/projects/all", "AllAccounts"),
        ("/v1/organizations/users", "UserList"),
        ("/v1/organizations/{organization}", "OrganizationAnswer"),
    ] {
        let schema =
            &document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        assert_eq!(schema["$ref"], format!("#/components/schemas/{answer}"), "{path}");
    }
}

#[test]
fn every_route_names_each_way_to_bring_a_credential() {
    let kit = Kit::new(Engine::Sqlite);
    let document = Service::start(&kit).get("/openapi.json").json();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for operation in operations.as_object().unwrap().values().filter(|_| path.starts_with("/v1/")) {
            let ways = json!([{"bearer": []}, {"basic": []}, {"api_key": []}, {"bindplane_api_key": []}]);
            assert_eq!(operation["security"], ways, "{path}");
        }
    }
    let schemes = document["components"]["securitySchemes"].as_object().unwrap();
    assert_eq!(schemes.len(), 4);
}

#[test]
fn answers_have_every_field() {
    let kit = Kit::new(Engine::Sqlite);
    let service = Service::start(&kit);
    let ada = Caller::person(&service, "ada");
    let call = |method: &str, path: &str, body: Value| {
        ada.sends(&service, (method, &format!("/v1/{path}")), body).json()
    };
    let order = json!({"organizationName": "Acme", "accountName": "Main", "eulaAccepted": true});
    let made = call("POST", "organizations", order);
    has(&made["organization"], "Envelope_OrganizationSpec", &["description"]);
    has(&made["account"], "Envelope_AccountSpec", &["description"]);
    let id = made["account"]["metadata"]["id"].as_str().unwrap();
    let project = call("PATCH", &format!("organizations/projects/{id}"), json!({"description": "d"}));
    has(&project["account"], "Envelope_AccountSpec", &[]);
    let users = ada.does(&service, "GET", "/v1/organizations/users").json();
    has(&users["users"][0], "Envelope_UserSpec", &["description", "displayName"]);
    let all = ada.does(&service, "GET", "/v1/organizations/projects/all").json();
    for (part, object) in [(&all, "AllAccounts"), (&all["organizationAccounts"][0], "OrganizationAccounts")] {
        for field in fields(object) {
            assert!(part.get(field).is_some(), "{object} has no {field}: {part}");
        }
    }
}
