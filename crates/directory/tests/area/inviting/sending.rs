//! Mails that tell of an invitation, sending again, and taking back.

use super::*;

both_engines! {
    fn a_mail_is_sent_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let acme = found(&directory, &ada, "acme").id;
        let access = enter(&directory, &ada, "acme");
        let sent = invite(&directory, &access, "bob@other.example");
        let mail = directory.invitation_mail(acme, sent.id, 1).unwrap().unwrap();
        assert_eq!((&mail.invitation, mail.inviter.unwrap().id, mail.number), (&sent, id_of(&ada), 1));
        directory.mailed(acme, sent.id, 1).unwrap();
        directory.mailed(acme, sent.id, 1).unwrap();
        assert_eq!(directory.follow(None, sent.id).unwrap().invitation.mails_sent, 1);
        assert_eq!(directory.invitation_mail(acme, sent.id, 1).unwrap(), None);
        assert_eq!(directory.invitation_mail(acme, sent.id, 2).unwrap(), None, "nobody asked for it");
    }

    fn no_mail_tells_of_what_is_over(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let acme = found(&directory, &ada, "acme").id;
        let access = enter(&directory, &ada, "acme");
        let [back, again, old] = ["back@other.example", "again@other.example", "old@other.example"].map(|email| invite(&directory, &access, email));
        directory.withdraw(&access, back.id).unwrap();
        kit.pass(MINUTE);
        directory.resend(&access, again.id).unwrap();
        assert_eq!(directory.invitation_mail(acme, again.id, 1).unwrap(), None, "the second one is sent");
        assert!(directory.invitation_mail(acme, again.id, 2).unwrap().is_some());
        kit.pass(4 * DAY);
        for gone in [back.id, again.id, old.id] {
            assert_eq!(directory.invitation_mail(acme, gone, 1).unwrap(), None);
        }
        let unknown = polity_directory::InvitationId::new(kit.ctx.ids().secret());
        assert_eq!(directory.invitation_mail(acme, unknown, 1).unwrap(), None);
        directory.mailed(acme, unknown, 1).unwrap();
    }

    fn one_sent_again_is_good_for_three_more_days(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let sent = invite(&directory, &access, "bob@other.example");
        directory.mailed(sent.organization, sent.id, 1).unwrap();
        mails(kit);
        kit.pass(3 * DAY);
        assert_eq!(refused(directory.follow(None, sent.id)), Code::Conflict);
        let again = directory.resend(&access, sent.id).unwrap();
        assert_eq!((again.id, again.status, again.created_at), (sent.id, InvitationStatus::Pending, sent.created_at));
        assert_eq!(again.expires_at, kit.ctx.now().after(3 * DAY));
        assert_eq!((again.mails_asked, again.mails_sent), (2, 1));
        assert_eq!(mails(kit), [mail(&sent, 2)]);
        assert_eq!(directory.follow(None, sent.id).unwrap().invitation, again);
        assert_eq!(waiting(&directory, &access), ["bob@other.example"]);
    }

    fn sending_again_shortens_nothing_and_leaves_one(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let old = invite(&directory, &access, "bob@other.example");
        kit.pass(4 * DAY);
        let long = directory.invite(&access, invitation("bob@other.example", Level::Member, &[], 30)).unwrap().remove(0);
        assert_eq!(directory.resend(&access, long.id).unwrap().expires_at, long.expires_at);
        assert_eq!(waiting(&directory, &access), ["bob@other.example"]);
        assert_eq!(refused(directory.resend(&access, old.id)), Code::NotFound);
    }

    fn sending_again_is_promising_once_more(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        found(&directory, &ada, "other");
        let access = enter(&directory, &ada, "acme");
        let member = enter(&directory, &join(kit, &directory, &ada, "acme", "bob@acme.example"), "acme");
        let plain = invite(&directory, &access, "yan@other.example");
        let high = directory.invite(&access, vec![new(InvitationFields { level: Level::Admin, ..invitee("zoe@other.example") })]).map(only).unwrap();
        let roles = directory.invite(&access, invitation("xia@other.example", Level::Member, &["manager"], 1)).unwrap().remove(0);
        kit.pass(MINUTE);
        assert!(directory.resend(&member, plain.id).is_ok());
        for above in [high.id, roles.id] {
            assert_eq!(refused(directory.resend(&member, above)), Code::Forbidden);
        }
        assert_eq!(refused(directory.resend(&enter(&directory, &ada, "other"), plain.id)), Code::NotFound);
        let_members_invite(&directory, &ada, Some(false));
        assert_eq!(refused(directory.resend(&member, plain.id)), Code::Forbidden);
    }

    fn whoever_invited_takes_back_and_so_do_admins(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        found(&directory, &ada, "other");
        let access = enter(&directory, &ada, "acme");
        let [bob, cyd] = ["bob@acme.example", "cyd@acme.example"].map(|email| join(kit, &directory, &ada, "acme", email));
        let (bob_s, cyd_s) = (enter(&directory, &bob, "acme"), enter(&directory, &cyd, "acme"));
        let [one, other] = ["y@other.example", "z@other.example"].map(|email| invite(&directory, &bob_s, email));
        assert_eq!(refused(directory.withdraw(&cyd_s, one.id)), Code::Forbidden);
        assert_eq!(refused(directory.withdraw(&enter(&directory, &ada, "other"), one.id)), Code::NotFound);
        let narrow = limited(&bob, Limits { permissions: Some(permissions(&["org.directory.members.list"])), ..Limits::default() });
        assert_eq!(refused(directory.withdraw(&enter(&directory, &narrow, "acme"), one.id)), Code::Forbidden);
        assert_eq!(waiting(&directory, &access).len(), 2);
        kit.pass(4 * DAY);
        directory.withdraw(&bob_s, one.id).unwrap();
        directory.withdraw(&access, other.id).unwrap();
        assert_eq!(waiting(&directory, &access), [""; 0], "expired ones too");
        assert_eq!(refused(directory.withdraw(&access, one.id)), Code::NotFound);
        assert_eq!(refused(directory.follow(None, one.id)), Code::NotFound);
    }

    fn one_sent_a_moment_ago_is_not_sent_again(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let sent = invite(&directory, &access, "bob@other.example");
        kit.pass(MINUTE - Duration::from_micros(1));
        let error = directory.resend(&access, sent.id).unwrap_err();
        assert_eq!((error.code(), error.message()), (Code::Throttled, "its last mail is too fresh: it can be sent again in 1 seconds"));
        kit.pass(Duration::from_micros(1));
        directory.resend(&access, sent.id).unwrap();
        assert_eq!(refused(directory.resend(&access, sent.id)), Code::Throttled);
        let silent = directory.invite(&access, vec![new(InvitationFields { mail: false, ..invitee("zoe@other.example") })]).map(only).unwrap();
        assert_eq!(directory.resend(&access, silent.id).unwrap().mails_asked, 1, "nothing was sent yet");
    }

    fn inviting_again_and_again_sends_a_mail_a_minute(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let sent = invite(&directory, &access, "bob@other.example");
        assert_eq!(mails(kit), [mail(&sent, 1)]);
        kit.pass(MINUTE / 4);
        let later: Vec<_> = (0..3).map(|_| invite(&directory, &access, "bob@other.example")).collect();
        let due = Kit::START.after(MINUTE);
        assert!(later.iter().all(|sent| sent.mail_due_at == Some(due)), "{later:?}");
        directory.withdraw(&access, later[2].id).unwrap();
        let last = invite(&directory, &access, "bob@other.example");
        assert_eq!((last.mail_due_at, mails(kit)), (Some(due), Vec::new()), "taking back in between gains nothing");
        kit.pass(MINUTE);
        let told = mails(kit).into_iter().filter(|mail| mail["invitation"] == json!(last.id)).count();
        let acme = last.organization;
        assert_eq!((told, directory.invitation_mail(acme, last.id, 1).unwrap().is_some()), (1, true));
        assert!(later.iter().all(|sent| directory.invitation_mail(acme, sent.id, 1).unwrap().is_none()));
    }
}
