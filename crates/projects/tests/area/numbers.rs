//! The number of a project, for callers whose ids are integers.

use std::collections::BTreeSet;

use polity_directory::{Deletion, Organizations};
use polity_projects::{ProjectPatch, Projects};
use polity_testkit::both_engines;

use crate::areas::directory;
use crate::common::{enter, found, join, person};
use crate::projects::{named, open, rename};

both_engines! {
    fn it_is_random_its_own_and_stays(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let mut numbers = BTreeSet::new();
        for organization in ["acme", "other"] {
            found(&directory, &ada, organization);
            let access = enter(&directory, &ada, organization);
            for index in 0..20 {
                numbers.insert(open(kit, &directory, &access, &format!("p{index}")).number);
            }
        }
        assert_eq!(numbers.len(), 40, "over all organizations");
        assert!(numbers.iter().all(|number| (0..1 << 53).contains(number)));
        assert!(numbers.iter().any(|number| *number > 1 << 40), "they do not count up from 1");
        let access = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &access, "Shop");
        assert_eq!(rename(&directory, &access, &shop, "Store").unwrap().number, shop.number);
        assert_eq!(directory.projects.change_project(&access, shop.id, ProjectPatch::default()).unwrap().number, shop.number);
        assert_eq!(directory.projects.project(&access, shop.id).unwrap().number, shop.number);
    }

    fn it_leads_to_its_project_in_its_organization_alone(kit) {
        let (directory, ada, eve) = (directory(kit), person(kit, "ada@acme.example"), person(kit, "eve@other.example"));
        found(&directory, &ada, "acme");
        found(&directory, &eve, "other");
        let (access, there) = (enter(&directory, &ada, "acme"), enter(&directory, &eve, "other"));
        let (shop, stock) = (open(kit, &directory, &access, "Shop"), open(kit, &directory, &access, "Stock"));
        let theirs = open(kit, &directory, &there, "Shop");
        let asked = [shop.number, theirs.number, -1, i64::MAX, stock.number];
        let mut by_number = directory.projects.projects_by_number(&access, &asked).unwrap();
        by_number.sort_unstable_by_key(|(_, id)| *id);
        assert_eq!(by_number, [(shop.number, shop.id), (stock.number, stock.id)]);
        let by_id = directory.projects.project_numbers(&access, &[theirs.id, stock.id]).unwrap();
        assert_eq!(by_id, [(stock.id, stock.number)]);
        assert_eq!(directory.projects.projects_by_number(&access, &[]).unwrap(), []);
        assert_eq!(directory.projects.project_numbers(&access, &[]).unwrap(), []);
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let member = enter(&directory, &bob, "acme");
        assert_eq!(directory.projects.projects_by_number(&member, &[shop.number]).unwrap(), [(shop.number, shop.id)]);
    }

    fn more_are_looked_for_than_one_statement_holds(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &access, "Shop");
        let mut asked: Vec<i64> = (0..1_200).filter(|number| *number != shop.number).collect();
        asked.push(shop.number);
        assert_eq!(directory.projects.projects_by_number(&access, &asked).unwrap(), [(shop.number, shop.id)]);
    }

    fn a_closed_project_and_a_deleted_organization_keep_no_number(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let (shop, stock) = (open(kit, &directory, &access, "Shop"), open(kit, &directory, &access, "Stock"));
        directory.projects.close_project(&access, shop.id).unwrap();
        assert_eq!(kit.rows()["project_numbers"], 1);
        assert_eq!(directory.projects.projects_by_number(&access, &[shop.number]).unwrap(), []);
        assert_eq!(directory.projects.project(&access, stock.id).unwrap().number, stock.number);
        directory.remove(&enter(&directory, &ada, "acme"), Deletion::Permitted).unwrap();
        assert_eq!(kit.rows()["project_numbers"], 0);
        assert!(directory.projects.open_project(&access, named("Again")).is_err());
    }
}
