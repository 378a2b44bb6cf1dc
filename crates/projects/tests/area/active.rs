//! The project a person works in: the one chosen, while they see it.

use polity_directory::{Deletion, MemberPatch, Members, Organizations, ProjectId};
use polity_kernel::{Access, Actor, Code, Level, Limits, OrganizationId};
use polity_projects::{Project, ProjectMembers, ProjectRole, Projects};
use polity_testkit::both_engines;

use crate::areas::{Areas, directory};
use crate::common::{enter, found, id_of, join, limited, missing, permissions, person, tick};
use crate::projects::{joined, open, promote};

fn place(project: &Project) -> Option<(OrganizationId, ProjectId)> {
    Some((project.organization, project.id))
}

fn active(directory: &Areas, actor: &Actor) -> Option<(OrganizationId, ProjectId)> {
    directory.projects.active_project(actor).unwrap()
}

/// Where these work, as it is told in an organization.
fn told(directory: &Areas, access: &Access, of: &[&Actor]) -> Vec<Option<ProjectId>> {
    let accounts: Vec<_> = of.iter().map(|actor| id_of(actor)).collect();
    let told = directory.projects.active_projects_of(access, &accounts).unwrap();
    assert_eq!(told.iter().map(|(account, _)| *account).collect::<Vec<_>>(), accounts);
    told.into_iter().map(|(_, project)| project).collect()
}

