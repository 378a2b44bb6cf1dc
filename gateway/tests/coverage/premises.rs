//! What `/v1` routes of a cell are asked about: a project with two secret keys and a user, made by the platform.

use serde_json::{Value, json};

use crate::ground::Caller;
use crate::ground::common::Service;
use crate::ground::license::{growth, sign};

/// The family's things in one organization, by id.
pub(crate) struct Premises {
    organization: String,
    user: String,
    project: String,
    /// A secret key that is not the default one.
    key: String,
}

impl Premises {
    /// Makes them. The user is an account that is a member.
    pub(crate) fn open(service: &Service, platform: &Caller, organization: &str, user: &str) -> Self {
        let sends = |method: &str, path: &str, body: Value| {
            platform.sends_in(service, organization, (method, &format!("/v1/{path}"), body))
        };
        let opened = sends("POST", "organizations/projects", json!({"name": "Main"})).json();
        let project = opened["account"]["metadata"]["id"].as_str().unwrap().to_owned();
        let added = sends("POST", &format!("secret-keys?project={project}"), json!({})).json();
        sends("PUT", &format!("organizations/projects/{project}/users/{user}"), json!({"role": "user"}));
        Self {
            organization: organization.to_owned(),
            user: user.to_owned(),
            project,
            key: added["id"].as_str().unwrap().to_owned(),
        }
    }

    /// The path with everything in it that it names.
    pub(crate) fn path(&self, route: &str) -> String {
        let mut path = route.to_owned();
        for (name, value) in [
            ("organization", &self.organization),
            ("id", &self.organization),
            ("name", &self.organization),
            ("project", &self.project),
            ("user", &self.user),
            ("key", &self.key),
        ] {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        if route.starts_with("/v1/secret-keys") { format!("{path}?project={}", self.project) } else { path }
    }

    /// What is sent to the route.
    pub(crate) fn body(&self, method: &str, route: &str) -> Option<Value> {
        let renamed = json!({"name": format!("Renamed {}", self.organization)});
        Some(match (method, route.strip_prefix("/v1").unwrap()) {
            ("PUT", "/organization-license") => json!({"licenseKey": sign(&growth(&json!({})))}),
            ("PUT", "/organizations/{id}/license") => json!({"createLicenseType": "trial"}),
            ("POST", "/organizations") => {
                let name = format!("New {}", self.organization);
                json!({"organizationName": name, "accountName": "Main", "eulaAccepted": true})
            }
            ("PUT", "/organizations/verify") => json!({"name": "Anything"}),
            ("POST", "/organizations/projects") => json!({"name": "Second"}),
            ("PUT", "/organizations/projects/{project}/users/{user}") => json!({"role": "viewer"}),
            ("PATCH", _) => renamed,
            _ => return None,
        })
    }
}
