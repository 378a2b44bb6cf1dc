//! Licenses and sources of the crates we use, against the list in `deny.toml`; needs no tool but cargo.

use crate::tidy::finding::Finding;
use crate::tidy::source::metadata::{Metadata, Package};
use crate::tidy::source::tree::Tree;

const LIST: &str = "deny.toml";

/// Every crate that is not ours has a license of the list and comes from the registry.
pub(in crate::tidy) fn check(metadata: &Metadata, tree: &Tree) -> Vec<Finding> {
    let allowed = match tree.get(LIST).map(|file| allowed(&file.text)) {
        Some(Ok(allowed)) => allowed,
        Some(Err(error)) => return vec![Finding::new(LIST, 1, error)],
        None => return vec![Finding::new(LIST, 1, "the list of licenses is missing")],
    };
    let others =
        || metadata.packages.iter().filter(|package| !metadata.workspace_members.contains(&package.id));
    let licenses = others().filter_map(|package| license(package, &allowed));
    let sources = others().filter_map(source);
    licenses.chain(sources).collect()
}

fn license(package: &Package, allowed: &[String]) -> Option<Finding> {
    let problem = match &package.license {
        None => "names no license".to_owned(),
        Some(license) if permits(license, allowed) => return None,
        Some(license) => format!("is licensed {license}, which {LIST} does not allow"),
    };
    Some(Finding::new("Cargo.lock", 1, format!("{} {} {problem}", package.name, package.version)))
}

fn source(package: &Package) -> Option<Finding> {
    let source = package.source.as_deref().unwrap_or("a folder outside the workspace");
    (!source.starts_with("registry+")).then(|| {
        Finding::new("Cargo.lock", 1, format!("{} comes from {source}, not from the registry", package.name))
    })
}

/// `licenses.allow` of `deny.toml`.
fn allowed(text: &str) -> Result<Vec<String>, String> {
    let list: toml::Value = toml::from_str(text).map_err(|error| error.to_string())?;
    let allowed =
        list.get("licenses").and_then(|licenses| licenses.get("allow")).and_then(toml::Value::as_array);
    let names = allowed.ok_or("licenses.allow is missing")?.iter().filter_map(toml::Value::as_str);
    Ok(names.map(str::to_owned).collect())
}

/// Whether an SPDX expression can be satisfied with these licenses. `/` is an old way to write `OR`.
fn permits(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Parser { words: &words, allowed };
    let result = parser.any();
    result && parser.words.is_empty()
}

/// Recursive descent over `OR`, `AND`, parentheses and `WITH`. What it cannot read is not permitted.
struct Parser<'a> {
    words: &'a [&'a str],
    allowed: &'a [String],
}

impl Parser<'_> {
    fn next_is(&mut self, word: &str) -> bool {
        match self.words.split_first() {
            Some((first, rest)) if first.eq_ignore_ascii_case(word) => {
                self.words = rest;
                true
            }
            _ => false,
        }
    }

    fn any(&mut self) -> bool {
        let mut result = self.all();
        while self.next_is("OR") {
            result |= self.all();
        }
        result
    }

    fn all(&mut self) -> bool {
        let mut result = self.one();
        while self.next_is("AND") {
            result &= self.one();
        }
        result
    }

    fn one(&mut self) -> bool {
        if self.next_is("(") {
            let result = self.any();
            return self.next_is(")") && result;
        }
        let Some((name, rest)) = self.words.split_first() else { return false };
        self.words = rest;
        let mut license = (*name).to_owned();
        if self.next_is("WITH") {
            let Some((exception, rest)) = self.words.split_first() else { return false };
            self.words = rest;
            license = format!("{license} WITH {exception}");
        }
        self.allowed.contains(&license)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::metadata::made_up;

    #[test]
    fn expressions_are_judged_as_a_whole() {
        let allowed = ["MIT", "Apache-2.0 WITH LLVM-exception", "ISC"].map(str::to_owned);
        let yes = [
            "MIT",
            "GPL-3.0 OR MIT",
            "GPL-3.0/MIT",
            "(MIT OR GPL-3.0) AND ISC",
            "Apache-2.0 WITH LLVM-exception",
        ];
        let no = [
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "(MIT OR ISC) AND GPL-3.0",
            "Apache-2.0",
            "",
            "MIT MIT",
            "(MIT",
            "MIT OR",
        ];
        assert_eq!(yes.map(|expression| permits(expression, &allowed)), [true; 5]);
        // what cannot be read to its end is refused, but a choice already made is a choice
        assert_eq!(
            no.map(|expression| permits(expression, &allowed)),
            [false, false, false, false, false, false, false, true]
        );
    }

    #[test]
    fn a_crate_without_a_permitted_license_or_from_elsewhere_is_named() {
        let tree = Tree::of(&[(LIST, "[licenses]\nallow = [\"MIT\"]\n")]);
        let mut metadata = made_up(&[("polity", &["a", "b", "c", "d"])]);
        metadata.packages[0].license = Some("GPL-3.0".to_owned());
        metadata.packages[1].license = None;
        metadata.packages[2].source = Some("git+somewhere".to_owned());
        let said: Vec<String> = check(&metadata, &tree).iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 3);
        assert!(
            said[0].contains("a 1.0.0 is licensed GPL-3.0") && said[1].contains("b 1.0.0 names no license")
        );
        assert!(said[2].contains("c comes from git+somewhere"));
    }

    #[test]
    fn without_a_list_nothing_is_permitted() {
        let metadata = made_up(&[("polity", &["a"])]);
        assert_eq!(check(&metadata, &Tree::default()).len(), 1);
        assert_eq!(check(&metadata, &Tree::of(&[(LIST, "")])).len(), 1);
        assert_eq!(check(&metadata, &Tree::of(&[(LIST, "[")])).len(), 1);
    }
}
