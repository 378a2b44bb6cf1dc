//! Where employees and groups end: another organization's are unknown, and those of a suspended one cannot be changed.

use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::common::Answer;
use crate::ground::{Caller, id_of, newest};
use crate::staff::{Company, each};

/// One request about things of an organization.
type Asked = (&'static str, String, Option<Value>);

/// What the requests are about.
struct Things {
    worker: String,
    boss: String,
    group: String,
    outer: String,
}

impl Things {
    fn of(company: &Company, kit: &Kit, who: &Caller) -> Self {
        let [worker, boss] = ["Worker", "Boss"].map(|name| company.hires(kit, (who, name), json!({})));
        let [group, outer] = ["Group", "Outer"].map(|name| company.groups(kit, (who, name)));
        let at = format!("/api/v1/employee/{worker}");
        let line = json!({"managerId": boss, "type": "PRIMARY"});
        who.sends(&company.service, ("POST", &format!("{at}/managers")), line);
        who.sends(&company.service, ("POST", &format!("{at}/profile")), json!({"bio": "b"}));
        who.sends(
            &company.service,
            ("POST", &format!("/api/v1/group/{group}/profile")),
            json!({"icon": "i"}),
        );
        company.places(who, &worker, &[&group]);
        Self { worker, boss, group, outer }
    }

    fn readings(&self) -> Vec<Asked> {
        let Self { worker, boss, group, .. } = self;
        [
            format!("employee/{worker}"),
            format!("employee/{worker}/managers"),
            format!("employee/{worker}/profile"),
            format!("employee/{worker}/chain"),
            format!("employee/by-manager/{boss}"),
            format!("group/{group}"),
            format!("group/{group}/profile"),
            format!("group/{group}/members"),
            format!("entity/{worker}/groups"),
            format!("entity/{group}/groups"),
        ]
        .map(|path| ("GET", format!("/api/v1/{path}"), None))
        .into()
    }

    fn writings(&self) -> Vec<Asked> {
        let Self { worker, boss, group, outer } = self;
        let send = |method, path: String, body| (method, format!("/api/v1/{path}"), Some(body));
        vec![
            send("PATCH", format!("employee/{worker}"), json!({"name": "Other"})),
            send(
                "POST",
                format!("employee/{worker}/managers"),
                json!({"managerId": boss, "type": "DOTTED_LINE"}),
            ),
            ("DELETE", format!("/api/v1/employee/{worker}/managers/{boss}"), None),
            send("POST", format!("employee/{worker}/profile"), json!({"bio": "other"})),
            send("PATCH", format!("employee/{worker}/profile"), json!({"bio": "other"})),
            send("PATCH", format!("group/{group}"), json!({"name": "Other"})),
            send("POST", format!("group/{group}/profile"), json!({"icon": "other"})),
            send("PATCH", format!("group/{group}/profile"), json!({"icon": "other"})),
            send("POST", format!("entity/{worker}/groups"), json!([{"groupId": outer}])),
            send("POST", format!("entity/{group}/groups"), json!([{"groupId": outer}])),
            ("DELETE", format!("/api/v1/entity/{worker}/groups/{group}"), None),
        ]
    }

    fn makings() -> Vec<Asked> {
        vec![
            (
                "POST",
                "/api/v1/employee".to_owned(),
                Some(json!({"name": "New", "email": "new@acme.example"})),
            ),
            ("POST", "/api/v1/group".to_owned(), Some(json!({"name": "New", "type": "TEAM"}))),
        ]
    }
}

fn asks(company: &Company, who: &Caller, (method, path, body): &Asked) -> Answer {
    match body {
        Some(body) => who.put(&company.service, (method, path), body),
        None => who.ask(&company.service, method, path),
    }
}

both_engines! {
    fn another_organizations_things_are_unknown(kit) {
        let company = Company::found(kit);
        let theirs = Things::of(&company, kit, &company.eve);
        let here = ["acme", "globex"].map(|key| id_of(&company.service, key));
        let (rows, latest) = (kit.rows(), newest(kit, &here));
        for asked in theirs.readings().iter().chain(&theirs.writings()) {
            let (as_known, as_unknown) = (asks(&company, &company.ada, asked), asked.1.replace(&theirs.worker, &unknown()));
            let as_unknown = asks(&company, &company.ada, &(asked.0, as_unknown.replace(&theirs.group, &unknown()), asked.2.clone()));
            assert_eq!(as_known.code(), 404, "{asked:?}: {as_known:?}");
            if asked.1.contains(&theirs.worker) || asked.1.contains(&theirs.group) {
                assert_eq!(as_known.text, as_unknown.text, "{asked:?}");
            }
        }
        assert_eq!((kit.rows(), newest(kit, &here)), (rows, latest), "nothing was written");
    }

    fn another_organizations_things_are_unknown_in_bodies(kit) {
        let company = Company::found(kit);
        let (ours, theirs) = (Things::of(&company, kit, &company.ada), Things::of(&company, kit, &company.eve));
        let here = ["acme", "globex"].map(|key| id_of(&company.service, key));
        let (rows, latest) = (kit.rows(), newest(kit, &here));
        let line = json!({"managerId": theirs.boss, "type": "PRIMARY"});
        let place = json!([{"groupId": theirs.group}]);
        for (method, path, body) in [
            ("POST", format!("employee/{}/managers", ours.worker), Some(line)),
            ("DELETE", format!("employee/{}/managers/{}", ours.worker, theirs.boss), None),
            ("POST", format!("entity/{}/groups", ours.worker), Some(place.clone())),
            ("POST", format!("entity/{}/groups", ours.group), Some(place)),
            ("DELETE", format!("entity/{}/groups/{}", ours.worker, theirs.group), None),
        ] {
            let answer = asks(&company, &company.ada, &(method, format!("/api/v1/{path}"), body));
            assert_eq!(answer.code(), 404, "{method} {path}: {answer:?}");
        }
        let members = format!("/api/v1/group/{}/members?entity={}", ours.group, theirs.worker);
        assert_eq!(company.ada.does(&company.service, "GET", &members).text, "[]");
        assert_eq!((kit.rows(), newest(kit, &here)), (rows, latest), "nothing was written");
    }

    fn lists_show_one_organization_only(kit) {
        let company = Company::found(kit);
        let (ours, theirs) = (Things::of(&company, kit, &company.ada), Things::of(&company, kit, &company.eve));
        for (who, things) in [(&company.ada, &ours), (&company.eve, &theirs)] {
            let ids = |path: &str| {
                let list = who.does(&company.service, "GET", &format!("/api/v1/{path}")).json();
                each(&list, "id").into_iter().map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(ids("employee"), [things.worker.clone(), things.boss.clone()]);
            assert_eq!(ids("employee/by-name/worker"), std::slice::from_ref(&things.worker));
            assert_eq!(ids("group"), [things.group.clone(), things.outer.clone()]);
        }
    }

    fn whoever_belongs_to_two_says_which_is_meant(kit) {
        let company = Company::found(kit);
        let (service, eve) = (&company.service, &company.eve);
        let (ours, theirs) = (Things::of(&company, kit, &company.ada), Things::of(&company, kit, eve));
        company.ada.admits(service, "acme", eve, "member");
        for path in ["employee", "group"] {
            let unsaid = eve.ask(service, "GET", &format!("/api/v1/{path}"));
            assert_eq!(unsaid.code(), 400, "{unsaid:?}");
            assert!(unsaid.json()["message"].as_str().unwrap().contains("X-Organization"), "{unsaid:?}");
        }
        for (organization, worker) in [("acme", &ours.worker), ("globex", &theirs.worker)] {
            let asked = ("GET", "/api/v1/employee/by-name/worker", None);
            assert_eq!(each(&eve.asks_in(service, organization, asked).json(), "id"), [worker.as_str()]);
        }
        let wrong = format!("/api/v1/employee/{}", ours.worker);
        assert_eq!(eve.asks_in(service, "globex", ("GET", &wrong, None)).code(), 404);
        assert_eq!(eve.asks_in(service, "initech", ("GET", &wrong, None)).code(), 404);
    }

    fn a_suspended_organization_is_read_but_not_changed(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let things = Things::of(&company, kit, ada);
        ada.sends(service, ("PUT", "/directory/orgs/acme"), json!({"status": "inactive"}));
        let here = [id_of(service, "acme")];
        let (rows, latest) = (kit.rows(), newest(kit, &here));
        for asked in things.writings().iter().chain(&Things::makings()) {
            let answer = asks(&company, ada, asked);
            assert_eq!(answer.code(), 403, "{asked:?}: {answer:?}");
            assert_eq!(answer.json()["message"], "organization is inactive", "{asked:?}");
        }
        assert_eq!((kit.rows(), newest(kit, &here)), (rows, latest), "nothing was written");
        for asked in things.readings() {
            let answer = asks(&company, &company.bob, &asked);
            assert_eq!(answer.code(), 200, "{asked:?}: {answer:?}");
        }
    }

    fn a_member_reads_and_does_not_write(kit) {
        let company = Company::found(kit);
        let things = Things::of(&company, kit, &company.ada);
        let here = [id_of(&company.service, "acme")];
        let (rows, latest) = (kit.rows(), newest(kit, &here));
        for asked in things.readings() {
            let answer = asks(&company, &company.bob, &asked);
            assert_eq!(answer.code(), 200, "{asked:?}: {answer:?}");
        }
        for asked in things.writings().iter().chain(&Things::makings()) {
            let answer = asks(&company, &company.bob, asked);
            assert_eq!(answer.code(), 403, "{asked:?}: {answer:?}");
            let anonymous = asks(&company, &Caller::anonymous(), asked);
            assert_eq!(anonymous.code(), 401, "{asked:?}: {anonymous:?}");
        }
        assert_eq!((kit.rows(), newest(kit, &here)), (rows, latest), "nothing was written");
    }

    fn a_narrow_key_does_what_it_names(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let things = Things::of(&company, kit, ada);
        let reader = ada.narrowed(service, &["org.employees.get", "org.employees.list", "org.employees.find"]);
        let (of_staff, of_groups): (Vec<_>, Vec<_>) =
            things.readings().into_iter().partition(|(_, path, _)| path.contains("/employee/"));
        for asked in of_staff {
            assert_eq!(asks(&company, &reader, &asked).code(), 200, "{asked:?}");
        }
        for asked in of_groups.iter().chain(&things.writings()) {
            let answer = asks(&company, &reader, asked);
            assert_eq!(answer.code(), 403, "{asked:?}: {answer:?}");
        }
        let directory = ada.narrowed(service, &["org.directory.get"]);
        for path in ["employee", "employee/by-name/boss", "group"] {
            assert_eq!(directory.ask(service, "GET", &format!("/api/v1/{path}")).code(), 403, "{path}");
        }
    }

    fn what_is_refused_is_not_done(kit) {
        let company = Company::found(kit);
        let (service, ada, bob) = (&company.service, &company.ada, &company.bob);
        let things = Things::of(&company, kit, ada);
        let linked = json!({"name": "Bob", "email": "bob@acme.example", "account": bob.id()});
        let maker = ada.narrowed(service, &["org.employees.create"]);
        let made = maker.sends(service, ("POST", "/api/v1/employee"), linked).json();
        assert_eq!((&made["account"], &made["role"]), (&json!(bob.id()), &json!(null)), "roles are for org.members.get");
        let at = format!("/api/v1/employee/{}", made["id"].as_str().unwrap());
        assert_eq!(ada.does(service, "GET", &at).json()["role"], "EMPLOYEE");

        let changer = ada.narrowed(service, &["org.employees.update"]);
        let placer = ada.narrowed(service, &["org.groups.update"]);
        let here = [id_of(service, "acme")];
        let (rows, latest) = (kit.rows(), newest(kit, &here));
        let renamed = json!({"name": "Robert"});
        let managed = json!({"managerId": things.boss, "type": "PRIMARY"});
        let placed = json!([{"groupId": things.group}]);
        for (who, method, path, body) in [
            (&changer, "PATCH", at.clone(), &renamed),
            (&changer, "POST", format!("{at}/managers"), &managed),
            (&placer, "POST", format!("/api/v1/entity/{}/groups", bob.id()), &placed),
        ] {
            let answer = who.put(service, (method, &path), body);
            assert_eq!(answer.code(), 403, "{path}: {answer:?}");
        }
        assert_eq!((kit.rows(), newest(kit, &here)), (rows, latest), "nothing was written");
        let changer = ada.narrowed(service, &["org.employees.update", "org.employees.get"]);
        assert_eq!(changer.sends(service, ("PATCH", &at), renamed).json()["name"], "Robert");
        changer.sends(service, ("POST", &format!("{at}/managers")), managed);
        let placer = ada.narrowed(service, &["org.groups.update", "org.members.get"]);
        placer.sends(service, ("POST", &format!("/api/v1/entity/{}/groups", bob.id())), placed);
    }
}

fn unknown() -> String {
    "01999999-9999-7999-8999-999999999999".to_owned()
}
