//! Names wanted and organizations changed at the same moment.

use polity_accounts::{AccountFields, NewAccount};
use polity_directory::{
    Deletion, Entry, ImportedOrganization, ImportedPerson, Members, OrganizationFactsPatch,
    OrganizationFields, OrganizationPatch, Organizations, Upkeep,
};
use polity_kernel::{Actor, Code, Level, Result};
use polity_testkit::both_engines;

use super::{RIVALS, ROUNDS, at_once, winners};
use crate::common::{directory, enter, fields, found, name, named, new, person, with_domain};

fn telling(facts: OrganizationFactsPatch) -> OrganizationPatch {
    OrganizationPatch { facts, ..OrganizationPatch::default() }
}

both_engines! {
    fn a_key_and_an_alias_are_taken_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        for round in 0..ROUNDS {
            let wishes: [Box<dyn Fn(usize) -> OrganizationFields + Sync>; 2] = [
                Box::new(move |rival| OrganizationFields { alias: Some(format!("a{round}-{rival}")), ..fields(&format!("key{round}")) }),
                Box::new(move |rival| OrganizationFields { alias: Some(format!("alias{round}")), ..fields(&format!("b{round}-{rival}")) }),
            ];
            for wish in wishes {
                let results = at_once(RIVALS, |rival| directory.found(&ada, new(wish(rival))));
                assert_eq!(winners(&results, &[Code::Conflict]), 1);
                let loser = results.iter().position(Result::is_err).unwrap();
                let own = wish(loser);
                let word = if own.key.as_deref() == Some(&format!("key{round}")) { own.alias } else { own.key };
                assert!(directory.found(&ada, new(fields(&word.unwrap()))).is_ok(), "a loser leaves nothing behind");
            }
        }
    }

    fn a_domain_is_proven_by_one_of_many_who_claim_it(kit) {
        let directory = directory(kit);
        let word = || OrganizationPatch { domain_verified: Some(true), ..OrganizationPatch::default() };
        for round in 0..ROUNDS {
            let claims: Vec<_> = (0..RIVALS).map(|rival| {
                let domain = Some(format!("d{round}.example"));
                let made = directory.found(&Actor::system(), new(OrganizationFields { domain, ..fields(&format!("c{round}-{rival}")) }));
                enter(&directory, &Actor::system(), made.unwrap().key.as_str())
            }).collect();
            let results = at_once(RIVALS, |rival| directory.update(&claims[rival], word()));
            assert_eq!(winners(&results, &[Code::Conflict]), 1);
            for (claim, result) in claims.iter().zip(&results) {
                let domain = directory.organization(claim).unwrap().domain.unwrap();
                assert_eq!(domain.verified, result.is_ok(), "whoever came too late still claims it");
            }
        }
    }

    fn names_wanted_crosswise_are_taken_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        for round in 0..ROUNDS {
            let (one, two) = (format!("one-{round}"), format!("two-{round}"));
            let results = at_once(RIVALS, |rival| {
                let (key, alias) = if rival % 2 == 0 { (&one, &two) } else { (&two, &one) };
                directory.found(&ada, new(OrganizationFields { alias: Some(alias.clone()), ..fields(key) }))
            });
            assert_eq!(winners(&results, &[Code::Conflict]), 1);
            let [one, two] = [one, two].map(|word| enter(&directory, &ada, &word).organization());
            assert_eq!(one, two);
        }
    }

    fn a_name_asked_for_alone_is_taken_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        for round in 0..ROUNDS {
            let wish = || new(OrganizationFields { sole_name: true, ..named(&format!("Acme {round}")) });
            let results = at_once(RIVALS, |_| directory.found(&ada, wish()));
            assert_eq!(winners(&results, &[Code::Conflict]), 1);
        }
    }

    fn display_names_exchanged_crosswise_do_not_wait_for_each_other(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let accesses = ["one", "two"].map(|key| {
            found(&directory, &ada, key);
            enter(&directory, &ada, key)
        });
        let call = |access, name: &str| {
            let patch = OrganizationPatch { name: Some(Some(name.to_owned())), ..OrganizationPatch::default() };
            directory.update(access, patch).unwrap();
        };
        // a deadlock is found after a second; these take a few milliseconds each
        let begun = std::time::Instant::now();
        for round in 0..60 {
            at_once(2, |rival| call(&accesses[rival], if (round + rival) % 2 == 0 { "left" } else { "right" }));
        }
        assert!(begun.elapsed() < std::time::Duration::from_secs(15), "{:?}", begun.elapsed());
    }

    fn an_alias_that_is_made_is_each_one_s_own(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let results = at_once(RIVALS, |_| directory.found(&ada, new(named("Acme"))));
        assert_eq!(winners(&results, &[]), RIVALS);
        let mut aliases: Vec<_> = results.iter().map(|made| made.as_ref().unwrap().alias.as_str()).collect();
        aliases.sort_unstable();
        aliases.dedup();
        assert_eq!(aliases.len(), RIVALS);
    }

    fn an_alias_is_moved_to_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let accesses: Vec<_> = (0..RIVALS).map(|rival| {
            let organization = format!("acme-{rival}");
            found(&directory, &ada, &organization);
            enter(&directory, &ada, &organization)
        }).collect();
        for round in 0..ROUNDS {
            let patch = OrganizationPatch { alias: Some(format!("best-{round}")), ..OrganizationPatch::default() };
            let results = at_once(RIVALS, |rival| directory.update(&accesses[rival], patch.clone()));
            assert_eq!(winners(&results, &[Code::Conflict]), 1);
        }
    }

    fn no_change_of_an_organization_is_lost(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let before = found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        for round in 0..ROUNDS {
            let text = format!("round {round}");
            let patches = [
                OrganizationPatch { name: Some(Some(text.clone())), ..OrganizationPatch::default() },
                telling(OrganizationFactsPatch { description: Some(Some(text.clone())), ..Default::default() }),
                telling(OrganizationFactsPatch { external_sales_force_id: Some(Some(text.clone())), ..Default::default() }),
            ];
            let results = at_once(patches.len(), |rival| directory.update(&access, patches[rival].clone()));
            assert_eq!(winners(&results, &[]), patches.len());
            let after = directory.organization(&access).unwrap();
            assert_eq!((after.name, after.facts.description, after.facts.external_sales_force_id), (text.clone(), Some(text.clone()), Some(text)));
        }
        assert_eq!(directory.organization(&access).unwrap().version, before.version + 3 * 10);
    }

    fn a_deleted_organization_takes_nobody_in(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        for round in 0..ROUNDS {
            let organization = format!("acme-{round}");
            let made = with_domain(&directory, &ada, &organization, &format!("acme-{round}.example"));
            let joiners: Vec<_> = (1..RIVALS).map(|n| person(kit, &format!("p{n}@acme-{round}.example"))).collect();
            let owner = enter(&directory, &ada, &organization);
            let results = at_once(RIVALS, |rival| match rival {
                0 => directory.remove(&owner, Deletion::Permitted),
                _ => directory.join(&joiners[rival - 1], &name(&organization)).map(drop),
            });
            assert!(results[0].is_ok());
            winners(&results, &[Code::NotFound]);
            for joiner in &joiners {
                assert_eq!(directory.enter(joiner, &made.id.into()).unwrap_err().code(), Code::NotFound);
            }
        }
    }

    fn imports_that_share_their_people_both_come_through(kit) {
        let directory = directory(kit);
        let listed = |n: usize| {
            let fields = AccountFields { email: format!("p{n}@people.example"), ..AccountFields::default() };
            ImportedPerson { place: n.to_string(), account: NewAccount::try_from(fields).unwrap(), level: Level::Member }
        };
        for round in 0..ROUNDS {
            let results = at_once(2, |rival| {
                let mut people: Vec<_> = (0..20).map(|n| listed(round * 20 + n)).collect();
                if rival == 1 {
                    people.reverse();
                }
                let organization = new(fields(&format!("acme-{round}-{rival}")));
                directory.import(&Actor::system(), ImportedOrganization { organization, people, roles: Vec::new(), apps: Vec::new(), groups: Vec::new() })
            });
            assert_eq!(winners(&results, &[]), 2);
            let made: u64 = results.iter().map(|changes| changes.as_ref().unwrap().accounts_created).sum();
            assert_eq!(made, 20, "each account once");
        }
    }
}
