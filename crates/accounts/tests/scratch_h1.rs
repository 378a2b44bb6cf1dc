//! Scratch.
use polity_accounts::*;
use polity_kernel::*;
use polity_testkit::{Engine, Kit};
use std::time::Instant;

fn cpu() -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .parse::<f64>()
        .unwrap()
        / 1e6
}
fn bench(kit: &Kit, n: usize, fan: usize) {
    let access = {
        let id = kit
            .ctx
            .write_platform(|tx| {
                let id: OrganizationId = tx.new_id();
                epoch::begin(tx, id.uuid())?;
                Ok(id)
            })
            .unwrap();
        let standing =
            Standing { level: Some(Level::Owner), permissions: PermissionSet::all(), active: true };
        Access::granted(id, Actor::system(), standing)
    };
    let s = Service::new(kit.ctx.clone());
    let t = Instant::now();
    for batch in (0..n).collect::<Vec<_>>().chunks(1000) {
        kit.pass(std::time::Duration::from_millis(5));
        let rows = batch
            .iter()
            .map(|i| StaffRow {
                email: format!("p{i}@work.example"),
                name: Some(format!("Person {} Number{}", i % 977, i)),
                kind: Some("EMPLOYEE".into()),
                profile: Some(EmployeeProfile {
                    first_name: Some("Person".into()),
                    location: Some("Paris".into()),
                    company_role: Some("Engineer".into()),
                    ..Default::default()
                }),
                ..Default::default()
            })
            .collect();
        let out = s.import_employees(&access, rows, None).unwrap();
        assert!(out.iter().all(|o| *o == RowOutcome::Created));
    }
    println!("employees: {:.0}/s", n as f64 / t.elapsed().as_secs_f64());
    if std::env::var("ONLY").is_ok_and(|o| o == "employees") {
        return;
    }
    let t = Instant::now();
    for batch in (1..n).collect::<Vec<_>>().chunks(1000) {
        let rows = batch
            .iter()
            .map(|i| ManagerRow {
                employee: format!("p{i}@work.example"),
                manager: format!("p{}@work.example", (i - 1) / fan),
                kind: None,
            })
            .collect();
        let out = s.import_managers(&access, rows, None).unwrap();
        assert!(
            out.iter().all(|o| *o == RowOutcome::Created),
            "{:?}",
            out.iter().find(|o| **o != RowOutcome::Created)
        );
    }
    println!("lines: {:.0}/s", n as f64 / t.elapsed().as_secs_f64());
    let id = |i: usize| {
        s.by_name(&access, &format!("Person {} Number{}", i % 977, i), Page::first(1)).unwrap().items[0].id
    };
    let ids: Vec<EmployeeId> = (0..50).map(|k| id((n - 1) * (k + 1) / 51)).collect();
    let top = id(0);
    let time = |what: &str, f: &dyn Fn(usize)| {
        let (c, mut v) = (cpu(), Vec::new());
        for k in 0..400 {
            let t = Instant::now();
            f(k % 50);
            v.push(t.elapsed().as_secs_f64() * 1e3);
        }
        let c = (cpu() - c) / 400.0;
        v.sort_by(f64::total_cmp);
        println!("{what}: cpu {c:.3} min {:.3} p50 {:.3} p99 {:.3} ms", v[0], v[200], v[395]);
    };
    let all = |limit| (ReportFilter { kind: None, depth: Depth::All }, Page::first(limit));
    if std::env::var("ONLY").is_ok_and(|o| o == "sub") {
        let m = id((n - 1) / fan / fan / fan / fan / fan / fan * 0 + 1);
        for _ in 0..1000 {
            s.reports(&access, m, all(1000).0, all(1000).1).unwrap();
        }
        return;
    }
    time("chain", &|k| {
        s.chain(&access, ids[k], None).unwrap();
    });
    time("employee", &|k| {
        s.employee(&access, ids[k]).unwrap();
    });
    time("page of 50", &|k| {
        s.employees(&access, EmployeeFilter::default(), Page::after(50, ids[k].uuid())).unwrap();
    });
    time("page of 50 active", &|k| {
        s.employees(
            &access,
            EmployeeFilter { status: Some(EmployeeStatus::Active), kind: None },
            Page::after(50, ids[k].uuid()),
        )
        .unwrap();
    });
    time("first page 50 below top", &|_| {
        let (f, p) = all(50);
        s.reports(&access, top, f, p).unwrap();
    });
    time("any page 50", &|k| {
        let (f, _) = all(50);
        s.reports(&access, top, f, Page::after(50, ids[k].uuid())).unwrap();
    });
    time("any page 50 PRIMARY", &|k| {
        let (f, _) = (ReportFilter { kind: Some("PRIMARY".into()), depth: Depth::All }, 0);
        s.reports(&access, top, f, Page::after(50, ids[k].uuid())).unwrap();
    });
    let late: Vec<EmployeeId> = (0..50).map(|k| id(n - 1 - k)).collect();
    time("last page 50", &|k| {
        let (f, _) = all(50);
        s.reports(&access, top, f, Page::after(50, late[k].uuid())).unwrap();
    });
    // a sub-tree of about a thousand
    let mut sub = n;
    let mut size = 1;
    while size < 1000 && sub > 0 {
        sub = (sub - 1) / fan;
        size = size * fan + 1;
    }
    for m in [sub, sub / fan.max(2)] {
        let m = id(m);
        let count = s.reports(&access, m, all(1000).0, all(1000).1).unwrap();
        println!("sub-tree: {} more {:?}", count.items.len(), count.next.is_some());
        time("sub-tree", &|_| {
            let (f, p) = all(1000);
            s.reports(&access, m, f, p).unwrap();
        });
    }
    time("lines_of 50", &|_| {
        s.lines_of(&access, &ids).unwrap();
    });
    time("set+remove", &|k| {
        s.set_manager(&access, ids[k], top, "DOTTED").unwrap();
        s.remove_manager(&access, ids[k], top, Some("dotted")).unwrap();
    });
    let t = Instant::now();
    s.by_name(&access, "number77777", Page::first(10)).unwrap();
    println!("by-name scan {:?}", t.elapsed());
}
#[test]
fn sqlite() {
    bench(
        &Kit::new(Engine::Sqlite),
        std::env::var("N").map_or(100_000, |n| n.parse().unwrap()),
        std::env::var("FAN").map_or(6, |n| n.parse().unwrap()),
    );
}
#[test]
fn postgres() {
    bench(
        &Kit::new(Engine::Postgres),
        std::env::var("N").map_or(100_000, |n| n.parse().unwrap()),
        std::env::var("FAN").map_or(6, |n| n.parse().unwrap()),
    );
}
