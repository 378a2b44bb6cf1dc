//! A comment or a page of docs/ sends its reader to what the repository holds or to a public standard, and nowhere else.

use crate::tidy::finding::Finding;
use crate::tidy::source::mask::{has_word, is_word};
use crate::tidy::source::tree::{File, Tree};

/// Where the decisions are.
const PAGES: &str = "docs/decisions/";

/// Compares the repository with what lies beside it, and so has to name that.
const COMPARING: &str = ".ci/run";

/// Words for what others have written down elsewhere.
const ELSEWHERE: [&str; 3] = ["contract", "contracts", "the issue"];

/// Words that with a number behind them are a place in something; a decision's own page may be called by its number.
const NUMBERED: [&str; 6] = ["fact", "facts", "section", "sections", "decision", "decisions"];

/// Where sources are, which a page names by their whole path.
const SOURCES: [&str; 3] = ["crates/", "gateway/", "xtask/"];

/// What the sign of a section is of.
const STANDARDS: [&str; 9] =
    ["RFC ", "OpenID Connect ", "SAML ", "WebAuthn Level ", "XML 1.0 ", "UAX #", "UTS #", "Unicode ", "ISO "];

/// References that lead nowhere: in the comments of Rust, in all of any other file but a table.
pub(in crate::tidy) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_read = |file: &&File| file.path != COMPARING && !file.path.ends_with(".tsv");
    for file in tree.files().filter(is_read) {
        for (index, line) in told(file).lines().enumerate() {
            let lost = lost(tree, line).map(|name| format!("there is no {name}"));
            let vague = vague(line).map(|what| {
                format!(
                    "nobody can look up {what}: say what it says, or name a page of {PAGES} or a standard"
                )
            });
            findings.extend(lost.chain(vague).map(|what| Finding::new(&file.path, index + 1, what)));
        }
    }
    findings
}

/// What the file tells a reader: what is no comment of Rust is blanked out.
fn told(file: &File) -> String {
    if file.uncommented.is_empty() {
        return file.text.clone();
    }
    let hide = |(all, code): (char, char)| if all == code && all != '\n' { ' ' } else { all };
    file.text.chars().zip(file.uncommented.chars()).map(hide).collect()
}

/// The pages and sources that the line names and that are not there.
fn lost<'a>(tree: &'a Tree, line: &'a str) -> impl Iterator<Item = &'a str> {
    let is_of_a_name = |character: char| is_word(character) || "-./".contains(character);
    // a full stop behind it ends the sentence
    let names = line.split(move |character| !is_of_a_name(character)).map(|name| name.trim_end_matches('.'));
    let is_page = |name: &str| {
        let is_decision = name.strip_prefix(PAGES).is_some_and(|number| !number.is_empty());
        let is_source = name.ends_with(".rs") && SOURCES.iter().any(|folder| name.starts_with(folder));
        // behind two slashes it is an address of the web
        (name.ends_with(".md") || is_decision || is_source) && !name.starts_with("//")
    };
    names.filter(move |name| is_page(name) && !leads(tree, name))
}

/// Whether it names a page, by the end of its path or by the number of a decision.
fn leads(tree: &Tree, name: &str) -> bool {
    let name = name.trim_start_matches("../");
    let number = name.strip_prefix(PAGES).filter(|number| number.len() == 4);
    let is_numbered = number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    let (start, end) = (format!("{name}-"), format!("/{name}"));
    let is_meant =
        |path: &str| path == name || path.ends_with(&end) || (is_numbered && path.starts_with(&start));
    tree.files().any(|file| is_meant(&file.path))
}

/// What the line refers to without saying where it is.
fn vague(line: &str) -> Option<String> {
    let lower = line.to_lowercase();
    let elsewhere = ELSEWHERE.iter().find(|word| has_word(&lower, word)).map(|word| (*word).to_owned());
    elsewhere.or_else(|| numbered(&lower)).or_else(|| without_standard(line))
}

