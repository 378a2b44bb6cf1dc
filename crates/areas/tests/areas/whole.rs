//! The areas together, without a gateway: what one deletes, the others' jobs clear away.

use polity_accounts::{AccountFields, NewAccount, People};
use polity_areas::{Polity, jobs};
use polity_directory::{NewOrganization, OrganizationFields, OrganizationRef};
use polity_identity::NewClient;
use polity_kernel::job::{self, Lane, Outcome, Work};
use polity_kernel::{Access, Actor, Level, Limits, Page, PermissionSet, Result, Standing, Subject};
use polity_testkit::both_engines;
use serde::{Deserialize, Serialize};

use crate::ground::polity;

/// Does jobs until none is due; how each run went.
fn work(polity: &Polity) -> Vec<Result<Outcome, String>> {
    let worker = polity.ctx.ids().secret();
    let mut runs = Vec::new();
    while let Some(job) = job::lease_in(&polity.ctx, worker, Lane::All).unwrap() {
        let outcome = jobs::run(polity, &job);
        runs.push(match &outcome {
            Ok(outcome) => Ok(*outcome),
            Err(error) => Err(error.to_string()),
        });
        job::settle(&polity.ctx, worker, &job, outcome).unwrap();
    }
    runs
}

/// Work of a kind that there is not.
#[derive(Serialize, Deserialize)]
struct Nothing {}

impl Work for Nothing {
    const KIND: &'static str = "test.nothing";
}

/// Work that does not say what it needs to know.
#[derive(Serialize, Deserialize)]
struct Silent {}

impl Work for Silent {
    const KIND: &'static str = "directory.purge";
}

#[test]
fn what_an_area_asks_for_a_license_can_say() {
    use polity_directory::entitlements as directory;
    let asked = [
        directory::RBAC,
        directory::ORGANIZATION_INVITE_SETTINGS,
        directory::ORGANIZATION_SECURITY_SETTINGS,
        directory::MULTIPLE_ORGANIZATIONS,
        polity_legal::entitlements::LEGAL_BAA,
        polity_domains::entitlements::AUTOMATIC_PROVISIONING,
        polity_domains::entitlements::SCIM,
    ];
    for feature in asked {
        assert!(polity_licensing::entitlements::FEATURES.contains(&feature.as_str()), "{feature}");
    }
}

both_engines! {
    fn a_deleted_organization_leaves_nothing_in_any_area(kit) {
        let polity = polity(kit);
        let fields = AccountFields { email: "a@example.com".to_owned(), ..AccountFields::default() };
        let founder = People::create(&*polity.accounts, &Actor::system(), NewAccount::try_from(fields).unwrap()).unwrap();
        let founder = Actor::new(Subject::Person(founder.id), Limits::default(), PermissionSet::all());
        let fields = OrganizationFields { key: Some("acme".to_owned()), ..OrganizationFields::default() };
        polity.directory.found(&founder, NewOrganization::try_from(fields).unwrap()).unwrap();
        let acme: OrganizationRef = "acme".parse().unwrap();
        let access = polity.enter(&founder, &acme).unwrap();
        polity.identity.register(&(&access).into(), NewClient::service("Sync")).unwrap();
        polity.directory.remove(&access, polity_directory::Deletion::Permitted).unwrap();

        let runs = work(&polity);
        assert_eq!(runs.first(), Some(&Ok(Outcome::Again)), "identity's rows, then the directory's");
        assert_eq!(runs.last(), Some(&Ok(Outcome::Done)));
        let standing = Standing { level: Some(Level::Owner), permissions: PermissionSet::all(), active: true };
        let ghost = Access::granted(access.organization(), Actor::system(), standing);
        assert!(polity.identity.clients(&(&ghost).into(), Page::first(9)).unwrap().items.is_empty());
    }

    fn a_job_of_no_kind_is_refused_and_so_is_one_that_says_nothing(kit) {
        let polity = polity(kit);
        kit.ctx.write_platform(|tx| tx.promise(&Nothing {}).and_then(|()| tx.promise(&Silent {}))).unwrap();
        assert_eq!(work(&polity).iter().filter(|run| run.is_err()).count(), 2);
    }

    fn whatever_expires_is_tidied_up(kit) {
        let polity = polity(kit);
        for (what, tidy) in jobs::TIDYING {
            assert!(tidy(&polity).is_ok(), "{what}");
        }
    }
}
