//! Entities: what an id names.

use polity_groups::{Member, Memberships};
use polity_kernel::Code;
use polity_testkit::both_engines;

use super::{account, allowed, code, employee, group, organization, owner, service};

both_engines! {
    fn an_id_names_an_employee_a_group_or_an_account(kit) {
        let (here, there) = (owner(organization(kit)), owner(organization(kit)));
        let (ada, bob, team) = (account(kit, "ada"), employee(kit, &here, "bob"), group(kit, &here, "team").id);
        let entity = |access, id| service(kit).entity(access, id);
        assert_eq!(entity(&here, bob.uuid()).unwrap(), Member::Employee(bob));
        assert_eq!(entity(&here, team.uuid()).unwrap(), Member::Group(team));
        assert_eq!(entity(&here, ada.uuid()).unwrap(), Member::Account(ada));
        assert_eq!(entity(&there, ada.uuid()).unwrap(), Member::Account(ada), "an account is everybody's");
        for foreign in [bob.uuid(), team.uuid(), kit.ctx.ids().secret()] {
            assert_eq!(code(entity(&there, foreign)), Code::NotFound);
        }
    }

    fn those_who_find_groups_or_change_them_may_ask(kit) {
        let organization = organization(kit);
        let team = group(kit, &owner(organization), "team").id;
        for permission in ["org.groups.find", "org.groups.update"] {
            let access = allowed(organization, &[permission]);
            assert_eq!(service(kit).entity(&access, team.uuid()).unwrap(), Member::Group(team));
        }
        let refused = service(kit).entity(&allowed(organization, &["org.groups.get"]), team.uuid()).unwrap_err();
        assert_eq!(refused.missing_permissions()[0].to_string(), "org.groups.find");
    }
}
