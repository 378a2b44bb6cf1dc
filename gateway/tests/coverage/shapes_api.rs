//! The objects of `/api/organizations` have the fields that its programs know (docs/decisions/0036), in the document and in answers.

use polity_testkit::{Engine, Kit};
use serde_json::{Value, json};

use crate::ground::Caller;
use crate::ground::common::Service;

/// An object or a body with its fields.
const OBJECTS: &[(&str, &[&str])] = &[
    ("ApiFailure", &["type", "code", "detail", "attr"]),
    (
        "UserBasic",
        &[
            "id",
            "uuid",
            "distinct_id",
            "first_name",
            "last_name",
            "email",
            "is_email_verified",
            "hedgehog_config",
            "role_at_organization",
        ],
    ),
    (
        "ApiOrganization",
        &[
            "id",
            "name",
            "slug",
            "logo_media_id",
            "created_at",
            "updated_at",
            "membership_level",
            "plugins_access_level",
            "teams",
            "projects",
            "available_product_features",
            "is_member_join_email_enabled",
            "metadata",
            "customer_id",
            "enforce_2fa",
            "members_can_invite",
            "members_can_use_personal_api_keys",
            "allow_publicly_shared_resources",
            "member_count",
            "is_ai_data_processing_approved",
            "default_experiment_stats_method",
            "default_anonymize_ips",
            "default_role_id",
            "is_active",
            "is_not_active_reason",
            "is_pending_deletion",
        ],
    ),
    (
        "OrganizationMember",
        &[
            "id",
            "user",
            "level",
            "joined_at",
            "updated_at",
            "is_2fa_enabled",
            "has_social_auth",
            "last_login",
        ],
    ),
    ("MemberKeys", &["has_keys", "has_keys_active_last_week", "keys"]),
    ("MemberKey", &["name", "last_used_at"]),
    ("OrganizationRole", &["id", "name", "created_at", "created_by", "members", "is_default"]),
    ("RoleMembership", &["id", "role_id", "organization_member", "user", "joined_at", "updated_at"]),
    (
        "OrganizationInvite",
        &[
            "id",
            "target_email",
            "first_name",
            "emailing_attempt_made",
            "level",
            "is_expired",
            "created_by",
            "created_at",
            "updated_at",
            "message",
            "private_project_access",
        ],
    ),
    (
        "OrganizationInviteBody",
        &[
            "target_email",
            "first_name",
            "level",
            "message",
            "private_project_access",
            "send_email",
            "combine_pending_invites",
        ],
    ),
    ("DelegateBody", &["target_email", "message", "step_at_delegation"]),
    ("InviteCheck", &["id", "target_email", "first_name", "organization_name"]),
    (
        "OrganizationDomain",
        &[
            "id",
            "domain",
            "is_verified",
            "verified_at",
            "verification_challenge",
            "jit_provisioning_enabled",
            "sso_enforcement",
            "has_saml",
            "saml_entity_id",
            "saml_acs_url",
            "saml_x509_cert",
            "has_scim",
            "scim_enabled",
            "scim_base_url",
            "scim_bearer_token",
        ],
    ),
    ("Integration", &["id", "kind", "integration_id", "config", "created_at", "updated_at", "created_by"]),
    ("EnvironmentsBody", &["production", "preview", "development"]),
    (
        "LegalDocument",
        &[
            "id",
            "document_type",
            "company_name",
            "representative_email",
            "status",
            "created_by",
            "created_at",
        ],
    ),
    ("LegalDocumentBody", &["document_type", "company_name", "company_address", "representative_email"]),
    ("InvitePage", &["count", "next", "previous", "results"]),
];

/// What a request alone brings and no answer shows.
const WRITTEN_ONLY: [&str; 2] = ["send_email", "combine_pending_invites"];

fn fields(object: &str) -> impl Iterator<Item = &'static str> {
    let (_, fields) = OBJECTS.iter().find(|(name, _)| *name == object).unwrap();
    fields.iter().copied()
}

/// Checks that the answer has all fields of the object, and no other.
fn is(answer: &Value, object: &str) {
    let mut found: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    let mut wanted: Vec<&str> = fields(object).collect();
    found.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(found, wanted, "{object}");
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
    let invite = document.pointer("/components/schemas/OrganizationInvite/properties").unwrap();
    for field in WRITTEN_ONLY {
        assert!(invite.get(field).is_none(), "{field}");
    }
}

#[test]
fn answers_have_every_field_and_no_other() {
    let kit = Kit::new(Engine::Sqlite);
    let service = Service::start(&kit);
    let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
    let send = |path: &str, body: Value| {
        ada.sends(&service, ("POST", &format!("/api/organizations{path}")), body).json()
    };
    let get = |path: &str| ada.does(&service, "GET", &format!("/api/organizations/acme{path}")).json();
    is(&send("", json!({"name": "Acme"})), "ApiOrganization");
    ada.admits(&service, "acme", &bob, "member");
    let member = &get("/members")["results"][0];
    is(member, "OrganizationMember");
    is(&member["user"], "UserBasic");
    is(&get(&format!("/members/{}/scoped_api_keys", bob.id())), "MemberKeys");
    let role = send("/acme/roles", json!({"name": "Porter"}));
    is(&role, "OrganizationRole");
    let memberships = format!("/acme/roles/{}/role_memberships", role["id"].as_str().unwrap());
    is(&send(&memberships, json!({"user_uuid": bob.id().to_string()})), "RoleMembership");
    let invite = send("/acme/invites", json!({"target_email": "new@acme.example", "send_email": false}));
    is(&invite, "OrganizationInvite");
    is(&send("/acme/invites/delegate", json!({"target_email": "eve@acme.example"})), "OrganizationInvite");
    let path = format!("/api/signup/{}", invite["id"].as_str().unwrap());
    is(&Caller::anonymous().does(&service, "GET", &path).json(), "InviteCheck");
    is(&send("/acme/domains", json!({"domain": "acme.example"})), "OrganizationDomain");
    is(&send("/acme/integrations", json!({"kind": "vercel"})), "Integration");
    let document = json!({
        "document_type": "DPA", "company_name": "Acme", "company_address": "1 Harbor Lane",
        "representative_email": "rita@acme.example",
    });
    is(&send("/acme/legal_documents", document), "LegalDocument");
    let refused = ada.ask(&service, "GET", "/api/organizations/nowhere").json();
    is(&refused, "ApiFailure");
    is(&get("/invites"), "InvitePage");
}
