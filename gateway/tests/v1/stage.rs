//! Customers of this family, each with an organization and its first project, where licenses count.

use std::num::NonZeroU32;

use polity::gate::guesses::Patience;
use polity_licensing::EntitlementMode;
use polity_testkit::Kit;
use serde_json::{Value, json};

use crate::ground::common::{Answer, Service};
use crate::ground::license::{REVOKED, growth, sign, verification};
use crate::ground::{Caller, MOMENT};

pub(crate) const ORGANIZATIONS: (&str, &str) = ("POST", "/v1/organizations");
pub(crate) const PROJECTS: &str = "/v1/organizations/projects";

/// acme, which Ada owns, with Bob as a member, and Cy who only has an account; Eve owns globex.
pub(crate) struct Stage {
    pub(crate) service: Service,
    pub(crate) ada: Caller,
    pub(crate) bob: Caller,
    pub(crate) cy: Caller,
    pub(crate) eve: Caller,
    /// The ids of the first projects of acme and of globex.
    pub(crate) main: String,
    pub(crate) foreign: String,
}

impl Stage {
    /// With a license key that allows much.
    pub(crate) fn set(kit: &Kit) -> Self {
        let service = licensed(kit);
        let [ada, bob, cy, eve] = ["ada", "bob", "cy", "eve"].map(|name| Caller::person(&service, name));
        let main = id_of(&establishes(&service, &ada, "acme")["account"]);
        kit.pass(MOMENT);
        let foreign = id_of(&establishes(&service, &eve, "globex")["account"]);
        ada.admits(&service, "acme", &bob, "member");
        Self { service, ada, bob, cy, eve, main, foreign }
    }

    /// The path of a project of acme or globex.
    pub(crate) fn at(&self, project: &str) -> String {
        format!("{PROJECTS}/{project}")
    }

    /// Gives Bob or whoever a role in acme's first project.
    pub(crate) fn gives(&self, who: &Caller, role: &str) -> Answer {
        let path = format!("{}/users/{}", self.at(&self.main), who.id());
        self.ada.sends(&self.service, ("PUT", &path), json!({ "role": role }))
    }
}

/// A service whose licenses count, with the vendor's key trusted.
pub(crate) fn licensed(kit: &Kit) -> Service {
    let many = NonZeroU32::new(1_000_000).unwrap();
    Service::start_set(kit, Patience { burst: many, per_minute: many }, |settings| {
        settings.licensing.mode = EntitlementMode::Licensed;
        settings.licensing.keys = vec![verification()];
        settings.licensing.revoked = [REVOKED.to_owned()].into();
        settings.licensing.eula_version = "2026-01".to_owned();
    })
}

/// An organization of this name, for whoever is licensed for anything.
pub(crate) fn establishes(service: &Service, who: &Caller, name: &str) -> Value {
    let key = sign(&growth(&json!({})));
    let body =
        json!({"organizationName": name, "accountName": "Main", "eulaAccepted": true, "licenseKey": key});
    who.sends(service, ORGANIZATIONS, body).json()
}

/// The id of a resource.
pub(crate) fn id_of(resource: &Value) -> String {
    resource["metadata"]["id"].as_str().unwrap().to_owned()
}
