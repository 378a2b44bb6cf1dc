//! Words are for people: no program compares, splits or searches what an error says.

use std::ops::Range;

use crate::tidy::finding::Finding;
use crate::tidy::source::mask::is_word;
use crate::tidy::source::tree::Tree;

/// What gives the words of an error.
const WORDS: [&str; 2] = [".message", ".to_string()"];

/// What errors are called where their words are asked for by `to_string`.
const ERRORS: [&str; 8] = ["error", "err", "failure", "fault", "problem", "cause", "refusal", "inner()"];

/// What leaves a text what it is.
const NEUTRAL: [&str; 9] = [
    "()",
    ".as_str()",
    ".as_ref()",
    ".as_deref()",
    ".to_owned()",
    ".to_string()",
    ".clone()",
    ".trim()",
    ".to_lowercase()",
];

/// What reads a text.
const READING: [&str; 17] = [
    "==",
    "!=",
    ".eq(",
    ".eq_ignore_ascii_case(",
    ".cmp(",
    ".starts_with(",
    ".ends_with(",
    ".contains(",
    ".strip_prefix(",
    ".strip_suffix(",
    ".split",
    ".rsplit",
    ".find(",
    ".rfind(",
    ".matches(",
    ".replace",
    ".parse",
];

/// A piece of code up to the next `;`, `{` or `}`, without space but where it parts words.
struct Statement {
    text: String,
    line: usize,
}

/// Where something is decided by the words of an error, or by a variable that holds them.
pub(in crate::tidy) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| file.is_shipped() && !file.path.ends_with("tests.rs")) {
        let mut holders: Vec<String> = Vec::new();
        for statement in statements(&file.code) {
            let text = statement.text.as_str();
            if text.ends_with("mod tests") {
                break;
            }
            if text.starts_with("fn ") || text.contains(" fn ") {
                holders.clear();
            }
            let told = words_in(text);
            let held = holders.iter().flat_map(|holder| places_of(text, holder));
            if told.iter().cloned().chain(held).any(|place| is_read(text, &place)) {
                let words = "reads an error's words: decide by its code, its fields' kinds or its cause";
                findings.push(Finding::new(&file.path, statement.line, words));
            }
            holders.extend(text.strip_prefix("let ").filter(|_| !told.is_empty()).map(name));
        }
    }
    findings
}

/// The pieces of the code, with the lines they begin in.
fn statements(code: &str) -> Vec<Statement> {
    let mut statements = vec![Statement { text: String::new(), line: 1 }];
    let (mut line, mut parted) = (1, false);
    for c in code.chars() {
        line += usize::from(c == '\n');
        let Some(last) = statements.last_mut() else { break };
        if matches!(c, ';' | '{' | '}') {
            statements.push(Statement { text: String::new(), line });
        } else if c.is_whitespace() {
            parted = true;
            continue;
        } else {
            if last.text.is_empty() {
                last.line = line;
            } else if parted && is_word(c) && last.text.ends_with(is_word) {
                last.text.push(' ');
            }
            last.text.push(c);
        }
        parted = false;
    }
    statements
}

/// Where words of errors are given: from where what gives them begins, up to where the words are.
fn words_in(text: &str) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    for (at, found) in WORDS.iter().flat_map(|words| text.match_indices(words)) {
        let end = at + found.len();
        let begin = begin_of(text, at);
        let giver = text.get(begin..at).unwrap_or_default();
        let behind = text.get(end..).unwrap_or_default();
        // what takes an argument is something else's message
        let is_whole = behind.starts_with("()") || !behind.starts_with(|next| is_word(next) || next == '(');
        let is_error = ERRORS.iter().any(|error| giver.rsplit('.').next() == Some(error));
        if is_whole && (is_error || found == ".message") {
            places.push(begin..end);
        }
    }
    places
}

/// Where a variable stands.
fn places_of<'t>(text: &'t str, holder: &'t str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices(holder).map(|(at, found)| at..at + found.len()).filter(|place| {
        let before =
            text.get(..place.start).is_some_and(|before| before.ends_with(|c| is_word(c) || c == '.'));
        let behind = text.get(place.end..).is_some_and(|behind| behind.starts_with(is_word));
        !before && !behind
    })
}

