//! Setting up a customer: everything at once, or nothing at all.

use polity_directory::{
    Deletion, Entry, Members, NewOrganization, NewProject, OrganizationFields, ProjectFields,
};
use polity_kernel::{
    Actor, Code, Error, Evidence, Level, Limits, Page, PermissionSet, ServiceAccountId, Subject, event,
};
use polity_licensing::{
    EntitlementMode, Establishment, Granting, LicenseStanding, LicenseType, Licensing, NewEstablishment,
    Settings,
};
use polity_projects::{ProjectRole, Projects};
use polity_testkit::{Kit, both_engines};
use serde_json::json;

use crate::common::{Node, narrowed, node, person, settings, started};
use crate::issuer::{claims, growth, successor, vendor};

/// The tables that setting up a customer writes to.
const WRITTEN: [&str; 14] = [
    "active_projects",
    "display_names",
    "epochs",
    "eula_acceptances",
    "events",
    "licenses",
    "members",
    "organization_names",
    "organizations",
    "project_key_lookups",
    "project_keys",
    "project_members",
    "project_numbers",
    "projects",
];

/// A customer as the family asks for one: named by what people read, of which there is one.
fn customer(name: &str, license: Granting) -> NewEstablishment {
    let organization =
        OrganizationFields { name: Some(name.to_owned()), sole_name: true, ..OrganizationFields::default() };
    let project = ProjectFields { name: "Production".to_owned(), ..ProjectFields::default() };
    let evidence =
        Evidence { address: Some("203.0.113.7".parse().unwrap()), user_agent: Some("agent/1.0".to_owned()) };
    NewEstablishment {
        organization: NewOrganization::try_from(organization).unwrap(),
        project: NewProject::try_from(project).unwrap(),
        license,
        eula_accepted: true,
        evidence,
    }
}

fn free(name: &str) -> NewEstablishment {
    customer(name, Granting::Type(LicenseType::Free))
}

fn keyed(name: &str, key: String) -> NewEstablishment {
    customer(name, Granting::Key(key))
}

/// Refused, and nothing was written.
fn refused(kit: &Kit, node: &Node, actor: &Actor, new: NewEstablishment) -> Error {
    let rows = kit.rows();
    let error = node.licensing.establish(actor, new).unwrap_err();
    assert_eq!(kit.rows(), rows, "{error:?}");
    error
}

/// The tables that have more rows than before.
fn grown(kit: &Kit, before: &std::collections::BTreeMap<String, i64>) -> Vec<String> {
    let after = kit.rows();
    after
        .iter()
        .filter(|(table, rows)| before.get(*table) < Some(*rows))
        .map(|(table, _)| table.clone())
        .collect()
}

