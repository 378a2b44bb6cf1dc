//! Staff brought in by the thousand: what becomes of each row, and that doing it again changes nothing.

use polity_accounts::{
    Appointing, EmployeeFilter, EmployeeId, EmployeeProfile, EmployeeStatus, Employees, ManagerRow,
    OtherLines, Reporting, RowOutcome, StaffRow, Staffing, within,
};
use polity_kernel::{
    Access, AccountId, Checkpoint, Code, Error, FieldKind, Level, Page, PermissionSet, Result, Standing, Tx,
    checkpoint,
};
use polity_testkit::{Kit, both_engines};

use super::{account, allowed, employee, epoch_of, log, organization, owner, person, platform, service};

fn row(name: &str) -> StaffRow {
    let email = format!("{}@work.example", name.to_lowercase());
    StaffRow { email, name: Some(name.to_owned()), ..StaffRow::default() }
}

fn line(employee: &str, manager: &str) -> ManagerRow {
    let [employee, manager] = [employee, manager].map(|name| format!("{name}@work.example"));
    ManagerRow { employee, manager, ..ManagerRow::default() }
}

fn bring(kit: &Kit, access: &Access, rows: Vec<StaffRow>) -> Vec<RowOutcome> {
    service(kit).import_employees(access, rows, None).unwrap()
}

fn wire(kit: &Kit, access: &Access, rows: Vec<ManagerRow>) -> Vec<RowOutcome> {
    service(kit).import_managers(access, rows, None).unwrap()
}

fn failed(why: Error) -> RowOutcome {
    RowOutcome::Failed(why.into())
}

fn blocked(why: Error) -> RowOutcome {
    RowOutcome::Blocked(why.into())
}

/// A row with the number the employee is counted as.
fn numbered(name: &str, number: &str) -> StaffRow {
    let profile = EmployeeProfile { employee_number: Some(number.to_owned()), ..EmployeeProfile::default() };
    StaffRow { profile: Some(profile), ..row(name) }
}

/// The line in place of those of its kind that were drawn by import, but for lines to these.
fn only(employee: &str, manager: &str, but: &[&str]) -> ManagerRow {
    let but = but.iter().map(|name| format!("{name}@work.example")).collect();
    ManagerRow { others: OtherLines::End { but }, ..line(employee, manager) }
}

/// Somebody with an account who may do everything in the organization.
fn access_of(kit: &Kit, access: &Access, email: &str) -> Access {
    let standing = Standing { level: Some(Level::Owner), permissions: PermissionSet::all(), active: true };
    Access::granted(access.organization(), person(&account(kit, email)), standing)
}

/// Whom somebody reports to, by name.
fn managers(kit: &Kit, access: &Access, name: &str) -> Vec<String> {
    let found = service(kit).managers(access, named(kit, access, name).id).unwrap();
    let mut told: Vec<String> =
        found.into_iter().map(|(line, to)| format!("{} {}", line.kind, to.name)).collect();
    told.sort();
    told
}

fn named(kit: &Kit, access: &Access, name: &str) -> polity_accounts::Employee {
    service(kit).by_name(access, name, Page::first(1)).unwrap().items.remove(0)
}

fn way_up(kit: &Kit, access: &Access, name: &str) -> Vec<String> {
    let chain = service(kit).chain(access, named(kit, access, name).id, None).unwrap();
    chain.into_iter().map(|employee| employee.name).collect()
}

