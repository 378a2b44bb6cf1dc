//! What cargo knows about the workspace and everything it stands on.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::shell::{self, Result, cargo, root};

/// `cargo metadata`, as far as rules look at it.
#[derive(Debug, Deserialize)]
pub(in crate::tidy) struct Metadata {
    /// Ours and everybody else's.
    pub(in crate::tidy) packages: Vec<Package>,
    /// The ids of ours.
    pub(in crate::tidy) workspace_members: Vec<String>,
    /// The ids of what a bare `cargo build` builds.
    pub(in crate::tidy) workspace_default_members: Vec<String>,
    /// Who really uses whom, features considered.
    pub(in crate::tidy) resolve: Resolve,
}

/// One package.
#[derive(Debug, Deserialize)]
pub(in crate::tidy) struct Package {
    pub(in crate::tidy) id: String,
    pub(in crate::tidy) name: String,
    pub(in crate::tidy) version: String,
    /// An SPDX expression.
    pub(in crate::tidy) license: Option<String>,
    pub(in crate::tidy) manifest_path: String,
    /// The registry it comes from; `None` for ours.
    pub(in crate::tidy) source: Option<String>,
}

/// The graph.
#[derive(Debug, Deserialize)]
pub(in crate::tidy) struct Resolve {
    pub(in crate::tidy) nodes: Vec<Node>,
}

/// One package in the graph.
#[derive(Debug, Deserialize)]
pub(in crate::tidy) struct Node {
    pub(in crate::tidy) id: String,
    pub(in crate::tidy) deps: Vec<Edge>,
}

/// One package uses another.
#[derive(Debug, Deserialize)]
pub(in crate::tidy) struct Edge {
    pub(in crate::tidy) pkg: String,
    pub(in crate::tidy) dep_kinds: Vec<Kind>,
}

/// In which role.
#[derive(Debug, Deserialize)]
pub(in crate::tidy) struct Kind {
    /// `None` for a normal dependency, else `dev` or `build`.
    pub(in crate::tidy) kind: Option<String>,
}

impl Metadata {
    /// Asks cargo, for the platform we are on: what is never built here need not be fetched.
    pub(in crate::tidy) fn read() -> Result<Self> {
        let version = shell::read(Command::new("rustc").arg("-vV").current_dir(root()))?;
        let host = version
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .ok_or("rustc does not tell its host")?;
        let mut command = cargo();
        command.args([
            "metadata",
            "--format-version",
            "1",
            "--all-features",
            "--locked",
            "--filter-platform",
            host,
        ]);
        Ok(serde_json::from_str(&shell::read(&mut command)?)?)
    }

    /// Ours.
    pub(in crate::tidy) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
    }

    /// What a package is built with: its normal and build dependencies.
    pub(in crate::tidy) fn uses<'m>(&'m self, package: &'m Package) -> impl Iterator<Item = &'m Package> {
        let node = self.resolve.nodes.iter().find(|node| node.id == package.id);
        let edges = node.into_iter().flat_map(|node| &node.deps);
        let used = edges.filter(|edge| edge.dep_kinds.iter().any(|kind| kind.kind.as_deref() != Some("dev")));
        used.filter_map(|edge| self.packages.iter().find(|other| other.id == edge.pkg))
    }
}

impl Package {
    /// Its manifest from the root, for ours.
    pub(in crate::tidy) fn manifest(&self) -> String {
        let path = Path::new(&self.manifest_path);
        path.strip_prefix(root()).unwrap_or(path).to_string_lossy().into_owned()
    }
}

/// A made-up graph: `(package, what it uses)`; a use that starts with `dev:` is for tests only. Packages whose name
/// begins with `polity` or is `xtask` are ours.
#[cfg(test)]
pub(in crate::tidy) fn made_up(graph: &[(&str, &[&str])]) -> Metadata {
    let is_ours = |name: &str| name.starts_with("polity") || name == "xtask";
    let bare = |name: &str| name.trim_start_matches("dev:").to_owned();
    let mut names: Vec<String> = graph
        .iter()
        .flat_map(|(name, uses)| uses.iter().map(|used| bare(used)).chain([(*name).to_owned()]))
        .collect();
    names.sort();
    names.dedup();
    let package = |name: &String| Package {
        id: name.clone(),
        name: name.clone(),
        version: "1.0.0".to_owned(),
        license: Some("MIT".to_owned()),
        manifest_path: root().join(name).join("Cargo.toml").to_string_lossy().into_owned(),
        source: (!is_ours(name)).then(|| "registry+somewhere".to_owned()),
    };
    let edge = |used: &&str| Edge {
        pkg: bare(used),
        dep_kinds: vec![Kind { kind: used.starts_with("dev:").then(|| "dev".to_owned()) }],
    };
    let node = |(name, uses): &(&str, &[&str])| Node {
        id: (*name).to_owned(),
        deps: uses.iter().map(edge).collect(),
    };
    Metadata {
        packages: names.iter().map(package).collect(),
        workspace_members: names.iter().filter(|name| is_ours(name)).cloned().collect(),
        workspace_default_members: vec!["polity".to_owned()],
        resolve: Resolve { nodes: graph.iter().map(node).collect() },
    }
}
