//! Events from before there was a catalogue have its words.

use polity_kernel::event;
use polity_testkit::{Engine, Kit, both_engines};

use crate::stage::Stage;

const UP: [&str; 2] = [
    include_str!("../../../../migrations/sqlite/00000000000036_event_versions/up.sql"),
    include_str!("../../../../migrations/postgres/00000000000036_event_versions/up.sql"),
];

const DOWN: [&str; 2] = [
    include_str!("../../../../migrations/sqlite/00000000000036_event_versions/down.sql"),
    include_str!("../../../../migrations/postgres/00000000000036_event_versions/down.sql"),
];

fn of(kit: &Kit, [sqlite, postgres]: [&'static str; 2]) -> &'static str {
    match kit.engine() {
        Engine::Sqlite => sqlite,
        Engine::Postgres => postgres,
    }
}

both_engines! {
    fn older_events_have_the_words_of_the_catalogue(kit) {
        let stage = Stage::set(kit);
        stage.polity.directory.add_member(&stage.access, stage.bob.into()).unwrap();
        stage.staff();
        stage.groups();
        let organization = stage.access.organization();
        let log = || {
            let events = kit.ctx.read(|conn| event::latest(conn, organization, 1000)).unwrap();
            events.into_iter().map(|one| (one.id(), one.name(), one.entity_id, one.version)).collect::<Vec<_>>()
        };
        let told = log();
        kit.execute(of(kit, DOWN));
        let older = kit.contents().remove("events").unwrap().join("\n");
        for word in ["group_membership", "group_memberships", "group_members", "reporting_line", "reporting_lines"] {
            assert!(older.contains(word), "{word}: {older}");
        }
        for word in ["member_added", "member_removed", "members_replaced", "members_imported", "line_changed", "deleted"] {
            assert!(!older.contains(word), "{word}: {older}");
        }
        kit.execute(of(kit, UP));
        let unversioned = told.into_iter().map(|(id, name, thing, _)| (id, name, thing, 0)).collect::<Vec<_>>();
        assert_eq!(log(), unversioned);
    }
}
