//! Reporting lines: who sets and ends them, and that nobody is ever above themselves along one kind.

use polity_accounts::{Depth, Employee, EmployeeId, ReportFilter, Reporting};
use polity_kernel::{Access, Code, Page, Permission, Result};
use polity_testkit::{Kit, at_once, both_engines};

use super::{allowed, employee, epoch_of, log, organization, owner, service, tick};

fn staff<const N: usize>(kit: &Kit, access: &Access) -> [Employee; N] {
    std::array::from_fn(|number| {
        tick(kit);
        employee(kit, access, &format!("E{number}"))
    })
}

fn set(kit: &Kit, access: &Access, employee: &Employee, manager: &Employee, kind: &str) -> Result<()> {
    tick(kit);
    service(kit).set_manager(access, employee.id, manager.id, kind).map(drop)
}

fn managers(kit: &Kit, access: &Access, of: &Employee) -> Vec<(EmployeeId, String)> {
    let found = service(kit).managers(access, of.id).unwrap();
    assert!(found.iter().all(|(line, manager)| line.manager == manager.id && line.employee == of.id));
    found.into_iter().map(|(line, _)| (line.manager, line.kind)).collect()
}

fn all_below(kit: &Kit, access: &Access, manager: &Employee) -> Vec<EmployeeId> {
    let filter = ReportFilter { kind: None, depth: Depth::All };
    let found = service(kit).reports(access, manager.id, filter, Page::first(1_000)).unwrap();
    found.items.iter().map(|report| report.employee.id).collect()
}

/// What is done, and the verb of the permission it needs.
type Act<'a> = (&'static str, &'a dyn Fn(&Access) -> Result<()>);

