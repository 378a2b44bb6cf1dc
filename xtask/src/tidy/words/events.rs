//! The catalogue of events is closed: types are declared in one place of each area, called what they are, listed, and recorded.

use crate::tidy::finding::Finding;
use crate::tidy::source::mask::{has_word, is_word};
use crate::tidy::source::tree::{File, Tree, lines_where};

/// Where all areas' types are put together.
const CATALOGUE: &str = "crates/areas/src/catalogue.rs";

/// What only an area's `events` may write, and what nobody may but the macros of the kernel.
const DECLARING: [(&str, &str); 3] = [
    ("catalogue! {", "types of events are declared in an area's `events`"),
    ("record! {", "what events say is declared in an area's `events`"),
    ("::declared(", "a type of event is declared by `catalogue!`"),
];

/// A constant of a catalogue.
#[derive(Debug, PartialEq, Eq)]
struct Type<'f> {
    constant: &'f str,
    name: &'f str,
    line: usize,
}

/// Types and what they say are declared in `events` alone.
pub(in crate::tidy) fn places(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in shipped(tree).filter(|file| file.area() != Some("kernel")) {
        for (what, words) in DECLARING {
            let is_allowed = is_of_events(file) && what != "::declared(";
            let found = lines_where(&file.code, |line| line.contains(what) && !is_allowed);
            findings.extend(found.map(|line| Finding::new(&file.path, line, words)));
        }
    }
    findings
}

/// Each constant is called what its type is, and something records it.
pub(in crate::tidy) fn types(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in shipped(tree).filter(|file| is_of_events(file)) {
        let recorders: Vec<&File> =
            shipped(tree).filter(|other| other.area() == file.area() && !is_of_events(other)).collect();
        for Type { constant, name, line } in declared(&file.uncommented) {
            let wanted = name.to_uppercase().replace('.', "_");
            if constant != wanted {
                findings.push(Finding::new(&file.path, line, format!("should be called {wanted}")));
            }
            let recorded = |other: &&File| other.code.lines().any(|line| uses(line, constant));
            if !recorders.iter().any(recorded) {
                findings.push(Finding::new(&file.path, line, format!("nothing records {name}")));
            }
        }
    }
    findings
}

/// An area's types are in the catalogue of all.
pub(in crate::tidy) fn listed(tree: &Tree) -> Vec<Finding> {
    let whole = tree.get(CATALOGUE).map_or("", |file| &file.code);
    let declaring = shipped(tree).filter(|file| is_of_events(file) && file.code.contains("catalogue! {"));
    let missing = declaring.filter_map(|file| {
        let list = format!("polity_{}::EVENTS", file.area()?);
        let words = format!("{CATALOGUE} leaves out {list}");
        (!has_word(whole, &list)).then(|| Finding::new(&file.path, 1, words))
    });
    missing.collect()
}

fn shipped(tree: &Tree) -> impl Iterator<Item = &File> {
    tree.rust().filter(|file| file.is_shipped())
}

fn is_of_events(file: &File) -> bool {
    file.area().is_some() && (file.path.ends_with("/src/events.rs") || file.path.contains("/src/events/"))
}

/// Whether a line does more with a constant than import it: makes an event of it, or hands it on.
fn uses(line: &str, constant: &str) -> bool {
    line.match_indices(constant).any(|(at, _)| {
        let before = line.get(..at).unwrap_or_default();
        let behind = line.get(at + constant.len()..).unwrap_or_default();
        let is_deed = !before.ends_with(is_word) && (behind.is_empty() || behind.starts_with('.'));
        is_deed || before.ends_with('&') && !behind.starts_with(is_word)
    })
}

/// The constants of the catalogues in a source: `pub(crate) GROUP_CREATED = "group.created"`.
fn declared(source: &str) -> Vec<Type<'_>> {
    let mark = "pub(crate) ";
    let found = source.match_indices(mark).filter_map(|(at, _)| {
        let (constant, rest) = source.get(at + mark.len()..)?.split_once(" =")?;
        let name = rest.trim_start().strip_prefix('"')?.split('"').next()?;
        let line = source.get(..at)?.lines().count().max(1);
        let is_constant = constant.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        is_constant.then_some(Type { constant, name, line })
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::places as at;

    const EVENTS: &str = "//! Events.\ncatalogue! {\n    /// Made.\n    pub(crate) THING_MADE = \"thing.made\": Nothing => Thing;\n    \
                          /// Gone.\n    pub(crate) THING_GONE =\n        \"thing.lost\": Thing => Nothing, rights;\n}\nrecord! {\n    \
                          pub(crate) struct Thing {}\n}\n";

    #[test]
    fn types_are_declared_in_events_alone() {
        let tree = Tree::of(&[
            ("crates/a/src/events.rs", EVENTS),
            ("crates/a/src/acts.rs", "catalogue! {\n}\npolity_kernel::record! {\n}\n"),
            ("crates/b/src/events/mod.rs", "const A: EventType<B, C> = EventType::declared(\"a\", \"b\");\n"),
            ("crates/kernel/src/event.rs", "catalogue! {\nEventType::declared(\n"),
            ("crates/kernel/tests/store.rs", EVENTS),
            ("gateway/src/main.rs", "// catalogue! {\nrecord! {\n"),
        ]);
        let expected = [
            "crates/a/src/acts.rs:1",
            "crates/a/src/acts.rs:3",
            "crates/b/src/events/mod.rs:1",
            "gateway/src/main.rs:2",
        ];
        assert_eq!(at(&places(&tree)), expected);
    }

    #[test]
    fn a_type_is_called_what_it_is_and_recorded() {
        let acts =
            "use crate::events::{THING_GONE, THING_MADE};\nfn f() { tx.record(THING_MADE.made(a, b, c)) }\n";
        let tree = Tree::of(&[("crates/a/src/events.rs", EVENTS), ("crates/a/src/acts.rs", acts)]);
        let found = types(&tree);
        assert_eq!(at(&found), ["crates/a/src/events.rs:6", "crates/a/src/events.rs:6"]);
        let words = found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert!(words.contains("THING_LOST") && words.contains("nothing records thing.lost"), "{words}");
        let elsewhere = "fn f() { end(&THING_GONE, NO_THING_GONE.over(a)) }\n";
        let tree = Tree::of(&[("crates/a/src/events.rs", EVENTS), ("crates/a/src/acts.rs", elsewhere)]);
        assert_eq!(
            at(&types(&tree)),
            ["crates/a/src/events.rs:4", "crates/a/src/events.rs:6"],
            "made; the name"
        );
    }

    #[test]
    fn every_area_is_in_the_catalogue() {
        let whole = "const ALL: [&[Declared]; 1] = [polity_a::EVENTS];\n";
        let tree = Tree::of(&[
            (CATALOGUE, whole),
            ("crates/a/src/events.rs", EVENTS),
            ("crates/b/src/events/mod.rs", EVENTS),
        ]);
        assert_eq!(at(&listed(&tree)), ["crates/b/src/events/mod.rs:1"]);
    }
}
