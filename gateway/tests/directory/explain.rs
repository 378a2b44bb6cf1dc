//! What a person may do, and through which chain of grants.

use polity_groups::Member;
use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::common::Service;
use crate::ground::transcript::Transcript;
use crate::ground::{Caller, MOMENT, group, place};

both_engines! {
    fn through_a_nested_team_that_carries_a_role(kit) { nested(kit); }

    fn for_others_it_needs_a_permission(kit) {
        let service = Service::start(kit);
        let (ada, bob, eve) = (
            Caller::person(&service, "ada"),
            Caller::person(&service, "bob"),
            Caller::person(&service, "eve"),
        );
        ada.founds(&service, "acme");
        kit.pass(MOMENT);
        ada.admits(&service, "acme", &bob, "member");
        let of = |who: &Caller| format!("/directory/orgs/acme/permissions?subject={}", who.id());
        assert_eq!(bob.ask(&service, "GET", &of(&bob)).code(), 200);
        let refused = bob.ask(&service, "GET", &of(&ada));
        assert_eq!(refused.json()["missing_permissions"], json!(["org.user.permissions.list"]));
        assert_eq!(ada.ask(&service, "GET", &of(&bob)).code(), 200);
        assert_eq!(ada.ask(&service, "GET", &of(&eve)).code(), 404, "no member");
        assert_eq!(eve.ask(&service, "GET", &of(&eve)).code(), 404, "a stranger");
        assert_eq!(ada.ask(&service, "GET", "/directory/orgs/acme/permissions?subject=x").code(), 404);
        let odd = ada.ask(&service, "GET", "/directory/orgs/acme/permissions?explain=perhaps");
        assert_eq!(odd.code(), 400);
    }
}

fn nested(kit: &Kit) {
    insta::assert_snapshot!(nested_asked(kit), @r#"
    bob> GET /directory/orgs/acme/permissions?subject=[bob]&explain=true
    200 [
      {"scope":"org.directory.find","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.directory.get","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.directory.list","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.directory.members.find","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.directory.members.get","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.directory.members.list","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.domains.find","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.domains.get","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.domains.list","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.employees.find","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.employees.get","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.employees.list","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.groups.find","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.groups.get","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.groups.list","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.integrations.find","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.integrations.get","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.integrations.list","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.members.find","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.members.get","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.members.list","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.roles.find","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.roles.get","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.roles.list","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.user.account.find","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.user.account.get","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.user.account.list","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.user.account.types.find","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.user.account.types.get","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.user.account.types.list","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.user.assignment.find","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.user.assignment.get","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"org.user.assignment.list","via":[{"id":"1","name":"member","type":"level"},{"id":"member","type":"role"}]},
      {"scope":"shop.sell","via":[{"id":"[north]","name":"North","type":"group"},{"id":"[sales]","name":"Sales","type":"group"},{"id":"[company]","name":"Company","type":"group"},{"id":"seller","type":"role"}]}
    ]
    "#);
}

/// Asks why somebody in an inner team has what an outer one carries.
fn nested_asked(kit: &Kit) -> String {
    let service = Service::start(kit);
    let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
    ada.founds(&service, "acme");
    kit.pass(MOMENT);
    ada.admits(&service, "acme", &bob, "member");
    let company = group(&service, "acme", "Company", None);
    let sales = group(&service, "acme", "Sales", Some(company));
    let north = group(&service, "acme", "North", Some(sales));
    place(&service, "acme", north, Member::Account(bob.id()));
    let roles = "/directory/orgs/acme/roles";
    ada.sends(&service, ("POST", roles), json!({"id": "seller", "permissions": [{"scope": "shop.sell"}]}));
    let to = json!({"assigned_to": company, "assignee_type": "group"});
    ada.sends(&service, ("POST", &format!("{roles}/seller/assignments")), to);

    let path = format!("/directory/orgs/acme/permissions?subject={}&explain=true", bob.id());
    let explained = bob.does(&service, "GET", &path).json();
    let of = |scope: &str| -> Value {
        let found = explained.as_array().unwrap().iter().find(|one| one["scope"] == scope);
        found.cloned().unwrap_or_default()
    };
    assert_eq!(
        of("shop.sell"),
        json!({"scope": "shop.sell", "via": [
            {"type": "group", "id": north, "name": "North"}, {"type": "group", "id": sales, "name": "Sales"},
            {"type": "group", "id": company, "name": "Company"}, {"type": "role", "id": "seller"},
        ]})
    );
    assert_eq!(
        of("org.directory.get")["via"],
        json!([{"type": "level", "id": "1", "name": "member"}, {"type": "role", "id": "member"}])
    );
    assert_eq!(of("org.directory.delete"), json!(null));

    let mut script = Transcript::new(kit, &service);
    script.name(bob.id(), "bob");
    for (id, name) in [(company, "company"), (sales, "sales"), (north, "north")] {
        script.name(id, name);
    }
    script.ask(&bob, "GET", &path);
    script.to_string()
}
