//! Throwaway measurements.
#![allow(clippy::all, clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, missing_docs)]
use diesel::connection::SimpleConnection;
use polity_accounts::EmployeeId;
use polity_groups::*;
use polity_kernel::db::{DatabaseUrl, Options, migrate};
use polity_kernel::*;
use std::time::{Duration, Instant};
use uuid::Uuid;

const ORG: &str = "01970000-0000-7000-8000-000000000001";
fn gid(n: u64) -> Uuid {
    format!("0197bbbb-0000-7000-8000-{n:012x}").parse().unwrap()
}
fn eid(n: u64) -> Uuid {
    format!("0197aaaa-0000-7000-8000-{n:012x}").parse().unwrap()
}

fn main() {
    let url = std::env::args().nth(1).unwrap();
    if std::env::args().nth(2).as_deref() == Some("plan") {
        use diesel::prelude::*;
        #[derive(diesel::QueryableByName)]
        struct P {
            #[diesel(sql_type = diesel::sql_types::Text)]
            detail: String,
        }
        let db = Db::open(&url.parse::<DatabaseUrl>().unwrap(), &Options::default()).unwrap();
        let ctx = Ctx::new(db, Clock::machine(), IdSource::random());
        let sql = std::env::args().nth(3).unwrap();
        ctx.read(|c| {
            if let Conn::Sqlite(c) = c {
                for p in diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load::<P>(c).unwrap() {
                    println!("    {}", p.detail);
                }
                let mut ts = Vec::new();
                let counted = format!("SELECT 'rows ' || count(*) AS detail FROM ({sql})");
                for _ in 0..30 {
                    let t = Instant::now();
                    let r = diesel::sql_query(counted.clone()).load::<P>(c).unwrap();
                    ts.push(t.elapsed());
                    if ts.len() == 1 {
                        println!("{}", r[0].detail);
                    }
                }
                show("count", ts);
            }
            Ok(())
        })
        .unwrap();
        return;
    }
    if std::env::args().nth(2).as_deref() == Some("sql") {
        let db = Db::open(&url.parse::<DatabaseUrl>().unwrap(), &Options::default()).unwrap();
        let ctx = Ctx::new(db, Clock::machine(), IdSource::random());
        let sql = std::env::args().nth(3).unwrap();
        ctx.write_platform(move |tx| {
            let c: &mut Conn = tx;
            match c {
                Conn::Postgres(c) => c.batch_execute(&sql).unwrap(),
                Conn::Sqlite(c) => c.batch_execute(&sql).unwrap(),
            };
            Ok(())
        })
        .unwrap();
        return;
    }
    let db = Db::open(&url.parse::<DatabaseUrl>().unwrap(), &Options::default()).unwrap();
    if std::env::args().nth(2).as_deref() == Some("fill") {
        migrate(&db).unwrap();
        let pg = url.starts_with("postgres");
        let t = Instant::now();
        let ctx = Ctx::new(db.clone(), Clock::machine(), IdSource::random());
        ctx.write_platform(move |tx| {
            epoch::begin(tx, ORG.parse().unwrap())?;
            fill(tx, pg);
            Ok(())
        })
        .unwrap();
        println!("filled in {:?}", t.elapsed());
        return;
    }
    let ctx = Ctx::new(db, Clock::machine(), IdSource::random());
    let service = Service::new(ctx.clone());
    let org: OrganizationId = ORG.parse().unwrap();
    let standing = Standing { level: Some(Level::Owner), permissions: PermissionSet::all(), active: true };
    let access = Access::granted(org, Actor::system(), standing);
    let limit: i64 = std::env::args().nth(3).and_then(|s| s.parse().ok()).unwrap_or(100);
    for (name, g) in [
        ("flat 10k", 200_000),
        ("100x100 clustered", 200_001),
        ("100x100 interleaved", 200_002),
        ("1000x10", 200_003),
        ("deep 40 x 250", 200_004),
        ("1000x1000 (1M)", 200_005),
        ("20x500 with overlap x3", 200_006),
        ("typical 10", 5),
    ] {
        let group = GroupId::new(gid(g));
        let mut times = Vec::new();
        let mut page = Page::first(limit);
        let mut total = 0;
        loop {
            let t = Instant::now();
            let found = service.transitive_members(&access, group, MemberFilter::default(), page).unwrap();
            times.push(t.elapsed());
            total += found.items.len();
            match found.next {
                Some(next) if times.len() < 400 => page = Page::after(limit, next),
                _ => break,
            }
        }
        show(&format!("transitive {name}, {total} members"), times);
    }
    let group = GroupId::new(gid(200_000));
    let mut times = Vec::new();
    let mut page = Page::first(limit);
    loop {
        let t = Instant::now();
        let found = service.members(&access, group, MemberFilter::default(), page).unwrap();
        times.push(t.elapsed());
        match found.next {
            Some(next) => page = Page::after(limit, next),
            _ => break,
        }
    }
    show("members flat 10k", times);
    for (name, filter) in [
        ("kind LEAD", MemberFilter { kind: Some("lead".into()), ..Default::default() }),
        ("GROUP", MemberFilter { member_kind: Some(MemberKind::Group), ..Default::default() }),
        ("one id", MemberFilter { member_id: Some(eid(77)), ..Default::default() }),
    ] {
        for tr in [false, true] {
            let times = (0..100)
                .map(|_| {
                    let t = Instant::now();
                    if tr {
                        service
                            .transitive_members(&access, group, filter.clone(), Page::first(limit))
                            .unwrap();
                    } else {
                        service.members(&access, group, filter.clone(), Page::first(limit)).unwrap();
                    }
                    t.elapsed()
                })
                .collect();
            show(&format!("members flat 10k, {name}, transitive {tr}"), times);
        }
    }
    let mut times = Vec::new();
    for n in 0..1000u64 {
        let e = Member::Employee(EmployeeId::new(eid(n * 997 % 1_000_000)));
        let t = Instant::now();
        let p = service.groups_of(&access, e, Page::first(limit)).unwrap();
        times.push(t.elapsed());
        assert!(p.items.len() >= 2);
    }
    show("groups_of", times);
    let mut times = Vec::new();
    for n in 0..1000u64 {
        let e = Member::Employee(EmployeeId::new(eid(n * 997 % 1_000_000)));
        let a = Member::Account(AccountId::new(eid(n)));
        let t = Instant::now();
        let c = ctx.read(|conn| within::chains(conn, org, &[a, e], ctx.now())).unwrap();
        times.push(t.elapsed());
        assert!(c.len() >= 2);
    }
    show("chains account+employee", times);
    let mut times = Vec::new();
    for n in 0..1000u64 {
        let t = Instant::now();
        service.entity(&access, eid(n)).unwrap();
        times.push(t.elapsed());
    }
    show("entity", times);
    let mut times = Vec::new();
    let mut page = Page::first(limit);
    for _ in 0..300 {
        let t = Instant::now();
        let f = service.groups(&access, GroupFilter::default(), page).unwrap();
        times.push(t.elapsed());
        page = Page::after(limit, f.next.unwrap());
    }
    show("groups", times);
    for (name, filter) in [
        ("kind", GroupFilter { kind: Some("Department".into()), ..Default::default() }),
        ("status active", GroupFilter { status: Some(GroupStatus::Active), ..Default::default() }),
        ("status deleted", GroupFilter { status: Some(GroupStatus::Deleted), ..Default::default() }),
        ("both", GroupFilter { kind: Some("team".into()), status: Some(GroupStatus::Deleted) }),
    ] {
        let mut times = Vec::new();
        let mut page = Page::first(limit);
        for _ in 0..100 {
            let t = Instant::now();
            let f = service.groups(&access, filter.clone(), page).unwrap();
            times.push(t.elapsed());
            page = match f.next {
                Some(n) => Page::after(limit, n),
                None => Page::first(limit),
            };
        }
        show(&format!("groups by {name}"), times);
    }
    let mut times = Vec::new();
    for n in 0..100u64 {
        let places = (0..5)
            .map(|k| {
                Placement::try_from(PlacementFields {
                    group: GroupId::new(gid((n * 31 + k * 7 + 1) % 100_000)),
                    kind: None,
                })
                .unwrap()
            })
            .collect();
        let t = Instant::now();
        service.set_groups_of(&access, Member::Employee(EmployeeId::new(eid(900_000 + n))), places).unwrap();
        times.push(t.elapsed());
    }
    show("set_groups_of 5", times);
    if std::env::args().nth(4).is_some() {
        let mut times = Vec::new();
        for b in 0..20u64 {
            let rows = (0..1000)
                .map(|k| {
                    let n = b * 1000 + k;
                    GroupRow {
                        external_id: format!("imp{n}"),
                        name: format!("G {n}"),
                        parent: (n > 9).then(|| format!("imp{}", n / 10)),
                        ..Default::default()
                    }
                })
                .collect();
            let t = Instant::now();
            let o = service.import_groups(&access, rows, None).unwrap();
            times.push(t.elapsed());
            if b == 0 {
                println!("{:?}", &o[..3]);
            }
        }
        show("import 1000 groups nested", times);
        let mut times = Vec::new();
        for b in 0..20u64 {
            let rows = (0..1000)
                .map(|k| {
                    let n = b * 1000 + k;
                    GroupRow {
                        external_id: format!("imp{n}"),
                        name: format!("G {n}"),
                        parent: (n > 9).then(|| format!("imp{}", n / 10)),
                        ..Default::default()
                    }
                })
                .collect();
            let t = Instant::now();
            let _ = service.import_groups(&access, rows, None).unwrap();
            times.push(t.elapsed());
        }
        show("import 1000 groups again", times);
        for round in 0..2 {
            let mut times = Vec::new();
            for b in 0..20u64 {
                let rows = (0..1000)
                    .map(|k| {
                        let n = b * 1000 + k;
                        MembershipRow {
                            group: format!("imp{}", n % 2000),
                            member_kind: MemberKind::Employee,
                            member: format!("e{n}@example.com"),
                            kind: None,
                            expires_at: None,
                        }
                    })
                    .collect();
                let t = Instant::now();
                let o = service.import_memberships(&access, rows, None).unwrap();
                times.push(t.elapsed());
                if b == 0 {
                    println!("{:?}", &o[..3]);
                }
            }
            show(&format!("import 1000 memberships, round {round}"), times);
        }
    }
}

