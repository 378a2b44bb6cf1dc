//! A session at a browser may what its person's token may, from a page of the service's own, and proves itself again for what gives power.
//!
//! Which routes ask for that is kept in `output/step_up.txt` and reviewed by eye; `POLITY_BLESS=1` writes the file anew.

use std::fmt::Write as _;
use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;

use polity::gate::guesses::Patience;
use polity::gate::pace::Pace;
use polity_kernel::RECENT;
use polity_testkit::{Kit, both_engines};

use crate::cell::{Cast, Cell};
use crate::ground::Caller;
use crate::ground::common::{Answer, Service};
use crate::ground::license::verification;
use crate::{Line, lines};

/// How long after a letter another one is sent.
const A_MINUTE: Duration = Duration::from_mins(1);

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/output/step_up.txt");

both_engines! {
    fn a_session_is_its_person(kit) {
        let found = asked(kit);
        if std::env::var_os("POLITY_BLESS").is_some() {
            std::fs::write(Path::new(FILE), &found).unwrap();
        }
        let kept = std::fs::read_to_string(FILE).unwrap_or_default();
        assert_eq!(found, kept, "tests/output/step_up.txt says otherwise; POLITY_BLESS=1 writes it anew");
    }
}

fn asked(kit: &Kit) -> String {
    let many = NonZeroU32::new(1_000_000).unwrap();
    let service = Service::start_set(kit, Patience { burst: many, per_minute: many }, |settings| {
        settings.licensing.keys = vec![verification()];
        settings.stranger_pace = Pace { per_minute: 0, per_hour: 0 };
    });
    let cast = Cast::new(&service);
    let mut text = String::from(
        "Routes that write, and whether they ask a session for a recent proof; made by a test, see gateway/tests/coverage/sessions.rs.\n\n",
    );
    let mut kept = None;
    for (row, Line { method, path, .. }) in lines().into_iter().enumerate() {
        let ask = |which: &str, cell: &Cell, caller: &Caller| -> Answer {
            if path.ends_with("/resend") {
                kit.pass(A_MINUTE);
            }
            let answer = cell.ask(&service, caller, (method, path));
            assert!(answer.code() < 500, "{method} {path} as {which}: {answer:?}");
            answer
        };
        let mut cell = |column: usize| {
            kept.take().unwrap_or_else(|| Cell::found(&service, &cast, format!("s-{row}-{column}"), "owner"))
        };
        let disturbs = |answer: &Answer| method != "GET" && answer.code() < 400;
        let first = cell(0);
        let foreign = ask("elsewhere", &first, &cast.owner().browsing(&service, Duration::ZERO).elsewhere());
        let stale = ask("stale", &first, &cast.owner().browsing(&service, RECENT));
        let second = if disturbs(&stale) { cell(1) } else { first };
        let fresh = ask("fresh", &second, &cast.owner().browsing(&service, Duration::ZERO));
        let third = if disturbs(&fresh) { cell(2) } else { second };
        let token = ask("token", &third, cast.owner());
        assert_eq!(fresh.code(), token.code(), "{method} {path}: {fresh:?} is not {token:?}");
        if !disturbs(&token) {
            kept = Some(third);
        }
        let is_asked = stale.code() == 403 && stale.text.contains("\"max_age\":1200");
        if method == "GET" {
            assert_eq!(
                (stale.code(), foreign.code()),
                (token.code(), token.code()),
                "{path}: reading is not asked"
            );
            continue;
        }
        assert!(is_asked || stale.code() == token.code(), "{method} {path}: {stale:?}");
        let is_open = foreign.code() == 403 && foreign.text.contains("own address");
        // who needs no credential is nobody, whatever cookie comes
        assert!(is_open || is_public(path), "{method} {path} from elsewhere: {foreign:?}");
        writeln!(text, "{method:<6} {path} {}", if is_asked { "asks" } else { "-" }).unwrap();
    }
    text
}

/// Whether the route takes no credential.
fn is_public(path: &str) -> bool {
    ["/api/login", "/api/reset", "/pandadoc"].iter().any(|part| path.contains(part))
}
