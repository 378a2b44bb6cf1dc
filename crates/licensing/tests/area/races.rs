//! What happens at once: of all who want the last place exactly one gets it, on one node or on several.

use polity_directory::{Members, NewOrganization, NewProject, OrganizationFields, ProjectFields};
use polity_kernel::db::Options;
use polity_kernel::{AccountId, Code, Ctx, Db, Evidence, IdSource, Page, Result};
use polity_licensing::{Granting, LicenseType, Licensing, NewEstablishment};
use polity_projects::Projects;
use polity_testkit::{Kit, at_once, both_engines};

use crate::common::{Node, account, acting, node, person, settings, started};
use crate::issuer::{claims, growth, vendor};

/// How many run in a race.
const RIVALS: usize = 64;

/// How many won; everybody else must have been told this.
fn winners<T>(results: &[Result<T>], told: Code) -> usize {
    for refused in results.iter().filter_map(|result| result.as_ref().err()) {
        assert_eq!(refused.code(), told, "{refused:?}");
    }
    results.iter().filter(|result| result.is_ok()).count()
}

/// Two gateways on the same store.
fn nodes(kit: &Kit) -> [Node; 2] {
    let db = Db::open(kit.db().url(), &Options::default()).unwrap();
    let other = Ctx::new(db, kit.clock.clone(), IdSource::random());
    [node(kit), started(&other, &settings())]
}

fn accounts(kit: &Kit, how_many: usize) -> Vec<AccountId> {
    (0..how_many).map(|n| account(kit, &format!("p{n}@people.example"))).collect()
}

fn project(name: &str) -> NewProject {
    NewProject::try_from(ProjectFields { name: name.to_owned(), ..ProjectFields::default() }).unwrap()
}

both_engines! {
    fn the_last_seat_goes_to_one(kit) {
        let nodes = nodes(kit);
        let access = nodes[0].found(&person(kit, "ada@acme.example"), "acme");
        nodes[0].populate(kit, &access, 4);
        let rivals: Vec<_> = (0..RIVALS).map(|n| account(kit, &format!("rival{n}@people.example"))).collect();
        let accesses = [access.clone(), nodes[1].enter(access.actor(), "acme")];
        let results = at_once(RIVALS, |n| nodes[n % 2].directory.add_member(&accesses[n % 2], rivals[n].into()));
        assert_eq!(winners(&results, Code::LimitReached), 1);
        assert_eq!(nodes[1].licensing.license(&access).unwrap().usage.members, 5);
    }

    fn the_last_project_goes_to_one(kit) {
        let nodes = nodes(kit);
        let access = nodes[0].found(&person(kit, "ada@acme.example"), "acme");
        let key = vendor().sign(&claims("acme", "l-1", &serde_json::json!({ "projects": 3 })));
        nodes[0].licensing.apply_key(&access, &key).unwrap();
        for name in ["One", "Two"] {
            nodes[0].projects.open_project(&access, project(name)).unwrap();
        }
        let accesses = [access.clone(), nodes[1].enter(access.actor(), "acme")];
        let results = at_once(RIVALS, |n| {
            nodes[n % 2].projects.open_project(&accesses[n % 2], project(&format!("Rival {n}")))
        });
        assert_eq!(winners(&results, Code::LimitReached), 1);
        assert_eq!(nodes[1].projects.projects(&access, Page::first(9)).unwrap().items.len(), 3);
    }

    fn a_smaller_license_and_growth_do_not_pass_each_other(kit) {
        let nodes = nodes(kit);
        let ada = person(kit, "ada@acme.example");
        let people = accounts(kit, 8);
        for round in 0..5 {
            let name = format!("acme-{round}");
            let access = nodes[0].found(&ada, &name);
            nodes[0].licensing.apply_key(&access, &vendor().sign(&growth("*", "l-1"))).unwrap();
            for early in &people[..3] {
                nodes[0].directory.add_member(&access, (*early).into()).unwrap();
            }
            let results = at_once(6, |n| match n {
                0 => nodes[1].licensing.take_type(&access, LicenseType::Free).map(drop),
                n => nodes[n % 2].directory.add_member(&access, people[2 + n].into()).map(drop),
            });
            let license = nodes[0].licensing.license(&access).unwrap();
            match &results[0] {
                // there was room for one more, who may have come before or after
                Ok(()) => {
                    assert_eq!((license.kind, license.usage.members), (LicenseType::Free, 5));
                    assert_eq!(winners(&results[1..], Code::LimitReached), 1);
                }
                Err(refused) => {
                    assert_eq!((refused.code(), license.kind), (Code::Conflict, LicenseType::Growth));
                    assert_eq!(winners(&results[1..], Code::LimitReached), 5);
                }
            }
        }
    }

    fn a_trial_is_had_once_by_whoever_asks_first(kit) {
        let nodes = nodes(kit);
        let access = nodes[0].found(&person(kit, "ada@acme.example"), "acme");
        let results = at_once(8, |n| nodes[n % 2].licensing.take_type(&access, LicenseType::Trial));
        assert_eq!(winners(&results, Code::Conflict), 1);
    }

    fn a_name_is_set_up_once(kit) {
        let nodes = nodes(kit);
        let founders = accounts(kit, 8);
        let results = at_once(founders.len(), |n| {
            let organization = OrganizationFields {
                name: Some("Acme Ltd".to_owned()),
                sole_name: true,
                ..OrganizationFields::default()
            };
            nodes[n % 2].licensing.establish(&acting(founders[n]), NewEstablishment {
                organization: NewOrganization::try_from(organization).unwrap(),
                project: project("Production"),
                license: Granting::Type(LicenseType::Free),
                eula_accepted: true,
                evidence: Evidence::default(),
            })
        });
        assert_eq!(winners(&results, Code::Conflict), 1);
        let rows = kit.rows();
        let written = ["organizations", "licenses", "projects", "eula_acceptances", "members", "project_keys"];
        assert_eq!(written.map(|table| rows[table]), [1; 6]);
    }
}
