//! Joining, inviting and accepting at the same moment.

use polity_directory::{
    Entry, InvitationFilter, InvitationRef, InvitationStatus, Invitations, MemberQuery, Members, Taker,
};
use polity_kernel::{Code, Level, Page, Result};
use polity_testkit::both_engines;

use super::{RIVALS, ROUNDS, at_once, winners};
use crate::common::{carried, directory, enter, found, invitation, joined, name, person, with_domain};

both_engines! {
    fn one_person_joins_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        with_domain(&directory, &ada, "acme", "acme.example");
        for round in 0..ROUNDS {
            let bob = person(kit, &format!("bob{round}@acme.example"));
            let results = at_once(RIVALS, |_| directory.join(&bob, &name("acme")));
            assert_eq!(winners(&results, &[Code::AlreadyMember]), 1);
        }
        assert_eq!(directory.members(&enter(&directory, &ada, "acme"), &MemberQuery::everybody(), Page::first(99)).unwrap().items.len(), ROUNDS + 1);
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
                _ => directory.accept(Taker::Person(bob.clone()), &InvitationRef::To(name("acme"))).map(joined),
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
            let all = directory.invitations(&access, InvitationFilter::All, Page::first(99)).unwrap().items;
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
                _ => directory.accept(Taker::Person(bob.clone()), &InvitationRef::To(name("acme"))).map(joined).map(drop),
            });
            assert_eq!(winners(&results, &[Code::NotFound]), 1);
            let is_in = directory.enter(&bob, &name("acme")).is_ok();
            assert_eq!(is_in, results.iter().skip(1).step_by(2).any(Result::is_ok), "in exactly if accepted");
        }
    }
}
