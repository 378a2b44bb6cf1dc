//! The list of those who are invited.

use super::*;

both_engines! {
    fn whoever_is_invited_is_shown_to_members_the_newest_first(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        for organization in ["acme", "other"] {
            found(&directory, &ada, organization);
        }
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let access = enter(&directory, &ada, "acme");
        invite(&directory, &enter(&directory, &ada, "other"), "far@other.example");
        for email in ["a@other.example", "b@other.example", "c@other.example"] {
            invite(&directory, &access, email);
            kit.pass(2 * DAY);
        }
        let member = enter(&directory, &bob, "acme");
        assert_eq!(waiting(&directory, &member), ["c@other.example", "b@other.example", "a@other.example"]);
        let statuses: Vec<_> = directory.invitations(&member, InvitationFilter::Waiting, Page::offset(2, 1)).unwrap().items.iter().map(|one| one.status).collect();
        assert_eq!(statuses, [InvitationStatus::Expired; 2], "the expired stay");
        let without = limited(&bob, Limits { permissions: Some(permissions(&["org.directory.list"])), ..Limits::default() });
        let without = enter(&directory, &without, "acme");
        for email in ["d@other.example", "e@other.example"] {
            invite(&directory, &access, email);
        }
        let all = directory.invitations(&member, InvitationFilter::Waiting, Page::first(99)).unwrap().items;
        let mut walked = Vec::new();
        let mut page = Page::first(1);
        loop {
            let found = directory.invitations(&member, InvitationFilter::Waiting, page).unwrap();
            walked.extend(found.items);
            let Some(next) = found.next else { break };
            page = Page::after(1, next);
        }
        assert_eq!(walked, all);
        assert_eq!(refused(directory.invitations(&without, InvitationFilter::Waiting, Page::first(9))), Code::Forbidden);
        assert_eq!(refused(directory.invitation_count(&without, InvitationFilter::Waiting)), Code::Forbidden);
    }
}
