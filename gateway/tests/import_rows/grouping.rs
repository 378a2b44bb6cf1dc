//! Groups, which contains which, and who is in them.

use polity_directory::Members;
use polity_groups::{GroupFilter, GroupStatus};
use polity_kernel::Page;
use polity_testkit::both_engines;

use crate::company::{Company, told};
use crate::ground::MOMENT;

/// A chain of three, the innermost first, and one beside it.
const GROUPS: &str = "\
group,name,type,description,icon,status,parent
night,Night Watch,TEAM,,,,north
north,North,department,All of the north,compass,PENDING,all
all,Everybody,,,,,
beside,Beside,TEAM,,,,
";

const PEOPLE: &str = "email,name\nann@acme.example,Ann\nbo@acme.example,Bo\n";

both_engines! {
    fn every_column_arrives_and_a_parent_may_come_later(kit) {
        let company = Company::found(kit);
        let report = company.takes("acme", GROUPS);
        assert_eq!(told(&report), [
            "groups: 4 created, 0 changed, 0 as they were",
            "groups nested: 2 created, 0 changed, 0 as they were",
        ]);
        assert_eq!(company.groups("acme"), [
            "all Everybody TEAM: MEMBER group north",
            "beside Beside TEAM: ",
            "night Night Watch TEAM: ",
            "north North department: MEMBER group night",
        ]);
        let access = company.access("acme");
        let groups = company.polity.groups.groups(&access, GroupFilter::default(), Page::first(10)).unwrap();
        let north = groups.items.into_iter().find(|group| group.name == "North").unwrap();
        let profile = north.profile.unwrap();
        assert_eq!(north.status, GroupStatus::Pending);
        assert_eq!((profile.description.as_deref(), profile.icon.as_deref()), (Some("All of the north"), Some("compass")));
    }

    fn members_of_each_kind_go_in(kit) {
        let company = Company::found(kit);
        let (cy, _) = (company.account("cy@home.example"), company.account("di@home.example"));
        Members::add_member(company.polity.directory.as_ref(), &company.access("acme"), cy.id.into()).unwrap();
        company.takes("acme", PEOPLE);
        company.takes("acme", GROUPS);
        let report = company.takes("acme", "\
group,member,kind,type
all,ANN@acme.example,,
night,bo@acme.example,Employee,LEAD
night,cy@home.example,account,
all,beside,group,GUEST
");
        assert_eq!(told(&report), ["in groups: 4 created, 0 changed, 0 as they were"]);
        assert_eq!(company.groups("acme"), [
            "all Everybody TEAM: GUEST group beside, MEMBER ann@acme.example, MEMBER group north",
            "beside Beside TEAM: ",
            "night Night Watch TEAM: LEAD bo@acme.example, MEMBER account cy@home.example",
            "north North department: MEMBER group night",
        ]);
        let report = company.imports("acme", "group,member,kind\nnight,di@home.example,account\n");
        assert_eq!(report.failures, ["line 2: member: is no member of the organization"]);
    }

    fn bad_rows_are_told_of_and_the_others_go_in(kit) {
        let company = Company::found(kit);
        company.takes("acme", PEOPLE);
        company.takes("globex", "group,name\nforeign,Foreign\n");
        let report = company.imports("acme", &format!("{GROUPS}\
loop,Loop,TEAM,,,,loop
,Nameless,TEAM,,,,
odd,Odd,TEAM,,,GONE,
lost,Lost,TEAM,,,,foreign
long,Long,{},,,,
", "x".repeat(65)));
        let places = |failures: &[String]| -> Vec<String> {
            failures.iter().map(|failure| failure.splitn(3, ": ").take(2).collect::<Vec<_>>().join(": ")).collect()
        };
        assert_eq!(report.failed, 5, "{:#?}", report.failures);
        let told = places(&report.failures);
        for place in ["line 7: group", "line 8: status", "line 9: parent", "line 10: type"] {
            assert!(told.contains(&place.to_owned()), "{place}: {:#?}", report.failures);
        }
        assert!(report.failures.iter().any(|failure| failure.starts_with("line 6: ")), "{:#?}", report.failures);
        assert_eq!(company.groups("acme").len(), 6, "also those whose parent is refused");

        let report = company.imports("acme", "\
group,member,kind,type
nothing,ann@acme.example,,
all,nobody@acme.example,,
all,ann@acme.example,person,
night,all,group,
foreign,ann@acme.example,,
all,bo@acme.example,,
");
        assert_eq!(places(&report.failures)[..3], ["line 2: group", "line 3: member", "line 4: kind"]);
        assert!(report.failures[3].starts_with("line 5: "), "a circle: {:#?}", report.failures);
        assert_eq!(places(&report.failures)[4], "line 6: group");
        assert_eq!(company.groups("acme")[0], "all Everybody TEAM: MEMBER bo@acme.example, MEMBER group north");
        assert_eq!(company.groups("globex"), ["foreign Foreign TEAM: "]);
    }

    fn twice_changes_nothing_and_a_newer_file_what_it_speaks_of(kit) {
        let company = Company::found(kit);
        let memberships = "group,member,type\nall,ann@acme.example,LEAD\nnight,ann@acme.example,\n";
        for content in [PEOPLE, GROUPS, memberships] {
            company.takes("acme", content);
        }
        let rows = kit.rows();
        kit.pass(MOMENT);
        for content in [PEOPLE, GROUPS, memberships] {
            let again = company.takes("acme", content);
            assert!(again.tallies.iter().all(|tally| tally.created + tally.changed == 0), "{:?}", told(&again));
        }
        assert_eq!(kit.rows(), rows, "not even an event");

        let report = company.takes("acme", "group,name,parent\nnight,Day Watch,beside\n");
        assert_eq!(told(&report), [
            "groups: 0 created, 1 changed, 0 as they were",
            "groups nested: 1 created, 0 changed, 0 as they were",
        ]);
        let report = company.takes("acme", "group,member,type\nall,ann@acme.example,OWNER\n");
        assert_eq!(told(&report), ["in groups: 0 created, 1 changed, 0 as they were"]);
        assert_eq!(company.groups("acme"), [
            "all Everybody TEAM: MEMBER group north, OWNER ann@acme.example",
            "beside Beside TEAM: MEMBER group night",
            "night Day Watch TEAM: MEMBER ann@acme.example",
            "north North department: MEMBER group night",
        ]);
    }
}
