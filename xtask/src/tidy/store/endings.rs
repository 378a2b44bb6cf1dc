//! Whether a row has ended is judged by one function of its table, so that no query forgets it or judges otherwise.

use crate::tidy::finding::Finding;
use crate::tidy::source::functions::functions;
use crate::tidy::source::mask::is_word;
use crate::tidy::source::names::shipped;
use crate::tidy::source::tree::{File, Tree};

/// The columns that say when a row ends.
const COLUMNS: [&str; 2] = ["expires_at", "retires_at"];

/// The functions that may judge them.
const JUDGES: [&str; 3] = ["live", "ended", "endless"];

/// How a query compares a column.
const COMPARING: [&str; 7] = [".gt(", ".ge(", ".lt(", ".le(", ".between(", ".is_null(", ".is_not_null("];

/// How a statement written out does.
const WORDS: [&str; 4] = [" IS ", " BETWEEN ", " >", " <"];

/// Where a column is compared outside the functions that are there for it.
pub(in crate::tidy) fn check(tree: &Tree) -> Vec<Finding> {
    tree.rust().filter(|file| file.is_shipped()).flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let judges: Vec<(usize, usize)> = functions(shipped(&file.code))
        .filter(|function| JUDGES.contains(&function.name))
        .map(|function| function.lines())
        .collect();
    let mut lines: Vec<usize> = compared(&file.code).chain(written(file)).collect();
    lines.sort_unstable();
    lines.dedup();
    lines.retain(|line| !judges.iter().any(|(first, last)| (first..=last).contains(&line)));
    let words = "a bare condition on when a row ends: use or make the table's `live(now)` or `ended(now)`";
    lines.into_iter().map(|line| Finding::new(&file.path, line, words)).collect()
}

/// The lines where a query compares a column, also one of an alias.
fn compared(code: &str) -> impl Iterator<Item = usize> {
    COLUMNS.into_iter().flat_map(move |column| {
        let found = code.match_indices(column).filter(move |(at, _)| {
            let before = code.get(..*at).and_then(|before| before.chars().next_back());
            let behind = code.get(at + column.len()..).unwrap_or_default();
            let behind = behind.strip_prefix(')').unwrap_or(behind).trim_start();
            !before.is_some_and(is_word) && COMPARING.iter().any(|way| behind.starts_with(way))
        });
        found.map(|(at, _)| line_of(code, at))
    })
}

/// The lines where a text does.
fn written(file: &File) -> impl Iterator<Item = usize> {
    let both = file.uncommented.lines().zip(file.code.lines()).enumerate();
    let told = both.filter(|(_, (text, code))| {
        let said = |column: &&str| {
            WORDS.iter().any(|words| {
                let phrase = format!("{column}{words}");
                text.contains(&phrase) && !code.contains(&phrase)
            })
        };
        COLUMNS.iter().any(said)
    });
    told.map(|(index, _)| index + 1)
}

fn line_of(code: &str, at: usize) -> usize {
    code.get(..at).map_or(1, |before| before.matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::places;

    #[test]
    fn a_bare_condition_is_told() {
        let store = "fn live(now: T) -> _ {\n    a::expires_at.is_null().or(a::expires_at.gt(now))\n}\n\
                     fn all() {\n    a::table.filter(a::expires_at.gt(now));\n    \
                     a::table.filter(a::expires_at\n        .is_null());\n    \
                     a::table.filter(ones.field(a::expires_at).le(now));\n    \
                     a::table.filter(live(now)).select(a::expires_at).set(a::expires_at.eq(now));\n}\n\
                     fn ended() {\n    a::retires_at.le(now)\n}\n";
        let tree = Tree::of(&[("crates/a/src/store/a.rs", store), ("crates/a/tests/a.rs", store)]);
        let expected = [5, 6, 8].map(|line| format!("crates/a/src/store/a.rs:{line}"));
        assert_eq!(places(&check(&tree)), expected);
    }

    #[test]
    fn a_condition_that_is_written_out_is_told_too() {
        let store = "fn live() {\n    out.push_sql(\"m.expires_at IS NULL OR m.expires_at > \");\n}\n\
                     fn walk() {\n    out.push_sql(\"SELECT m.expires_at\");\n    \
                     out.push_sql(\" AND m.expires_at > \");\n    // m.expires_at IS NULL\n    \
                     let over = row.expires_at <= now;\n}\n";
        let tree = Tree::of(&[("crates/a/src/store/a.rs", store)]);
        assert_eq!(places(&check(&tree)), ["crates/a/src/store/a.rs:6"]);
    }
}