both_engines! {
    fn a_customer_is_set_up_whole(kit) {
        let node = node(kit);
        let ada = person(kit, "ada@acme.example");
        let before = kit.rows();
        let Establishment { organization, project, license } = node.licensing.establish(&ada, free("Acme Ltd")).unwrap();
        assert_eq!(grown(kit, &before), WRITTEN);

        assert_eq!((organization.name.as_str(), organization.alias.as_str()), ("Acme Ltd", "acme-ltd"));
        assert_eq!(organization.owner, ada.person().ok());
        assert_eq!((license.kind, license.standing), (LicenseType::Free, LicenseStanding::Active));
        assert_eq!((license.usage.members, license.usage.projects, license.usage.domains), (1, 1, 0));
        let access = node.enter(&ada, "acme-ltd");
        assert_eq!(access.level(), Some(Level::Owner));
        assert_eq!(node.licensing.license(&access).unwrap(), license);
        assert_eq!(node.projects.active_project(&ada).unwrap(), Some((organization.id, project.id)));
        assert_eq!((project.name.as_str(), project.role), ("Production", Some(ProjectRole::Admin)));
        assert_eq!(project.secret_keys.as_ref().unwrap().len(), 1);
        assert_eq!(node.projects.project(&access, project.id).unwrap(), project);

        let acceptances = node.licensing.acceptances(&access, Page::first(9)).unwrap().items;
        let [acceptance] = &acceptances[..] else { panic!("{acceptances:?}") };
        assert_eq!((acceptance.subject_kind.as_str(), acceptance.subject), ("person", ada.id()));
        assert_eq!((acceptance.eula_version.as_str(), acceptance.accepted_at), ("2026-01", kit.ctx.now()));
        assert_eq!(acceptance.address.as_deref(), Some("203.0.113.7"));
        assert_eq!(acceptance.user_agent.as_deref(), Some("agent/1.0"));

        let told = kit.ctx.read(|conn| event::latest(conn, organization.id, 9)).unwrap();
        let told: Vec<_> = told.iter().rev().map(|event| format!("{} {}", event.entity, event.action)).collect();
        assert_eq!(told, ["organization created", "license granted", "project opened", "project_role granted", "eula accepted"]);
    }

    fn whatever_fails_in_the_middle_nothing_is_left(kit) {
        let node = node(kit);
        let ada = person(kit, "ada@acme.example");
        let key = || keyed("Acme", vendor().sign(&growth("acme", "l-1")));
        for table in WRITTEN.into_iter().chain(["license_claims"]) {
            kit.refuse(table);
            let error = refused(kit, &node, &ada, key());
            assert_eq!(error.code(), Code::Internal, "{table}: {error:?}");
            kit.accept(table);
        }
        // and nothing is remembered of it
        node.licensing.establish(&ada, key()).unwrap();
    }

    fn the_eula_must_be_accepted(kit) {
        let node = node(kit);
        let ada = person(kit, "ada@acme.example");
        let error = refused(kit, &node, &ada, NewEstablishment { eula_accepted: false, ..free("Acme") });
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "eula_accepted"));
        assert_eq!(error.fields()[0].message, "the EULA must be accepted");
    }

    fn who_may_found_no_organization_sets_up_no_customer(kit) {
        let node = node(kit);
        let ada = narrowed(&person(kit, "ada@acme.example"), &["org.directory.list"]);
        let error = refused(kit, &node, &ada, free("Acme"));
        assert_eq!(error.message(), "permission required: org.directory.create");
    }

    fn a_customer_may_begin_with_a_trial_or_a_key(kit) {
        let node = node(kit);
        let ada = person(kit, "ada@acme.example");
        let trial = node.licensing.establish(&ada, customer("Trial", Granting::Type(LicenseType::Trial))).unwrap();
        assert_eq!(trial.license.kind, LicenseType::Trial);
        let access = node.enter(&ada, "trial");
        assert_eq!(node.licensing.take_type(&access, LicenseType::Trial).unwrap_err().code(), Code::Conflict);

        let by_alias = keyed("Acme Ropes", vendor().sign(&growth("acme-ropes", "l-1")));
        let established = node.licensing.establish(&ada, by_alias).unwrap();
        assert_eq!((established.license.kind, established.license.jti.as_deref()), (LicenseType::Growth, Some("l-1")));
        let everybody = keyed("Acme Nets", successor().sign(&growth("*", "l-2")));
        node.licensing.establish(&ada, everybody).unwrap();
    }

    fn a_license_that_cannot_be_had_stops_everything(kit) {
        let node = node(kit);
        let ada = person(kit, "ada@acme.example");
        for kind in [LicenseType::Growth, LicenseType::Enterprise, LicenseType::Google, LicenseType::Honeycomb] {
            assert_eq!(refused(kit, &node, &ada, customer("Acme", Granting::Type(kind))).code(), Code::Forbidden);
        }
        let good = vendor().sign(&growth("*", "l-1"));
        for key in [String::new(), "x".repeat(1_000_000), good[..good.len() - 9].to_owned(), vendor().sign(&growth("other", "l-1"))] {
            let error = refused(kit, &node, &ada, keyed("Acme", key));
            assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "license_key"));
        }
    }

    fn a_name_that_people_read_is_had_once(kit) {
        let node = node(kit);
        let (ada, eve) = (person(kit, "ada@acme.example"), person(kit, "eve@other.example"));
        node.licensing.establish(&ada, free("Acme Ltd")).unwrap();
        assert_eq!(refused(kit, &node, &eve, free("ACME ltd")).code(), Code::Conflict);
        node.licensing.establish(&eve, free("Acme Ltd.")).unwrap();
    }

    fn the_first_project_is_within_the_license(kit) {
        let mut none = settings();
        none.free.projects = Some(0);
        let node = started(&kit.ctx, &none);
        let ada = person(kit, "ada@acme.example");
        assert_eq!(refused(kit, &node, &ada, free("Acme")).code(), Code::LimitReached);
        let one = vendor().sign(&claims("*", "l-1", &json!({ "projects": 1 })));
        node.licensing.establish(&ada, keyed("Acme", one)).unwrap();
        let open = started(&kit.ctx, &Settings { mode: EntitlementMode::All, ..none });
        open.licensing.establish(&ada, free("Other")).unwrap();
    }

    fn a_program_sets_up_a_customer_and_owns_it(kit) {
        let node = node(kit);
        let id = ServiceAccountId::new(kit.ctx.ids().secret());
        let platform: PermissionSet = ["org.directory.create".parse().unwrap()].into_iter().collect();
        let program = Actor::new(Subject::Service(id), Limits::default(), platform);
        let Establishment { organization, project, .. } = node.licensing.establish(&program, free("Acme")).unwrap();
        assert_eq!(organization.owner.map(|owner| owner.uuid()), Some(id.uuid()));
        assert_eq!(project.secret_keys.map(|keys| keys.len()), Some(1));
        assert_eq!(node.directory.enter(&program, &"acme".parse().unwrap()).unwrap().level(), Some(Level::Owner));
        let access = node.enter(&Actor::system(), "acme");
        let acceptance = node.licensing.acceptances(&access, Page::first(1)).unwrap().items.remove(0);
        assert_eq!((acceptance.subject_kind.as_str(), acceptance.subject), ("service", program.id()));
        assert_eq!(node.directory.accounts(&access, Page::first(9)).unwrap().items.len(), 1);
    }

    fn what_a_program_calls_itself_is_cut_and_cleaned(kit) {
        let node = node(kit);
        let ada = person(kit, "ada@acme.example");
        let evidence = Evidence { address: None, user_agent: Some(format!("a\u{0}\n{}", "é".repeat(600))) };
        node.licensing.establish(&ada, NewEstablishment { evidence, ..free("Acme") }).unwrap();
        let acceptance = node.licensing.acceptances(&node.enter(&ada, "acme"), Page::first(1)).unwrap().items.remove(0);
        assert_eq!(acceptance.address, None);
        assert_eq!(acceptance.user_agent, Some(format!("a{}", "é".repeat(511))));
    }

    fn a_customer_that_is_gone_leaves_nothing_here(kit) {
        use polity_directory::Organizations;
        let node = node(kit);
        let ada = person(kit, "ada@acme.example");
        let before = kit.rows();
        let acme = node.licensing.establish(&ada, free("Acme")).unwrap().organization.id;
        let other = node.licensing.establish(&ada, free("Other")).unwrap().organization.id;
        node.directory.remove(&node.enter(&ada, "acme"), Deletion::Permitted).unwrap();
        assert_eq!(node.licensing.purge(acme, 100).unwrap(), 2);
        assert_eq!(node.licensing.purge(acme, 100).unwrap(), 0);
        node.directory.remove(&node.enter(&ada, "other"), Deletion::Permitted).unwrap();
        node.licensing.purge(other, 100).unwrap();
        for table in ["licenses", "eula_acceptances"] {
            assert_eq!(kit.rows()[table], before[table]);
        }
    }
}

#[test]
fn nothing_prints_a_license_key() {
    let key = vendor().sign(&growth("*", "l-1"));
    let printed = format!("{:?}", keyed("Acme", key.clone()));
    assert!(!printed.contains(&key), "{printed}");
}
