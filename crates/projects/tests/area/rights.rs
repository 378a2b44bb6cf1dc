//! Who may do what with a project: by permission for all of them, by role in the one, and never beyond the credential.

use polity_directory::{Entry, MemberPatch, Members, RoleAssignments, Roles};
use polity_kernel::{
    Access, Actor, Code, Error, Home, KeyId, Level, Limits, OrganizationId, Page, PermissionSet, Result,
    Subject,
};
use polity_projects::{Project, ProjectKeys, ProjectMembers, ProjectPatch, ProjectRole, Projects};
use polity_testkit::{Kit, both_engines};

use crate::areas::{Areas, directory};
use crate::common::{
    carrier, enter, found, given, id_of, join, key, limited, missing, name, new_role, permissions, person,
};
use crate::projects::{joined, named, open, promote, seen};

/// What came of reading, changing, giving roles in, and closing a project. Closing comes last.
fn tried(directory: &Areas, access: &Access, project: &Project, other: &Actor) -> [Result<()>; 4] {
    [
        directory.projects.project(access, project.id).map(drop),
        directory.projects.change_project(access, project.id, ProjectPatch::default()).map(drop),
        directory.projects.give_project_role(access, project.id, id_of(other), ProjectRole::Viewer).map(drop),
        directory.projects.close_project(access, project.id),
    ]
}

fn codes(results: [Result<()>; 4]) -> [Option<Code>; 4] {
    results.map(|result| result.err().as_ref().map(Error::code))
}

fn only(names: &[&str]) -> Limits {
    Limits { permissions: Some(permissions(names)), ..Limits::default() }
}

/// An organization's key with these grants.
fn program(kit: &Kit, organization: OrganizationId, gives: &[&str]) -> Actor {
    let subject = Subject::OrganizationKey(KeyId::new(kit.ctx.ids().secret()), organization);
    Actor::new(subject, Limits::default(), PermissionSet::none())
        .with_home(Home { organization, permissions: permissions(gives) })
}

const UNKNOWN: Option<Code> = Some(Code::NotFound);
const FORBIDDEN: Option<Code> = Some(Code::Forbidden);