both_engines! {
    fn the_first_one_opens_is_where_one_works(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        assert_eq!(active(&directory, &ada), None);
        let access = enter(&directory, &ada, "acme");
        let [shop, stock] = ["Shop", "Stock"].map(|name| open(kit, &directory, &access, name));
        assert_eq!(active(&directory, &ada), place(&shop));
        directory.projects.activate_project(&access, stock.id).unwrap();
        assert_eq!(active(&directory, &ada), place(&stock));
        found(&directory, &ada, "other");
        let hats = open(kit, &directory, &enter(&directory, &ada, "other"), "Hats");
        assert_eq!(active(&directory, &ada), place(&stock), "the next change nothing");
        directory.projects.activate_project(&enter(&directory, &ada, "other"), hats.id).unwrap();
        assert_eq!(active(&directory, &ada), place(&hats), "one over all organizations");
        assert_eq!(kit.rows()["active_projects"], 1);
    }

    fn without_a_choice_it_is_where_one_has_had_a_role_longest(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let [shop, stock] = ["Shop", "Stock"].map(|name| open(kit, &directory, &owner, name));
        let bob = joined(kit, &directory, &ada, ("bob", &stock), ProjectRole::Viewer);
        tick(kit);
        directory.projects.give_project_role(&owner, shop.id, id_of(&bob), ProjectRole::Admin).unwrap();
        assert_eq!(active(&directory, &bob), place(&stock));
        directory.projects.activate_project(&enter(&directory, &bob, "acme"), shop.id).unwrap();
        assert_eq!(active(&directory, &bob), place(&shop));
        directory.projects.take_project_role(&owner, shop.id, id_of(&bob)).unwrap();
        assert_eq!(active(&directory, &bob), place(&stock), "as soon as the chosen one is not seen");
        directory.projects.close_project(&owner, stock.id).unwrap();
        assert_eq!(active(&directory, &bob), None);
    }

    fn one_who_runs_an_organization_works_in_its_first(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let shop = open(kit, &directory, &enter(&directory, &ada, "acme"), "Shop");
        open(kit, &directory, &enter(&directory, &ada, "acme"), "Stock");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        assert_eq!(active(&directory, &bob), None);
        promote(&directory, &ada, &bob);
        assert_eq!(active(&directory, &bob), place(&shop));
        let stock = directory.projects.projects(&enter(&directory, &bob, "acme"), polity_kernel::Page::first(9)).unwrap().items.remove(1);
        directory.projects.activate_project(&enter(&directory, &bob, "acme"), stock.id).unwrap();
        assert_eq!(active(&directory, &bob), place(&stock));
        let patch = MemberPatch { level: Some(Level::Member), expires_at: None };
        directory.change_member(&enter(&directory, &ada, "acme"), id_of(&bob), patch).unwrap();
        assert_eq!(active(&directory, &bob), None, "not longer than they run it");
    }

    fn a_project_one_does_not_see_is_not_worked_in(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &owner, "Shop");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let refused = directory.projects.activate_project(&enter(&directory, &bob, "acme"), shop.id).unwrap_err();
        assert_eq!(refused.code(), Code::NotFound);
        let program = enter(&directory, &Actor::system(), "acme");
        assert_eq!(directory.projects.activate_project(&program, shop.id).unwrap_err().code(), Code::PersonRequired);
        assert_eq!(active(&directory, &Actor::system()), None);
    }

    fn a_credential_works_within_its_limits(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let other = found(&directory, &ada, "other");
        let shop = open(kit, &directory, &enter(&directory, &ada, "acme"), "Shop");
        let hats = open(kit, &directory, &enter(&directory, &ada, "other"), "Hats");
        assert_eq!(active(&directory, &ada), place(&shop));
        let there = Limits { organization: Some(other.id), ..Limits::default() };
        assert_eq!(active(&directory, &limited(&ada, there)), place(&hats));
        let silent = Limits { permissions: Some(permissions(&["org.directory.get"])), ..Limits::default() };
        assert_eq!(active(&directory, &limited(&ada, silent)), None);
    }

    fn colleagues_are_told_what_is_of_their_organization(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &owner, "Shop");
        let chosen = joined(kit, &directory, &ada, ("chosen", &shop), ProjectRole::User);
        directory.projects.activate_project(&enter(&directory, &chosen, "acme"), shop.id).unwrap();
        let unchosen = joined(kit, &directory, &ada, ("unchosen", &shop), ProjectRole::User);
        let boss = join(kit, &directory, &ada, "acme", "boss@acme.example");
        promote(&directory, &ada, &boss);
        let plain = join(kit, &directory, &ada, "acme", "plain@acme.example");
        let elsewhere = joined(kit, &directory, &ada, ("elsewhere", &shop), ProjectRole::User);
        found(&directory, &elsewhere, "other");
        let there = enter(&directory, &elsewhere, "other");
        let hats = open(kit, &directory, &there, "Hats");
        directory.projects.activate_project(&there, hats.id).unwrap();
        let stranger = person(kit, "stranger@other.example");
        let of = [&ada, &chosen, &unchosen, &boss, &plain, &elsewhere, &stranger];
        let here = Some(shop.id);
        assert_eq!(told(&directory, &owner, &of), [here, here, here, here, None, None, None]);
        assert_eq!(told(&directory, &there, &of), [None, None, None, None, None, Some(hats.id), None]);
        directory.remove(&there, Deletion::Permitted).unwrap();
        assert_eq!(told(&directory, &owner, &[&elsewhere]), [here], "back where they have a role");
        let silent = Limits { permissions: Some(permissions(&["projects.list"])), ..Limits::default() };
        let refused = directory.projects.active_projects_of(&enter(&directory, &limited(&ada, silent), "acme"), &[]).unwrap_err();
        assert_eq!(missing(&refused), ["org.members.list"]);
    }

    fn nobody_is_told_of_a_project_they_do_not_see(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let [shop, stock] = ["Shop", "Stock"].map(|name| open(kit, &directory, &owner, name));
        let bob = joined(kit, &directory, &ada, ("bob", &shop), ProjectRole::User);
        let cyd = joined(kit, &directory, &ada, ("cyd", &stock), ProjectRole::User);
        let plain = join(kit, &directory, &ada, "acme", "plain@acme.example");
        let of = [&ada, &bob, &cyd];
        let [here, there] = [&shop, &stock].map(|project| Some(project.id));
        assert_eq!(told(&directory, &owner, &of), [here, here, there]);
        assert_eq!(told(&directory, &enter(&directory, &bob, "acme"), &of), [here, here, None]);
        assert_eq!(told(&directory, &enter(&directory, &cyd, "acme"), &of), [None, None, there]);
        assert_eq!(told(&directory, &enter(&directory, &plain, "acme"), &of), [None; 3]);
        let silent = Limits { permissions: Some(permissions(&["org.members.list"])), ..Limits::default() };
        assert_eq!(told(&directory, &enter(&directory, &limited(&bob, silent), "acme"), &of), [None; 3]);
    }

    fn who_works_where_is_not_asked_one_by_one(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        open(kit, &directory, &owner, "Shop");
        let people: Vec<_> = (0..40).map(|n| join(kit, &directory, &ada, "acme", &format!("p{n}@acme.example"))).collect();
        let (few, all): (Vec<_>, Vec<_>) = (people[..2].iter().collect(), people.iter().collect());
        let (none, two) = kit.statements(|| told(&directory, &owner, &few));
        assert_eq!(none, [None; 2]);
        let (none, forty) = kit.statements(|| told(&directory, &owner, &all));
        assert_eq!(none, [None; 40]);
        assert_eq!(two, forty);
    }

    fn no_credential_has_every_project_looked_through(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let there = found(&directory, &ada, "other").id;
        let by = |limits: Limits| limited(&ada, limits);
        let blind = [
            by(Limits { permissions: Some(permissions(&["org.directory.get"])), ..Limits::default() }),
            by(Limits { level: Some(Level::Member), ..Limits::default() }),
            by(Limits { organization: Some(there), ..Limits::default() }),
        ];
        let asked = || kit.statements(|| blind.iter().map(|actor| active(&directory, actor)).collect::<Vec<_>>());
        open(kit, &directory, &access, "p");
        asked();
        let (none, one) = asked();
        assert_eq!(none, [None; 3]);
        for n in 0..60 {
            open(kit, &directory, &access, &format!("p{n}"));
        }
        asked();
        let (still, many) = asked();
        assert_eq!(still, none);
        assert!(many <= one, "{many} statements after {one}");
        // the project of one's own that is far behind all those
        let hats = open(kit, &directory, &enter(&directory, &ada, "other"), "Hats");
        assert_eq!(active(&directory, &blind[2]), place(&hats));
    }

    fn what_a_deleted_organization_left_behind_is_in_nobody_s_way(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        for n in 0..3 {
            found(&directory, &ada, &format!("gone{n}"));
            let access = enter(&directory, &ada, &format!("gone{n}"));
            for n in 0..30 {
                open(kit, &directory, &access, &format!("p{n}"));
            }
            directory.remove(&access, Deletion::Permitted).unwrap();
        }
        found(&directory, &ada, "acme");
        let shop = open(kit, &directory, &enter(&directory, &ada, "acme"), "Shop");
        assert_eq!(active(&directory, &ada), place(&shop));
    }
}
