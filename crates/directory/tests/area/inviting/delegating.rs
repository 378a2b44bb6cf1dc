//! Having another person set the organization up.

use polity_directory::{
    DelegateFields, Deletion, InvitationRef, Invitations, NewInvitation, Organizations, Taker,
};
use polity_kernel::Home;

use super::*;

fn delegate(email: &str) -> NewInvitation {
    let fields = DelegateFields { email: email.to_owned(), message: Some("Please set us up.".into()) };
    NewInvitation::to_set_up(fields).unwrap()
}

both_engines! {
    fn somebody_is_asked_to_set_the_organization_up(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let sent = directory.invite(&access, vec![delegate("bob@other.example")]).map(only).unwrap();
        assert_eq!((sent.level, sent.is_delegation, sent.message.as_deref()), (Level::Admin, true, Some("Please set us up.")));
        assert_eq!(mails(kit), [mail(&sent, 1)]);
        assert_eq!(refused(directory.invite(&access, vec![delegate("bob@other.example")]).map(only)), Code::Throttled);
        kit.pass(MINUTE);
        let again = directory.invite(&access, vec![delegate("bob@other.example")]).map(only).unwrap();
        assert_eq!((again.id, again.mails_asked, mails(kit)), (sent.id, 2, vec![mail(&sent, 2)]), "the mail alone, once more");
        assert_eq!(refused(directory.invite(&access, vec![delegate("zoe@other.example")]).map(only)), Code::Conflict);
        directory.mailed(sent.organization, sent.id, 2).unwrap();
        assert_eq!(refused(directory.invite(&access, vec![delegate("bob@other.example")]).map(only)), Code::Conflict);
        directory.withdraw(&access, sent.id).unwrap();
        let next = directory.invite(&access, vec![delegate("zoe@other.example")]).map(only).unwrap();
        assert_ne!(next.id, sent.id);
        kit.pass(4 * DAY);
        assert!(directory.invite(&access, vec![delegate("yan@other.example")]).map(only).is_ok(), "what has expired waits no more");
    }

    fn only_admins_have_another_set_up(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let acme = found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        assert_eq!(refused(directory.invite(&enter(&directory, &bob, "acme"), vec![delegate("zoe@other.example")]).map(only)), Code::Forbidden);
        let home = Home { organization: acme.id, permissions: permissions(&["org.directory.members.create"]) };
        let subject = polity_kernel::Subject::Service(polity_kernel::ServiceAccountId::new(kit.ctx.ids().secret()));
        let program = Actor::new(subject, Limits::default(), polity_kernel::PermissionSet::none()).with_home(home);
        let program = enter(&directory, &program, "acme");
        assert_eq!(refused(directory.invite(&program, vec![delegate("zoe@other.example")]).map(only)), Code::PersonRequired);
        assert_eq!(invite(&directory, &program, "zoe@other.example").invited_by, None);
    }

    fn having_another_organization_set_up_takes_the_earlier_one_back(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let (acme, other) = (found(&directory, &ada, "acme").id, found(&directory, &ada, "other").id);
        let (here, there) = (enter(&directory, &ada, "acme"), enter(&directory, &ada, "other"));
        let earlier = directory.invite(&here, vec![delegate("bob@other.example")]).map(only).unwrap();
        let later = directory.invite(&there, vec![delegate("bob@other.example")]).map(only).unwrap();
        let job = due(kit).into_iter().find(|(kind, _)| kind == "directory.retract").unwrap();
        assert_eq!(job.1, json!({ "organization": acme, "invitation": earlier.id }));
        for _ in 0..2 {
            directory.retract_delegation(acme, earlier.id).unwrap();
            assert_eq!(refused(directory.follow(None, earlier.id)), Code::NotFound);
        }
        assert_eq!(waiting(&directory, &here), [""; 0]);
        assert!(directory.follow(None, later.id).is_ok());

        let back = directory.invite(&here, vec![delegate("zoe@other.example")]).map(only).unwrap();
        assert_eq!(due(kit).into_iter().filter(|(kind, _)| kind == "directory.retract").count(), 1);
        directory.accept(Taker::Person(person(kit, "bob@other.example")), &InvitationRef::Id(later.id)).unwrap();
        directory.retract_delegation(other, later.id).unwrap();
        assert_eq!(waiting(&directory, &here), [back.email.as_str()], "one that was taken up meanwhile stays so");
        directory.remove(&here, Deletion::Permitted).unwrap();
        directory.retract_delegation(acme, back.id).unwrap();
    }

    fn going_back_before_the_job_has_run_keeps_the_one_that_was_gone_back_to(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let (acme, other) = (found(&directory, &ada, "acme").id, found(&directory, &ada, "other").id);
        let (here, there) = (enter(&directory, &ada, "acme"), enter(&directory, &ada, "other"));
        let first = directory.invite(&here, vec![delegate("bob@other.example")]).map(only).unwrap();
        let second = directory.invite(&there, vec![delegate("bob@other.example")]).map(only).unwrap();
        kit.pass(MINUTE);
        let again = directory.invite(&here, vec![delegate("bob@other.example")]).map(only).unwrap();
        assert_eq!(again.id, first.id);
        let retracted: Vec<Value> = due(kit).into_iter().filter(|(kind, _)| kind == "directory.retract").map(|(_, payload)| payload).collect();
        assert_eq!(retracted, [json!({ "organization": acme, "invitation": first.id }), json!({ "organization": other, "invitation": second.id })]);
        directory.retract_delegation(acme, first.id).unwrap();
        directory.retract_delegation(other, second.id).unwrap();
        assert!(directory.follow(None, first.id).is_ok(), "it is the last one again");
        assert_eq!(refused(directory.follow(None, second.id)), Code::NotFound);
    }

    fn of_many_at_once_in_many_organizations_one_is_left(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let accesses: Vec<_> = (0..4).map(|n| { found(&directory, &ada, &format!("o{n}")); enter(&directory, &ada, &format!("o{n}")) }).collect();
        let sent = polity_testkit::at_once(4, |n| directory.invite(&accesses[n], vec![delegate("bob@other.example")]).map(only).unwrap());
        for (kind, payload) in due(kit) {
            if kind == "directory.retract" {
                let of = |name: &str| serde_json::from_value::<uuid::Uuid>(payload[name].clone()).unwrap();
                let at = polity_kernel::OrganizationId::new(of("organization"));
                directory.retract_delegation(at, polity_directory::InvitationId::new(of("invitation"))).unwrap();
            }
        }
        let left = sent.iter().filter(|sent| directory.follow(None, sent.id).is_ok()).count();
        assert_eq!(left, 1);
    }
}