both_engines! {
    fn an_employee_has_several_managers(kit) {
        let access = owner(organization(kit));
        let [ada, bob, eve] = staff(kit, &access);
        let line = service(kit).set_manager(&access, ada.id, bob.id, " Dotted_Line ").unwrap();
        assert_eq!((line.kind.as_str(), line.created_at, line.created_by), ("Dotted_Line", kit.ctx.now(), None));
        set(kit, &access, &ada, &eve, "PRIMARY").unwrap();
        set(kit, &access, &ada, &bob, "PRIMARY").unwrap();
        let expected = [(bob.id, "Dotted_Line"), (eve.id, "PRIMARY"), (bob.id, "PRIMARY")];
        assert_eq!(managers(kit, &access, &ada), expected.map(|(id, kind)| (id, kind.to_owned())));

        let again = service(kit).set_manager(&access, ada.id, bob.id, "DOTTED_LINE").unwrap();
        assert_eq!(again, line, "the same again changes nothing");
        let lines = service(kit).lines_of(&access, &[eve.id, ada.id]).unwrap();
        assert_eq!(lines.iter().map(|line| (line.manager, line.kind.clone())).collect::<Vec<_>>(), managers(kit, &access, &ada));
        assert_eq!(epoch_of(kit, access.organization().uuid()), 0, "no rights hang on lines");
    }

    fn lines_are_ended_one_by_one_or_all(kit) {
        let access = owner(organization(kit));
        let [ada, bob, eve] = staff(kit, &access);
        for kind in ["PRIMARY", "SECONDARY", "MENTOR"] {
            set(kit, &access, &ada, &bob, kind).unwrap();
        }
        set(kit, &access, &ada, &eve, "PRIMARY").unwrap();
        let remove = |manager: &Employee, kind| service(kit).remove_manager(&access, ada.id, manager.id, kind);
        remove(&bob, Some("secondary")).unwrap();
        assert_eq!(remove(&bob, Some("secondary")).unwrap_err().code(), Code::NotFound);
        remove(&bob, None).unwrap();
        assert_eq!(managers(kit, &access, &ada), [(eve.id, "PRIMARY".to_owned())]);
        assert_eq!(remove(&bob, None).unwrap_err().code(), Code::NotFound);
        let told = log(kit, access.organization());
        assert_eq!(told.iter().filter(|event| *event == "employee.line_changed").count(), 7, "4 drawn, 3 ended");
    }

    fn what_cannot_be_a_line_is_refused(kit) {
        let access = owner(organization(kit));
        let [ada, bob] = staff(kit, &access);
        let foreign = employee(kit, &owner(organization(kit)), "Foreign");
        let refused = |employee: &Employee, manager: &Employee, kind: &str| {
            let error = set(kit, &access, employee, manager, kind).unwrap_err();
            (error.code(), error.fields().first().map(|at| at.field.clone()).unwrap_or_default())
        };
        assert_eq!(refused(&ada, &ada, "PRIMARY"), (Code::Invalid, "manager".to_owned()));
        assert_eq!(refused(&ada, &bob, " "), (Code::Invalid, "kind".to_owned()));
        assert_eq!(refused(&ada, &bob, &"x".repeat(65)), (Code::Invalid, "kind".to_owned()));
        assert_eq!(refused(&ada, &bob, "a\u{0}"), (Code::Invalid, "kind".to_owned()));
        assert_eq!(refused(&ada, &foreign, "PRIMARY").0, Code::NotFound);
        assert_eq!(refused(&foreign, &ada, "PRIMARY").0, Code::NotFound);
        for found in [
            service(kit).managers(&access, foreign.id).map(drop),
            service(kit).chain(&access, foreign.id, None).map(drop),
            service(kit).reports(&access, foreign.id, ReportFilter::default(), Page::first(9)).map(drop),
            service(kit).reports(&access, foreign.id, ReportFilter::default(), Page::after(9, ada.id.uuid())).map(drop),
        ] {
            assert_eq!(found.unwrap_err().code(), Code::NotFound);
        }
        assert!(service(kit).lines_of(&access, &[foreign.id]).unwrap().is_empty());
    }

    fn each_act_asks_for_its_permission(kit) {
        let access = owner(organization(kit));
        let [ada, bob] = staff(kit, &access);
        let acts: [Act<'_>; 6] = [
            ("update", &|access| set(kit, access, &ada, &bob, "PRIMARY")),
            ("update", &|access| service(kit).remove_manager(access, ada.id, bob.id, None)),
            ("get", &|access| service(kit).managers(access, ada.id).map(drop)),
            ("get", &|access| service(kit).chain(access, ada.id, None).map(drop)),
            ("list", &|access| service(kit).reports(access, bob.id, ReportFilter::default(), Page::first(9)).map(drop)),
            ("get", &|access| service(kit).lines_of(access, &[ada.id]).map(drop)),
        ];
        for (verb, act) in acts {
            let refused = act(&allowed(access.organization(), &["org.employees.create"])).unwrap_err();
            let missing: Vec<&str> = refused.missing_permissions().iter().map(Permission::as_str).collect();
            assert_eq!(missing, [format!("org.employees.{verb}")]);
            act(&allowed(access.organization(), &[missing[0]])).unwrap();
        }
        for way in ["org.employees.list", "org.employees.find"] {
            service(kit).lines_of(&allowed(access.organization(), &[way]), &[ada.id]).unwrap();
        }
    }

    fn nobody_is_above_themselves_at_any_depth(kit) {
        let access = owner(organization(kit));
        let people: [Employee; 40] = staff(kit, &access);
        for pair in people.windows(2) {
            set(kit, &access, &pair[0], &pair[1], "PRIMARY").unwrap();
        }
        let (bottom, top) = (&people[0], &people[39]);
        for (employee, manager) in [(top, bottom), (top, &people[20]), (&people[20], bottom)] {
            assert_eq!(set(kit, &access, employee, manager, "primary").unwrap_err().code(), Code::Cycle);
        }
        set(kit, &access, top, bottom, "DOTTED_LINE").unwrap();
        assert_eq!(all_below(kit, &access, top).len(), 39, "of a circle of kinds everybody comes once");
        assert_eq!(service(kit).chain(&access, bottom.id, None).unwrap().len(), 39);
        assert_eq!(service(kit).chain(&access, top.id, None).unwrap()[0].id, bottom.id);
        service(kit).remove_manager(&access, people[19].id, people[20].id, None).unwrap();
        set(kit, &access, top, bottom, "PRIMARY").unwrap();
        let refused = set(kit, &access, &people[19], &people[20], "PRIMARY").unwrap_err();
        assert_eq!(refused.code(), Code::Cycle);
    }

    fn large_teams_are_read_in_pages_to_the_end(kit) {
        let access = owner(organization(kit));
        let [top, other] = staff(kit, &access);
        let mut team = Vec::new();
        for number in 0..90 {
            tick(kit);
            let member = employee(kit, &access, &format!("T{number}"));
            let manager = if number < 70 { &top } else { &team[number % 70] };
            service(kit).set_manager(&access, member.id, manager.id, "PRIMARY").unwrap();
            service(kit).set_manager(&access, member.id, other.id, "MENTOR").unwrap();
            team.push(member);
        }
        let all = all_below(kit, &access, &top);
        assert_eq!(all, team.iter().map(|member| member.id).collect::<Vec<_>>());
        for limit in [7, 64, 69, 70] {
            let (mut found, mut page) = (Vec::new(), Page::first(limit));
            loop {
                let filter = ReportFilter { kind: Some("Primary".to_owned()), depth: Depth::Levels(5) };
                let here = service(kit).reports(&access, top.id, filter, page).unwrap();
                found.extend(here.items.iter().map(|report| report.employee.id));
                let Some(next) = here.next else { break };
                page = Page::after(limit, next);
            }
            assert_eq!(found, all, "in pages of {limit}");
        }
    }

    fn lines_set_crosswise_at_once_never_close_a_circle(kit) {
        const RIVALS: usize = 6;
        let access = owner(organization(kit));
        for round in 0..5 {
            let people: Vec<Employee> =
                (0..RIVALS).map(|number| employee(kit, &access, &format!("R{round} {number}"))).collect();
            let results: Vec<Result<()>> = at_once(RIVALS, |rival| {
                let (employee, manager) = (&people[rival], &people[(rival + 1) % RIVALS]);
                service(kit).set_manager(&access, employee.id, manager.id, "PRIMARY").map(drop)
            });
            // each line of the ring is well but for the one that would close it
            let losers: Vec<usize> = (0..RIVALS).filter(|rival| results[*rival].is_err()).collect();
            assert_eq!(losers.len(), 1, "{results:?}");
            assert!(results.iter().filter_map(|result| result.as_ref().err()).all(|error| error.code() == Code::Cycle));
            let top = &people[losers[0]];
            assert_eq!(all_below(kit, &access, top).len(), RIVALS - 1, "those who won stand below who lost");
            assert_eq!(service(kit).chain(&access, people[(losers[0] + 1) % RIVALS].id, None).unwrap().len(), RIVALS - 1);
        }
    }
}
