//! Bounds on what one person may make: organizations, and letters to others.

use std::time::Duration;

use polity_directory::{Deletion, InvitationFields, Invitations, NewInvitation, Organizations, Service};
use polity_kernel::{Actor, Bounds, Code, Level, Result};
use polity_testkit::{Kit, at_once, both_engines};

use crate::common::{enter, fields, found, join, new, only, person};

/// The directory within bounds.
fn bounded(kit: &Kit, bounds: Bounds) -> Service {
    crate::common::on(kit.ctx.clone().bounded_by(bounds))
}

/// Invites by a letter.
fn invite(directory: &Service, inviter: &Actor, organization: &str, email: &str) -> Result<()> {
    let fields = InvitationFields {
        email: email.to_owned(),
        first_name: None,
        message: None,
        level: Level::Member,
        projects: Vec::new(),
        mail: true,
        combine: false,
    };
    directory
        .invite(&enter(directory, inviter, organization), vec![NewInvitation::try_from(fields)?])
        .map(only)
        .map(drop)
}

both_engines! {
    fn a_person_founds_so_many(kit) {
        let directory = bounded(kit, Bounds { organizations_per_founder: 2, ..Bounds::NONE });
        let ada = person(kit, "ada@acme.example");
        found(&directory, &ada, "one");
        found(&directory, &ada, "two");
        let third = |who: &Actor| directory.found(who, new(fields("three")));
        assert_eq!(third(&ada).unwrap_err().code(), Code::LimitReached);
        let for_another = directory.found(&ada, new(fields("three")).owned_by("eve@other.example".parse().unwrap()));
        assert_eq!(for_another.unwrap_err().code(), Code::LimitReached, "whoever is to own it");
        directory.remove(&enter(&directory, &ada, "one"), Deletion::Permitted).unwrap();
        assert!(third(&ada).is_ok(), "those that are gone do not count");
        for key in ["a", "b", "c"] {
            directory.found(&Actor::system(), new(fields(key))).unwrap();
        }
    }

    fn and_no_more_at_once(kit) {
        let directory = bounded(kit, Bounds { organizations_per_founder: 3, ..Bounds::NONE });
        let ada = person(kit, "ada@acme.example");
        let told = at_once(8, |rival| directory.found(&ada, new(fields(&format!("o{rival}")))));
        assert_eq!(told.iter().filter(|told| told.is_ok()).count(), 3);
        let refused = told.iter().filter_map(|told| told.as_ref().err());
        assert!(refused.map(polity_kernel::Error::code).all(|code| code == Code::LimitReached));
    }

    fn an_address_is_sent_so_many_letters_by_strangers(kit) {
        let directory = bounded(kit, Bounds { stranger_letters_per_hour: 3, ..Bounds::NONE });
        let ada = person(kit, "ada@acme.example");
        for key in ["a", "b", "c", "d"] {
            found(&directory, &ada, key);
        }
        for key in ["a", "b", "c"] {
            invite(&directory, &ada, key, "Vic@Other.example").unwrap();
        }
        let before = kit.rows();
        assert_eq!(invite(&directory, &ada, "d", "vic@other.example").unwrap_err().code(), Code::Throttled);
        assert_eq!(kit.rows(), before, "nothing was written");
        invite(&directory, &ada, "d", "bob@other.example").unwrap();
        kit.pass(Duration::from_hours(1));
        invite(&directory, &ada, "d", "vic@other.example").unwrap();
    }

    fn and_by_all_in_a_day(kit) {
        let directory = bounded(kit, Bounds { letters_to_address_per_day: 2, ..Bounds::NONE });
        let (ada, eve) = (person(kit, "ada@acme.example"), person(kit, "eve@acme.example"));
        found(&directory, &ada, "a");
        found(&directory, &eve, "b");
        for (who, key) in [(&ada, "a"), (&eve, "b")] {
            invite(&directory, who, key, "vic@other.example").unwrap();
            kit.pass(Duration::from_hours(5));
        }
        assert_eq!(invite(&directory, &ada, "a", "vic@other.example").unwrap_err().code(), Code::Throttled);
        kit.pass(Duration::from_hours(14));
        invite(&directory, &ada, "a", "vic@other.example").unwrap();
    }

    fn a_person_causes_so_many_over_all_organizations(kit) {
        let directory = bounded(kit, Bounds { letters_by_person_per_hour: 4, ..Bounds::NONE });
        let ada = person(kit, "ada@acme.example");
        found(&directory, &ada, "a");
        found(&directory, &ada, "b");
        let told = at_once(8, |rival| {
            invite(&directory, &ada, if rival % 2 == 0 { "a" } else { "b" }, &format!("v{rival}@other.example"))
        });
        assert_eq!(told.iter().filter(|told| told.is_ok()).count(), 4, "{told:?}");
        let bob = join(kit, &directory, &ada, "a", "bob@acme.example");
        invite(&directory, &bob, "a", "late@other.example").expect("another one's are counted apart");
    }
}
