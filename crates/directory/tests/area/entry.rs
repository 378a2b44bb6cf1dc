//! Entering: who is let in, what a credential leaves, and that a revoked right is gone on the next request.

use polity_directory::{Assignee, AssignmentRef, Entry, MemberPatch, Members, RoleAssignments, Roles};
use polity_kernel::{Actor, Code, Home, Level, Limits, PermissionSet, ServiceAccountId, Subject};
use polity_testkit::both_engines;

use crate::common::{
    directory, enter, found, given, id_of, join, key, limited, name, new_role, permission, permissions,
    person,
};

both_engines! {
    fn a_stranger_finds_no_organization(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let eve = person(kit, "eve@other.example");
        let foreign = directory.enter(&eve, &name("acme")).unwrap_err();
        let unknown = directory.enter(&eve, &name("nowhere")).unwrap_err();
        assert_eq!((foreign.code(), foreign.message()), (unknown.code(), unknown.message()));
        assert_eq!(unknown.code(), Code::NotFound);
    }

    fn a_platform_administrator_enters_everywhere(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let root = person(kit, "root@platform.example");
        let root = Actor::new(root.subject(), Limits::default(), PermissionSet::all());
        let access = enter(&directory, &root, "acme");
        assert!(access.permissions().is_all());
        assert_eq!(access.level(), None, "without being a member");
    }

    fn a_program_enters_its_home_with_its_own_grants(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let acme = found(&directory, &ada, "acme");
        found(&directory, &ada, "other");
        let program = Subject::Service(ServiceAccountId::new(kit.ctx.ids().secret()));
        let home = Home { organization: acme.id, permissions: permissions(&["org.directory.get"]) };
        let program = Actor::new(program, Limits::default(), PermissionSet::none()).with_home(home);
        let access = enter(&directory, &program, "acme");
        assert_eq!(*access.permissions(), permissions(&["org.directory.get"]));
        assert_eq!(directory.enter(&program, &name("other")).unwrap_err().code(), Code::NotFound);
    }

    fn a_credential_only_narrows(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let acme = found(&directory, &ada, "acme");
        let other = found(&directory, &ada, "other");

        let only_get = Limits { permissions: Some(permissions(&["org.directory.get", "x.y"])), ..Limits::default() };
        let access = enter(&directory, &limited(&ada, only_get), "acme");
        assert!(access.require(&permission("org.directory.get")).is_ok());
        assert!(access.require(&permission("org.directory.list")).is_err());
        assert!(access.require_level(Level::Admin).is_err(), "levels would give more than the permissions named");

        let only_there = Limits { organization: Some(other.id), ..Limits::default() };
        let there = limited(&ada, only_there);
        assert!(directory.enter(&there, &name("other")).is_ok());
        assert_eq!(directory.enter(&there, &acme.id.into()).unwrap_err().code(), Code::NotFound);

        let as_member = Limits { level: Some(Level::Member), ..Limits::default() };
        let access = enter(&directory, &limited(&ada, as_member), "acme");
        assert_eq!(access.level(), Some(Level::Member));
        assert!(access.require(&permission("org.directory.delete")).is_err());
        assert!(access.require(&permission("org.directory.get")).is_ok());
    }

    fn a_revoked_right_is_gone_on_the_next_request(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        directory.create_role(&owner, new_role("clerk", &["org.roles.create"])).unwrap();
        directory.grant(&owner, given(Assignee::Account(id_of(&bob)), &key("clerk"), None)).unwrap();
        let before = enter(&directory, &bob, "acme");
        assert!(before.require(&permission("org.roles.create")).is_ok());
        directory.revoke(&owner, &key("clerk").into(), AssignmentRef::To(Assignee::Account(id_of(&bob)))).unwrap();
        assert!(enter(&directory, &bob, "acme").require(&permission("org.roles.create")).is_err());
        let refused = directory.create_role(&before, new_role("mine", &[])).unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden, "nor does an access made before outlive the revocation by one write");
    }

    fn a_second_service_sees_a_revocation_too(kit) {
        let (one, two, ada) = (directory(kit), directory(kit), person(kit, "ada@acme.example"));
        found(&one, &ada, "acme");
        let bob = join(kit, &one, &ada, "acme", "bob@acme.example");
        assert!(two.enter(&bob, &name("acme")).is_ok());
        one.remove_member(&enter(&one, &ada, "acme"), id_of(&bob)).unwrap();
        assert_eq!(two.enter(&bob, &name("acme")).unwrap_err().code(), Code::NotFound);
    }

    fn a_raised_level_counts_at_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        assert!(enter(&directory, &bob, "acme").require(&permission("org.roles.create")).is_err());
        let patch = MemberPatch { level: Some(Level::Admin), expires_at: None };
        directory.change_member(&enter(&directory, &ada, "acme"), id_of(&bob), patch).unwrap();
        assert!(enter(&directory, &bob, "acme").require(&permission("org.roles.create")).is_ok());
    }
}
