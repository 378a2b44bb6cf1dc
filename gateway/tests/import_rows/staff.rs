//! Employees and who reports to whom.

use polity::import::{Kind, RowImport};
use polity_accounts::{EmployeeProfile, EmployeeStatus, People};
use polity_directory::Members;
use polity_kernel::{Actor, Level};
use polity_testkit::both_engines;
use serde_json::json;

use crate::company::{Company, told};
use crate::ground::common::Service;
use crate::ground::{Caller, MOMENT, account_of};

/// Three people on three levels, the lowest first.
pub(crate) const PEOPLE: &str = "\
email,name,manager,manager_type,type
cleo@acme.example,Cleo,bea@acme.example,,EMPLOYEE
bea@acme.example,Bea,ann@acme.example,ACTING,CONTRACTOR
ann@acme.example,Ann,,,
";

both_engines! {
    fn every_column_arrives(kit) {
        let company = Company::found(kit);
        let ada = company.account("ada@home.example");
        company.takes("acme", "\
email,name,account,role,type,status,manager,manager_type,employee_number,first_name,last_name,bio,profile_image,birth_date,gender,timezone,location,join_date,company_role
Ada@Acme.example,Ada Alder,ADA@home.example,manager,INTERN,pending,,,7,Ada,Alder,\"Likes ropes,
and knots\",https://acme.example/a.png,1990-02-28,female,Europe/Berlin,Quay 4,2024-01-31,Rigger
");
        let found = company.employee("acme", "ada@acme.example");
        let text = |text: &str| Some(text.to_owned());
        assert_eq!((found.name.as_str(), found.account, found.role), ("Ada Alder", Some(ada.id), text("manager")));
        assert_eq!((found.kind.as_str(), found.status), ("INTERN", EmployeeStatus::Pending));
        let expected = EmployeeProfile {
            employee_number: text("7"),
            first_name: text("Ada"),
            last_name: text("Alder"),
            bio: text("Likes ropes,\nand knots"),
            profile_image: text("https://acme.example/a.png"),
            birth_date: "1990-02-28".parse().ok(),
            gender: text("female"),
            timezone: text("Europe/Berlin"),
            location: text("Quay 4"),
            join_date: "2024-01-31".parse().ok(),
            company_role: text("Rigger"),
        };
        assert_eq!(found.profile, Some(expected));
    }

    fn a_person_is_one_however_a_row_spells_them(kit) {
        let company = Company::found(kit);
        for row in ["jo\u{308}rg@acme.example,Jo\u{308}rg", "J\u{f6}rg@ACME.example, J\u{f6}rg "] {
            company.takes("acme", &format!("email,name\n{row}\n"));
            assert_eq!(company.staff("acme"), ["j\u{f6}rg@acme.example J\u{f6}rg: "]);
        }
        let rows = "email,name\neve@acme.example,E\u{202e}ve\nev\u{200b}e@acme.example,Eve\n\u{212a}ay@acme.example,Kay\n";
        let report = company.imports("acme", rows);
        for (line, start) in ["line 2: name: holds U+202E", "line 3: email: ", "line 4: email: "].into_iter().enumerate() {
            assert!(report.failures[line].starts_with(start), "{:?}", report.failures);
        }
    }

    fn both_formats_bring_the_same(kit) {
        let company = Company::found(kit);
        company.takes("acme", PEOPLE);
        let rows = "\
{\"email\": \"cleo@acme.example\", \"name\": \"Cleo\", \"manager\": \"bea@acme.example\", \"type\": null}

{\"manager_type\": \"ACTING\", \"email\": \"bea@acme.example\", \"name\": \"Bea\", \"manager\": \"ann@acme.example\"}
{\"email\": \"ann@acme.example\", \"name\": \"Ann\"}";
        company.takes("globex", rows);
        assert_eq!(company.staff("globex"), company.staff("acme"));
        assert_eq!(company.staff("acme"), [
            "ann@acme.example Ann: ",
            "bea@acme.example Bea: ACTING ann@acme.example",
            "cleo@acme.example Cleo: PRIMARY bea@acme.example",
        ]);
    }

    fn the_order_of_rows_makes_no_difference(kit) {
        let company = Company::found(kit);
        let rows: Vec<String> = (0..1_200)
            .map(|number| {
                let manager = if number == 0 { String::new() } else { format!("p{}@acme.example", (number - 1) / 3) };
                format!("p{number}@acme.example,Person {number},{manager}\n")
            })
            .collect();
        let header = "email,name,manager\n";
        let forth = format!("{header}{}", rows.concat());
        let back = format!("{header}{}", rows.iter().rev().cloned().collect::<String>());
        let report = company.takes("acme", &forth);
        assert_eq!(told(&report), [
            "employees: 1200 created, 0 changed, 0 as they were",
            "reporting: 1199 created, 0 changed, 0 as they were",
        ]);
        company.takes("globex", &back);
        assert_eq!(company.staff("acme").len(), 1_200);
        assert_eq!(company.staff("globex"), company.staff("acme"));
    }

    fn a_bad_row_is_told_of_with_its_line_and_the_others_go_in(kit) {
        let company = Company::found(kit);
        let report = company.imports("acme", "\
email,name,status,birth_date,create_account,account,role,manager
ann@acme.example,Ann,,,,,,
not an address,Bo,,,,,,
cy@acme.example,,,,,,,
di@acme.example,Di,gone,,,,,

ed@acme.example,Ed,,1.2.1990,,,,
flo@acme.example,Flo,,,perhaps,,,
gus@acme.example,Gus,,,,nobody@home.example,,
hal@acme.example,Hal,,,yes,,no such,
ira@acme.example,Ira,,,,,,nobody@acme.example
jo@acme.example,Jo,,,,,,jo@acme.example
kim@acme.example,Kim
liv@acme.example,Liv,,,,,,ann@acme.example
,Max,,,,,,ann@acme.example
");
        let lines: Vec<&str> = report.failures.iter().map(|failure| failure.split(": ").next().unwrap()).collect();
        let expected = [3, 4, 5, 7, 8, 9, 10, 13, 15, 11, 12].map(|line| format!("line {line}"));
        assert_eq!(lines, expected, "those of the second way last: {:#?}", report.failures);
        assert_eq!(report.failed, 11);
        for (line, part) in [
            ("line 3", "email: "),
            ("line 4", "name: "),
            ("line 5", "status: must be one of: active"),
            ("line 7", "birth_date: must be a day"),
            ("line 8", "create_account: must be true or false"),
            ("line 9", "account: no such account"),
            ("line 10", "role: no such role"),
            ("line 11", "manager: no employee has the address nobody@acme.example"),
            ("line 12", "manager: "),
            ("line 13", "has 2 cells"),
            ("line 15", "email: is missing"),
        ] {
            let told = report.failures.iter().any(|failure| failure.starts_with(&format!("{line}: {part}")));
            assert!(told, "{line}: {part}: {:#?}", report.failures);
        }
        assert_eq!(company.staff("acme"), [
            "ann@acme.example Ann: ",
            "ira@acme.example Ira: ",
            "jo@acme.example Jo: ",
            "liv@acme.example Liv: PRIMARY ann@acme.example",
        ]);
        let people: &dyn People = company.polity.accounts.as_ref();
        let made = people.by_email(&Actor::system(), &"hal@acme.example".parse().unwrap());
        assert!(made.is_err(), "an account made for a row that was refused is not there");
    }

    fn twice_changes_nothing(kit) {
        let company = Company::found(kit);
        let first = company.takes("acme", PEOPLE);
        assert_eq!(told(&first), [
            "employees: 3 created, 0 changed, 0 as they were",
            "reporting: 2 created, 0 changed, 0 as they were",
        ]);
        let (rows, staff) = (kit.rows(), company.employees("acme"));
        kit.pass(MOMENT);
        let again = company.begun("acme", PEOPLE);
        assert_eq!(again.reached(), 0, "nothing is kept of a file that is through");
        assert_eq!(told(&again.run(&mut |_, _| {}).unwrap()), [
            "employees: 0 created, 0 changed, 3 as they were",
            "reporting: 0 created, 0 changed, 2 as they were",
        ]);
        assert_eq!((kit.rows(), company.employees("acme")), (rows, staff), "not even an event");
    }

    fn a_newer_file_changes_what_it_speaks_of(kit) {
        let company = Company::found(kit);
        company.takes("acme", "email,name,type,location\nann@acme.example,Ann,INTERN,Quay 4\n");
        let report = company.takes("acme", "email,company_role,type\nANN@acme.example,Captain,\n");
        assert_eq!(told(&report), ["employees: 0 created, 1 changed, 0 as they were"]);
        let ann = company.employee("acme", "ann@acme.example");
        let profile = ann.profile.unwrap();
        assert_eq!((ann.name.as_str(), ann.kind.as_str(), ann.version), ("Ann", "INTERN", 2));
        assert_eq!((profile.location.as_deref(), profile.company_role.as_deref()), (Some("Quay 4"), Some("Captain")));
    }

    fn a_role_makes_a_member_and_an_account_alone_does_not(kit) {
        let company = Company::found(kit);
        company.takes("acme", "\
email,name,create_account,account,role
ann@acme.example,Ann,true,,ORG_ADMIN
bo@acme.example,Bo,true,bo@home.example,
cy@acme.example,Cy,,,Manager
");
        let (access, people): (_, &dyn People) = (company.access("acme"), company.polity.accounts.as_ref());
        let account = |email: &str| people.by_email(&Actor::system(), &email.parse().unwrap());
        let member = |email: &str| {
            Members::member(company.polity.directory.as_ref(), &access, account(email).unwrap().id)
        };
        assert_eq!(member("ann@acme.example").unwrap().member.level, Level::Admin);
        assert!(member("bo@home.example").is_err());
        assert!(account("bo@acme.example").is_err() && account("cy@acme.example").is_err());
        let promised = company.employee("acme", "cy@acme.example");
        assert_eq!((promised.account, promised.role.as_deref()), (None, Some("manager")));
    }

    fn both_families_answer_rightly_afterwards(kit) {
        let company = Company::found(kit);
        company.takes("acme", "\
email,name,create_account,role,manager
cleo@acme.example,Cleo,yes,EMPLOYEE,bea@acme.example
bea@acme.example,Bea,,,ann@acme.example
ann@acme.example,Ann,yes,OWNER,
");
        let service = Service::start(kit);
        let cleo = Caller::of(&service, "cleo", &account_of(&service, "cleo@acme.example"));
        let ids = |names: &[&str]| -> Vec<String> {
            names.iter().map(|name| company.employee("acme", &format!("{name}@acme.example")).id.to_string()).collect()
        };
        let answered = |path: &str| -> Vec<String> {
            let list = cleo.does(&service, "GET", path).json();
            list.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
        };
        let (cleos, anns) = (ids(&["cleo"]), ids(&["ann"]));
        cleo.does(&service, "GET", "/directory/orgs/acme");
        assert_eq!(answered(&format!("/api/v1/employee/{}/chain", cleos[0])), ids(&["bea", "ann"]));
        let below = format!("/api/v1/employee/by-manager/{}", anns[0]);
        assert_eq!(answered(&below), ids(&["bea"]));
        assert_eq!(answered(&format!("{below}?depth=all")), ids(&["bea", "cleo"]));
        let org = cleo.does(&service, "GET", "/directory/orgs/acme").json();
        assert_eq!(org["owner"]["id"], json!(account_of(&service, "ann@acme.example").id));
        let members = cleo.does(&service, "GET", "/directory/orgs/acme/members").json();
        assert_eq!(members.as_array().unwrap().len(), 2, "those who have an account and a role");
    }

    fn lines_of_any_type_come_from_a_file_of_their_own(kit) {
        let company = Company::found(kit);
        company.takes("acme", PEOPLE);
        let lines = "\
employee,manager,type
ann@acme.example,cleo@acme.example,DOTTED_LINE
cleo@acme.example,ann@acme.example,DOTTED_LINE
bea@acme.example,ann@acme.example,acting
cleo@acme.example,ann@acme.example,
nobody@acme.example,ann@acme.example,
ann@acme.example,,
";
        let import = company.begun("acme", lines).keeping_lines(true);
        let report = import.run(&mut |_, _| {}).unwrap();
        assert_eq!(told(&report), ["reporting: 2 created, 0 changed, 1 as they were"]);
        let lines: Vec<&str> = report.failures.iter().map(|failure| failure.get(..8).unwrap()).collect();
        assert_eq!(lines, ["line 3: ", "line 6: ", "line 7: "], "{:?}", report.failures);
        assert_eq!(company.staff("acme"), [
            "ann@acme.example Ann: DOTTED_LINE cleo@acme.example",
            "bea@acme.example Bea: ACTING ann@acme.example",
            "cleo@acme.example Cleo: PRIMARY ann@acme.example, PRIMARY bea@acme.example",
        ]);
    }

    fn another_organizations_people_are_unknown_and_untouched(kit) {
        let company = Company::found(kit);
        company.takes("globex", "email,name\nhank@globex.example,Hank\nann@acme.example,Other Ann\n");
        let before = company.employees("globex");
        kit.pass(MOMENT);
        let report = company.imports("acme", "\
email,name,manager
ann@acme.example,Ann,hank@globex.example
bo@acme.example,Bo,ann@acme.example
");
        assert_eq!(report.failures, ["line 2: manager: no employee has the address hank@globex.example"]);
        assert_eq!(company.staff("acme"), [
            "ann@acme.example Ann: ",
            "bo@acme.example Bo: PRIMARY ann@acme.example",
        ]);
        assert_eq!(company.employees("globex"), before);
    }

    fn what_cannot_be_rows_is_refused_as_a_whole(kit) {
        let company = Company::found(kit);
        let refused = |content: &str, kind| {
            let access = company.access("acme");
            let begun = RowImport::begin(&company.polity, access, &company.file(content), kind);
            let run = begun.and_then(|import| import.run(&mut |_, _| {}));
            run.unwrap_err().message().to_owned()
        };
        let rows = kit.rows();
        assert!(refused("who\nann@acme.example\n", None).contains("say it with --as"));
        assert!(refused("who\nann@acme.example\n", Some(Kind::Employees)).contains("the column \"email\" is missing"));
        assert!(refused("email,email\n", None).contains("is there twice"));
        assert_eq!(kit.rows(), rows);
        assert!(refused("email,\"name\nann@acme.example,Ann\n", Some(Kind::Employees)).contains("line 1: a quote"));
        assert!(refused("\u{feff}\u{feff}email,name\n", None).contains("two byte order marks"));
        assert_eq!(kit.rows(), rows);
    }

    fn columns_nothing_is_made_of_are_told(kit) {
        let company = Company::found(kit);
        let report = company.takes("acme", "email,name,salary,Shoe Size\nann@acme.example,Ann,7,43\n");
        assert_eq!(report.ignored, ["salary", "Shoe Size"]);
    }

    fn a_hundred_failures_are_told_and_all_are_counted(kit) {
        let company = Company::found(kit);
        let report = company.imports("acme", &format!("email\n{}", "nothing\n".repeat(150)));
        assert_eq!((report.failures.len(), report.failed, report.rows), (100, 150, 150));
    }
}
