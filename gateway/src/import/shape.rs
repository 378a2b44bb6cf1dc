//! The shape of an organization in an import file; docs/import.md describes it for people.

use std::collections::BTreeMap;

use serde::Deserialize;

/// An organization with its people, teams and apps. Nothing prints it: apps have secrets.
#[derive(Deserialize)]
pub(super) struct Organization {
    /// The name in addresses, and the key unless that is given.
    pub(super) alias: String,
    pub(super) key: Option<String>,
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) domain: Option<String>,
    pub(super) domain_verified: Option<bool>,
    pub(super) logo_url: Option<String>,
    /// Who owns it; the first of the admins when absent.
    pub(super) owner: Option<Person>,
    #[serde(default)]
    pub(super) admins: Vec<Person>,
    #[serde(default)]
    pub(super) members: Vec<Person>,
    #[serde(default)]
    pub(super) roles: Vec<Role>,
    #[serde(default)]
    pub(super) teams: Vec<Team>,
    #[serde(default)]
    pub(super) apps: Vec<App>,
}

/// A link to an outside system, named as the family `/api/v1` names it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct App {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) external_id: Option<String>,
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) internal: bool,
    /// What the two systems know of each other.
    #[serde(default)]
    pub(super) app_data: BTreeMap<String, String>,
    /// What is never shown again.
    #[serde(default)]
    pub(super) secret_data: BTreeMap<String, String>,
}

/// A person: a login, an e-mail address, or an address with a name.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Person {
    /// A login, or an address when there is an `@` in it.
    Name(String),
    /// An address with a name.
    Full { email: String, name: Option<String> },
}

/// A role of the organization's own.
#[derive(Debug, Deserialize)]
pub(super) struct Role {
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) namespace: Option<String>,
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) permissions: Vec<String>,
}

/// A team with the teams in it: whoever is in an inner one is in the outer one too.
#[derive(Debug, Deserialize)]
pub(super) struct Team {
    pub(super) name: String,
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) maintainers: Vec<Person>,
    #[serde(default)]
    pub(super) members: Vec<Person>,
    /// Names it had before: a team known by one of them is renamed.
    #[serde(default)]
    pub(super) previously: Vec<String>,
    /// Ids of the roles it carries.
    #[serde(default)]
    pub(super) roles: Vec<String>,
    #[serde(default)]
    pub(super) teams: Vec<Self>,
}
