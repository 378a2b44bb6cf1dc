//! A constant of a permission is called what the permission is.

use crate::tidy::finding::Finding;
use crate::tidy::source::tree::{Tree, lines_where};

/// Each `pub const ORG_ROLES_GET: Permission = Permission::of("org.roles.get")`, on one line.
pub(in crate::tidy) fn names(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| file.path.ends_with("/src/permissions.rs")) {
        let lines = lines_where(&file.uncommented, |line| wanted(line).is_some()).collect::<Vec<_>>();
        for number in lines {
            let line = file.uncommented.lines().nth(number - 1).unwrap_or_default();
            if let Some(name) = wanted(line) {
                findings.push(Finding::new(&file.path, number, format!("should be called {name}")));
            }
        }
    }
    findings
}

/// The name that the constant of this line should have, where it has another.
fn wanted(line: &str) -> Option<String> {
    let (name, value) = line.trim().strip_prefix("pub const ")?.split_once(": Permission")?;
    let text = value.split_once("Permission::of(\"")?.1.split('"').next()?;
    let wanted = text.to_uppercase().replace(['.', '-'], "_");
    (name != wanted).then_some(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::places;

    #[test]
    fn another_name_is_told() {
        let source = "pub const ORG_ROLES_GET: Permission = Permission::of(\"org.roles.get\");\n\
                      pub const ROLES_LIST: Permission = Permission::of(\"org.roles.list\");\n";
        let tree = Tree::of(&[("crates/a/src/permissions.rs", source), ("crates/a/src/roles.rs", source)]);
        assert_eq!(places(&names(&tree)), ["crates/a/src/permissions.rs:2"]);
    }
}
