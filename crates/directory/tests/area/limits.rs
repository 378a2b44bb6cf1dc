//! Limits: every way to become a member or to claim a domain stops at them, and nothing that is there goes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use polity_accounts::{AccountFields, NewAccount};
use polity_directory::entitlements::{DOMAINS, MEMBERS};
use polity_directory::{
    Entitling, Entry, ImportedOrganization, ImportedPerson, InvitationRef, Invitations, MemberPatch,
    MemberQuery, Members, NewMember, OrganizationPatch, Organizations, Service, Taker, Upkeep,
};
use polity_kernel::{Access, Actor, Code, Entitled, Entitlements, Level, Page, Result, WriteKind};
use polity_testkit::{Kit, both_engines};

use crate::common::{
    account, acting, directory, enter, fields, found, hire, id_of, invitation, joined, key, name, named, new,
    person, with_domain,
};

/// What every organization is entitled to, until something else is said.
#[derive(Clone)]
struct License(Arc<Mutex<Entitled>>);

impl License {
    fn of(entitlements: Entitlements) -> Self {
        Self(Arc::new(Mutex::new(Entitled::to(entitlements))))
    }

    /// Changes it, as whoever licenses does: in a transaction that raises the organization's epoch.
    fn change(&self, kit: &Kit, access: &Access, to: Entitled) {
        *self.0.lock().unwrap() = to;
        kit.ctx.write(access, WriteKind::Grants, |_, _| Ok(())).unwrap();
    }

    fn entitling(&self) -> Entitling {
        let License(entitled) = self.clone();
        Arc::new(move |_, _| Ok(entitled.lock().unwrap().clone()))
    }
}

fn members(most: u32) -> Entitlements {
    Entitlements::all().limited(MEMBERS, Some(most))
}

fn domains(most: u32) -> Entitlements {
    Entitlements::all().limited(DOMAINS, Some(most))
}

fn limited(kit: &Kit, to: Entitlements) -> (Service, License) {
    let license = License::of(to);
    (directory(kit).entitled_by(license.entitling()), license)
}

fn full<T: std::fmt::Debug>(result: Result<T>) {
    let error = result.unwrap_err();
    assert_eq!(error.code(), Code::LimitReached, "{error:?}");
}

fn seats_taken(directory: &Service, owner: &Actor) -> usize {
    directory
        .members(&enter(directory, owner, "acme"), &MemberQuery::everybody(), Page::first(100))
        .unwrap()
        .items
        .len()
}

