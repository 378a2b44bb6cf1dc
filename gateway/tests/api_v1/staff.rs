//! An organization with people on its staff list, for the tests of employees, managers and groups.

use polity_testkit::Kit;
use serde_json::{Value, json};

use crate::ground::common::Service;
use crate::ground::{Caller, MOMENT};

/// acme with its owner Ada, its member Bob, and Cy who only has an account; Eve owns globex.
pub(crate) struct Company {
    pub(crate) service: Service,
    pub(crate) ada: Caller,
    pub(crate) bob: Caller,
    pub(crate) cy: Caller,
    pub(crate) eve: Caller,
}

impl Company {
    pub(crate) fn found(kit: &Kit) -> Self {
        let service = Service::start(kit);
        let [ada, bob, cy, eve] = ["ada", "bob", "cy", "eve"].map(|name| Caller::person(&service, name));
        ada.founds(&service, "acme");
        eve.founds(&service, "globex");
        kit.pass(MOMENT);
        ada.admits(&service, "acme", &bob, "member");
        Self { service, ada, bob, cy, eve }
    }

    /// Puts somebody on the list of the organization that the caller is in.
    pub(crate) fn hires(&self, kit: &Kit, (who, name): (&Caller, &str), more: Value) -> String {
        let first = name.split(' ').next().unwrap_or_default().to_lowercase();
        let mut body = json!({"name": name, "email": format!("{first}@acme.example")});
        let Value::Object(more) = more else { panic!("no fields: {more}") };
        body.as_object_mut().unwrap().extend(more);
        self.makes(kit, who, "/api/v1/employee", body)
    }

    /// Makes a group of the organization that the caller is in.
    pub(crate) fn groups(&self, kit: &Kit, (who, name): (&Caller, &str)) -> String {
        self.makes(kit, who, "/api/v1/group", json!({"name": name, "type": "TEAM"}))
    }

    /// Puts an entity into these groups, and into no others.
    pub(crate) fn places(&self, who: &Caller, entity: &str, groups: &[&str]) {
        let list: Vec<Value> = groups.iter().map(|group| json!({"groupId": group})).collect();
        let at = format!("/api/v1/entity/{entity}/groups");
        who.sends(&self.service, ("POST", &at), json!(list));
    }

    /// Makes one report to another.
    pub(crate) fn reports(&self, employee: &str, manager: &str, kind: &str) {
        let at = format!("/api/v1/employee/{employee}/managers");
        self.ada.sends(&self.service, ("POST", &at), json!({"managerId": manager, "type": kind}));
    }

    /// One field of every item of a list that is asked for part by part.
    pub(crate) fn parts(&self, who: &Caller, path: &str, field: &str) -> Vec<String> {
        let (mut found, mut next) = (Vec::new(), Some(path.to_owned()));
        while let Some(path) = next {
            let part = who.does(&self.service, "GET", &path);
            found.extend(each(&part.json(), field).into_iter().map(str::to_owned));
            let link = part.header("link").strip_prefix('<').and_then(|link| link.split_once('>'));
            next = link.map(|(to, _)| to.to_owned());
        }
        found
    }

    fn makes(&self, kit: &Kit, who: &Caller, path: &str, body: Value) -> String {
        kit.pass(MOMENT);
        let made = who.sends(&self.service, ("POST", path), body).json();
        made["id"].as_str().unwrap().to_owned()
    }
}

/// One field of every item of a list.
pub(crate) fn each<'v>(list: &'v Value, field: &str) -> Vec<&'v str> {
    list.as_array().unwrap().iter().map(|item| item[field].as_str().unwrap_or_default()).collect()
}
