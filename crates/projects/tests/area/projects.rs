//! Projects: opening, listing, changing and closing them.

use std::sync::Arc;

use polity_directory::{MemberPatch, Members, NewProject, ProjectFields};
use polity_kernel::{Access, Actor, Code, Entitled, Entitlements, Level, Page, Result, event};
use polity_projects::entitlements::PROJECTS;
use polity_projects::{Project, ProjectKeys, ProjectMembers, ProjectPatch, ProjectRole, Projects};
use polity_testkit::{Kit, both_engines};

use crate::areas::{Areas, directory};
use crate::common::{enter, found, id_of, join, missing, person, tick, whole};

pub(crate) fn named(name: &str) -> NewProject {
    NewProject::try_from(ProjectFields { name: name.to_owned(), ..ProjectFields::default() }).unwrap()
}

/// Opens a project a moment after whatever was done last.
pub(crate) fn open(kit: &Kit, directory: &Areas, access: &Access, name: &str) -> Project {
    tick(kit);
    directory.projects.open_project(access, named(name)).unwrap()
}

pub(crate) fn rename(directory: &Areas, access: &Access, project: &Project, name: &str) -> Result<Project> {
    let patch = ProjectPatch { name: Some(name.to_owned()), ..ProjectPatch::default() };
    directory.projects.change_project(access, project.id, patch)
}

/// The names of the projects an actor sees, in order.
pub(crate) fn seen(directory: &Areas, access: &Access) -> Vec<String> {
    whole(|page| directory.projects.projects(access, page)).into_iter().map(|project| project.name).collect()
}

/// A further member of `acme` with this role in the project.
pub(crate) fn joined(
    kit: &Kit,
    directory: &Areas,
    owner: &Actor,
    (name, project): (&str, &Project),
    role: ProjectRole,
) -> Actor {
    let person = join(kit, directory, owner, "acme", &format!("{name}@acme.example"));
    let access = enter(directory, owner, "acme");
    directory.projects.give_project_role(&access, project.id, id_of(&person), role).unwrap();
    person
}

/// Makes a member of `acme` an administrator of it.
pub(crate) fn promote(directory: &Areas, owner: &Actor, member: &Actor) {
    let patch = MemberPatch { level: Some(Level::Admin), expires_at: None };
    directory.change_member(&enter(directory, owner, "acme"), id_of(member), patch).unwrap();
}

/// A directory whose organizations are entitled to this.
pub(crate) fn entitled(kit: &Kit, entitlements: Entitlements) -> Areas {
    directory(kit).entitled_by(Arc::new(move |_, _| Ok(Entitled::to(entitlements.clone()))))
}

/// Everything the log of an organization says.
pub(crate) fn log(kit: &Kit, access: &Access) -> String {
    let events = kit.ctx.read(|conn| event::latest(conn, access.organization(), 999)).unwrap();
    format!("{events:?}")
}

