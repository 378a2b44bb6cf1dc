//! A second export of the same people: whom they report to now, and who is who.

use polity_kernel::{Access, Actor, Level, Limits, PermissionSet, Standing, Subject};
use polity_testkit::both_engines;

use crate::company::{Company, told};
use crate::ground::MOMENT;
use crate::staff::PEOPLE;

both_engines! {
    fn a_newer_file_says_who_the_manager_is(kit) {
        let company = Company::found(kit);
        company.takes("acme", PEOPLE);
        let access = company.access("acme");
        let id = |email: &str| company.employee("acme", email).id;
        let by_hand = |employee: &str, manager: &str| {
            let hand = company.account(&format!("{employee}.hand@home.example"));
            let standing = Standing { level: Some(Level::Owner), permissions: PermissionSet::all(), active: true };
            let actor = Actor::new(Subject::Person(hand.id), Limits::default(), PermissionSet::none());
            let access = Access::granted(access.organization(), actor, standing);
            let line = (id(&format!("{employee}@acme.example")), id(&format!("{manager}@acme.example")));
            company.polity.accounts.set_manager(&access, line.0, line.1, "MENTOR").unwrap();
        };
        by_hand("cleo", "ann");
        // Cleo leads now, and Bea reports to her
        let newer = "\
email,manager,manager_type
bea@acme.example,cleo@acme.example,Acting
cleo@acme.example,ann@acme.example,
ann@acme.example,,
";
        for (made, kept) in [
            ("reporting: 0 created, 2 changed, 0 as they were", ""),
            ("reporting: 0 created, 0 changed, 2 as they were", "twice changes nothing"),
        ] {
            kit.pass(MOMENT);
            assert_eq!(told(&company.takes("acme", newer))[1], made, "{kept}");
            assert_eq!(company.staff("acme"), [
                "ann@acme.example Ann: ",
                "bea@acme.example Bea: Acting cleo@acme.example",
                "cleo@acme.example Cleo: MENTOR ann@acme.example, PRIMARY ann@acme.example",
            ]);
        }
        let mentors = "email,manager,manager_type\ncleo@acme.example,bea@acme.example,mentor\n";
        company.takes("acme", mentors);
        let cleo = "cleo@acme.example Cleo: MENTOR ann@acme.example, PRIMARY ann@acme.example, mentor bea@acme.example";
        assert_eq!(company.staff("acme")[2], cleo, "what a hand drew stays");
        let older = company.begun("acme", PEOPLE).keeping_lines(true);
        let report = older.run(&mut |_, _| {}).unwrap();
        assert_eq!(told(&report)[1], "reporting: 2 created, 0 changed, 0 as they were");
        assert!(company.staff("acme")[2].ends_with(", PRIMARY bea@acme.example, mentor bea@acme.example"));
    }

    fn whom_a_file_of_managers_names_are_all_there_are(kit) {
        let company = Company::found(kit);
        company.takes("acme", PEOPLE);
        let both = "\
employee,manager,type
cleo@acme.example,ann@acme.example,
CLEO@acme.example,bea@acme.example,Primary
";
        let ann = "cleo@acme.example Cleo: PRIMARY ann@acme.example";
        let ann_and_bea = "cleo@acme.example Cleo: PRIMARY ann@acme.example, PRIMARY bea@acme.example";
        for (file, counted, stand) in [
            (both, "reporting: 1 created, 0 changed, 1 as they were", ann_and_bea),
            (both, "reporting: 0 created, 0 changed, 2 as they were", ann_and_bea),
            ("employee,manager\ncleo@acme.example,ann@acme.example\n", "reporting: 0 created, 1 changed, 0 as they were", ann),
        ] {
            kit.pass(MOMENT);
            assert_eq!(told(&company.takes("acme", file)), [counted]);
            assert_eq!(company.staff("acme")[2], stand);
        }
        assert_eq!(company.staff("acme")[1], "bea@acme.example Bea: ACTING ann@acme.example", "nothing was said of it");
    }

    fn rows_in_one_anothers_way_are_tried_again_behind_the_last_batch(kit) {
        let company = Company::found(kit);
        let file = |rows: &[&str]| format!("email,name,employee_number,manager\n{}\n", rows.join("\n"));
        company.takes("acme", &file(&[
            "a@acme.example,A,01,",
            "b@acme.example,B,02,a@acme.example",
            "c@acme.example,C,03,b@acme.example",
        ]));
        let newer = file(&["a@acme.example,A,01,c@acme.example", "a2@acme.example,B,02,d@acme.example", "c@acme.example,C,03,a2@acme.example", "d@acme.example,D,04,"]);
        let report = company.begun("acme", &newer).in_batches_of(1).run(&mut |_, _| {}).unwrap();
        assert_eq!((report.failures.as_slice(), report.failed), (&[][..], 0));
        assert_eq!(company.staff("acme"), [
            "a2@acme.example B: PRIMARY d@acme.example",
            "a@acme.example A: PRIMARY c@acme.example",
            "c@acme.example C: PRIMARY a2@acme.example",
            "d@acme.example D: ",
        ]);
        // B takes the address of A before A has left it
        let newer = file(&["a@acme.example,B,02,", "b@acme.example,A,01,"]);
        let report = company.begun("acme", &newer).in_batches_of(1).run(&mut |_, _| {}).unwrap();
        assert_eq!((report.failures.as_slice(), report.failed), (&[][..], 0));
        assert_eq!(company.staff("acme")[0], "a@acme.example B: PRIMARY d@acme.example");
        let torn = company.imports("acme", "email,employee_number\nd@acme.example,03\n");
        assert_eq!(torn.failures, ["line 2: employee_number: is another employee's than the address"]);
    }
}
