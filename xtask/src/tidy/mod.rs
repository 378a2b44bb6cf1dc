//! `cargo xtask tidy`: the rules of the house that no compiler checks.
//!
//! Each rule is a small function from what it looks at (the files, the manifests, the graph of crates) to findings, and
//! is tested on made-up sources, so that it is known to fail where it should.

mod docs;
mod endings;
mod engines;
mod events;
mod finding;
mod folders;
mod functions;
mod graph;
mod imports;
mod landed;
mod layers;
mod licenses;
mod manifests;
mod mask;
mod metadata;
mod migrations;
mod names;
mod permissions;
mod references;
mod schema;
mod scopes;
mod sentences;
mod sql;
mod storeys;
mod style;
mod tables;
mod tenancy;
mod token;
mod traits;
mod tree;
mod tuples;
mod wire_words;

use finding::Finding;
use metadata::Metadata;
use tree::Tree;

use crate::shell::{Result, root};

/// Checks everything and prints what was found; warnings do not fail.
pub(crate) fn run() -> Result {
    let tree = Tree::read(&root())?;
    let metadata = Metadata::read()?;
    let mut findings = Vec::new();
    for (name, rule) in RULES {
        findings.extend(rule(&tree).into_iter().map(|finding| finding.of(name)));
    }
    findings.extend(graph::edges(&metadata).into_iter().map(|finding| finding.of("graph")));
    findings.extend(licenses::check(&metadata, &tree).into_iter().map(|finding| finding.of("licenses")));
    findings.extend(landed::check(&tree).into_iter().map(|finding| finding.of("landed migrations")));
    findings.extend(docs::outdated(&tree)?.into_iter().map(|finding| finding.of("generated pages")));
    report(&findings)
}

/// A rule that needs the files only.
type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: &[(&str, Rule)] = &[
    ("manifests", manifests::check),
    ("wire names", layers::wire_names),
    ("wire words", wire_words::check),
    ("sentences", sentences::check),
    ("families", layers::families),
    ("diesel", layers::diesel),
    ("concrete services", layers::services),
    ("circles", storeys::circles),
    ("storeys", storeys::storeys),
    ("boot", storeys::boot),
    ("within", storeys::within),
    ("permissions", permissions::names),
    ("scopes", scopes::check),
    ("traits", traits::size),
    ("events declared", events::places),
    ("events recorded", events::types),
    ("events listed", events::listed),
    ("migrations", migrations::check),
    ("tenancy", tenancy::keys),
    ("no counters or locks", tenancy::forbidden_words),
    ("tables", tables::check),
    ("engines", engines::check),
    ("endings", endings::check),
    ("tuples", tuples::check),
    ("file size", style::size),
    ("folders", folders::check),
    ("first sentence", style::first_sentence),
    ("attributes", style::attributes),
    ("whitespace", style::whitespace),
    ("references", references::check),
];

fn report(findings: &[Finding]) -> Result {
    for finding in findings {
        println!("{finding}");
    }
    let errors = findings.iter().filter(|finding| !finding.is_warning()).count();
    if errors == 0 {
        println!("tidy: {} warnings, nothing wrong", findings.len());
        Ok(())
    } else {
        Err(format!("tidy: {errors} findings").into())
    }
}
