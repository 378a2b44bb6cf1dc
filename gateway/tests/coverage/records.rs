//! What `/api/organizations` routes of a cell are asked about: a role that is carried, an invitation, an integration and a legal
//! document, made by the platform.

use polity_kernel::Evidence;
use polity_legal::{LegalDocumentId, NewSignature, SignatureFields};
use serde_json::{Value, json};

use crate::ground::common::Service;
use crate::ground::{Caller, entered};

/// The family's things in one organization, by id.
pub(crate) struct Records {
    organization: String,
    /// A member, who carries the role.
    user: String,
    /// Another member.
    other: String,
    role: String,
    role_membership: String,
    invite: String,
    /// An invitation of somebody who has an account and is signed in as one of the actors.
    own_invite: String,
    integration: String,
    domain: String,
    connection: String,
    project: i64,
    document: String,
}

impl Records {
    /// Makes them. The user is an account that is a member.
    pub(crate) fn keep(
        service: &Service,
        platform: &Caller,
        (organization, user, other): (&str, &str, &str),
        own_invite: &str,
    ) -> Self {
        let at = format!("/api/organizations/{organization}");
        let made = |path: &str, body: Value| {
            let made = platform.sends(service, ("POST", &format!("{at}/{path}")), body);
            made.json()["id"].as_str().unwrap().to_owned()
        };
        let role = made("roles", json!({"name": "Porter"}));
        let role_membership = made(&format!("roles/{role}/role_memberships"), json!({"user_uuid": user}));
        let whole = platform.does(service, "GET", &at).json();
        Self {
            organization: organization.to_owned(),
            user: user.to_owned(),
            other: other.to_owned(),
            role,
            role_membership,
            invite: made("invites", json!({"target_email": "newcomer@acme.example"})),
            own_invite: own_invite.to_owned(),
            domain: made("domains", json!({"domain": "claims.example"})),
            connection: made("connections", connection("Corp")),
            integration: made("integrations", json!({"kind": "vercel", "config": {"type": "connectable"}})),
            project: whole["projects"][0]["id"].as_i64().unwrap(),
            document: made("legal_documents", document("DPA")),
        }
    }

    /// The path with everything in it that it names. Before a download the document is signed.
    pub(crate) fn path(&self, service: &Service, route: &str) -> String {
        let token = if route.contains("/download") { self.signed(service) } else { String::new() };
        let id = match route {
            route if route.contains("/role_memberships/") => &self.role_membership,
            route if route.contains("/roles/") => &self.role,
            route if route.contains("/invites/") => &self.invite,
            route if route.contains("/integrations/") => &self.integration,
            route if route.contains("/domains/") => &self.domain,
            route if route.contains("/connections/") => &self.connection,
            _ => &self.document,
        };
        let mut path = route.to_owned();
        for (name, value) in [
            ("organization_id", &self.organization),
            ("user_uuid", &self.user),
            ("role_id", &self.role),
            ("invite_id", &self.own_invite),
            ("token", &token),
            ("id", id),
        ] {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        path
    }

    /// What is sent to the route.
    pub(crate) fn body(&self, method: &str, route: &str) -> Option<Value> {
        let route = route.strip_prefix("/api").unwrap();
        let rest = route
            .strip_prefix("/organizations")
            .map_or(route, |rest| rest.strip_prefix("/{organization_id}").unwrap_or(rest));
        Some(match (method, rest) {
            ("PATCH", "/integrations/{id}/environment-mapping") => json!({"production": self.project}),
            ("PUT" | "PATCH", "/members/{user_uuid}") => json!({"level": 8}),
            ("PUT" | "POST", "/domains" | "/domains/{id}") => json!({"domain": "further.example"}),
            ("POST", "/connections") => connection("Another"),
            ("PATCH", "/domains/{id}") => json!({"break_glass_owners": []}),
            ("PUT" | "PATCH", _) | ("POST", "" | "/roles") => json!({"name": "Renamed"}),
            ("POST", "/roles/{role_id}/role_memberships") => json!({"user_uuid": self.other}),
            ("POST", "/invites" | "/invites/delegate") => json!({"target_email": "else@acme.example"}),
            ("POST", "/invites/bulk") => json!([{"target_email": "else@acme.example"}]),
            ("POST", "/integrations") => json!({"kind": "vercel"}),
            ("POST", "/legal_documents") => document("BAA"),
            ("POST", "/login") => {
                json!({"email": "nobody@acme.example", "password": "correct horse battery"})
            }
            ("POST", "/reset") => json!({"email": "nobody@acme.example"}),
            ("POST", "/signup/{invite_id}") => {
                json!({"first_name": "Ida", "password": "correct horse battery"})
            }
            _ => return None,
        })
    }

    /// Has the representative sign, and gets what gives the signed file.
    fn signed(&self, service: &Service) -> String {
        let access = entered(&service.polity, &self.organization);
        let legal = service.polity.legal.as_ref();
        let id: LegalDocumentId = self.document.parse().unwrap();
        if let Some(mail) = legal.signing_mail(access.organization(), id, 1).unwrap() {
            let fields = SignatureFields {
                name: "Rita Representative".to_owned(),
                title: "Director".to_owned(),
                consent: true,
                evidence: Evidence::default(),
            };
            // a suspended organization signs nothing
            drop(legal.sign(mail.link.exposed(), NewSignature::try_from(fields).unwrap()));
        }
        legal.download(&access, id).map_or_else(|_| "none".to_owned(), |token| token.as_str().to_owned())
    }
}

fn document(kind: &str) -> Value {
    json!({
        "document_type": kind,
        "company_name": "Acme",
        "company_address": "1 Harbor Lane",
        "representative_email": "rita@acme.example",
    })
}

fn connection(name: &str) -> Value {
    json!({
        "name": name, "kind": "oauth2", "preset": "github", "client_id": "polity", "client_secret": "very-secret-secret",
    })
}
