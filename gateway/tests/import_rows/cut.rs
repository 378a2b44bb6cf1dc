//! Imports that are cut short and go on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use polity::import::RowImport;
use polity_testkit::both_engines;

use crate::company::{Company, told};

/// Rows in one transaction.
const BATCH: u64 = 4_000;

/// A company of this many people, each reporting to one who stands further up or, for the first, to nobody.
fn people(count: u32) -> String {
    let row = |number: u32| {
        let manager = if number == 0 { String::new() } else { format!("p{}@acme.example", (number - 1) / 7) };
        format!("p{number}@acme.example,Person {number},{manager}\n")
    };
    // the manager of a row stands behind it
    format!("email,name,manager\n{}", (0..count).rev().map(row).collect::<String>())
}

/// Runs the import and breaks it off once so many batches are in the store.
fn cut(import: &RowImport<'_>, batches: u32) {
    let mut seen = 0;
    let run = catch_unwind(AssertUnwindSafe(|| {
        import.run(&mut |_, _| {
            seen += 1;
            assert!(seen < batches, "cut short");
        })
    }));
    assert!(run.is_err(), "it was through before it was cut");
}

both_engines! {
    fn one_that_was_cut_short_goes_on_behind_its_last_batch(kit) {
        let company = Company::found(kit);
        let file = people(10_000);
        company.takes("globex", &file);

        cut(&company.begun("acme", &file).in_batches_of(BATCH), 2);
        assert_eq!(company.employees("acme").len(), 8_000);
        let second = company.begun("acme", &file).in_batches_of(BATCH);
        assert_eq!(second.reached(), 8_000);
        // on the first way again: the third batch of it is the smaller one, then the second way begins
        cut(&second, 2);
        assert_eq!(company.employees("acme").len(), 10_000);

        let third = company.begun("acme", &file);
        assert_eq!(third.reached(), 14_000, "in the second way through the file");
        let report = third.run(&mut |_, _| {}).unwrap();
        assert_eq!((report.rows, report.failed), (0, 0));
        assert_eq!(told(&report), [
            "employees: 0 created, 0 changed, 0 as they were",
            "reporting: 5999 created, 0 changed, 0 as they were",
        ]);
        assert_eq!(company.staff("acme"), company.staff("globex"), "as if it had never been cut");
        assert_eq!(company.begun("acme", &file).reached(), 0, "nothing is kept of a file that is through");
    }

    fn one_cut_short_at_its_very_end_has_nothing_left_to_do(kit) {
        let company = Company::found(kit);
        let file = people(4_000);
        cut(&company.begun("acme", &file).in_batches_of(BATCH), 2);
        let rest = company.begun("acme", &file);
        assert_eq!(rest.reached(), 8_000);
        let report = rest.run(&mut |_, _| {}).unwrap();
        assert_eq!((report.rows, company.begun("acme", &file).reached()), (0, 0));
    }

    fn a_changed_file_begins_anew_and_so_does_another_organization(kit) {
        let company = Company::found(kit);
        let file = people(6_000);
        cut(&company.begun("acme", &file).in_batches_of(BATCH), 1);
        assert_eq!(company.begun("acme", &file).reached(), 4_000);
        assert_eq!(company.begun("globex", &file).reached(), 0);
        let changed = file.replace("Person 3,", "Nobody 3,");
        assert_eq!(company.begun("acme", &changed).reached(), 0);
        let report = company.takes("acme", &changed);
        assert_eq!(told(&report), [
            "employees: 2000 created, 0 changed, 4000 as they were",
            "reporting: 5999 created, 0 changed, 0 as they were",
        ]);
    }

    fn rows_that_were_refused_before_the_cut_stay_out(kit) {
        let company = Company::found(kit);
        let rows: String = (0..6_000).map(|number| format!("p{number}@acme.example,Person {number}\n")).collect();
        let file = format!("email,name\nnothing,Nobody\n{rows}no thing,Nobody\n");
        cut(&company.begun("acme", &file).in_batches_of(BATCH), 1);
        let report = company.imports("acme", &file);
        assert_eq!(report.failed, 1, "{:?}", report.failures);
        assert!(report.failures[0].starts_with("line 6003: email: "), "{:?}", report.failures);
        assert_eq!((report.rows, company.employees("acme").len()), (2_002, 6_000));
    }
}
