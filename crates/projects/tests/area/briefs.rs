//! Summaries of many organizations: what is read one by one elsewhere, by a few queries for all.

use polity_accounts::{AccountPatch, AccountStatus, People};
use polity_directory::{Entry, MemberQuery, Members, OrganizationFilter, OrganizationSummary, Organizations};
use polity_kernel::{Access, Actor, Code, Level, Limits, Page, Result};
use polity_projects::{ProjectInBrief, ProjectMembers, ProjectRole, Projects};
use polity_testkit::both_engines;

use crate::areas::{Areas, directory};
use crate::common::{accounts, enter, found, id_of, join, limited, permissions, person, tick};
use crate::projects::open;

/// What one is shown of their own organizations.
fn summaries(directory: &Areas, actor: &Actor) -> Vec<(Access, OrganizationSummary, Vec<ProjectInBrief>)> {
    let own = directory.organizations(actor, OrganizationFilter::Own, Page::first(20)).unwrap().items;
    let accesses: Vec<Access> =
        own.iter().map(|one| directory.enter(actor, &one.id.into()).unwrap()).collect();
    let summaries = directory.summaries(&accesses).unwrap();
    let briefs = directory.projects.projects_in_brief(&accesses).unwrap();
    let all = accesses.into_iter().zip(summaries).zip(briefs);
    all.map(|((access, summary), projects)| (access, summary, projects)).collect()
}

/// What may be seen, if it may.
fn permitted<T>(found: Result<T>) -> Option<T> {
    found.inspect_err(|error| assert_eq!(error.code(), Code::Forbidden)).ok()
}

/// Holds each summary against what is read of that organization alone.
fn compare(directory: &Areas, actor: &Actor) -> Vec<(Option<u64>, usize)> {
    let all = summaries(directory, actor);
    for (access, summary, in_brief) in &all {
        let members =
            permitted(directory.search_members(access, MemberQuery::default())).map(|found| found.count());
        assert_eq!(summary.members, members);
        let projects = permitted(directory.projects.projects(access, Page::first(Page::MAX)));
        let projects = projects.map_or_else(Vec::new, |projects| projects.items);
        let whole: Vec<_> =
            projects.into_iter().map(|one| (one.id, one.organization, one.number, one.name)).collect();
        let brief: Vec<_> =
            in_brief.iter().map(|one| (one.id, one.organization, one.number, one.name.clone())).collect();
        assert_eq!(brief, whole);
    }
    all.into_iter().map(|(_, summary, projects)| (summary.members, projects.len())).collect()
}

both_engines! {
    fn a_glance_shows_what_is_shown_of_each_alone(kit) {
        let directory = directory(kit);
        let (ada, eve) = (person(kit, "ada@acme.example"), person(kit, "eve@initech.example"));
        for (founder, key) in [(&ada, "acme"), (&eve, "initech"), (&ada, "umbrella")] {
            tick(kit);
            found(&directory, founder, key);
        }
        let [acme, initech] = [(&ada, "acme"), (&eve, "initech")].map(|(owner, key)| enter(&directory, owner, key));
        for name in ["Zoo", "Shop", "Attic"] {
            open(kit, &directory, &acme, name);
        }
        let theirs = open(kit, &directory, &initech, "Vault");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        directory.add_member(&enter(&directory, &eve, "initech"), id_of(&bob).into()).unwrap();
        assert_eq!(compare(&directory, &ada), [(Some(2), 3), (Some(1), 0)]);
        assert_eq!(compare(&directory, &bob).iter().map(|(_, projects)| *projects).collect::<Vec<_>>(), [0, 0]);
        let initech = enter(&directory, &eve, "initech");
        directory.projects.give_project_role(&initech, theirs.id, id_of(&bob), ProjectRole::Viewer).unwrap();
        assert_eq!(compare(&directory, &bob).iter().map(|(_, projects)| *projects).collect::<Vec<_>>(), [0, 1]);
        let only = |names: &[&str]| Limits { permissions: Some(permissions(names)), ..Limits::default() };
        for (actor, limits) in [
            (&ada, only(&["org.directory.get"])),
            (&ada, only(&["org.directory.get", "projects.list"])),
            (&ada, only(&["org.directory.get", "org.members.list"])),
            (&bob, only(&["org.directory.get", "org.members.list"])),
            (&bob, only(&["org.directory.get", "projects.list"])),
            (&bob, Limits { role: Some("member".into()), ..Limits::default() }),
            (&ada, Limits { level: Some(Level::Member), ..Limits::default() }),
        ] {
            assert_eq!(compare(&directory, &limited(actor, limits)).len(), 2);
        }
        let disabled = AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() };
        People::update(&accounts(kit), &Actor::system(), id_of(&bob), disabled).unwrap();
        assert_eq!(compare(&directory, &ada), [(Some(1), 3), (Some(1), 0)]);
        assert_eq!(directory.summaries(&[]).unwrap(), []);
    }

    fn of_many_organizations_it_takes_no_more_queries_than_of_few(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let asked = |number: usize| {
            let seen = || kit.ctx.moment(|| summaries(&directory, &ada).len());
            // Who stands how is remembered from the first look on, what one is called from the second on.
            assert_eq!((seen(), seen()), (number, number));
            kit.statements(seen).1
        };
        for number in 0..3 {
            tick(kit);
            found(&directory, &ada, &format!("few-{number}"));
        }
        let few = asked(3);
        for number in 0..9 {
            tick(kit);
            found(&directory, &ada, &format!("many-{number}"));
            open(kit, &directory, &enter(&directory, &ada, &format!("many-{number}")), "Shop");
        }
        assert!(asked(12) <= few && few <= 8, "{few} statements");
    }
}