both_engines! {
    fn a_project_is_opened_with_a_key_and_run_by_who_opened_it(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let acme = found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let fields = ProjectFields {
            name: " Shop & Stock ".into(),
            description: Some(" What we sell. ".into()),
            parameters: Vec::new(),
        };
        let shop = directory.projects.open_project(&access, NewProject::try_from(fields).unwrap()).unwrap();
        assert_eq!((shop.organization, shop.name.as_str(), shop.alias.as_str()), (acme.id, "Shop & Stock", "shop-stock"));
        assert_eq!(shop.description.as_deref(), Some("What we sell."));
        assert_eq!((shop.created_by, shop.created_at, shop.updated_at, shop.version), (ada.id(), kit.ctx.now(), kit.ctx.now(), 1));
        assert_eq!(shop.role, Some(ProjectRole::Admin));
        let keys = shop.secret_keys.clone().unwrap();
        assert_eq!((keys.len(), keys[0].is_default, keys[0].created_by), (1, true, ada.id()));
        assert_eq!(directory.projects.project(&access, shop.id).unwrap(), shop);
        assert_eq!(whole(|page| directory.projects.projects(&access, page)), std::slice::from_ref(&shop));
        let members = whole(|page| directory.projects.project_members(&access, shop.id, page));
        assert_eq!((members.len(), members[0].account, members[0].role), (1, id_of(&ada), ProjectRole::Admin));
    }

    fn a_name_is_one_project_s_of_the_organization(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        found(&directory, &ada, "other");
        let access = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &access, "Shop");
        let before = kit.rows();
        assert_eq!(directory.projects.open_project(&access, named("sHOP")).unwrap_err().code(), Code::Conflict);
        assert_eq!(kit.rows(), before);
        let stock = open(kit, &directory, &access, "Stock");
        assert_eq!(rename(&directory, &access, &stock, "SHOP").unwrap_err().code(), Code::Conflict);
        assert_eq!(rename(&directory, &access, &shop, "SHOP").unwrap().name, "SHOP", "its own in another case");
        assert_eq!(open(kit, &directory, &enter(&directory, &ada, "other"), "Shop").alias.as_str(), "shop");
    }

    fn an_alias_is_made_of_the_first_name_and_stays(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let aliases = ["a b", "a-b", "a.b", "日本", "中国"].map(|name| open(kit, &directory, &access, name).alias.as_str().to_owned());
        assert_eq!(aliases, ["a-b", "a-b-2", "a-b-3", "project", "project-2"]);
        let first = directory.projects.projects(&access, Page::first(1)).unwrap().items.remove(0);
        assert_eq!(rename(&directory, &access, &first, "other").unwrap().alias.as_str(), "a-b");
        assert_eq!(open(kit, &directory, &access, "a/b").alias.as_str(), "a-b-4", "though nobody's name makes it now");
    }

    fn a_change_raises_the_version_and_one_of_nothing_does_not(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &access, "Shop");
        tick(kit);
        let patch = ProjectPatch { name: Some("Store".into()), description: Some(Some("New".into())), parameters: None };
        let changed = directory.projects.change_project(&access, shop.id, patch).unwrap();
        assert_eq!((changed.name.as_str(), changed.description.as_deref(), changed.version), ("Store", Some("New"), 2));
        assert_eq!((changed.created_at, changed.updated_at), (shop.created_at, kit.ctx.now()));
        assert_eq!(changed.secret_keys, shop.secret_keys);
        let cleared = ProjectPatch { description: Some(None), ..ProjectPatch::default() };
        assert_eq!(directory.projects.change_project(&access, shop.id, cleared).unwrap().description, None);
        assert_eq!(directory.projects.change_project(&access, shop.id, ProjectPatch::default()).unwrap().version, 3);
        assert_eq!(rename(&directory, &access, &shop, "Store").unwrap().version, 3);
        let refused = rename(&directory, &access, &shop, " ").unwrap_err();
        assert_eq!(refused.fields()[0].field, "name");
    }

    fn a_closed_project_leaves_nothing(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        join(kit, &directory, &ada, "acme", "bob@acme.example");
        let before = kit.rows();
        let shop = open(kit, &directory, &access, "Shop");
        let secret = directory.projects.add_secret_key(&access, shop.id).unwrap()[1].secret;
        directory.projects.close_project(&access, shop.id).unwrap();
        for table in ["projects", "project_members", "project_keys", "project_key_lookups", "project_numbers", "active_projects"] {
            assert_eq!(kit.rows()[table], before[table], "{table}");
        }
        assert_eq!(directory.projects.project_by_secret(&secret.exposed()).unwrap(), None);
        assert_eq!(directory.projects.project(&access, shop.id).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.projects.close_project(&access, shop.id).unwrap_err().code(), Code::NotFound);
        assert_eq!(open(kit, &directory, &access, "Shop").alias.as_str(), "shop", "its names are free again");
    }

    fn projects_are_listed_in_order_of_opening(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let names = ["d", "a", "c", "e", "b"];
        for name in names {
            open(kit, &directory, &access, name);
        }
        assert_eq!(seen(&directory, &access), names);
        let third = directory.projects.projects(&access, Page::offset(1, 2)).unwrap().items;
        assert_eq!(third[0].name, "c");
    }

    fn only_so_many_are_opened_as_the_organization_is_entitled_to(kit) {
        let free = directory(kit);
        let ada = person(kit, "ada@acme.example");
        found(&free, &ada, "acme");
        let whole = enter(&free, &ada, "acme");
        let [first, ..] = ["a", "b", "c"].map(|name| open(kit, &free, &whole, name));
        let two = entitled(kit, Entitlements::all().limited(PROJECTS, Some(2)));
        let access = enter(&two, &ada, "acme");
        let refused = two.projects.open_project(&access, named("d")).unwrap_err();
        assert_eq!((refused.code(), refused.message()), (Code::LimitReached, "the license allows no more projects than 2"));
        assert_eq!(seen(&two, &access), ["a", "b", "c"], "what is more stays");
        assert!(rename(&two, &access, &first, "A").is_ok());
        two.projects.close_project(&access, first.id).unwrap();
        assert_eq!(two.projects.open_project(&access, named("d")).unwrap_err().code(), Code::LimitReached);
        let more = two.projects.projects(&access, Page::first(9)).unwrap().items.remove(0);
        two.projects.close_project(&access, more.id).unwrap();
        assert!(two.projects.open_project(&access, named("d")).is_ok());
    }

    fn members_do_not_open_projects(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let refused = directory.projects.open_project(&enter(&directory, &bob, "acme"), named("Shop")).unwrap_err();
        assert_eq!(missing(&refused), ["projects.create"]);
        promote(&directory, &ada, &bob);
        assert!(directory.projects.open_project(&enter(&directory, &bob, "acme"), named("Shop")).is_ok());
    }

    fn who_is_no_member_has_no_role_in_what_they_open(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let shop = open(kit, &directory, &enter(&directory, &Actor::system(), "acme"), "Shop");
        assert_eq!(shop.role, Some(ProjectRole::Admin), "polity runs every project");
        let access = enter(&directory, &ada, "acme");
        assert!(directory.projects.project_members(&access, shop.id, Page::first(9)).unwrap().items.is_empty());
        assert_eq!(directory.projects.project(&access, shop.id).unwrap().role, Some(ProjectRole::Admin));
    }
}
