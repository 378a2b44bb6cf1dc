//! Every route names its scope or says why it has none, and a scope is asked for in one place.

use crate::tidy::finding::Finding;
use crate::tidy::source::tree::{File, Tree, lines_where};

/// Where families live.
const ROUTES: &str = "gateway/src/routes/";

/// The one file that asks a credential for a scope.
const ASKING: &str = "gateway/src/routes/api/scoped.rs";

/// How a table says that a route, or all of its routes, have no scope.
const REASON: &str = "no_scope_because(\"";

/// Route tables that say nothing of scopes, reasons that say nothing, and handlers that ask by hand.
pub(in crate::tidy) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| file.path.starts_with(ROUTES)) {
        if let Some(line) = silent(file) {
            let words = "a family's table names the scope of each route, or says no_scope_because(\"…\")";
            findings.push(Finding::new(&file.path, line, words));
        }
        let blank = lines_where(&file.uncommented, has_blank_reason);
        findings.extend(blank.map(|line| Finding::new(&file.path, line, "no reason for having no scope")));
        if file.path != ASKING {
            let by_hand = |line: &str| line.contains("Scope::") && line.contains(".asked");
            let words =
                "a route's scope stands in the table and is asked for before the handler's work begins";
            findings
                .extend(lines_where(&file.code, by_hand).map(|line| Finding::new(&file.path, line, words)));
        }
    }
    findings
}

/// The line on which a family is declared whose table says nothing.
fn silent(file: &File) -> Option<usize> {
    let line = lines_where(&file.code, |line| line.contains(": Family = Family {")).next()?;
    let says = file.uncommented.contains("Routes::Scoped(") || file.code.contains("no_scope_because(");
    (!says).then_some(line)
}

/// A reason is more than a word.
fn has_blank_reason(line: &str) -> bool {
    let mut reasons = line.split(REASON).skip(1);
    reasons.any(|behind| behind.split('"').next().is_none_or(|reason| !reason.trim().contains(' ')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::places;

    #[test]
    fn tables_say_what_is_asked() {
        let family =
            |routes: &str| format!("pub const FAMILY: Family = Family {{\n    routes: {routes},\n}};\n");
        let tree = Tree::of(&[
            ("gateway/src/routes/a/mod.rs", &family("Routes::Scoped(routes)")),
            (
                "gateway/src/routes/b/mod.rs",
                &family("Routes::no_scope_because(\"links are enough\", routes)"),
            ),
            ("gateway/src/routes/c/mod.rs", &family("Routes::no_scope_because(\" \", routes)")),
            ("gateway/src/routes/d/mod.rs", &family("routes")),
            ("gateway/src/routes/a/roles.rs", "x;\nScope::Read.asked(&access, &GET)?;\n"),
            (ASKING, "Scope::Read.asked_of(actor, &GET)?;\n"),
        ]);
        let expected = [
            "gateway/src/routes/c/mod.rs:2",
            "gateway/src/routes/d/mod.rs:1",
            "gateway/src/routes/a/roles.rs:2",
        ];
        assert_eq!(places(&check(&tree)), expected);
    }
}
