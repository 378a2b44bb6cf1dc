//! The direction of dependencies: areas point left, and nothing below the gateway reaches HTTP.

use std::collections::{BTreeMap, VecDeque};

use crate::tidy::finding::Finding;
use crate::tidy::source::metadata::{Metadata, Package};

/// `kernel ← accounts ← groups ← directory ← {projects ← licensing, identity ← signin ← domains, legal} ← areas ← gateway`; `scim` stands alone.
/// Licensing opens a customer's first project.
const MAY_USE: &[(&str, &[&str])] = &[
    ("polity-kernel", &[]),
    ("polity-accounts", &["polity-kernel"]),
    ("polity-groups", &["polity-kernel", "polity-accounts"]),
    ("polity-directory", LEFT_OF_IDENTITY),
    ("polity-projects", AREAS),
    ("polity-identity", AREAS),
    ("polity-signin", WITH_IDENTITY),
    (
        "polity-licensing",
        &["polity-kernel", "polity-accounts", "polity-groups", "polity-directory", "polity-projects"],
    ),
    ("polity-legal", AREAS),
    (
        "polity-domains",
        &[
            "polity-kernel",
            "polity-accounts",
            "polity-groups",
            "polity-directory",
            "polity-identity",
            "polity-signin",
            "polity-scim",
        ],
    ),
    ("polity-scim", &[]),
    ("polity-testkit", ALL_AREAS),
    ("polity-areas", ALL_AREAS),
    ("polity", GATEWAY),
    ("xtask", &[]),
    // what an issuer may put into a license key is what licensing reads
    ("xtask-license", &["polity-kernel", "polity-directory", "polity-licensing"]),
];

const LEFT_OF_IDENTITY: &[&str] = &["polity-kernel", "polity-accounts", "polity-groups"];
const AREAS: &[&str] = &["polity-kernel", "polity-accounts", "polity-groups", "polity-directory"];
const WITH_IDENTITY: &[&str] =
    &["polity-kernel", "polity-accounts", "polity-groups", "polity-directory", "polity-identity"];
const ALL_AREAS: &[&str] = &[
    "polity-kernel",
    "polity-accounts",
    "polity-groups",
    "polity-directory",
    "polity-projects",
    "polity-identity",
    "polity-signin",
    "polity-licensing",
    "polity-legal",
    "polity-domains",
    "polity-scim",
];
const GATEWAY: &[&str] = &[
    "polity-areas",
    "polity-kernel",
    "polity-accounts",
    "polity-groups",
    "polity-directory",
    "polity-projects",
    "polity-identity",
    "polity-signin",
    "polity-licensing",
    "polity-legal",
    "polity-domains",
    "polity-scim",
];

/// HTTP servers and clients, which only the gateway and its tests may reach.
const HTTP: &[&str] =
    &["reqwest", "hyper", "hyper-util", "h2", "ureq", "isahc", "surf", "awc", "curl", "attohttpc"];

/// Everything that points the wrong way.
pub(in crate::tidy) fn edges(metadata: &Metadata) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        metadata.members().flat_map(|member| order(metadata, member).chain(http(metadata, member))).collect();
    for member in metadata.members().filter(|member| member.name == "xtask") {
        if metadata.workspace_default_members.contains(&member.id) {
            findings.push(Finding::new("Cargo.toml", 1, "xtask is among the default members"));
        }
    }
    findings
}

fn order<'m>(metadata: &'m Metadata, member: &'m Package) -> impl Iterator<Item = Finding> {
    let allowed = MAY_USE.iter().find(|(name, _)| *name == member.name);
    let unknown = allowed.is_none().then(|| {
        Finding::new(
            member.manifest(),
            1,
            format!("{} has no place in the order yet: add it in tidy", member.name),
        )
    });
    let allowed = allowed.map_or(&[][..], |(_, allowed)| allowed);
    let ours = metadata.uses(member).filter(|used| used.source.is_none());
    let wrong = ours.filter(|used| !allowed.contains(&used.name.as_str()));
    let wrong = wrong.map(|used| {
        Finding::new(
            member.manifest(),
            1,
            format!("{} may not use {}: arrows point left", member.name, used.name),
        )
    });
    unknown.into_iter().chain(wrong)
}

fn http<'m>(metadata: &'m Metadata, member: &'m Package) -> impl Iterator<Item = Finding> {
    let concerned = member.name.starts_with("polity-").then(|| path_to_http(metadata, member)).flatten();
    concerned.into_iter().map(|path| {
        Finding::new(member.manifest(), 1, format!("{} reaches HTTP: {}", member.name, path.join(" -> ")))
    })
}

/// The shortest chain of dependencies from a member to something that speaks HTTP.
fn path_to_http<'m>(metadata: &'m Metadata, member: &'m Package) -> Option<Vec<&'m str>> {
    let mut reached_from: BTreeMap<&str, &Package> = BTreeMap::new();
    let mut queue = VecDeque::from([member]);
    while let Some(package) = queue.pop_front() {
        if package.name.starts_with("actix") || HTTP.contains(&package.name.as_str()) {
            let mut path = vec![package.name.as_str()];
            let mut here = package;
            while let Some(before) = reached_from.get(here.id.as_str()) {
                path.push(&before.name);
                here = before;
            }
            path.reverse();
            return Some(path);
        }
        for used in metadata.uses(package) {
            if used.id != member.id && !reached_from.contains_key(used.id.as_str()) {
                reached_from.insert(&used.id, package);
                queue.push_back(used);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::metadata::made_up;

    fn said(graph: &[(&str, &[&str])]) -> Vec<String> {
        edges(&made_up(graph)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn arrows_point_left() {
        assert!(said(&[("polity-groups", &["polity-kernel", "dev:polity-testkit"])]).is_empty());
        let wrong = said(&[("polity-groups", &["polity-directory"])]);
        assert_eq!(wrong.len(), 1);
        assert!(
            wrong[0].starts_with("polity-groups/Cargo.toml:1: polity-groups may not use polity-directory"),
            "{wrong:?}"
        );
        assert!(said(&[("polity-signin", &["polity-identity"])]).is_empty());
        assert_eq!(said(&[("polity-identity", &["polity-signin"])]).len(), 1);
        assert!(said(&[("polity", &["polity-areas"]), ("polity-areas", &["polity-signin"])]).is_empty());
        assert_eq!(said(&[("polity-signin", &["polity-areas"])]).len(), 1);
        assert_eq!(said(&[("polity", &["polity-testkit"])]).len(), 1);
        assert_eq!(said(&[("xtask", &["polity"])]).len(), 1);
        assert_eq!(said(&[("polity-novel", &[])]).len(), 1);
    }

    #[test]
    fn http_is_found_however_deep_but_not_in_tests_or_the_gateway() {
        let wrong = said(&[("polity-identity", &["a", "b"]), ("a", &["b"]), ("b", &["reqwest"])]);
        assert_eq!(wrong.len(), 1);
        assert!(wrong[0].contains("polity-identity -> b -> reqwest"), "{wrong:?}");
        assert_eq!(said(&[("polity-groups", &["actix-rt"])]).len(), 1);
        assert!(said(&[("polity-groups", &["dev:reqwest"]), ("polity", &["actix-web"])]).is_empty());
    }

    #[test]
    fn a_bare_build_leaves_xtask_alone() {
        let mut metadata = made_up(&[("xtask", &[])]);
        assert!(edges(&metadata).is_empty());
        metadata.workspace_default_members.push("xtask".to_owned());
        assert_eq!(edges(&metadata).len(), 1);
    }
}