both_engines! {
    fn a_role_in_a_project_says_what_one_may_do_in_it(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let [shop, stock] = ["Shop", "Stock"].map(|name| open(kit, &directory, &owner, name));
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let access = enter(&directory, &bob, "acme");
        assert!(seen(&directory, &access).is_empty(), "a member sees none");
        assert_eq!(codes(tried(&directory, &access, &shop, &ada)), [UNKNOWN; 4]);
        for (role, may) in [
            (ProjectRole::Viewer, [None, FORBIDDEN, FORBIDDEN, FORBIDDEN]),
            (ProjectRole::User, [None, FORBIDDEN, FORBIDDEN, FORBIDDEN]),
            (ProjectRole::Admin, [None; 4]),
        ] {
            directory.projects.give_project_role(&owner, shop.id, id_of(&bob), role).unwrap();
            assert_eq!(seen(&directory, &access), ["Shop"]);
            assert_eq!(directory.projects.project(&access, shop.id).unwrap().role, Some(role));
            assert_eq!(codes(tried(&directory, &access, &stock, &ada)), [UNKNOWN; 4], "another project");
            assert_eq!(codes(tried(&directory, &access, &shop, &ada)), may, "{role}");
        }
        assert_eq!(seen(&directory, &owner), ["Stock"], "its admin closed it");
    }

    fn who_runs_the_organization_runs_every_project(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let shop = open(kit, &directory, &enter(&directory, &ada, "acme"), "Shop");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        promote(&directory, &ada, &bob);
        let access = enter(&directory, &bob, "acme");
        let shown = directory.projects.project(&access, shop.id).unwrap();
        assert_eq!((shown.role, shown.secret_keys), (Some(ProjectRole::Admin), shop.secret_keys.clone()));
        assert_eq!(codes(tried(&directory, &access, &shop, &ada)), [None; 4]);
    }

    fn a_permission_alone_does_what_it_says_with_every_project(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let acme = found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &owner, "Shop");
        let access = |gives: &[&str]| enter(&directory, &program(kit, acme.id, gives), "acme");
        let reads = access(&["projects.get", "projects.list"]);
        assert_eq!(seen(&directory, &reads), ["Shop"]);
        assert_eq!(codes(tried(&directory, &reads, &shop, &ada)), [None, FORBIDDEN, FORBIDDEN, FORBIDDEN]);
        let shown = directory.projects.project(&reads, shop.id).unwrap();
        assert_eq!((shown.role, shown.secret_keys), (None, None), "it reads all and is nothing in any");
        let runs = access(&["projects.update"]);
        assert_eq!(codes(tried(&directory, &runs, &shop, &ada)), [FORBIDDEN, None, None, FORBIDDEN]);
        assert_eq!(directory.projects.secret_keys(&runs, shop.id).unwrap().len(), 1);
        let nothing = access(&["org.directory.get"]);
        assert_eq!(missing(&directory.projects.projects(&nothing, Page::first(9)).unwrap_err()), ["projects.list"]);
        assert_eq!(codes(tried(&directory, &nothing, &shop, &ada)), [FORBIDDEN; 4]);
        let opened = directory.projects.open_project(&access(&["projects.create"]), named("Stock")).unwrap();
        assert_eq!((opened.role, opened.secret_keys), (None, None), "one who may only open sees no more of it");
        directory.projects.close_project(&access(&["projects.delete"]), shop.id).unwrap();
    }

    fn a_role_of_one_s_own_may_give_part_of_it(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &owner, "Shop");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        directory.create_role(&owner, new_role("auditor", &["projects.list", "projects.get"])).unwrap();
        directory.grant(&owner, given(carrier(&bob), &key("auditor"), None)).unwrap();
        let access = enter(&directory, &bob, "acme");
        assert_eq!(seen(&directory, &access), ["Shop"]);
        let may = [None, FORBIDDEN, FORBIDDEN, FORBIDDEN];
        assert_eq!(codes(tried(&directory, &access, &shop, &ada)), may, "what one sees is forbidden, not unknown");
        directory.projects.give_project_role(&owner, shop.id, id_of(&bob), ProjectRole::Admin).unwrap();
        assert_eq!(codes(tried(&directory, &access, &shop, &ada)), [None; 4], "and a role there adds to it");
    }

    fn a_credential_narrows_what_roles_in_projects_stand_for(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let shop = open(kit, &directory, &enter(&directory, &ada, "acme"), "Shop");
        let bob = joined(kit, &directory, &ada, ("bob", &shop), ProjectRole::Admin);
        for limits in [only(&["org.directory.get"]), Limits { level: Some(Level::Member), ..Limits::default() }] {
            let access = enter(&directory, &limited(&bob, limits), "acme");
            assert_eq!(missing(&directory.projects.projects(&access, Page::first(9)).unwrap_err()), ["projects.list"]);
            assert_eq!(codes(tried(&directory, &access, &shop, &ada)), [FORBIDDEN; 4]);
        }
        let reads = enter(&directory, &limited(&bob, only(&["projects.list", "projects.get"])), "acme");
        let shown = directory.projects.project(&reads, shop.id).unwrap();
        assert_eq!((shown.role, shown.secret_keys), (Some(ProjectRole::Viewer), None), "no more than a viewer's");
        assert_eq!(seen(&directory, &reads), ["Shop"]);
        assert_eq!(codes(tried(&directory, &reads, &shop, &ada)), [None, FORBIDDEN, FORBIDDEN, FORBIDDEN]);
        assert_eq!(directory.projects.secret_keys(&reads, shop.id).unwrap_err().code(), Code::Forbidden);
        let as_admin = Limits { level: Some(Level::Admin), ..Limits::default() };
        assert_eq!(codes(tried(&directory, &enter(&directory, &limited(&bob, as_admin), "acme"), &shop, &ada)), [None; 4]);
    }

    fn a_credential_of_a_role_does_what_the_role_gives(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &owner, "Shop");
        let bob = joined(kit, &directory, &ada, ("bob", &shop), ProjectRole::Admin);
        let of = |role: &str| {
            let limits = Limits { role: Some(role.to_owned()), ..Limits::default() };
            enter(&directory, &limited(&bob, limits), "acme")
        };
        assert_eq!(codes(tried(&directory, &of("member"), &shop, &ada)), [FORBIDDEN; 4]);
        assert_eq!(codes(tried(&directory, &of("gone"), &shop, &ada)), [FORBIDDEN; 4]);
        let may = [None, FORBIDDEN, FORBIDDEN, FORBIDDEN];
        assert_eq!(codes(tried(&directory, &of("projects.read-only.role"), &shop, &ada)), may);
        assert_eq!(codes(tried(&directory, &of("projects.admin.role"), &shop, &ada)), [None; 4]);
    }

    fn an_ended_membership_ends_what_is_had_in_projects(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &owner, "Shop");
        let bob = joined(kit, &directory, &ada, ("bob", &shop), ProjectRole::Admin);
        let day = std::time::Duration::from_secs(86_400);
        let patch = MemberPatch { level: None, expires_at: Some(Some(kit.ctx.now().after(day))) };
        directory.change_member(&owner, id_of(&bob), patch).unwrap();
        assert_eq!(seen(&directory, &enter(&directory, &bob, "acme")), ["Shop"]);
        kit.pass(day);
        assert_eq!(directory.enter(&bob, &name("acme")).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.projects.active_project(&bob).unwrap(), None);
        let members = directory.projects.project_members(&owner, shop.id, Page::first(9)).unwrap().items;
        assert_eq!(members.len(), 1);
        directory.add_member(&owner, id_of(&bob).into()).unwrap();
        assert!(seen(&directory, &enter(&directory, &bob, "acme")).is_empty(), "a new one begins without");
    }
}
