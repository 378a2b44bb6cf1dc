//! Arrows point down: no files of a crate import each other in a circle, and no storey imports what stands above it.

use crate::tidy::finding::Finding;
use crate::tidy::source::imports::Imports;
use crate::tidy::source::tree::{File, Tree};

/// Who may import the file that puts the gateway together.
const ABOVE_BOOT: [&str; 3] = ["gateway/src/main.rs", "gateway/src/commands/", "gateway/src/boot.rs"];

/// No group of files imports each other in a circle.
pub(in crate::tidy) fn circles(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources(tree) {
        for circle in Imports::read(tree, &source).circles() {
            let words =
                format!("{} files import each other in a circle: {}", circle.len(), circle.join(", "));
            findings.extend(circle.first().map(|first| Finding::new(*first, 1, words)));
        }
    }
    findings
}

/// Services stand above acts, acts above rules and the store. What further crates may call is for them alone.
pub(in crate::tidy) fn storeys(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources(tree) {
        for (from, to) in Imports::read(tree, &source).arrows() {
            let (above, below) = (within_source(from, &source), within_source(to, &source));
            if let Some(words) = refused(above, below) {
                findings.push(Finding::new(from, 1, format!("imports {to}: {words}")));
            }
        }
    }
    findings
}

/// What puts the gateway together is imported by what starts it, and by nothing else.
pub(in crate::tidy) fn boot(tree: &Tree) -> Vec<Finding> {
    let arrows: Vec<_> = Imports::read(tree, "gateway/src/").arrows().collect();
    let of_boot = arrows.into_iter().filter(|(from, to)| {
        *to == "gateway/src/boot.rs" && !ABOVE_BOOT.iter().any(|above| from.starts_with(above))
    });
    of_boot.map(|(from, _)| Finding::new(from, 1, "only main and commands import boot.rs")).collect()
}

/// The gateway calls services; `within` is for area crates, inside their own transactions.
pub(in crate::tidy) fn within(tree: &Tree) -> Vec<Finding> {
    let in_gateway = tree.rust().filter(|file| file.path.starts_with("gateway/src/"));
    let lines = in_gateway.flat_map(|file| {
        let calls = |line: &str| line.contains("polity_") && line.contains("::within::");
        crate::tidy::source::tree::lines_where(&file.code, calls).map(|line| (file, line)).collect::<Vec<_>>()
    });
    lines.map(|(file, line)| Finding::new(&file.path, line, "the gateway calls `within`")).collect()
}

/// Why a file of the one place may not import one of the other, both below a crate's sources.
fn refused(from: &str, to: &str) -> Option<&'static str> {
    let storey = |path: &str| path.split(['/', '.']).next().unwrap_or_default().to_owned();
    let (above, below) = (storey(from), storey(to));
    match (above.as_str(), below.as_str()) {
        (_, "service") if to.contains('/') && !is_root_of(to, from) => Some("nothing imports a service"),
        ("acts", "service") => Some("acts import no service"),
        ("rules", "acts" | "service" | "store") => Some("rules know values only"),
        ("store", "rules" | "acts" | "service") => Some("the store knows nothing above it"),
        ("service" | "acts" | "rules" | "store", "within") => Some("`within` is for further crates"),
        _ => None,
    }
}

/// Whether the one file is the `mod.rs` of a folder in which the other lies, or the crate's root asks.
fn is_root_of(to: &str, from: &str) -> bool {
    from == "lib.rs" || to.strip_suffix("mod.rs").is_some_and(|folder| from.starts_with(folder))
}

fn within_source<'p>(path: &'p str, source: &str) -> &'p str {
    path.strip_prefix(source).unwrap_or(path)
}

/// The source folders of all crates.
fn sources(tree: &Tree) -> Vec<String> {
    let of_root = |file: &File| file.path.strip_suffix("lib.rs").map(str::to_owned);
    tree.rust().filter_map(of_root).filter(|folder| folder.ends_with("/src/")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::places;

    #[test]
    fn a_circle_of_each_crate_is_told() {
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", "mod b; mod c;"),
            ("crates/a/src/b.rs", "fn b() { crate::c::c() }"),
            ("crates/a/src/c.rs", "fn c() { crate::b::b() }"),
            ("gateway/src/lib.rs", "mod b;"),
            ("gateway/src/b.rs", "fn b() {}"),
        ]);
        assert_eq!(places(&circles(&tree)), ["crates/a/src/b.rs:1"]);
    }

    #[test]
    fn arrows_that_point_up_are_told() {
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", "mod acts; mod rules; mod service; mod store; pub mod within;"),
            ("crates/a/src/service/mod.rs", "mod b; mod c;\npub struct Service;"),
            ("crates/a/src/service/b.rs", "use super::Service;\nuse crate::acts::act;\npub fn b() {}"),
            ("crates/a/src/service/c.rs", "use super::b::b;\nuse crate::within::w;\nfn c() {}"),
            ("crates/a/src/acts.rs", "use crate::rules::rule;\nuse crate::store::find;\npub fn act() {}"),
            ("crates/a/src/rules.rs", "use crate::store::find;\npub fn rule() {}"),
            ("crates/a/src/store.rs", "use crate::service::Service;\npub fn find() {}"),
            ("crates/a/src/within.rs", "use crate::acts::act;\npub fn w() {}"),
        ]);
        let expected = [
            "crates/a/src/rules.rs:1",
            "crates/a/src/service/c.rs:1",
            "crates/a/src/service/c.rs:1",
            "crates/a/src/store.rs:1",
        ];
        let mut found = places(&storeys(&tree));
        found.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn boot_is_imported_by_what_starts_it() {
        let import = "use crate::boot::serve;\nfn f() {}";
        let tree = Tree::of(&[
            ("gateway/src/lib.rs", "mod boot; mod commands; mod jobs;"),
            ("gateway/src/boot.rs", "pub fn serve() {}"),
            ("gateway/src/commands/serve.rs", import),
            ("gateway/src/jobs.rs", import),
        ]);
        assert_eq!(places(&boot(&tree)), ["gateway/src/jobs.rs:1"]);
    }

    #[test]
    fn the_gateway_calls_no_act() {
        let call = "fn f() { polity_accounts::within::account(conn, id) }\n";
        let tree = Tree::of(&[("gateway/src/jobs.rs", call), ("crates/directory/src/acts.rs", call)]);
        assert_eq!(places(&within(&tree)), ["gateway/src/jobs.rs:1"]);
    }
}