fn show(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |p: usize| times[(times.len() - 1) * p / 100];
    println!("{name}: n={} p50 {:?} p99 {:?} max {:?}", times.len(), at(50), at(99), times[times.len() - 1]);
}

fn fill(conn: &mut Conn, pg: bool) {
    let run = |conn: &mut Conn, sql: &str| match conn {
        Conn::Postgres(c) => c.batch_execute(sql).unwrap(),
        Conn::Sqlite(c) => c.batch_execute(sql).unwrap(),
    };
    let id = |prefix: &str, n: &str| {
        if pg {
            format!("('{prefix}-0000-7000-8000-' || lpad(to_hex(({n})::bigint), 12, '0'))::uuid")
        } else {
            format!("unhex('{}0000' || '70008000' || printf('%012x', {n}))", prefix)
        }
    };
    let org = if pg { format!("'{ORG}'::uuid") } else { format!("unhex('{}')", ORG.replace('-', "")) };
    let now = if pg { "now()" } else { "1760000000000000" };
    let series = |n: u64| {
        if pg {
            format!("(SELECT g AS n FROM generate_series(0::bigint, {}) g) s", n - 1)
        } else {
            format!(
                "(WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < {}) SELECT n FROM c) s",
                n - 1
            )
        }
    };
    run(
        conn,
        &format!(
            "INSERT INTO employees (organization_id, employee_id, name, name_key, email, kind, kind_key, status, created_at, updated_at, version) SELECT {org}, {}, 'Person ' || n, 'person ' || n, 'e' || n || '@example.com', 'EMPLOYEE', 'employee', 'active', {now}, {now}, 1 FROM {}",
            id("0197aaaa", "n"),
            series(1_000_000)
        ),
    );
    run(
        conn,
        &format!(
            "INSERT INTO groups (organization_id, group_id, name, kind, status, created_at, updated_at, version, kind_key) SELECT {org}, {}, 'Group ' || n, CASE WHEN n % 1000 = 0 THEN 'DEPARTMENT' ELSE 'TEAM' END, CASE WHEN n % 5000 = 1 THEN 'deleted' ELSE 'active' END, {now}, {now}, 1, CASE WHEN n % 1000 = 0 THEN 'department' ELSE 'team' END FROM {}",
            id("0197bbbb", "n"),
            series(100_000)
        ),
    );
    let groups = |conn: &mut Conn, from: u64, count: u64| {
        run(
            conn,
            &format!(
                "INSERT INTO groups (organization_id, group_id, name, kind, status, created_at, updated_at, version, kind_key) SELECT {org}, {}, 'Extra ' || n, 'TEAM', 'active', {now}, {now}, 1, 'team' FROM {}",
                id("0197bbbb", &format!("{from} + n")),
                series(count)
            ),
        )
    };
    groups(conn, 200_000, 7);
    groups(conn, 210_000, 100);
    groups(conn, 220_000, 100);
    groups(conn, 230_000, 1000);
    groups(conn, 240_000, 40);
    groups(conn, 250_000, 1000);
    groups(conn, 260_000, 20);
    let members = |conn: &mut Conn, group: &str, kind: &str, member: String, count: u64| {
        run(
            conn,
            &format!(
                "INSERT INTO group_members (organization_id, group_id, member_id, member_kind, kind, created_at, updated_at, version, kind_key) SELECT {org}, {}, {member}, '{kind}', 'MEMBER', {now}, {now}, 1, 'member' FROM {} WHERE true ON CONFLICT DO NOTHING",
                id("0197bbbb", group),
                series(count)
            ),
        )
    };
    members(conn, "n % 100000", "employee", id("0197aaaa", "n"), 1_000_000);
    members(conn, "(n * 7919 + 13) % 100000", "employee", id("0197aaaa", "n"), 1_000_000);
    members(conn, "200000", "employee", id("0197aaaa", "n * 100"), 10_000);
    members(conn, "200001", "group", id("0197bbbb", "210000 + n"), 100);
    members(conn, "210000 + n / 100", "employee", id("0197aaaa", "500000 + n"), 10_000);
    members(conn, "200002", "group", id("0197bbbb", "220000 + n"), 100);
    members(conn, "220000 + n % 100", "employee", id("0197aaaa", "n * 37"), 10_000);
    members(conn, "200003", "group", id("0197bbbb", "230000 + n"), 1000);
    members(conn, "230000 + n % 1000", "employee", id("0197aaaa", "n * 41"), 10_000);
    members(conn, "200004", "group", id("0197bbbb", "240000"), 1);
    members(conn, "240000 + n", "group", id("0197bbbb", "240001 + n"), 39);
    members(conn, "240000 + n % 40", "employee", id("0197aaaa", "n * 43"), 10_000);
    members(conn, "200005", "group", id("0197bbbb", "250000 + n"), 1000);
    members(conn, "250000 + n / 1000", "employee", id("0197aaaa", "n"), 1_000_000);
    members(conn, "200006", "group", id("0197bbbb", "260000 + n"), 20);
    for k in [0, 7, 13] {
        members(conn, &format!("260000 + (n + {k}) % 20"), "employee", id("0197aaaa", "n * 3"), 10_000);
    }
    if pg {
        run(conn, "ANALYZE groups; ANALYZE group_members; ANALYZE employees");
    }
}