/// A place by its number; in the words of a link the link says where that is.
fn numbered(line: &str) -> Option<String> {
    NUMBERED.into_iter().find_map(|word| {
        line.match_indices(word).find_map(|(start, _)| {
            let (before, rest) = line.split_at(start);
            let number = rest.strip_prefix(word)?.strip_prefix(' ')?;
            let is_meant = number.starts_with(|character: char| character.is_ascii_digit());
            let stands_alone = !before.ends_with(|character| is_word(character) || character == '[');
            let end = number.find(|character: char| !character.is_ascii_digit()).unwrap_or(number.len());
            (is_meant && stands_alone).then(|| format!("{word} {}", number.split_at(end).0))
        })
    })
}

/// The sign of a section before which no standard is named.
fn without_standard(line: &str) -> Option<String> {
    let (before, _) = line.split_once('§')?;
    (!STANDARDS.iter().any(|name| before.contains(name))).then(|| "a § of nothing".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::places;

    #[test]
    fn a_reference_to_no_page_is_told() {
        let source = "//! One (docs/decisions/0001).\n/// docs/decisions/0001-a.md.\n// docs/decisions/0002, docs/decisions/0001\n\
                      x(\"docs/decisions/0003\"); // docs/decisions/0001-b.md\n/* docs/decisions/00 */\n// in docs/decisions/\n\
                      // house.md, a.md, https://polity.example/house.md\n";
        let tree = Tree::of(&[
            ("docs/decisions/0001-a.md", "# One\n"),
            ("docs/decisions/README.md", "See docs/decisions/0001-a.md and docs/decisions/README.md.\n"),
            ("docs/a.md", "[One](decisions/0001-a.md), [two](decisions/0002-b.md).\n[A](../docs/a.md#b)\n"),
            ("a.rs", source),
            ("b.sql", "-- docs/decisions/0009\n"),
        ]);
        let told = ["docs/a.md:1", "a.rs:3", "a.rs:4", "a.rs:5", "a.rs:7", "b.sql:1"];
        assert_eq!(places(&check(&tree)), told);
    }

    #[test]
    fn a_source_that_has_moved_is_told() {
        let tree = Tree::of(&[
            ("crates/a/src/b.rs", "// crates/a/src/b.rs, gateway/src/c.rs\n"),
            ("docs/d.md", "`crates/a/src/b.rs` and\n`crates/a/src/e.rs`, `crates/<area>/src/f.rs`, g.rs\n"),
        ]);
        assert_eq!(places(&check(&tree)), ["crates/a/src/b.rs:1", "docs/d.md:2"]);
    }

    #[test]
    fn a_reference_to_what_is_elsewhere_is_told() {
        for line in [
            "The longest (contract v1, facts 0.3).",
            "As the Contracts say.",
            "Kills; the issue asks for 20.",
            "Believed for a minute (facts 0.1).",
            "See section 3.",
            "(decision 30)",
            "(Decisions 4 and 5)",
            "[decision 30](docs/decisions/0030-a.md) and decision 4",
            "Refused (§3.1).",
        ] {
            let tree = Tree::of(&[
                ("docs/decisions/0030-a.md", ""),
                ("a.rs", &format!("/// {line}\nfn a() {{}}\n")),
                ("b.sql", &format!("-- {line}\n")),
                ("docs/c.md", &format!("{line}\n")),
            ]);
            assert_eq!(places(&check(&tree)), ["a.rs:1", "b.sql:1", "docs/c.md:1"], "{line}");
        }
    }

    #[test]
    fn what_can_be_looked_up_is_left_alone() {
        let source = "/// The issuer, a `CONTRACTOR`, the decision, 3 facts, subsection 4.\n\
                      /// RFC 6750 §3, and §3.1 of it; OpenID Connect Core 1.0 §8.1; Unicode §3.13.\n\
                      /// [Decision 30](docs/decisions/0030-a.md), docs/decisions/0030.\n\
                      const A: &str = \"contract, section 3, the issue\";\n";
        let tree = Tree::of(&[
            ("docs/decisions/0030-a.md", "# 30. A\n"),
            ("a.rs", source),
            ("b.tsv", "house.md\tGET\n"),
            (".ci/run", "# as the contract in house.md has it\n"),
        ]);
        assert_eq!(places(&check(&tree)), Vec::<String>::new());
    }
}
