//! The look of files: their length, their first sentence, attributes that silence, and white space.

use crate::tidy::finding::Finding;
use crate::tidy::source::mask::has_word;
use crate::tidy::source::tree::{File, Tree, lines_where};

/// More lines of code than this fail.
const MOST: usize = 400;

/// More than this are worth a look.
const MANY: usize = 300;

/// Code and inline tests are counted apart, each against the same limit. Blank lines and comments do not count.
pub(in crate::tidy) fn size(tree: &Tree) -> Vec<Finding> {
    tree.rust().flat_map(size_of).collect()
}

fn size_of(file: &File) -> Vec<Finding> {
    let lines: Vec<&str> = file.uncommented.lines().collect();
    let border = lines.iter().zip(lines.iter().skip(1)).position(|(line, next)| {
        *line == "#[cfg(test)]" && (next.starts_with("mod ") || next.starts_with("#["))
    });
    let (code, tests) = lines.split_at_checked(border.unwrap_or(lines.len())).unwrap_or_default();
    let parts = [(code, "lines of code"), (tests, "lines of tests")];
    let judged = parts.into_iter().filter_map(|(lines, what)| {
        let count = lines.iter().filter(|line| !line.trim().is_empty()).count();
        match count {
            0..=MANY => None,
            _ if count <= MOST => {
                Some(Finding::new(&file.path, 1, format!("{count} {what}, better {MANY}")).warned())
            }
            _ => {
                Some(Finding::new(&file.path, 1, format!("{count} {what}, at most {MOST}: split it by idea")))
            }
        }
    });
    judged.collect()
}

/// Every file opens with one sentence that says what it is.
pub(in crate::tidy) fn first_sentence(tree: &Tree) -> Vec<Finding> {
    tree.rust().filter_map(|file| Some(Finding::new(&file.path, 1, opening_problem(&file.text)?))).collect()
}

fn opening_problem(text: &str) -> Option<&'static str> {
    let opening: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("//! ")).collect();
    let sentence = opening.join(" ");
    if opening.is_empty() {
        Some("does not open with `//! ` and a sentence")
    } else if !sentence.ends_with('.') {
        Some("its first paragraph is no sentence: it does not end with a full stop")
    } else if sentences(&sentence) > 1 {
        Some("opens with more than one sentence: put an empty `//!` line after the first")
    } else {
        None
    }
}

/// Full stops that end something: followed by a capital, and not an abbreviation.
fn sentences(text: &str) -> usize {
    let inner = text.match_indices(". ").filter(|(at, _)| {
        let (before, after) = (text.get(..*at).unwrap_or_default(), text.get(at + 2..).unwrap_or_default());
        let abbreviated =
            ["e.g", "i.e", "etc", "vs"].iter().any(|abbreviation| before.ends_with(abbreviation));
        !abbreviated && after.chars().next().is_some_and(char::is_uppercase)
    });
    inner.count() + 1
}

/// Attributes and macros that silence or postpone.
pub(in crate::tidy) fn attributes(tree: &Tree) -> Vec<Finding> {
    tree.rust()
        .flat_map(|file| {
            lines_where(&file.code, |line| silences(line).is_some()).filter_map(|line| {
                let what = silences(file.code.lines().nth(line - 1)?)?;
                Some(Finding::new(&file.path, line, what))
            })
        })
        .collect()
}

fn silences(line: &str) -> Option<&'static str> {
    let bare: String = line.split_whitespace().collect();
    if bare.contains("#[allow(") || bare.contains("#![allow(") {
        Some("`allow` stays silent when it is needed no more: write #[expect(…, reason = \"…\")]")
    } else if bare.contains("#[ignore]") {
        Some("an ignored test says why: #[ignore = \"…\"]")
    } else if has_word(line, "todo") && bare.contains("todo!")
        || has_word(line, "unimplemented") && bare.contains("unimplemented!")
    {
        Some("unfinished")
    } else {
        None
    }
}

/// No white space at the end of a line, and a line's end at the end of a file.
pub(in crate::tidy) fn whitespace(tree: &Tree) -> Vec<Finding> {
    // an empty last column is white space with a meaning
    tree.files().filter(|file| !file.path.ends_with(".tsv")).flat_map(whitespace_of).collect()
}

fn whitespace_of(file: &File) -> Vec<Finding> {
    let trailing = lines_where(&file.text, |line| line.ends_with(char::is_whitespace));
    let mut findings: Vec<Finding> =
        trailing.map(|line| Finding::new(&file.path, line, "white space at the end of the line")).collect();
    let last = file.text.lines().count().max(1);
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        findings.push(Finding::new(&file.path, last, "the last line does not end"));
    } else if file.text.ends_with("\n\n") {
        findings.push(Finding::new(&file.path, last, "an empty line at the end"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::places;

    #[test]
    fn code_and_tests_are_counted_apart() {
        let code = |lines| "x;\n".repeat(lines);
        let file = |text: &str| size(&Tree::of(&[("a.rs", text)]));
        assert!(file(&code(300)).is_empty());
        assert!(file(&code(301))[0].is_warning());
        assert!(!file(&code(401))[0].is_warning());
        let comments = "// y\n\n/* z\n z */\n".repeat(400);
        assert!(file(&(code(300) + &comments)).is_empty());
        let with_tests = format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", code(300), code(200));
        assert!(file(&with_tests).is_empty());
        assert_eq!(file(&format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", code(300), code(500))).len(), 1);
        assert_eq!(file(&format!("#[cfg(test)]\nfn only_this() {{}}\n{}", code(500))).len(), 1);
    }

    #[test]
    fn a_file_opens_with_one_sentence() {
        for good in [
            "//! One thing.\n",
            "//! One thing, e.g. This one,\n//! on two lines.\n//!\n//! More. And more\n",
        ] {
            assert_eq!(opening_problem(good), None, "{good}");
        }
        for bad in
            ["", "use x;\n", "// no\n//! One.\n", "//!\n//! One.\n", "//! no stop\n", "//! One. Two.\n"]
        {
            assert!(opening_problem(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn what_silences_is_found() {
        let source = "#[allow(dead_code)]\n#![allow(\n#[ignore]\n#[ignore = \"slow\"]\ntodo!()\n// todo!()\n\"#[allow(\"\n#[expect(x)]\n";
        let found = attributes(&Tree::of(&[("a.rs", source)]));
        assert_eq!(places(&found), ["a.rs:1", "a.rs:2", "a.rs:3", "a.rs:5"]);
    }

    #[test]
    fn stray_white_space_is_found() {
        let tree = Tree::of(&[
            ("a.md", "a \nb"),
            ("b.sql", "a\n\n"),
            ("c.tsv", "a\t\n"),
            ("d.rs", "a\n"),
            ("e.md", ""),
        ]);
        assert_eq!(places(&whitespace(&tree)), ["a.md:1", "a.md:2", "b.sql:2"]);
    }
}
