//! The last place, wanted by many at the same moment.

use std::sync::Arc;

use polity_directory::entitlements::MEMBERS;
use polity_directory::{MemberQuery, Members};
use polity_kernel::{Code, Entitled, Entitlements, Page};
use polity_testkit::both_engines;

use super::{at_once, people, winners};
use crate::common::{directory, enter, id_of, name, person, with_domain};

/// How many want the last place.
const MANY: usize = 64;

both_engines! {
    fn the_last_seat_is_taken_once(kit) {
        let three = Entitlements::all().limited(MEMBERS, Some(3));
        let entitled = Entitled::to(three);
        let directory = directory(kit).entitled_by(Arc::new(move |_, _| Ok(entitled.clone())));
        let ada = person(kit, "ada@people.example");
        with_domain(&directory, &ada, "acme", "people.example");
        let access = enter(&directory, &ada, "acme");
        let (second, rivals) = (person(kit, "second@people.example"), people(kit, MANY));
        directory.add_member(&access, id_of(&second).into()).unwrap();
        // half are added, half join
        let results = at_once(MANY, |rival| match rival % 2 {
            0 => directory.add_member(&access, id_of(&rivals[rival]).into()),
            _ => directory.join(&rivals[rival], &name("acme")),
        });
        assert_eq!(winners(&results, &[Code::LimitReached]), 1);
        assert_eq!(directory.members(&access, &MemberQuery::everybody(), Page::first(100)).unwrap().items.len(), 3);
    }
}
