//! `cargo xtask tidy`: the rules of the house that no compiler checks.
//!
//! Each rule is a small function from what it looks at (the files, the manifests, the graph of crates) to findings, and
//! is tested on made-up sources, so that it is known to fail where it should.

mod docs;
mod finding;
mod shape;
mod source;
mod store;
mod words;

use finding::Finding;
use source::metadata::Metadata;
use source::tree::Tree;

use crate::shell::{Result, root};

/// Checks everything and prints what was found; warnings do not fail.
pub(crate) fn run() -> Result {
    let tree = Tree::read(&root())?;
    let metadata = Metadata::read()?;
    let mut findings = Vec::new();
    for (name, rule) in RULES {
        findings.extend(rule(&tree).into_iter().map(|finding| finding.of(name)));
    }
    findings.extend(shape::graph::edges(&metadata).into_iter().map(|finding| finding.of("graph")));
    findings
        .extend(shape::licenses::check(&metadata, &tree).into_iter().map(|finding| finding.of("licenses")));
    findings.extend(store::landed::check(&tree).into_iter().map(|finding| finding.of("landed migrations")));
    findings.extend(docs::outdated(&tree)?.into_iter().map(|finding| finding.of("generated pages")));
    report(&findings)
}

/// A rule that needs the files only.
type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: &[(&str, Rule)] = &[
    ("manifests", shape::manifests::check),
    ("wire names", shape::layers::wire_names),
    ("wire words", words::wire_words::check),
    ("sentences", words::sentences::check),
    ("families", shape::layers::families),
    ("diesel", shape::layers::diesel),
    ("concrete services", shape::layers::services),
    ("circles", shape::storeys::circles),
    ("storeys", shape::storeys::storeys),
    ("boot", shape::storeys::boot),
    ("within", shape::storeys::within),
    ("permissions", words::permissions::names),
    ("scopes", words::scopes::check),
    ("traits", shape::traits::size),
    ("events declared", words::events::places),
    ("events recorded", words::events::types),
    ("events listed", words::events::listed),
    ("migrations", store::migrations::check),
    ("tenancy", store::tenancy::keys),
    ("no counters or locks", store::tenancy::forbidden_words),
    ("tables", store::tables::check),
    ("engines", store::engines::check),
    ("endings", store::endings::check),
    ("tuples", shape::tuples::check),
    ("file size", shape::style::size),
    ("folders", shape::folders::check),
    ("first sentence", shape::style::first_sentence),
    ("attributes", shape::style::attributes),
    ("whitespace", shape::style::whitespace),
    ("references", words::references::check),
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