both_engines! {
    fn rows_make_and_change_employees_and_again_change_nothing(kit) {
        let access = owner(organization(kit));
        employee(kit, &access, "Old");
        let profile = EmployeeProfile { location: Some("Paris".to_owned()), ..EmployeeProfile::default() };
        let rows = vec![
            StaffRow { kind: Some("BOT".to_owned()), profile: Some(profile), ..row("Ada") },
            StaffRow { status: Some(EmployeeStatus::Pending), role: Some("seller".to_owned()), ..row("Bob") },
            StaffRow { name: None, kind: Some("INTERN".to_owned()), ..row("Old") },
            StaffRow { name: None, ..row("Nameless") },
            StaffRow { email: "nowhere".to_owned(), ..row("Eve") },
            StaffRow { name: Some("Ada King".to_owned()), ..row("Ada") },
        ];
        let outcomes = bring(kit, &access, rows.clone());
        assert_eq!(outcomes, [
            RowOutcome::Created,
            RowOutcome::Created,
            RowOutcome::Changed,
            failed(Error::field("name", FieldKind::Required.told("a new employee needs one"))),
            failed(Error::field("email", FieldKind::Malformed.told("must be an address like name@example.com"))),
            RowOutcome::Changed,
        ]);
        let ada = named(kit, &access, "Ada King");
        assert_eq!((ada.kind.as_str(), ada.profile.unwrap().location.as_deref()), ("BOT", Some("Paris")));
        assert_eq!(named(kit, &access, "Bob").status, EmployeeStatus::Pending);
        assert_eq!(log(kit, access.organization()), ["employee.created", "employee.updated", "employees.imported"]);

        let more = EmployeeProfile { company_role: Some("Engine".to_owned()), ..EmployeeProfile::default() };
        let again = vec![rows[1].clone(), rows[2].clone(), StaffRow { profile: Some(more), ..rows[5].clone() }];
        assert_eq!(bring(kit, &access, again), [RowOutcome::Unchanged, RowOutcome::Unchanged, RowOutcome::Changed]);
        let profile = named(kit, &access, "Ada King").profile.unwrap();
        assert_eq!((profile.location.as_deref(), profile.company_role.as_deref()), (Some("Paris"), Some("Engine")));
        assert_eq!(service(kit).employees(&access, EmployeeFilter::default(), Page::first(9)).unwrap().items.len(), 3);
    }

    fn rows_link_accounts(kit) {
        let access = owner(organization(kit));
        let ada = account(kit, "ada@example.com");
        let linked = |name: &str, email: &str, create_account| StaffRow {
            account: Some(email.to_owned()),
            create_account,
            ..row(name)
        };
        let rows = vec![
            linked("Ada", "ADA@example.com", false),
            linked("Bob", "bob@example.com", false),
            linked("Cid", "cid@example.com", true),
            linked("Dan", "ada@example.com", false),
            linked("Eve", "nowhere", true),
        ];
        let outcomes = bring(kit, &access, rows.clone());
        assert_eq!(outcomes, [
            RowOutcome::Created,
            failed(Error::field("account", FieldKind::NotFound.told("no such account"))),
            RowOutcome::Created,
            failed(Error::new(Code::Conflict, "another employee has this account")),
            failed(Error::field("account", FieldKind::Malformed.told("must be an address like name@example.com"))),
        ]);
        assert_eq!(named(kit, &access, "Ada").account, Some(ada.id));
        let cid = named(kit, &access, "Cid").account.unwrap();
        let cid = kit.ctx.read(|conn| within::account(conn, cid)).unwrap().unwrap();
        assert_eq!((cid.email_text(), cid.profile.name.as_deref()), ("cid@example.com", Some("Cid")));
        assert_eq!(epoch_of(kit, access.organization().uuid()), 1);
        let again = bring(kit, &access, vec![rows[0].clone(), rows[2].clone(), rows[3].clone(), row("Ada")]);
        let unchanged = RowOutcome::Unchanged;
        assert_eq!(again, [unchanged.clone(), unchanged.clone(), failed(Error::new(Code::Conflict, "another employee has this account")), unchanged]);
    }

    fn a_row_that_is_refused_leaves_nothing(kit) {
        fn appointing(_: &mut Tx<'_>, _: &Access, _: AccountId, role: &str) -> Result<()> {
            if role == "king" { Err(Error::new(Code::Forbidden, "no kings")) } else { Ok(()) }
        }
        fn linking(_: &mut Tx<'_>, _: &Access, _: EmployeeId) -> Result<()> {
            Ok(())
        }
        let access = owner(organization(kit));
        let guarded = polity_accounts::Service::new(kit.ctx.clone(), Appointing { appointing: std::sync::Arc::new(appointing), linking, ..Appointing::nothing() });
        let appointed = |name: &str, role: &str| StaffRow {
            account: Some(format!("{name}@example.com")),
            create_account: true,
            role: Some(role.to_owned()),
            ..row(name)
        };
        let promised = StaffRow { role: Some("king".to_owned()), ..row("Promised") };
        let rows = vec![appointed("Ada", "king"), appointed("Bob", "page"), promised];
        let outcomes = guarded.import_employees(&access, rows, None).unwrap();
        assert_eq!(outcomes, [failed(Error::new(Code::Forbidden, "no kings")), RowOutcome::Created, RowOutcome::Created]);
        assert_eq!(log(kit, platform()), ["account.created"], "the account made for the refused row is gone");
        assert_eq!(named(kit, &access, "Bob").role.as_deref(), Some("page"));
    }

    fn lines_are_brought_in_by_address(kit) {
        let access = owner(organization(kit));
        bring(kit, &access, ["Ada", "Bob", "Cid", "Dan", "Eve"].map(row).into());
        let rows = vec![
            line("dan", "cid"),
            line("cid", "bob"),
            line("bob", "ada"),
            line("ada", "dan"),
            line("eve", "eve"),
            line("eve", "zoe"),
            line("DAN", "CID"),
            ManagerRow { kind: Some("Mentor".to_owned()), ..line("ada", "dan") },
            ManagerRow { kind: Some(" ".to_owned()), ..line("eve", "ada") },
        ];
        let outcomes = wire(kit, &access, rows);
        let circle = blocked(Error::new(Code::Cycle, "the manager reports to the employee, directly or through others"));
        assert_eq!(outcomes, [
            RowOutcome::Created,
            RowOutcome::Created,
            RowOutcome::Created,
            circle.clone(),
            failed(Error::field("manager", FieldKind::NotAllowed.told("nobody reports to themselves"))),
            failed(Error::field("manager", FieldKind::NotFound.told("no employee has the address zoe@work.example"))),
            RowOutcome::Unchanged,
            RowOutcome::Created,
            failed(Error::field("kind", FieldKind::Blank)),
        ]);
        assert_eq!(way_up(kit, &access, "Dan"), ["Cid", "Bob", "Ada"]);
        let again = wire(kit, &access, vec![line("dan", "cid"), line("ada", "cid"), line("eve", "dan")]);
        assert_eq!(again, [RowOutcome::Unchanged, circle, RowOutcome::Created]);
        assert_eq!(way_up(kit, &access, "Eve"), ["Dan", "Cid", "Bob", "Ada"]);
        assert_eq!(epoch_of(kit, access.organization().uuid()), 0);
        assert_eq!(log(kit, access.organization()), ["employees.imported", "employees.lines_imported", "employees.lines_imported"]);
    }

    fn a_line_replaces_those_that_an_import_drew_of_its_kind(kit) {
        let access = owner(organization(kit));
        let staff = bring(kit, &access, ["Ada", "Bob", "Cid", "Dan", "Eve"].map(row).into());
        assert_eq!(staff, vec![RowOutcome::Created; 5]);
        let mentor = ManagerRow { kind: Some("Mentor".to_owned()), ..line("eve", "bob") };
        wire(kit, &access, vec![line("eve", "ada"), line("eve", "bob"), mentor, line("dan", "eve")]);
        let hand = access_of(kit, &access, "hand@example.com");
        let [eve, dan] = ["Eve", "Dan"].map(|name| named(kit, &access, name).id);
        service(kit).set_manager(&hand, eve, named(kit, &access, "Cid").id, "primary").unwrap();
        assert_eq!(managers(kit, &access, "Eve"), ["Mentor Bob", "PRIMARY Ada", "PRIMARY Bob", "primary Cid"]);

        kit.pass(std::time::Duration::from_secs(1));
        let outcomes = wire(kit, &access, vec![only("eve", "bob", &[]), only("dan", "eve", &[])]);
        assert_eq!(outcomes, [RowOutcome::Changed, RowOutcome::Unchanged]);
        assert_eq!(managers(kit, &access, "Eve"), ["Mentor Bob", "PRIMARY Bob", "primary Cid"], "what a hand drew stays");
        let both = vec![only("eve", "ada", &["ada", "bob"]), only("eve", "bob", &["ada", "bob"])];
        assert_eq!(wire(kit, &access, both.clone()), [RowOutcome::Created, RowOutcome::Unchanged]);
        assert_eq!(wire(kit, &access, both), [RowOutcome::Unchanged, RowOutcome::Unchanged]);
        assert_eq!(service(kit).lines_of(&access, &[eve, dan]).unwrap().len(), 5);
        let told = log(kit, access.organization());
        assert_eq!(told.iter().filter(|event| *event == "employee.line_changed").count(), 2, "one by hand, one that ended");
    }

    fn whoever_reports_may_come_to_lead_in_one_batch(kit) {
        let access = owner(organization(kit));
        bring(kit, &access, ["Ada", "Bob", "Cid", "Dan"].map(row).into());
        wire(kit, &access, vec![line("bob", "ada"), line("cid", "bob"), line("dan", "cid")]);
        let turn = |top: &str| {
            vec![only("ada", "bob", &[]), only("bob", "cid", &[]), only("cid", "dan", &[]), only("dan", top, &[])]
        };
        let circle = blocked(Error::new(Code::Cycle, "the manager reports to the employee, directly or through others"));
        let missing = failed(Error::field("manager", FieldKind::NotFound.told("no employee has the address eve@work.example")));
        // as long as Dan's old line stands, none of the others can be turned
        assert_eq!(wire(kit, &access, turn("eve")), [circle.clone(), circle.clone(), circle, missing]);
        assert_eq!(way_up(kit, &access, "Dan"), ["Cid", "Bob", "Ada"], "as it was");
        bring(kit, &access, vec![row("Eve")]);
        let changed = RowOutcome::Changed;
        let outcomes = wire(kit, &access, turn("eve"));
        assert_eq!(outcomes, [RowOutcome::Created, changed.clone(), changed.clone(), changed]);
        assert_eq!(way_up(kit, &access, "Ada"), ["Bob", "Cid", "Dan", "Eve"]);
        assert_eq!(wire(kit, &access, turn("eve")), vec![RowOutcome::Unchanged; 4]);
    }

    fn a_row_is_found_by_number_before_address(kit) {
        let access = owner(organization(kit));
        bring(kit, &access, vec![numbered("Ada", "007"), numbered("Bob", "8"), row("Cid")]);
        let ada = named(kit, &access, "Ada").id;
        let married = StaffRow { email: "ada.king@work.example".to_owned(), ..numbered("Ada", "007") };
        let outcomes = bring(kit, &access, vec![
            StaffRow { name: None, ..numbered("Ada", "10") },
            married.clone(),
            numbered("Cid", "9"),
            StaffRow { email: "bob@work.example".to_owned(), ..numbered("Torn", "9") },
            numbered("Dan", "7"),
        ]);
        let torn = blocked(Error::field("employee_number", FieldKind::Mismatch.told("is another employee's than the address")));
        assert_eq!(outcomes, [
            failed(Error::field("name", FieldKind::Required.told("a new employee needs one"))),
            RowOutcome::Changed,
            RowOutcome::Changed,
            torn.clone(),
            RowOutcome::Created,
        ]);
        let found = named(kit, &access, "Ada");
        assert_eq!((found.id, found.email.as_str()), (ada, "ada.king@work.example"));
        assert_eq!(bring(kit, &access, vec![married]), [RowOutcome::Unchanged]);

        // Bob leaves his address to Ada, and somebody new comes to hers
        let rows = vec![
            StaffRow { email: "ada.king@work.example".to_owned(), ..numbered("Newcomer", "11") },
            StaffRow { email: "bob@work.example".to_owned(), ..numbered("Ada", "007") },
            StaffRow { email: "robert@work.example".to_owned(), ..numbered("Bob", "8") },
        ];
        assert_eq!(bring(kit, &access, rows), [RowOutcome::Created, RowOutcome::Changed, RowOutcome::Changed]);
        let addresses = ["Ada", "Bob", "Newcomer"].map(|name| named(kit, &access, name).email.to_string());
        assert_eq!(addresses, ["bob@work.example", "robert@work.example", "ada.king@work.example"]);
        assert_eq!(named(kit, &access, "Ada").id, ada);
        // two trade addresses: neither can go first
        let traded = vec![
            StaffRow { email: "robert@work.example".to_owned(), ..numbered("Ada", "007") },
            StaffRow { email: "bob@work.example".to_owned(), ..numbered("Bob", "8") },
        ];
        assert_eq!(bring(kit, &access, traded), [torn.clone(), torn]);
    }

    fn a_number_of_several_is_settled_by_the_address(kit) {
        let access = owner(organization(kit));
        bring(kit, &access, vec![numbered("Ada", "1"), numbered("Bob", "2")]);
        let bob = named(kit, &access, "Bob").id;
        let profile = EmployeeProfile { employee_number: Some("1".to_owned()), ..EmployeeProfile::default() };
        service(kit).set_profile(&access, bob, profile).unwrap();
        let outcomes = bring(kit, &access, vec![
            StaffRow { kind: Some("BOT".to_owned()), ..numbered("Bob", "1") },
            numbered("Cid", "1"),
        ]);
        assert_eq!(outcomes, [
            RowOutcome::Changed,
            failed(Error::field("employee_number", FieldKind::Taken.told("is that of several employees, and the address is nobody's"))),
        ]);
        let other = owner(organization(kit));
        assert_eq!(bring(kit, &other, vec![numbered("Cid", "1")]), [RowOutcome::Created], "another organization's number");
    }

    fn an_account_is_made_at_the_employees_address_where_there_is_none(kit) {
        let access = owner(organization(kit));
        let making = |name: &str, account: Option<&str>| StaffRow {
            account: account.map(str::to_owned),
            create_account: true,
            ..numbered(name, name)
        };
        bring(kit, &access, vec![making("Ada", None), making("Bob", Some("bob@home.example"))]);
        let address = |name: &str| {
            let account = named(kit, &access, name).account.unwrap();
            kit.ctx.read(|conn| within::account(conn, account)).unwrap().unwrap().email_text().to_owned()
        };
        assert_eq!((address("Ada"), address("Bob")), ("ada@work.example".to_owned(), "bob@home.example".to_owned()));
        let moved = StaffRow { email: "king@work.example".to_owned(), ..making("Ada", None) };
        assert_eq!(bring(kit, &access, vec![moved, making("Bob", None)]), [RowOutcome::Changed, RowOutcome::Unchanged]);
        assert_eq!((address("Ada"), address("Bob")), ("ada@work.example".to_owned(), "bob@home.example".to_owned()));
    }

    fn the_place_reached_is_noted_with_the_rows(kit) {
        let access = owner(organization(kit));
        let reached = |position| Some(Checkpoint { source: [7; 32], position });
        let place = || kit.ctx.read(|conn| checkpoint::reached(conn, access.organization(), &[7; 32])).unwrap();
        service(kit).import_employees(&access, vec![row("Ada"), row("Bob")], reached(2)).unwrap();
        assert_eq!(place(), 2);
        service(kit).import_managers(&access, vec![line("ada", "bob")], reached(3)).unwrap();
        assert_eq!(place(), 3);
        let refused = service(kit).import_employees(&access, vec![row("Eve"); 16_001], reached(9)).unwrap_err();
        assert_eq!((refused.fields()[0].field.as_str(), place()), ("rows", 3));
    }

    fn bringing_staff_in_asks_for_permissions(kit) {
        let access = owner(organization(kit));
        let may = |names: &[&str]| allowed(access.organization(), names);
        let (create, update) = ("org.employees.create", "org.employees.update");
        let creating = StaffRow { account: Some("ada@example.com".to_owned()), create_account: true, ..row("Ada") };
        for (names, rows) in [(vec![create], vec![row("Ada")]), (vec![update], vec![]), (vec![create, update], vec![creating])] {
            let refused = service(kit).import_employees(&may(&names), rows, None).unwrap_err();
            assert_eq!(refused.code(), Code::Forbidden);
        }
        let refused = service(kit).import_managers(&may(&[create]), Vec::new(), None).unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
        assert_eq!(service(kit).import_employees(&may(&[create, update]), Vec::new(), None).unwrap(), []);
        assert_eq!(service(kit).import_managers(&may(&[update]), Vec::new(), None).unwrap(), []);
    }

    fn a_deleted_organizations_staff_goes_in_pieces(kit) {
        let (access, other) = (owner(organization(kit)), owner(organization(kit)));
        for access in [&access, &other] {
            bring(kit, access, ["Ada", "Bob", "Cid"].map(row).into());
            wire(kit, access, vec![line("ada", "bob"), line("bob", "cid"), line("ada", "cid")]);
        }
        let organization = access.organization();
        let mut rounds = 0;
        while kit.ctx.write_platform(move |tx| within::purge(tx, organization, 2)).unwrap() > 0 {
            rounds += 1;
        }
        assert_eq!(rounds, 4);
        let rows = kit.rows();
        assert_eq!((rows["employees"], rows["employee_managers"]), (3, 3), "another's stays");
    }
}
