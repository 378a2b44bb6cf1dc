//! Roles in projects: giving and taking them, and what they do to membership of the organization.

use polity_directory::Members;
use polity_directory::entitlements::{MEMBERS, RBAC};
use polity_kernel::{AccountId, Code, Entitlements, Page};
use polity_projects::{ProjectMembers, ProjectRole, Projects};
use polity_testkit::both_engines;

use crate::areas::directory;
use crate::common::{account, enter, found, id_of, join, missing, name, person, whole};
use crate::projects::{entitled, joined, log, open, seen};

both_engines! {
    fn a_role_is_given_changed_and_taken(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &owner, "Shop");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let given = directory.projects.give_project_role(&owner, shop.id, id_of(&bob), ProjectRole::Viewer).unwrap();
        assert_eq!((given.project, given.account, given.role, given.version), (shop.id, id_of(&bob), ProjectRole::Viewer, 1));
        assert_eq!((given.created_by, given.created_at), (ada.id(), kit.ctx.now()));
        let changed = directory.projects.give_project_role(&owner, shop.id, id_of(&bob), ProjectRole::Admin).unwrap();
        assert_eq!((changed.id, changed.role, changed.version), (given.id, ProjectRole::Admin, 2));
        assert_eq!(directory.projects.give_project_role(&owner, shop.id, id_of(&bob), ProjectRole::Admin).unwrap(), changed);
        let listed = whole(|page| directory.projects.project_members(&owner, shop.id, page));
        assert_eq!(listed.iter().map(|member| member.account).collect::<Vec<_>>(), [id_of(&ada), id_of(&bob)]);
        for _ in 0..2 {
            directory.projects.take_project_role(&owner, shop.id, id_of(&bob)).unwrap();
        }
        assert!(seen(&directory, &enter(&directory, &bob, "acme")).is_empty());
        assert!(directory.member(&owner, id_of(&bob)).is_ok(), "a member all the same");
        assert!(log(kit, &owner).contains("revoked"));
    }

    fn members_of_a_project_are_listed_in_order_of_joining(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &owner, "Shop");
        let mut expected = vec![id_of(&ada)];
        for n in 0..5 {
            let person = joined(kit, &directory, &ada, (&format!("p{n}"), &shop), ProjectRole::User);
            expected.push(id_of(&person));
        }
        let listed = whole(|page| directory.projects.project_members(&owner, shop.id, page));
        assert_eq!(listed.into_iter().map(|member| member.account).collect::<Vec<AccountId>>(), expected);
    }

    fn who_is_no_member_becomes_one(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &owner, "Shop");
        let (eve, uma) = (account(kit, "eve@other.example"), account(kit, "uma@other.example"));
        let bob = joined(kit, &directory, &ada, ("bob", &shop), ProjectRole::Admin);
        let refused = directory
            .projects.give_project_role(&enter(&directory, &bob, "acme"), shop.id, eve, ProjectRole::Viewer)
            .unwrap_err();
        assert_eq!(missing(&refused), ["org.directory.members.create"], "an admin of the project alone adds nobody");
        directory.projects.give_project_role(&owner, shop.id, eve, ProjectRole::Viewer).unwrap();
        assert_eq!(directory.member(&owner, eve).unwrap().member.level, polity_kernel::Level::Member);
        let nobody = AccountId::new(kit.ctx.ids().secret());
        let unknown = directory.projects.give_project_role(&owner, shop.id, nobody, ProjectRole::Viewer).unwrap_err();
        assert_eq!(unknown.code(), Code::NotFound);

        let full = entitled(kit, Entitlements::all().limited(MEMBERS, Some(3)));
        let before = kit.rows();
        let refused =
            full.projects.give_project_role(&enter(&full, &ada, "acme"), shop.id, uma, ProjectRole::Viewer).unwrap_err();
        assert_eq!(refused.code(), Code::LimitReached);
        assert_eq!(kit.rows(), before);
        full.projects.give_project_role(&enter(&full, &ada, "acme"), shop.id, eve, ProjectRole::User).unwrap();
    }

    fn roles_in_projects_are_part_of_some_licenses(kit) {
        let (whole, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&whole, &ada, "acme");
        let shop = open(kit, &whole, &enter(&whole, &ada, "acme"), "Shop");
        let bob = joined(kit, &whole, &ada, ("bob", &shop), ProjectRole::User);
        let bare = entitled(kit, Entitlements::of_features([]));
        let access = enter(&bare, &ada, "acme");
        let refused = bare.projects.give_project_role(&access, shop.id, id_of(&bob), ProjectRole::Admin).unwrap_err();
        assert_eq!((refused.code(), refused.message()), (Code::NotEntitled, "the license does not include rbac"));
        assert_eq!(bare.projects.project(&enter(&bare, &bob, "acme"), shop.id).unwrap().role, Some(ProjectRole::User), "what is given stays");
        assert!(bare.projects.give_project_role(&access, shop.id, id_of(&bob), ProjectRole::Viewer).is_ok(), "less may be given");
        assert!(bare.projects.take_project_role(&access, shop.id, id_of(&bob)).is_ok());
        assert_eq!(open(kit, &bare, &access, "Stock").role, Some(ProjectRole::Admin));
        let rbac = entitled(kit, Entitlements::of_features([RBAC.to_string()]));
        assert!(rbac.projects.give_project_role(&enter(&rbac, &ada, "acme"), shop.id, id_of(&bob), ProjectRole::Admin).is_ok());
    }

    fn who_leaves_or_is_sent_away_has_no_role_left(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &owner, "Shop");
        let bob = joined(kit, &directory, &ada, ("bob", &shop), ProjectRole::Admin);
        let eve = joined(kit, &directory, &ada, ("eve", &shop), ProjectRole::User);
        for person in [&bob, &eve] {
            directory.projects.activate_project(&enter(&directory, person, "acme"), shop.id).unwrap();
        }
        assert_eq!(kit.rows()["active_projects"], 3);
        directory.leave(&bob, &name("acme")).unwrap();
        directory.remove_member(&owner, id_of(&eve)).unwrap();
        assert_eq!((kit.rows()["project_members"], kit.rows()["active_projects"]), (1, 1));
        for person in [&bob, &eve] {
            assert_eq!(directory.projects.active_project(person).unwrap(), None);
            directory.add_member(&owner, id_of(person).into()).unwrap();
            assert!(seen(&directory, &enter(&directory, person, "acme")).is_empty(), "nor with a new membership");
        }
        assert_eq!(directory.projects.project_members(&owner, shop.id, Page::first(9)).unwrap().items.len(), 1);
    }
}
