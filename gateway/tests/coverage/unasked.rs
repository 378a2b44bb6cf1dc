//! Nothing but a request that names the organization takes a membership up that others made.

use polity_kernel::OrganizationId;
use polity_testkit::both_engines;

use crate::ground::common::Service;
use crate::ground::{Caller, entered, id_of};
use crate::{Line, lines};

/// What names an organization in a path.
const NAMES: [&str; 4] = ["{organizationId}", "{organization_id}", "{organization}", "{id}"];

/// Asks whether the person is still shown as one who has not taken it up.
fn is_untaken(service: &Service, person: &Caller) -> bool {
    let access = entered(&service.polity, "trap");
    service.polity.directory.member(&access, person.id()).unwrap().member.accepted_at.is_none()
}

both_engines! {
    fn no_list_takes_a_membership_up(kit) {
        let service = Service::start(kit);
        let (eve, ada) = (Caller::person(&service, "eve"), Caller::person(&service, "ada"));
        eve.founds(&service, "trap");
        eve.does(&service, "PUT", &format!("/directory/orgs/trap/members/{}", ada.id()));
        eve.does(&service, "POST", &format!("/directory/orgs/trap/users/{}/roles/owner", ada.id()));
        let employee = serde_json::json!({"name": "Ada", "email": "ada@trap.example", "account": ada.id()});
        eve.sends_in(&service, "trap", ("POST", "/api/v1/employee", employee));
        let trap: OrganizationId = id_of(&service, "trap");
        let reads = lines().into_iter().filter(|line| line.method == "GET");
        let mut asked = 0;
        for Line { path, .. } in reads.filter(|line| !NAMES.iter().any(|name| line.path.contains(name))) {
            let own = ada.id().to_string();
            let path = path.replace("{accountIdOrEmail}", &own).replace("{accountId}", &own);
            let answer = ada.ask(&service, "GET", &path);
            assert!(answer.code() < 500, "{path}: {answer:?}");
            assert!(is_untaken(&service, &ada), "GET {path} took up the membership of {trap}");
            asked += 1;
        }
        assert!(asked > 25, "{asked} routes");
        let path = format!("/directory/orgs/trap/members/{}", ada.id());
        assert_eq!(ada.ask(&service, "DELETE", &path).code(), 200, "who goes takes nothing up by that");
    }
}
