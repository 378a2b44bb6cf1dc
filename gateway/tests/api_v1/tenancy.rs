//! Where organizations, keys, apps and accounts end: a stranger meets the unknown, and a suspended organization stays as it is.

use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::ground::common::{Answer, Service};
use crate::ground::{Caller, id_of, newest};
use crate::staff::Company;

/// The id of nothing.
const UNKNOWN: &str = "0190a0a0-0000-7000-8000-000000000000";

/// One request; `{}` stands for an organization, `{key}`, `{app}` and `{account}` for things of one.
type Asked = (&'static str, &'static str, Option<Value>);

fn readings() -> Vec<Asked> {
    let read = |path| ("GET", path, None);
    ["organization/{}", "organization/{}/profile", "organization/{}/keys", "organization/{}/apps"]
        .map(read)
        .into()
}

fn writings() -> Vec<Asked> {
    let key = json!({"name": "k"});
    let app = json!({"type": "t", "name": "n"});
    vec![
        ("POST", "organization/{}/profile", Some(json!({"mission": "m"}))),
        ("PATCH", "organization/{}/profile", Some(json!({"mission": "m"}))),
        ("POST", "organization/{}/keys", Some(key)),
        ("DELETE", "organization/{}/keys/{key}", None),
        ("POST", "organization/{}/apps", Some(app)),
        ("DELETE", "organization/{}/apps/{app}", None),
        ("DELETE", "organization/{}/apps?app={app}", None),
    ]
}

/// Routes about the organization that the header names.
fn current() -> Vec<Asked> {
    vec![
        ("PATCH", "organization", Some(json!({}))),
        ("GET", "organization/profile", None),
        ("POST", "organization/profile", Some(json!({}))),
        ("PATCH", "organization/profile", Some(json!({}))),
        ("GET", "organization/keys", None),
        ("POST", "organization/keys", Some(json!({"name": "k"}))),
        ("DELETE", "organization/keys/{key}", None),
        ("POST", "account", Some(json!({"email": "new@acme.example"}))),
        ("GET", "account/org-admins", None),
        ("GET", "account/for-org", None),
        ("POST", "account/{account}/grant", Some(json!({"role": "EMPLOYEE"}))),
    ]
}

/// acme with a key and an app.
struct Stage {
    company: Company,
    key: String,
    app: String,
}

impl Stage {
    fn set(kit: &polity_testkit::Kit) -> Self {
        let company = Company::found(kit);
        let made = |path: &str, body: Value| {
            let path = format!("/api/v1/organization/acme/{path}");
            company.ada.sends(&company.service, ("POST", &path), body).json()["id"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        made_profile(&company);
        let (key, app) =
            (made("keys", json!({"name": "k"})), made("apps", json!({"type": "t", "externalId": "e"})));
        Self { company, key, app }
    }

    fn service(&self) -> &Service {
        &self.company.service
    }

    fn asks(&self, who: &Caller, organization: &str, (method, path, body): &Asked) -> Answer {
        let path = path
            .replace("{}", organization)
            .replace("{key}", &self.key)
            .replace("{app}", &self.app)
            .replace("{account}", &self.company.cy.id().to_string());
        who.asks_in(self.service(), organization, (method, &format!("/api/v1/{path}"), body.as_ref()))
    }

    /// What is written so far.
    fn state(&self, kit: &polity_testkit::Kit) -> impl PartialEq + std::fmt::Debug + use<> {
        (kit.rows(), newest(kit, &["acme", "globex"].map(|key| id_of(self.service(), key))))
    }
}

fn made_profile(company: &Company) {
    let at = ("POST", "/api/v1/organization/acme/profile");
    company.ada.sends(&company.service, at, json!({"mission": "m"}));
}

both_engines! {
    fn a_stranger_meets_the_unknown(kit) {
        let stage = Stage::set(kit);
        let id = id_of(stage.service(), "acme").to_string();
        let before = stage.state(kit);
        let mut all = [readings(), writings(), current()].concat();
        all.push(("PATCH", "organization/{}", Some(json!({"name": "Mine"}))));
        all.push(("GET", "organization/alias/{}", None));
        for asked in &all {
            for stranger in [&stage.company.eve, &stage.company.cy] {
                let unknown = stage.asks(stranger, UNKNOWN, asked);
                assert_eq!(unknown.code(), 404, "{asked:?}: {unknown:?}");
                for name in ["acme", "ACME", id.as_str()] {
                    let answer = stage.asks(stranger, name, asked);
                    assert_eq!((answer.code(), &answer.text), (404, &unknown.text), "{name} {asked:?}");
                }
            }
        }
        assert_eq!(stage.state(kit), before, "nothing was written");
    }

    fn another_organizations_things_are_unknown_in_ones_own(kit) {
        let stage = Stage::set(kit);
        let before = stage.state(kit);
        for asked in [
            ("DELETE", "organization/{}/keys/{key}", None),
            ("DELETE", "organization/keys/{key}", None),
            ("DELETE", "organization/{}/apps/{app}", None),
            ("DELETE", "organization/{}/apps?app={app}", None),
        ] {
            let answer = stage.asks(&stage.company.eve, "globex", &asked);
            assert_eq!(answer.code(), 404, "{asked:?}: {answer:?}");
        }
        let (eve, ada) = (&stage.company.eve, stage.company.ada.id());
        for path in [format!("account/{ada}"), format!("account/{ada}/employees"), "account/ada@acme.example".to_owned()] {
            assert_eq!(eve.ask(stage.service(), "GET", &format!("/api/v1/{path}")).code(), 404, "{path}");
        }
        assert_eq!(eve.does(stage.service(), "GET", "/api/v1/organization/by-app/t").text, "[]");
        assert_eq!(eve.does(stage.service(), "GET", "/api/v1/organization/by-app-id/t/e").text, "[]");
        assert_eq!(stage.state(kit), before, "nothing was written");
    }

    fn a_suspended_organization_is_read_and_stays_as_it_is(kit) {
        let stage = Stage::set(kit);
        let ada = &stage.company.ada;
        for status in ["INACTIVE", "PENDING", "DELETED"] {
            let change = ("PATCH", "organization", Some(json!({"status": status})));
            assert_eq!(stage.asks(ada, "acme", &change).code(), 200, "{status}");
            let before = stage.state(kit);
            for asked in readings() {
                assert_eq!(stage.asks(ada, "acme", &asked).code(), 200, "{status} {asked:?}");
            }
            for asked in writings() {
                let answer = stage.asks(ada, "acme", &asked);
                assert_eq!(answer.code(), 403, "{status} {asked:?}: {answer:?}");
                assert_eq!(answer.json()["message"], "organization is inactive", "{status} {asked:?}");
            }
            let grant = ("POST", "account/{account}/grant", Some(json!({"role": "EMPLOYEE"})));
            assert_eq!(stage.asks(ada, "acme", &grant).code(), 403, "{status}");
            assert_eq!(stage.state(kit), before, "nothing was written");
        }
    }
}