/// Whether the text at this place is compared, searched, split or matched.
fn is_read(text: &str, place: &Range<usize>) -> bool {
    let before = text.get(..place.start).unwrap_or_default().trim_end_matches(['&', '*']);
    let mut behind = text.get(place.end..).unwrap_or_default();
    while let Some(rest) = NEUTRAL.iter().find_map(|neutral| behind.strip_prefix(neutral)) {
        behind = rest;
    }
    READING.iter().any(|reading| behind.starts_with(reading))
        || before.ends_with("==")
        || before.ends_with("!=")
        || is_matched(text, before)
}

/// Whether what stands behind this is what a `match` or an `if let` looks at, alone or in a tuple.
fn is_matched(text: &str, before: &str) -> bool {
    let looks = |word: &str| text.rfind(word).and_then(|at| before.get(at + word.len()..));
    let plain = |between: &str| !between.contains(['|', '!', '=']);
    looks("match ").or_else(|| looks("match(")).is_some_and(plain)
        || before.rsplit_once("let\"").is_some_and(|(_, pattern)| pattern.ends_with('='))
}

/// Where the chain of calls that goes on here begins.
fn begin_of(text: &str, end: usize) -> usize {
    let mut depth = 0_usize;
    for (at, c) in text.get(..end).unwrap_or_default().char_indices().rev() {
        match c {
            ')' => depth += 1,
            '(' if depth == 0 => return at + 1,
            '(' => depth -= 1,
            _ if depth > 0 || is_word(c) || matches!(c, '.' | ':' | '?') => {}
            _ => return at + c.len_utf8(),
        }
    }
    0
}

/// The name that a `let` declares.
fn name(declaration: &str) -> String {
    let rest = declaration.trim_start_matches("mut ");
    rest.chars().take_while(|c| is_word(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::places;

    fn found(code: &str) -> usize {
        check(&Tree::of(&[("gateway/src/routes/a/fault.rs", code)])).len()
    }

    #[test]
    fn whatever_reads_words_is_told() {
        for read in [
            "if error.message().starts_with(\"is longer\") {}",
            "if error.message() == \"is required\" {}",
            "if \"is required\" == error.message() {}",
            "match error.message() {}",
            "match (error.code(), error.message()) {}",
            "match x {\n Some(first) if first.field == \"a\" && first.message.starts_with(\"b\") => 1 }",
            "if error\n    .message()\n    .to_owned()\n    .contains(\"b\") {}",
            "let part = error.message().rsplit(\"rows: \").next();",
            "let name = error.to_string().strip_prefix(\"missing field\");",
            "if error.inner().to_string().contains(\"x\") {}",
            "fn a() { let words = first.map_or(\"\", |first| first.message.as_str());\n if words == \"is required\" {} }",
            "let told = at.message.replace(\"key\", \"id\");",
        ] {
            assert_eq!(found(read), 1, "{read}");
        }
    }

    #[test]
    fn showing_words_is_nothing_to_tell_of() {
        for shown in [
            "let body = Body { detail: error.message().to_owned() };",
            "let words = format!(\"{place}: {}\", error.message());",
            "let quoted: String = error.message().chars().map(quotable).collect();",
            "match error.code() { Code::Invalid => Error::new(code, error.message().to_owned()), }",
            "if name.to_string() == \"a\" {}",
            "fn a() { let words = error.message(); }\nfn b(words: &str) -> bool { words == \"b\" }",
            "// error.message() == \"x\"\nlet text = \"error.message() == x\";",
            "#[cfg(test)]\nmod tests {\n    fn a() { assert!(error.message() == \"x\"); }\n}\n",
            "if error.messages == 1 {}",
            "match letter.message(&from) {}",
        ] {
            assert_eq!(found(shown), 0, "{shown}");
        }
    }

    #[test]
    fn tests_may_read_them() {
        let reading = "if error.message() == \"x\" {}";
        let tree = Tree::of(&[
            ("crates/a/src/b.rs", reading),
            ("crates/a/src/b/tests.rs", reading),
            ("crates/a/tests/b.rs", reading),
            ("xtask/src/b.rs", reading),
        ]);
        assert_eq!(places(&check(&tree)), ["crates/a/src/b.rs:1"]);
    }
}
