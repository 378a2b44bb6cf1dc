//! Inviting the same addresses, and following the same link, at the same moment.

use polity_directory::{
    Entry, InvitationFields, InvitationFilter, InvitationRef, Invitations, MemberQuery, Members, Taker,
};
use polity_kernel::{Code, Page, Result};
use polity_testkit::both_engines;

use super::{RIVALS, ROUNDS, at_once, winners};
use crate::common::{directory, enter, found, name, only, person};
use crate::inviting::{invitee, new};

both_engines! {
    fn addresses_invited_by_twenty_at_once_have_one_invitation_each(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let results = at_once(20, |rival| {
            // in another order each, so that they would wait for each other crosswise
            let silent = |n| InvitationFields { mail: false, ..invitee(&format!("p{}@other.example", (n + rival) % 20)) };
            directory.invite(&access, (0..20).map(silent).map(new).collect())
        });
        assert_eq!(winners(&results, &[]), 20);
        let waiting = directory.invitations(&access, InvitationFilter::Waiting, Page::first(999)).unwrap().items;
        let mut emails: Vec<_> = waiting.iter().map(|invitation| invitation.email.as_str()).collect();
        emails.sort_unstable();
        emails.dedup();
        assert_eq!((waiting.len(), emails.len()), (20, 20));
        let live = results.iter().flatten().flatten().filter(|sent| directory.follow(None, sent.id).is_ok()).count();
        assert_eq!(live, 20, "the links of the others lead nowhere");
    }

    fn an_organization_does_not_send_more_by_asking_at_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let results = at_once(RIVALS, |rival| {
            let list = (0..20).map(|n| invitee(&format!("p{rival}-{n}@other.example"))).map(new).collect();
            directory.invite(&access, list)
        });
        assert_eq!(winners(&results, &[Code::Throttled]), 5);
        assert_eq!(directory.invitation_count(&access, InvitationFilter::Waiting).unwrap(), 100);
    }

    fn a_link_is_followed_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        for round in 0..ROUNDS {
            let email = format!("bob{round}@other.example");
            let sent = directory.invite(&access, vec![new(invitee(&email))]).map(only).unwrap();
            let results = at_once(RIVALS, |_| directory.accept(Taker::Stranger { first_name: "Bob".into(), role_at_organization: None }, &InvitationRef::Id(sent.id)));
            assert_eq!(winners(&results, &[Code::Conflict]), 1);
        }
        assert_eq!(directory.members(&access, &MemberQuery::everybody(), Page::first(99)).unwrap().items.len(), ROUNDS + 1);
    }

    fn a_link_is_followed_or_taken_back(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        for round in 0..ROUNDS {
            let email = format!("bob{round}@other.example");
            let sent = directory.invite(&access, vec![new(invitee(&email))]).map(only).unwrap();
            let bob = person(kit, &email);
            let results = at_once(RIVALS, |rival| match rival % 2 {
                0 => directory.withdraw(&access, sent.id),
                _ => directory.accept(Taker::Person(bob.clone()), &InvitationRef::Id(sent.id)).map(drop),
            });
            assert_eq!(winners(&results, &[Code::NotFound, Code::Conflict]), 1);
            let is_in = directory.enter(&bob, &name("acme")).is_ok();
            assert_eq!(is_in, results.iter().skip(1).step_by(2).any(Result::is_ok), "in exactly if taken up");
        }
    }
}