both_engines! {
    fn every_way_to_become_a_member_stops_at_the_limit(kit) {
        let (directory, license) = limited(kit, members(2));
        let ada = person(kit, "ada@acme.example");
        with_domain(&directory, &ada, "acme", "acme.example");
        let access = enter(&directory, &ada, "acme");
        directory.add_member(&access, account(kit, "bob@else.example").into()).unwrap();

        let eve = person(kit, "eve@acme.example");
        let before = kit.rows();
        full(directory.add_member(&access, id_of(&eve).into()));
        full(directory.join(&eve, &name("acme")));
        full(directory.add_member(&access, NewMember { account: id_of(&eve), role: Some(key("member").into()), employee: None }));
        full(hire(kit, &access, "eve", (Some(&eve), Some("member"))));
        let patch = OrganizationPatch { owner_email: Some("new@acme.example".into()), ..OrganizationPatch::default() };
        full(directory.update(&access, patch));
        let person_of = |email: &str| ImportedPerson {
            place: "people/0".into(),
            account: NewAccount::try_from(AccountFields { email: email.into(), ..AccountFields::default() }).unwrap(),
            level: Level::Member,
        };
        let people = vec![person_of("eve@acme.example")];
        let imported = ImportedOrganization { organization: new(fields("acme")), roles: vec![], apps: vec![], people, groups: vec![] };
        full(directory.import(&Actor::system(), imported));
        assert_eq!(kit.rows(), before);

        // an invitation can be sent, and is there when a place is
        directory.invite(&access, invitation("eve@acme.example", Level::Member, &[], 3)).unwrap();
        full(directory.accept(Taker::Person(eve.clone()), &InvitationRef::To(name("acme"))).map(joined));
        full(directory.join(&eve, &name("acme")));
        license.change(kit, &access, Entitled::to(members(3)));
        directory.accept(Taker::Person(eve), &InvitationRef::To(name("acme"))).map(joined).unwrap();
        assert_eq!(seats_taken(&directory, &ada), 3);
    }

    fn a_place_that_is_left_is_free(kit) {
        let (directory, _license) = limited(kit, members(2));
        let ada = person(kit, "ada@acme.example");
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let (bob, eve) = (account(kit, "bob@acme.example"), account(kit, "eve@acme.example"));
        directory.add_member(&access, bob.into()).unwrap();
        full(directory.add_member(&access, eve.into()));
        directory.remove_member(&access, bob).unwrap();
        directory.add_member(&access, eve.into()).unwrap();

        // a membership that has ended takes no place, and one that is renewed in time keeps its own
        let hour = Duration::from_secs(3_600);
        let until = |end| MemberPatch { level: None, expires_at: Some(Some(end)) };
        directory.change_member(&access, eve, until(kit.ctx.now().after(hour))).unwrap();
        full(directory.add_member(&access, bob.into()));
        kit.pass(hour);
        directory.add_member(&access, bob.into()).unwrap();
        full(directory.add_member(&access, eve.into()));
    }

    fn whoever_is_in_stays_in_when_the_limit_sinks(kit) {
        let (directory, license) = limited(kit, Entitlements::all());
        let ada = person(kit, "ada@acme.example");
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let others: Vec<_> = (0..4).map(|n| account(kit, &format!("p{n}@acme.example"))).collect();
        for other in &others {
            directory.add_member(&access, (*other).into()).unwrap();
        }
        license.change(kit, &access, Entitled::to(members(2)));
        assert_eq!(seats_taken(&directory, &ada), 5);
        full(directory.add_member(&access, account(kit, "late@acme.example").into()));
        let admin = MemberPatch { level: Some(Level::Admin), expires_at: None };
        directory.change_member(&access, others[0], admin).unwrap();
        directory.add_member(&access, others[1].into()).unwrap();
        directory.enter(&acting(others[2]), &name("acme")).unwrap();
    }

    fn the_end_of_a_license_is_judged_at_the_moment_of_use(kit) {
        let (directory, license) = limited(kit, Entitlements::all());
        let ada = person(kit, "ada@acme.example");
        found(&directory, &ada, "acme");
        let day = Duration::from_secs(86_400);
        let ending = Entitled::to_all().until(kit.ctx.now().after(day), members(1));
        license.change(kit, &enter(&directory, &ada, "acme"), ending);
        // entered before the end, used after it
        let access = enter(&directory, &ada, "acme");
        directory.add_member(&access, account(kit, "bob@acme.example").into()).unwrap();
        kit.pass(day);
        full(directory.add_member(&access, account(kit, "eve@acme.example").into()));
    }

    fn a_founder_takes_the_first_place_and_an_administrator_the_next(kit) {
        let (directory, _license) = limited(kit, members(1));
        let ada = person(kit, "ada@acme.example");
        found(&directory, &ada, "acme");
        let before = kit.rows();
        full(directory.found(&ada, new(fields("other")).owned_by("bob@acme.example".parse().unwrap())));
        assert_eq!(kit.rows(), before);
    }

    fn domains_stop_at_the_limit_but_one_may_take_the_place_of_another(kit) {
        let (directory, license) = limited(kit, domains(0));
        let ada = person(kit, "ada@acme.example");
        full(directory.found(&ada, new(polity_directory::OrganizationFields {
            domain: Some("acme.example.org".into()), ..named("Acme")
        })));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let domain = |name: &str| OrganizationPatch { domain: Some(Some(name.into())), ..OrganizationPatch::default() };
        full(directory.update(&access, domain("acme.com")));
        license.change(kit, &access, Entitled::to(domains(1)));
        directory.update(&access, domain("acme.com")).unwrap();
        license.change(kit, &access, Entitled::to(domains(0)));
        directory.update(&access, domain("acme.org")).unwrap();
        directory.update(&access, OrganizationPatch { domain: Some(None), ..OrganizationPatch::default() }).unwrap();
        full(directory.update(&access, domain("acme.com")));
    }
}
