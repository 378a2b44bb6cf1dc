//! Promises that are made once more, or taken up: whose they are, what is left of them, and what the log says.

use polity_directory::{InvitationFields, InvitationRef, Invitations, Members, NewInvitation, Taker};
use polity_kernel::event;

use super::*;

/// What the log says of an invitation, in alphabetical order: it does not order what happens at one instant.
fn log(kit: &Kit, invitation: &Invitation) -> Vec<String> {
    let events = kit.ctx.read(|conn| event::latest(conn, invitation.organization, 99)).unwrap();
    let of_it = events.into_iter().filter(|event| event.entity_id == invitation.id.to_string());
    let mut log: Vec<String> = of_it.map(|event| event.action).collect();
    log.sort_unstable();
    log
}

both_engines! {
    fn who_runs_a_project_no_more_does_not_keep_its_promise_alive(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let [shop, gone] = ["Shop", "Gone"].map(|name| project(kit, &access, name));
        for project in [shop, gone] {
            common::workspaces(kit).give_project_role(&access, project, id_of(&bob), ProjectRole::Admin).unwrap();
        }
        let member = enter(&directory, &bob, "acme");
        let projects = vec![promise(shop, ProjectLevel::Admin), promise(gone, ProjectLevel::Admin)];
        let sent = directory.invite(&member, vec![new(InvitationFields { projects, ..invitee("zoe@other.example") })]).map(only).unwrap();
        let again = || directory.resend(&enter(&directory, &bob, "acme"), sent.id);
        let combined = |access: &Access| directory.invite(access, vec![new(InvitationFields { combine: true, ..invitee("zoe@other.example") })]).map(only);
        kit.pass(MINUTE);
        again().unwrap();
        common::workspaces(kit).take_project_role(&access, shop, id_of(&bob)).unwrap();
        kit.pass(MINUTE);
        assert_eq!(common::missing(&again().unwrap_err()), ["projects.update"]);
        assert_eq!(refused(combined(&enter(&directory, &bob, "acme"))), Code::Forbidden);
        common::workspaces(kit).close_project(&access, gone).unwrap();
        assert_eq!(directory.resend(&access, sent.id).unwrap().id, sent.id, "what was closed is nobody's to ask for");
        assert_eq!(combined(&access).unwrap().projects, [promise(shop, ProjectLevel::Admin)]);
        common::workspaces(kit).close_project(&access, shop).unwrap();
        assert_eq!(combined(&enter(&directory, &bob, "acme")).unwrap().projects, []);
    }

    fn a_hundred_projects_are_given_at_once_and_no_more_are_promised(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let acme = found(&directory, &ada, "acme").id;
        let access = enter(&directory, &ada, "acme");
        let all: Vec<ProjectId> = (0..101).map(|n| project(kit, &access, &format!("Project {n}"))).collect();
        let fields = |projects: &[ProjectId], combine| InvitationFields {
            projects: projects.iter().map(|project| promise(*project, ProjectLevel::Member)).collect(),
            combine,
            ..invitee("bob@other.example")
        };
        let error = NewInvitation::try_from(fields(&all, false)).unwrap_err();
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "projects"));
        let sent = directory.invite(&access, vec![new(fields(&all[..100], false))]).map(only).unwrap();
        let error = directory.invite(&access, vec![new(fields(&all[100..], true))]).map(only).unwrap_err();
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "projects"));
        let bob = person(kit, "bob@other.example");
        directory.accept(Taker::Person(bob.clone()), &InvitationRef::Id(sent.id)).unwrap();
        let own = common::workspaces(kit).projects(&enter(&directory, &bob, "acme"), Page::first(200)).unwrap().items;
        assert_eq!(own.len(), 100);
        let events = kit.ctx.read(|conn| event::latest(conn, acme, 150)).unwrap();
        let of_bob = |after: &Option<polity_kernel::sql::Document>| after.as_ref().is_some_and(|after| after.0["account"] == json!(id_of(&bob)));
        let granted = events.iter().filter(|event| event.entity == "project_role" && of_bob(&event.after)).count();
        assert_eq!(granted, 100, "each in the log");
    }

    fn the_log_tells_of_what_was_taken_back_by_another(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let plain = || directory.invite(&access, invitation("bob@other.example", Level::Member, &[], 1)).unwrap().remove(0);
        let first = invite(&directory, &access, "bob@other.example");
        let second = invite(&directory, &access, "bob@other.example");
        assert_eq!((log(kit, &first), log(kit, &second)), (vec!["created".into(), "revoked".into()], vec!["created".into()]));
        kit.pass(4 * DAY);
        directory.resend(&access, second.id).unwrap();
        assert_eq!(log(kit, &second), ["created", "sent"], "an expired one waits again");
        kit.pass(4 * DAY);
        let third = plain();
        assert_eq!(log(kit, &second), ["created", "revoked", "sent"], "another took its place, though its time ran out");
        assert_eq!(refused(directory.resend(&access, second.id)), Code::NotFound);
        let fourth = plain();
        assert_eq!(log(kit, &third), ["created", "revoked"]);
        kit.pass(4 * DAY);
        let fifth = plain();
        directory.accept(Taker::Person(person(kit, "bob@other.example")), &InvitationRef::Id(fifth.id)).unwrap();
        assert_eq!((log(kit, &fourth), log(kit, &fifth)), (vec!["created".into(), "revoked".into()], vec!["claimed".into(), "created".into()]));

        let sixth = directory.invite(&access, vec![new(invitee("zoe@other.example"))]).map(only).unwrap();
        let zoe = person(kit, "zoe@other.example");
        directory.add_member(&access, id_of(&zoe).into()).unwrap();
        directory.remove_member(&access, id_of(&zoe)).unwrap();
        assert_eq!(log(kit, &sixth), ["created", "revoked"], "so does sending somebody away");
    }
}
