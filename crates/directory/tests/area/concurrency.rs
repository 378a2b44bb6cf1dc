//! What happens at once: of rivals exactly one wins, the others are told why, and nobody ever hears of the store's troubles.

use std::sync::Barrier;
use std::time::Duration;

use polity_accounts::{AccountFields, NewAccount};
use polity_directory::{
    Assignee, Entry, InvitationStatus, Invitations, MemberPatch, Members, OrganizationFields,
    OrganizationPatch, Organizations, RoleKey, Roles, Roster, RosterPerson, Service,
};
use polity_kernel::db::Options;
use polity_kernel::{Access, Actor, Code, Ctx, Db, IdSource, Level, Page, Result};
use polity_testkit::{Kit, both_engines};

use crate::common::{
    directory, enter, fields, found, id_of, invitation, join, key, name, named, new, new_role, permission,
    person, with_domain,
};

/// How often each race is run.
const ROUNDS: usize = 10;

/// How many run in a race.
const RIVALS: usize = 8;

/// Runs one thread for each number, all let go at the same moment, and returns what each came to.
fn at_once<T: Send>(rivals: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (line, act) = (Barrier::new(rivals), &act);
    std::thread::scope(|scope| {
        let run = |rival| {
            let line = &line;
            scope.spawn(move || {
                line.wait();
                act(rival)
            })
        };
        let threads: Vec<_> = (0..rivals).map(run).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// How many won; everybody else must have been told one of these.
fn winners<T>(results: &[Result<T>], told: &[Code]) -> usize {
    for refused in results.iter().filter_map(|result| result.as_ref().err()) {
        assert!(told.contains(&refused.code()), "{refused:?}");
    }
    results.iter().filter(|result| result.is_ok()).count()
}

/// Another node on the same store.
fn node(kit: &Kit) -> Service {
    let db = Db::open(kit.db().url(), &Options::default()).unwrap();
    Service::new(Ctx::new(db, kit.clock.clone(), IdSource::random()))
}

/// The owners of an organization.
fn owners(directory: &Service, organization: &str) -> usize {
    let access = enter(directory, &Actor::system(), organization);
    directory.assignments(&access, &key("owner"), Page::first(99)).unwrap().items.len()
}

/// An organization that all of these own.
fn owned_by(directory: &Service, owners: &[Actor], organization: &str) {
    found(directory, &owners[0], organization);
    let access = enter(directory, &owners[0], organization);
    let patch = MemberPatch { level: Some(Level::Owner), expires_at: None };
    for owner in &owners[1..] {
        directory.add(&access, id_of(owner)).unwrap();
        directory.change(&access, id_of(owner), patch).unwrap();
    }
}

fn people(kit: &Kit, how_many: usize) -> Vec<Actor> {
    (0..how_many).map(|n| person(kit, &format!("p{n}@people.example"))).collect()
}

/// What somebody carries here, as words.
fn carried(directory: &Service, access: &Access, who: &Actor) -> Vec<String> {
    let roles = directory.roles_of(access, id_of(who)).unwrap();
    roles.into_iter().map(|given| given.role.to_string()).collect()
}

both_engines! {
    fn one_person_joins_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        with_domain(&directory, &ada, "acme", "acme.example");
        for round in 0..ROUNDS {
            let bob = person(kit, &format!("bob{round}@acme.example"));
            let results = at_once(RIVALS, |_| directory.join(&bob, &name("acme")));
            assert_eq!(winners(&results, &[Code::AlreadyMember]), 1);
        }
        assert_eq!(directory.members(&enter(&directory, &ada, "acme"), Page::first(99)).unwrap().items.len(), ROUNDS + 1);
    }

    fn an_invitation_is_claimed_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        for round in 0..ROUNDS {
            let email = format!("bob{round}@other.example");
            let access = enter(&directory, &ada, "acme");
            directory.invite(&access, invitation(&email, Level::Admin, &["manager"], 1)).unwrap();
            let bob = person(kit, &email);
            let results = at_once(RIVALS, |rival| match rival % 2 {
                0 => directory.join(&bob, &name("acme")),
                _ => directory.accept(&bob, &name("acme")),
            });
            assert_eq!(winners(&results, &[Code::AlreadyMember, Code::NotFound]), 1);
            assert_eq!(carried(&directory, &access, &bob), ["admin", "manager"]);
        }
    }

    fn an_address_invited_at_once_has_one_live_invitation(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        for round in 0..ROUNDS {
            let organization = format!("acme-{round}");
            found(&directory, &ada, &organization);
            let access = enter(&directory, &ada, &organization);
            let results = at_once(RIVALS, |_| directory.invite(&access, invitation("bob@other.example", Level::Member, &[], 1)));
            assert_eq!(winners(&results, &[]), RIVALS);
            let all = directory.invitations(&access, Page::first(99)).unwrap().items;
            let live = all.iter().filter(|invitation| invitation.status == InvitationStatus::Pending).count();
            assert_eq!((all.len(), live), (RIVALS, 1));
        }
    }

    fn an_invitation_is_taken_up_or_taken_back(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        for round in 0..ROUNDS {
            let email = format!("bob{round}@other.example");
            let access = enter(&directory, &ada, "acme");
            let sent = directory.invite(&access, invitation(&email, Level::Member, &[], 1)).unwrap().remove(0);
            let bob = person(kit, &email);
            let results = at_once(RIVALS, |rival| match rival % 2 {
                0 => directory.withdraw(&access, sent.id),
                _ => directory.accept(&bob, &name("acme")).map(drop),
            });
            assert_eq!(winners(&results, &[Code::NotFound]), 1);
            let is_in = directory.enter(&bob, &name("acme")).is_ok();
            assert_eq!(is_in, results.iter().skip(1).step_by(2).any(Result::is_ok), "in exactly if accepted");
        }
    }

    fn of_owners_who_leave_at_once_one_stays(kit) {
        let (directory, owners_) = (directory(kit), people(kit, RIVALS));
        for round in 0..ROUNDS {
            let organization = format!("acme-{round}");
            owned_by(&directory, &owners_, &organization);
            let results = at_once(RIVALS, |rival| directory.leave(&owners_[rival], &name(&organization)));
            assert_eq!(winners(&results, &[Code::LastOwner]), RIVALS - 1);
            assert_eq!(owners(&directory, &organization), 1);
        }
    }

    fn of_two_owners_who_remove_each_other_one_stays(kit) {
        let (directory, two) = (directory(kit), people(kit, 2));
        let ways: [fn(&Service, &Access, &Actor) -> Result<()>; 4] = [
            |directory, access, other| directory.expel(access, id_of(other)),
            |directory, access, other| {
                let patch = MemberPatch { level: Some(Level::Member), expires_at: None };
                directory.change(access, id_of(other), patch).map(drop)
            },
            |directory, access, other| directory.set_roles(access, id_of(other), &[key("manager")]).map(drop),
            |directory, access, other| directory.revoke(access, Assignee::Account(id_of(other)), &key("owner")),
        ];
        for (n, way) in ways.iter().enumerate() {
            for round in 0..ROUNDS {
                let organization = format!("acme-{n}-{round}");
                owned_by(&directory, &two, &organization);
                let accesses = [0, 1].map(|rival| enter(&directory, &two[rival], &organization));
                let results = at_once(2, |rival| way(&directory, &accesses[rival], &two[1 - rival]));
                assert_eq!(winners(&results, &[Code::NotFound, Code::Forbidden]), 1, "who was first has ended the other's rights");
                assert_eq!(owners(&directory, &organization), 1);
            }
        }
    }

    fn of_two_owners_who_step_down_at_once_one_stays(kit) {
        let (directory, two) = (directory(kit), people(kit, 2));
        let later = kit.ctx.now().after(Duration::from_secs(60));
        let patches = [
            MemberPatch { level: Some(Level::Admin), expires_at: None },
            MemberPatch { level: None, expires_at: Some(Some(later)) },
        ];
        for round in 0..ROUNDS {
            let organization = format!("acme-{round}");
            owned_by(&directory, &two, &organization);
            let accesses = [0, 1].map(|rival| enter(&directory, &two[rival], &organization));
            let results = at_once(2, |rival| {
                directory.change(&accesses[rival], id_of(&two[rival]), patches[(rival + round) % 2])
            });
            assert_eq!(winners(&results, &[Code::LastOwner]), 1);
        }
        kit.pass(Duration::from_secs(60));
        for round in 0..ROUNDS {
            assert_eq!(owners(&directory, &format!("acme-{round}")), 1, "and still when a time is over");
        }
    }

    fn a_key_an_alias_and_a_domain_are_taken_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        for round in 0..ROUNDS {
            let wishes: [Box<dyn Fn(usize) -> OrganizationFields + Sync>; 3] = [
                Box::new(move |rival| OrganizationFields { alias: Some(format!("a{round}-{rival}")), ..fields(&format!("key{round}")) }),
                Box::new(move |rival| OrganizationFields { alias: Some(format!("alias{round}")), ..fields(&format!("b{round}-{rival}")) }),
                Box::new(move |rival| OrganizationFields { domain: Some(format!("d{round}.example")), ..fields(&format!("c{round}-{rival}")) }),
            ];
            for wish in wishes {
                let results = at_once(RIVALS, |rival| directory.found(&ada, new(wish(rival))));
                assert_eq!(winners(&results, &[Code::Conflict]), 1);
                let loser = results.iter().position(Result::is_err).unwrap();
                let own = OrganizationFields { domain: None, ..wish(loser) };
                let word = if own.key.as_deref() == Some(&format!("key{round}")) { own.alias } else { own.key };
                assert!(directory.found(&ada, new(fields(&word.unwrap()))).is_ok(), "a loser leaves nothing behind");
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
                OrganizationPatch { description: Some(Some(text.clone())), ..OrganizationPatch::default() },
                OrganizationPatch { external_sales_force_id: Some(Some(text.clone())), ..OrganizationPatch::default() },
            ];
            let results = at_once(patches.len(), |rival| directory.update(&access, patches[rival].clone()));
            assert_eq!(winners(&results, &[]), patches.len());
            let after = directory.organization(&access).unwrap();
            assert_eq!((after.name, after.description, after.external_sales_force_id), (text.clone(), Some(text.clone()), Some(text)));
        }
        assert_eq!(directory.organization(&access).unwrap().version, before.version + 3 * 10);
    }

    fn whoever_is_removed_while_roles_are_given_keeps_none(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        directory.create_role(&owner, new_role("seller", &["shop.sell"])).unwrap();
        for round in 0..ROUNDS {
            let bob = join(kit, &directory, &ada, "acme", &format!("bob{round}@acme.example"));
            let results = at_once(RIVALS, |rival| match rival % 4 {
                0 => directory.grant(&owner, Assignee::Account(id_of(&bob)), &key("seller"), None).map(drop),
                1 => directory.expel(&owner, id_of(&bob)),
                2 => directory.set_roles(&owner, id_of(&bob), &[key("manager"), key("seller")]).map(drop),
                _ => directory.grant(&owner, Assignee::Account(id_of(&bob)), &key("admin"), None).map(drop),
            });
            winners(&results, &[Code::NotFound]);
            assert_eq!(directory.enter(&bob, &name("acme")).unwrap_err().code(), Code::NotFound);
            for role in ["seller", "manager", "admin"] {
                assert_eq!(directory.assignments(&owner, &key(role), Page::first(9)).unwrap().items, [], "{role}");
            }
            directory.add(&owner, id_of(&bob)).unwrap();
            assert_eq!(carried(&directory, &owner, &bob), ["member"]);
            directory.expel(&owner, id_of(&bob)).unwrap();
        }
    }

    fn a_role_deleted_while_it_is_given_is_carried_by_nobody(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        for _ in 0..ROUNDS {
            directory.create_role(&owner, new_role("seller", &["shop.sell"])).unwrap();
            let results = at_once(RIVALS, |rival| match rival {
                0 => directory.remove_role(&owner, &key("seller")),
                _ => directory.grant(&owner, Assignee::Account(id_of(&bob)), &key("seller"), None).map(drop),
            });
            winners(&results, &[Code::NotFound]);
            directory.create_role(&owner, new_role("seller", &["shop.sell"])).unwrap();
            assert!(enter(&directory, &bob, "acme").require(&permission("shop.sell")).is_err());
            directory.remove_role(&owner, &key("seller")).unwrap();
        }
    }

    fn a_role_is_made_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        for round in 0..ROUNDS {
            let results = at_once(RIVALS, |_| directory.create_role(&owner, new_role(&format!("role-{round}"), &[])));
            assert_eq!(winners(&results, &[Code::Conflict]), 1);
        }
    }

    fn sets_of_roles_do_not_mix(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let sets: [[RoleKey; 2]; 2] = [
            [key("org.groups.admin.role"), key("org.roles.admin.role")],
            [key("persons.admin.role"), key("emails.admin.role")],
        ];
        for _ in 0..ROUNDS {
            let results = at_once(RIVALS, |rival| directory.set_roles(&owner, id_of(&bob), &sets[rival % 2]));
            assert_eq!(winners(&results, &[]), RIVALS);
            let mut roles = carried(&directory, &owner, &bob);
            assert_eq!(roles.remove(0), "member");
            roles.sort();
            let one_of = sets.clone().map(|mut set| {
                set.sort();
                set.map(|role| role.to_string())
            });
            assert!(one_of.iter().any(|set| *set == *roles), "{roles:?}");
        }
    }

    fn a_revoked_administrator_does_not_get_another_write_in(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        for round in 0..ROUNDS {
            directory.grant(&owner, Assignee::Account(id_of(&bob)), &key("admin"), None).unwrap();
            let admin = enter(&directory, &bob, "acme");
            let results = at_once(RIVALS, |rival| match rival {
                0 => directory.revoke(&owner, Assignee::Account(id_of(&bob)), &key("admin")),
                _ => directory.create_role(&admin, new_role(&format!("role-{round}-{rival}"), &[])).map(drop),
            });
            winners(&results, &[Code::Forbidden]);
            let after = directory.create_role(&admin, new_role(&format!("role-{round}-after"), &[]));
            assert_eq!(after.unwrap_err().code(), Code::Forbidden);
        }
    }

    fn a_deleted_organization_takes_nobody_in(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        for round in 0..ROUNDS {
            let organization = format!("acme-{round}");
            let made = with_domain(&directory, &ada, &organization, &format!("acme-{round}.example"));
            let joiners: Vec<_> = (1..RIVALS).map(|n| person(kit, &format!("p{n}@acme-{round}.example"))).collect();
            let owner = enter(&directory, &ada, &organization);
            let results = at_once(RIVALS, |rival| match rival {
                0 => directory.remove(&owner),
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
            RosterPerson { place: n.to_string(), account: NewAccount::try_from(fields).unwrap(), level: Level::Member }
        };
        for round in 0..ROUNDS {
            let results = at_once(2, |rival| {
                let mut people: Vec<_> = (0..20).map(|n| listed(round * 20 + n)).collect();
                if rival == 1 {
                    people.reverse();
                }
                let organization = new(fields(&format!("acme-{round}-{rival}")));
                directory.import(&Actor::system(), Roster { organization, roles: Vec::new(), people, groups: Vec::new() })
            });
            assert_eq!(winners(&results, &[]), 2);
            let made: u64 = results.iter().map(|changes| changes.as_ref().unwrap().accounts_created).sum();
            assert_eq!(made, 20, "each account once");
        }
    }

    fn several_nodes_are_as_good_as_one(kit) {
        let nodes: Vec<Service> = (0..4).map(|_| node(kit)).collect();
        let directory = directory(kit);
        let owners_ = people(kit, 4);
        for round in 0..ROUNDS {
            let organization = format!("acme-{round}");
            let results = at_once(4, |rival| nodes[rival].found(&owners_[rival], new(fields(&organization))));
            assert_eq!(winners(&results, &[Code::Conflict]), 1);
            let founder = results.iter().position(Result::is_ok).unwrap();
            let access = enter(&directory, &owners_[founder], &organization);
            let patch = MemberPatch { level: Some(Level::Owner), expires_at: None };
            for other in owners_.iter().filter(|other| id_of(other) != id_of(&owners_[founder])) {
                directory.add(&access, id_of(other)).unwrap();
                directory.change(&access, id_of(other), patch).unwrap();
            }
            for (node, owner) in nodes.iter().zip(&owners_) {
                assert!(enter(node, owner, &organization).permissions().is_all());
            }
            let results = at_once(4, |rival| nodes[rival].leave(&owners_[rival], &name(&organization)));
            assert_eq!(winners(&results, &[Code::LastOwner]), 3);
            let still_in = (0..4).filter(|rival| nodes[*rival].enter(&owners_[*rival], &name(&organization)).is_ok()).count();
            assert_eq!(still_in, 1);
        }
    }
}
