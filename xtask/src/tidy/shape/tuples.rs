//! Parameters that belong together have a name: no function takes a tuple.
//!
//! Closures may: what the standard library's iterators hand them are pairs.

use std::collections::BTreeMap;

use crate::tidy::finding::Finding;
use crate::tidy::source::functions::{functions, group, split};
use crate::tidy::source::mask::is_word;
use crate::tidy::source::names::{self, shipped};
use crate::tidy::source::tree::{File, Tree};

/// Names for tuples, by crate.
type Aliases<'t> = BTreeMap<&'t str, Vec<Alias<'t>>>;

#[derive(Debug)]
struct Alias<'t> {
    name: &'t str,
    path: &'t str,
}

/// Functions outside tests that take a tuple, by itself, by reference or as an option, also one that has a name.
pub(in crate::tidy) fn check(tree: &Tree) -> Vec<Finding> {
    let mut aliases = Aliases::new();
    for file in tree.rust().filter(|file| is_judged(file)) {
        aliases.entry(crate_of(&file.path)).or_default().extend(aliases_of(file));
    }
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| is_judged(file)) {
        let known = aliases.get(crate_of(&file.path)).map(Vec::as_slice).unwrap_or_default();
        findings.extend(check_file(file, known));
    }
    findings
}

fn is_judged(file: &File) -> bool {
    (file.is_shipped() || file.path.starts_with("xtask/src/"))
        && !file.path.ends_with("/tests.rs")
        && !file.path.contains("/src/tests/")
}

/// The folder above `src`.
fn crate_of(path: &str) -> &str {
    path.split_once("/src/").map_or(path, |(folder, _)| folder)
}

/// The tuples to which the file gives a name.
fn aliases_of(file: &File) -> impl Iterator<Item = Alias<'_>> {
    shipped(&file.code).match_indices("type ").filter_map(|(at, keyword)| {
        let (name, rest) = file.code.get(at + keyword.len()..)?.split_once('=')?;
        let name = name.split(|c| !is_word(c)).next()?;
        is_tuple(rest.split(';').next()?.trim(), &[]).then_some(Alias { name, path: &file.path })
    })
}

fn check_file(file: &File, aliases: &[Alias<'_>]) -> Vec<Finding> {
    let code = shipped(&file.code);
    let imports = names::read(code).imports;
    let imported = |name: &str| imports.iter().any(|import| import.name == name);
    let known: Vec<&str> = aliases
        .iter()
        .filter(|alias| alias.path == file.path || imported(alias.name))
        .map(|alias| alias.name)
        .collect();
    let mut findings = Vec::new();
    for function in functions(code) {
        let taken = split(function.parameters, ',').into_iter().filter(|parameter| takes(parameter, &known));
        findings.extend(taken.map(|parameter| {
            let shown: Vec<&str> = parameter.split_whitespace().collect();
            let words = format!("{} takes a tuple, `{}`: name it", function.name, shown.join(" "));
            Finding::new(&file.path, function.line, words)
        }));
    }
    findings
}

/// Whether this parameter is a tuple, or taken apart as one.
fn takes(parameter: &str, aliases: &[&str]) -> bool {
    let (pattern, kind) = parameter.split_once(": ").unwrap_or((parameter, ""));
    is_tuple(kind.trim(), aliases) || is_tuple(pattern.trim(), &[])
}

fn is_tuple(kind: &str, aliases: &[&str]) -> bool {
    let kind = bare(kind);
    if kind.starts_with('(') {
        return group(kind).is_some_and(|(inside, _)| inside.contains(',') && split(inside, ',').len() > 1);
    }
    let (name, rest) = kind.split_once('<').unwrap_or((kind, ""));
    match rest.strip_suffix('>') {
        Some(inner) if name == "Option" => is_tuple(inner.trim(), aliases),
        _ => aliases.contains(&name),
    }
}

/// The type that is borrowed.
fn bare(kind: &str) -> &str {
    let Some(lent) = kind.strip_prefix('&') else { return kind };
    let lent = lent.trim_start();
    let lent = match lent.strip_prefix('\'') {
        Some(lifetime) => lifetime.trim_start_matches(is_word).trim_start(),
        None => lent,
    };
    bare(lent.strip_prefix("mut ").unwrap_or(lent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::places;

    fn found(code: &str) -> usize {
        check(&Tree::of(&[("crates/a/src/lib.rs", code)])).len()
    }

    #[test]
    fn a_tuple_is_told_however_it_is_written() {
        for bad in [
            "fn f((a, b): (A, B)) {}",
            "fn f(pair: (A, B)) {}",
            "fn f(&self, pair: &(A, B), c: C) {}",
            "fn f<'a, T: Fn(A) -> B>(pair: &'a mut (A, T)) {}",
            "fn f(\n    conn: &mut Conn,\n    (a, b): (A, B),\n) {}",
            "fn f(pair: Option<(A, B)>) {}",
            "type Pair = (A, B);\nfn f(pair: Pair) {}",
            "type Pair<T> = (A, T);\nfn f(pair: &Pair<B>) {}",
            "impl From<(A, B)> for C { fn from(pair: (A, B)) -> C {} }",
            "trait T { fn f(&self, (a, b): (A, B)); }",
        ] {
            assert_eq!(found(bad), 1, "{bad}");
        }
    }

    #[test]
    fn what_is_no_tuple_is_let_be() {
        for good in [
            "fn f(a: A, b: &[(A, B)], c: Vec<(A, B)>) -> (A, B) {}",
            "fn f(a: &dyn Fn(A, B) -> C, unit: ()) {}",
            "fn f(a: (impl Fn(A, B) + Send)) {}",
            "fn f(A { a, b }: A) {}",
            "fn f() { pairs.map(|(a, b)| a) }",
            "fn f(a: a::B<(A, B)>) {}",
            "// fn f(pair: (A, B)) {}",
            "#[cfg(test)]\nmod tests {\n    fn f(pair: (A, B)) {}\n}",
        ] {
            assert_eq!(found(good), 0, "{good}");
        }
    }

    #[test]
    fn a_name_for_a_tuple_counts_where_it_is_meant() {
        let tree = Tree::of(&[
            ("crates/a/src/b.rs", "pub type Pair = (A, B);\n"),
            ("crates/a/src/c.rs", "use crate::b::Pair;\nfn f(pair: Pair) {}\n"),
            ("crates/a/src/d.rs", "struct Pair;\nfn f(pair: Pair) {}\n"),
            ("crates/a/tests/e.rs", "fn f(pair: (A, B)) {}\n"),
        ]);
        assert_eq!(places(&check(&tree)), ["crates/a/src/c.rs:2"]);
    }
}
