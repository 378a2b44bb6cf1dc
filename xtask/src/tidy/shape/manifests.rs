//! Manifests: one place for versions, each with what it is for, and the workspace's lints everywhere.

use toml::{Table, Value};

use crate::tidy::finding::Finding;
use crate::tidy::source::tree::{File, Tree, lines_where};

/// The manifest with all versions.
const ROOT: &str = "Cargo.toml";

/// Checks the root and every member.
pub(in crate::tidy) fn check(tree: &Tree) -> Vec<Finding> {
    let manifests = tree.files().filter(|file| file.path == ROOT || file.path.ends_with("/Cargo.toml"));
    manifests.flat_map(|file| if file.path == ROOT { root(file) } else { member(file) }).collect()
}

/// Every third-party version has a comment behind it that says what it is for.
fn root(file: &File) -> Vec<Finding> {
    let mut section = "";
    let mut findings = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        if line.starts_with('[') {
            section = line;
        }
        let is_entry = section == "[workspace.dependencies]" && line.contains('=') && !line.starts_with('#');
        let is_ours = line.contains("path =");
        let (entry, purpose) = line.rsplit_once('#').unwrap_or((line, ""));
        // a `#` inside the value is no comment
        let explained = entry.matches('"').count() % 2 == 0 && !purpose.trim().is_empty();
        if is_entry && !is_ours && !explained {
            findings.push(Finding::new(&file.path, index + 1, "say behind it what this dependency is for"));
        }
    }
    if findings.is_empty() && !file.text.contains("[workspace.dependencies]") {
        findings.push(Finding::new(&file.path, 1, "there is no [workspace.dependencies]"));
    }
    findings
}

fn member(file: &File) -> Vec<Finding> {
    let manifest: Table = match toml::from_str(&file.text) {
        Ok(manifest) => manifest,
        Err(error) => return vec![Finding::new(&file.path, 1, error.to_string())],
    };
    let lints = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(Value::as_bool);
    let mut findings = Vec::new();
    if lints != Some(true) {
        findings.push(Finding::new(&file.path, 1, "[lints] workspace = true is missing"));
    }
    for (name, dependency) in dependencies(&manifest) {
        let inherited = dependency.get("workspace").and_then(Value::as_bool) == Some(true);
        if !inherited {
            let starts = |line: &str| line.split(['=', '.', ' ']).next() == Some(name);
            let line = lines_where(&file.text, starts).next().unwrap_or(1);
            findings.push(Finding::new(
                &file.path,
                line,
                format!("{name}: versions live in the root; write `workspace = true`"),
            ));
        }
    }
    findings
}

/// Every dependency of every kind and target.
fn dependencies(manifest: &Table) -> impl Iterator<Item = (&str, &Value)> {
    const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    let targets = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
    let tables = targets.filter_map(Value::as_table).chain([manifest]);
    tables
        .flat_map(|table| KINDS.iter().filter_map(|kind| table.get(*kind)?.as_table()))
        .flatten()
        .map(|(name, dependency)| (name.as_str(), dependency))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::places;

    #[test]
    fn a_version_without_a_purpose_is_found() {
        let text = "[workspace.dependencies]\nours = { path = \"crates/ours\" }\na = \"1\" # numbers\nb = \"1\"\n\
                    c = \"1#\"\nd = \"1\" #\n\n[profile.dev]\ndebug = false\n";
        assert_eq!(
            places(&check(&Tree::of(&[(ROOT, text)]))),
            ["Cargo.toml:4", "Cargo.toml:5", "Cargo.toml:6"]
        );
        assert_eq!(check(&Tree::of(&[(ROOT, "[workspace]\n")])).len(), 1);
    }

    #[test]
    fn a_member_inherits_versions_and_lints() {
        let good =
            "[dependencies]\na = { workspace = true }\nb.workspace = true\n[lints]\nworkspace = true\n";
        assert!(check(&Tree::of(&[("a/Cargo.toml", good)])).is_empty());
        let bad =
            "[dependencies]\na = \"1\"\n[target.'cfg(unix)'.dev-dependencies]\nb = { path = \"../b\" }\n";
        assert_eq!(
            places(&check(&Tree::of(&[("a/Cargo.toml", bad)]))),
            ["a/Cargo.toml:1", "a/Cargo.toml:4", "a/Cargo.toml:2"]
        );
        assert_eq!(check(&Tree::of(&[("a/Cargo.toml", "[")])).len(), 1);
    }
}
