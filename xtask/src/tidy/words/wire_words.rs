//! The words of a family stand in its wire: handlers name no field of a body, a form or an answer.

use crate::tidy::finding::Finding;
use crate::tidy::source::tree::{File, Tree, lines_where};

/// Where families live.
const ROUTES: &str = "gateway/src/routes/";

/// What is said with the name of a field behind it.
const SAYING: [&str; 9] = [
    "Error::field(\"",
    "of_field(\"",
    ".field(\"",
    ".at(\"",
    ".get(\"",
    ".required(\"",
    ".text(\"",
    ".inside(\"",
    "unique(error, \"",
];

/// What writes an answer out.
const WRITING: &str = "json!(";

/// Where fields are named by a literal outside `wire`. Beside it, `paths.rs` names the places of paths and `fault.rs` what failures are told of.
pub(in crate::tidy) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| file.path.starts_with(ROUTES) && !may_name(file)) {
        let tests = file.code.lines().position(|line| line.trim() == "mod tests {").unwrap_or(usize::MAX);
        let lines = lines_where(&file.uncommented, names_a_field).filter(|line| *line <= tests);
        let words = "only routes/*/wire says what a field is called";
        findings.extend(lines.map(|line| Finding::new(&file.path, line, words)));
    }
    findings
}

/// `"__all__"` is no field's name.
fn names_a_field(line: &str) -> bool {
    let named = |saying: &&str| {
        let behind = line.split(*saying).nth(1);
        behind.is_some_and(|name| name.starts_with(|first: char| first.is_ascii_lowercase()))
    };
    line.contains(WRITING) || SAYING.iter().any(named)
}

fn may_name(file: &File) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    file.path.contains("/wire/") || matches!(name, "wire.rs" | "paths.rs" | "fault.rs")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::places;

    #[test]
    fn handlers_name_no_fields() {
        let naming = "let a = Error::field(\"name\", \"is blank\");\nlet b = Error::field(name, \"is blank\");\n\
                      json!({});\nFault::of_field(\"__all__\", x);\n// body.get(\"name\")\n\
                      #[cfg(test)]\nmod tests {\n    json!({});\n}\n";
        let tree = Tree::of(&[
            ("gateway/src/routes/a/roles.rs", naming),
            ("gateway/src/routes/a/wire/roles.rs", naming),
            ("gateway/src/routes/b/wire.rs", naming),
            ("gateway/src/routes/b/fault.rs", naming),
            ("gateway/src/boot.rs", naming),
        ]);
        assert_eq!(
            places(&check(&tree)),
            ["gateway/src/routes/a/roles.rs:1", "gateway/src/routes/a/roles.rs:3"]
        );
    }
}
