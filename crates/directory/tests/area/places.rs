//! Places and employments: what somebody is, where, as others may see it.

use polity_directory::{Assignee, Deletion, Organizations, People, RoleAssignments, Roles};
use polity_kernel::{AccountId, Actor, Code, Limits, Result};
use polity_testkit::both_engines;

use crate::common::{account, acting, enter, given, hire, id_of, key, limited, new_role, permissions, tick};
use crate::town::town;

both_engines! {
    fn places_are_shown_with_every_role_one_carries(kit) {
        let town = town(kit);
        let directory = &town.directory;
        let access = enter(directory, &town.ada, "acme");
        directory.create_role(&access, new_role("clerk", &[])).unwrap();
        for role in ["clerk", "manager"] {
            tick(kit);
            directory.grant(&access, given(Assignee::Account(id_of(&town.bob)), &key(role), None)).unwrap();
        }
        let linked = hire(kit, &access, "cyd", (Some(&town.cyd), None)).unwrap();
        let acme = access.organization();
        let all: Vec<AccountId> = [&town.ada, &town.bob, &town.cyd, &town.max, &town.eve].map(id_of).into();
        let places = |actor: &Actor| -> Vec<Vec<String>> {
            let found = directory.memberships(actor, &all).unwrap();
            assert_eq!(found.iter().map(|(account, _)| *account).collect::<Vec<_>>(), all, "in the order asked for");
            let word = |place: &polity_directory::Membership| {
                let there = if place.organization == acme { "acme" } else { "other" };
                format!("{there} {}{}", place.role, if place.employee.is_some() { " staff" } else { "" })
            };
            found.iter().map(|(_, places)| places.iter().map(word).collect()).collect()
        };
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        let [ada, cyd] = ["acme owner", "acme member staff"].map(|word| words(&[word]));
        let bob = words(&["acme member", "acme clerk", "acme manager"]);
        let max = words(&["acme member", "acme manager"]);
        let (both, owner) = (words(&["acme member staff", "other member"]), words(&["other owner"]));
        assert_eq!(places(&town.bob), [ada.clone(), bob.clone(), cyd.clone(), max.clone(), vec![]]);
        assert_eq!(places(&town.cyd), [ada.clone(), bob.clone(), both.clone(), max.clone(), owner.clone()]);
        assert_eq!(places(&town.eve), [vec![], vec![], words(&["other member"]), vec![], owner.clone()]);
        assert_eq!(places(&Actor::system()), [ada.clone(), bob.clone(), both.clone(), max.clone(), owner]);
        let silent = Limits { permissions: Some(permissions(&["org.directory.get"])), ..Limits::default() };
        assert_eq!(places(&limited(&town.cyd, silent)), [vec![], vec![], both, vec![], vec![]], "one's own always");
        let there = Limits { organization: Some(acme), ..Limits::default() };
        assert_eq!(places(&limited(&town.cyd, there)), [ada, bob, cyd, max, vec![]]);
        let own = directory.memberships(&town.cyd, &[id_of(&town.cyd)]).unwrap();
        assert_eq!(own[0].1[0].employee, Some(linked));
    }

    fn employments_are_shown_where_one_may_look(kit) {
        let town = town(kit);
        let directory = &town.directory;
        let (acme, other) = (enter(directory, &town.ada, "acme"), enter(directory, &town.eve, "other"));
        let here = hire(kit, &acme, "cyd", (Some(&town.cyd), None)).unwrap();
        let there = hire(kit, &other, "cyd", (Some(&town.cyd), None)).unwrap();
        let found = |actor: &Actor, of: &Actor| -> Result<Vec<_>> {
            Ok(directory.employments(actor, id_of(of))?.iter().map(|employee| employee.id).collect())
        };
        assert_eq!(found(&town.cyd, &town.cyd).unwrap(), [here, there]);
        assert_eq!(found(&town.bob, &town.cyd).unwrap(), [here]);
        assert_eq!(found(&town.eve, &town.cyd).unwrap(), [there]);
        assert_eq!(found(&Actor::system(), &town.cyd).unwrap(), [here, there]);
        assert_eq!(found(&town.bob, &town.ada).unwrap(), [], "no employee, but a colleague");
        assert_eq!(found(&town.bob, &town.eve).unwrap_err().code(), Code::NotFound);
        let nobody = acting(AccountId::new(kit.ctx.ids().secret()));
        assert_eq!(found(&town.bob, &nobody).unwrap_err().code(), Code::NotFound);

        let guest = acting(account(kit, "guest@acme.example"));
        let linked = hire(kit, &acme, "guest", (Some(&guest), None)).unwrap();
        assert_eq!(found(&town.bob, &guest).unwrap(), [linked], "an employee who is no member");
        assert_eq!(found(&guest, &guest).unwrap(), [], "whose organization it is not");
        directory.remove(&other, Deletion::Permitted).unwrap();
        assert_eq!(found(&Actor::system(), &town.cyd).unwrap(), [here]);
    }
}
