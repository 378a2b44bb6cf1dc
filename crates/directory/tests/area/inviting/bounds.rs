//! How much may be sent and may wait: so that nobody floods others with mail through an organization.

use polity_directory::Deletion;
use polity_kernel::{Error, RetryAfter};

use super::*;

/// What somebody is told who must wait, in seconds.
fn wait(error: &Error) -> u64 {
    assert_eq!(error.code(), Code::Throttled);
    let RetryAfter(wait) = std::error::Error::source(error).unwrap().downcast_ref().unwrap();
    assert!(error.message().ends_with(&format!(" in {wait} seconds")), "{error}");
    *wait
}

/// This many addresses, beginning with the number.
fn list(from: usize, count: usize, mail: bool) -> Vec<NewInvitation> {
    let one = |n| InvitationFields { mail, ..invitee(&format!("p{n}@other.example")) };
    (from..from + count).map(one).map(new).collect()
}

both_engines! {
    fn an_organization_sends_a_hundred_mails_an_hour(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        for organization in ["acme", "other"] {
            found(&directory, &ada, organization);
        }
        let access = enter(&directory, &ada, "acme");
        let first = directory.invite(&access, list(0, 15, true)).unwrap();
        kit.pass(10 * MINUTE);
        for n in 1..5 {
            directory.invite(&access, list(n * 20, 20, true)).unwrap();
        }
        kit.pass(10 * MINUTE + Duration::from_micros(1));
        directory.invite(&access, list(100, 5, true)).unwrap();
        let waiting = || directory.invitation_count(&access, InvitationFilter::Waiting).unwrap();
        assert_eq!((waiting(), mails(kit).len()), (100, 100));
        assert_eq!(wait(&directory.invite(&access, vec![new(invitee("zoe@other.example"))]).map(only).unwrap_err()), 2_400);
        assert_eq!(wait(&directory.invite(&access, list(200, 15, true)).unwrap_err()), 2_400);
        assert_eq!(wait(&directory.invite(&access, list(200, 16, true)).unwrap_err()), 3_000, "the list needs more room");
        assert_eq!(wait(&directory.resend(&access, first[0].id).unwrap_err()), 2_400);
        assert_eq!(mails(kit), [Value::Null; 0]);
        assert_eq!(waiting(), 100, "nothing was kept");
        directory.invite(&access, list(200, 20, false)).unwrap();
        directory.invite(&access, invitation("yan@other.example", Level::Member, &[], 1)).unwrap();
        directory.invite(&enter(&directory, &ada, "other"), list(0, 20, true)).unwrap();
        kit.pass(Duration::from_secs(2_399));
        assert_eq!(wait(&directory.invite(&access, vec![new(invitee("zoe@other.example"))]).map(only).unwrap_err()), 1);
        kit.pass(Duration::from_secs(1));
        directory.invite(&access, list(300, 15, true)).unwrap();
        assert_eq!(wait(&directory.invite(&access, vec![new(invitee("zoe@other.example"))]).map(only).unwrap_err()), 600);
    }

    fn what_takes_the_place_of_another_counts_too(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        for _ in 0..100 {
            invite(&directory, &access, "bob@other.example");
        }
        assert_eq!(refused(directory.invite(&access, vec![new(invitee("bob@other.example"))]).map(only)), Code::Throttled);
        directory.remove(&access, Deletion::Permitted).unwrap();
        found(&directory, &ada, "acme");
        invite(&directory, &enter(&directory, &ada, "acme"), "bob@other.example");
    }

    fn a_thousand_wait_at_most(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        for n in 0..49 {
            directory.invite(&access, list(n * 20, 20, false)).unwrap();
        }
        kit.pass(4 * DAY);
        let last = directory.invite(&access, list(980, 20, false)).unwrap();
        assert_eq!(directory.invitation_count(&access, InvitationFilter::Waiting).unwrap(), 1_000, "expired ones too");
        let silent = |email: &str| new(InvitationFields { mail: false, ..invitee(email) });
        let error = directory.invite(&access, vec![silent("zoe@other.example")]).map(only).unwrap_err();
        assert_eq!((error.code(), error.fields().len()), (Code::Invalid, 0));
        assert_eq!(error.message(), "1000 invitations of the organization wait: take some back before you invite more");
        assert_eq!(refused(directory.invite(&access, list(999, 2, false))), Code::Invalid);
        directory.invite(&access, vec![silent("p7@other.example")]).map(only).unwrap();
        directory.withdraw(&access, last[0].id).unwrap();
        directory.invite(&access, vec![silent("zoe@other.example")]).map(only).unwrap();
        assert_eq!(directory.invitation_count(&access, InvitationFilter::Waiting).unwrap(), 1_000);
    }

    fn nobody_keeps_mails_back_by_inviting_again(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        // each time when the one before is due, and before it leaves
        let mut due = Vec::new();
        for _ in 0..4 {
            let sent = invite(&directory, &access, "bob@other.example").mail_due_at.unwrap();
            due.push(sent.micros().saturating_sub(Kit::START.micros()) / 1_000_000);
            kit.pass(Duration::from_micros((sent.micros() - kit.ctx.now().micros()).unsigned_abs()));
        }
        assert_eq!(due, [0, 60, 60, 60], "put off once");
        let last = invite(&directory, &access, "bob@other.example");
        assert!(directory.invitation_mail(last.organization, last.id, 1).unwrap().is_some(), "it leaves now");
        directory.mailed(last.organization, last.id, 1).unwrap();
        let next = invite(&directory, &access, "bob@other.example");
        assert_eq!(next.mail_due_at, Some(Kit::START.after(2 * MINUTE)), "what has left counts");
        directory.withdraw(&access, next.id).unwrap();
        let silent = directory.invite(&access, vec![new(InvitationFields { mail: false, ..invitee("bob@other.example") })]).map(only).unwrap();
        assert_eq!(refused(directory.resend(&access, silent.id)), Code::Throttled, "the address was mailed to");
        kit.pass(2 * MINUTE);
        assert!(directory.resend(&access, silent.id).is_ok());
    }
}
