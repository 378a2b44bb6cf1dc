//! What `/api/v1` routes of a cell are asked about: employees, a group, an app and a key, made by the platform.

use serde_json::{Value, json};

use crate::ground::Caller;
use crate::ground::common::Service;

/// The family's things in one organization, by id.
pub(crate) struct Staff {
    organization: String,
    account: String,
    boss: String,
    worker: String,
    group: String,
    app: String,
    key: String,
}

impl Staff {
    /// Makes them. The worker is an account that is a member.
    pub(crate) fn hire(service: &Service, platform: &Caller, organization: &str, account: &str) -> Self {
        let made = |path: &str, body: Value| {
            platform.sends_in(service, organization, ("POST", &format!("/api/v1{path}"), body)).json()
        };
        let id = |thing: Value| thing["id"].as_str().unwrap().to_owned();
        let boss = id(made("/employee", json!({"name": "Boss", "email": "boss@acme.example"})));
        let worker =
            id(made("/employee", json!({"name": "Worker", "email": "tom@acme.example", "account": account})));
        let group = id(made("/group", json!({"name": "Floor", "type": "TEAM"})));
        let (of_worker, of_group) = (format!("/employee/{worker}"), format!("/group/{group}"));
        platform.sends_in(
            service,
            organization,
            ("POST", &format!("/api/v1{of_worker}/managers"), json!({"managerId": boss, "type": "PRIMARY"})),
        );
        made(&format!("{of_worker}/profile"), json!({"firstName": "Tom"}));
        made(&format!("{of_group}/profile"), json!({"icon": "x"}));
        made("/organization/profile", json!({"mission": "m"}));
        platform.sends_in(
            service,
            organization,
            ("POST", &format!("/api/v1/entity/{worker}/groups"), json!([{"groupId": group}])),
        );
        let app = json!({"type": "slack", "name": "Chat", "externalId": "T1", "appData": {"team": "red"}, "secretData": {"token": "s3cret"}});
        let app = id(made(&format!("/organization/{organization}/apps"), app));
        let key = id(made("/organization/keys", json!({"name": "old"})));
        Self {
            organization: organization.to_owned(),
            account: account.to_owned(),
            boss,
            worker,
            group,
            app,
            key,
        }
    }

    /// The path with everything in it that it names.
    pub(crate) fn path(&self, route: &str) -> String {
        let look_up = route.contains("/by-app");
        let mut path = route.to_owned();
        for (name, value) in [
            ("organization", self.organization.as_str()),
            ("alias", &self.organization),
            ("type", "slack"),
            ("externalId", "T1"),
            ("value", "red"),
            (
                "key",
                match (look_up, route.contains("secret")) {
                    (true, true) => "token",
                    (true, false) => "team",
                    (false, _) => &self.key,
                },
            ),
            ("app", &self.app),
            ("accountIdOrEmail", "tom@acme.example"),
            ("accountId", &self.account),
            ("employee", &self.worker),
            ("manager", &self.boss),
            ("managerId", &self.boss),
            ("name", "worker"),
            ("id", &self.group),
            ("group", &self.group),
            ("groupId", &self.group),
            ("entity", &self.worker),
        ] {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        if route.ends_with("/apps") && !route.contains("{app}") {
            format!("{path}?app={}", self.app)
        } else {
            path
        }
    }

    /// What is sent to the route.
    pub(crate) fn body(&self, method: &str, route: &str) -> Option<Value> {
        let route = route.strip_prefix("/api/v1").unwrap();
        Some(match (method, route) {
            ("POST", "/organization") => json!({"name": format!("New {}", self.organization)}),
            ("PATCH", "/organization" | "/organization/{organization}") => json!({"name": "Renamed"}),
            ("POST", "/organization/{organization}/apps") => json!({"type": "jira", "name": "Issues"}),
            ("POST", "/organization/by-app-secret/{type}/{key}") => json!({"secret": "s3cret"}),
            ("POST", "/account") => json!({"email": format!("new@{}.example", self.organization)}),
            ("PATCH", "/account/{accountIdOrEmail}") => {
                json!({"name": format!("Thomas of {}", self.organization)})
            }
            ("POST", "/account/{accountId}/grant") => json!({"role": "MANAGER"}),
            ("POST", "/employee") => json!({"name": "New", "email": "new@acme.example"}),
            ("PATCH", "/employee/{employee}") => json!({"name": "Renamed"}),
            ("POST", "/employee/{employee}/managers") => {
                json!({"managerId": self.boss, "type": "DOTTED_LINE"})
            }
            ("POST", "/group") => json!({"name": "New", "type": "TEAM"}),
            ("PATCH", "/group/{id}") => json!({"name": "Renamed"}),
            ("POST", "/entity/{entity}/groups") => json!([{"groupId": self.group, "type": "LEAD"}]),
            ("POST", path) if path.ends_with("/keys") => json!({"name": "new", "limitToRole": "EMPLOYEE"}),
            ("POST" | "PATCH", path) if path.ends_with("/profile") => self.profile(path),
            _ => return None,
        })
    }

    fn profile(&self, path: &str) -> Value {
        if path.contains("organization") {
            json!({"mission": "other"})
        } else if path.contains("employee") {
            json!({"bio": "other"})
        } else {
            json!({"description": "other"})
        }
    }
}
