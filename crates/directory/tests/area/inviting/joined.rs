//! Telling those who run an organization of a new member.

use polity_directory::{Entry, InvitationFields, InvitationRef, Invitations, Members, Taker};
use polity_kernel::AccountId;

use super::*;
use crate::common::{acting, make_account, only};

/// Whom the jobs that are due tell of a new member.
fn told(kit: &Kit) -> Vec<Value> {
    let joined = due(kit).into_iter().filter(|(kind, _)| kind == "mail.joined");
    joined.map(|(_, payload)| payload["to"].clone()).collect()
}

/// Makes somebody a member at this level.
fn place(
    kit: &Kit,
    directory: &Service,
    access: &Access,
    (email, verified): (&str, bool),
    level: Level,
) -> AccountId {
    let account = make_account(kit, email, verified);
    directory.add_member(access, account.into()).unwrap();
    directory.change_member(access, account, MemberPatch { level: Some(level), expires_at: None }).unwrap();
    directory.enter(&acting(account), &access.organization().into()).unwrap();
    account
}

both_engines! {
    fn owners_and_admins_are_told_of_a_new_member(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let acme = found(&directory, &ada, "acme").id;
        let access = enter(&directory, &ada, "acme");
        let [admin, plain] = ["cyd@acme.example", "dan@acme.example"].map(|email| join(kit, &directory, &ada, "acme", email));
        directory.change_member(&access, id_of(&admin), MemberPatch { level: Some(Level::Admin), expires_at: None }).unwrap();
        let access = enter(&directory, &ada, "acme");
        let sent = directory.invite(&access, vec![new(InvitationFields { level: Level::Admin, ..invitee("bob@other.example") })]).map(only).unwrap();
        due(kit);
        let bob = person(kit, "bob@other.example");
        directory.accept(Taker::Person(bob.clone()), &InvitationRef::Id(sent.id)).unwrap();
        assert_eq!(told(kit), [json!(id_of(&ada)), json!(id_of(&admin))], "not the new one, though an admin too");

        let mail = |to: &Actor| directory.joined_mail(acme, id_of(&bob), id_of(to)).unwrap();
        let to_ada = mail(&ada).unwrap();
        assert_eq!((to_ada.organization.name.as_str(), to_ada.to.email_text()), ("acme", "ada@acme.example"));
        assert_eq!((to_ada.joined.id, to_ada.member.level), (id_of(&bob), Level::Admin));
        assert_eq!(mail(&plain), None);
        directory.remove_member(&enter(&directory, &ada, "acme"), id_of(&bob)).unwrap();
        assert_eq!(mail(&ada), None, "who has left has not joined");
    }

    fn an_address_that_is_not_proven_is_told_nothing(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let acme = found(&directory, &ada, "acme").id;
        let eve = place(kit, &directory, &enter(&directory, &ada, "acme"), ("eve@acme.example", false), Level::Admin);
        assert_eq!(directory.joined_mail(acme, id_of(&ada), eve).unwrap(), None);
    }

    fn at_most_twenty_are_told(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let mut last = id_of(&ada);
        for n in 0..22 {
            common::tick(kit);
            let level = if n == 21 { Level::Owner } else { Level::Admin };
            last = place(kit, &directory, &access, (&format!("p{n}@acme.example"), true), level);
        }
        let sent = invite(&directory, &enter(&directory, &ada, "acme"), "bob@other.example");
        due(kit);
        directory.accept(Taker::Person(person(kit, "bob@other.example")), &InvitationRef::Id(sent.id)).unwrap();
        let told = told(kit);
        assert_eq!((told.len(), &told[..2]), (20, [json!(id_of(&ada)), json!(last)].as_slice()), "owners first");
    }
}
