//! What somebody says about a new app: an organization's link to an outside system.

use std::collections::BTreeMap;
use std::fmt;

use polity_kernel::text::{canonical, printable, trimmed, verbatim};
use polity_kernel::{Error, FieldKind, Problem, Result, words};
use serde_json::Value;
use validator::Validate;

words! {
    /// How an app stands; an organization is found only by apps that are active.
    pub enum AppStatus {
        /// In use.
        Active = "active",
        /// Out of use for now.
        Inactive = "inactive",
        /// Not in use yet.
        Pending = "pending",
        /// Out of use for good, kept on record.
        Deleted = "deleted",
    }
}

/// Secrets by their names; never printed, and no part of anything that is serialized.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets(BTreeMap<String, String>);

/// What somebody says about a new app; [`NewApp::try_from`] says whether it will do.
#[derive(Clone, Debug, Default)]
pub struct AppFields {
    /// What sort of system; 1 to 64 characters.
    pub kind: String,
    /// What the outside system calls the organization; at most 255 characters.
    pub external_id: Option<String>,
    /// The name people read, at most 200 characters; the kind when absent.
    pub name: Option<String>,
    /// Whether it is the operator's own system.
    pub internal: bool,
    /// How it stands; active when absent.
    pub status: Option<AppStatus>,
    /// At most 50, each of at most 2000 characters, if need be of JSON, under a name of at most 64.
    pub values: BTreeMap<String, Value>,
    /// At most 50, each of at most 2000 characters under a name of at most 64; kept to the letter.
    pub secrets: Secrets,
}

/// An app to connect, every field of it acceptable.
#[derive(Clone, Debug, Validate)]
pub struct NewApp {
    #[validate(
        length(min = 1, max = polity_kernel::text::KIND),
        custom(function = "printable")
    )]
    kind: String,
    #[validate(length(max = polity_kernel::text::EXTERNAL_ID), custom(function = "printable"))]
    external_id: Option<String>,
    #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
    name: Option<String>,
    internal: bool,
    status: AppStatus,
    values: BTreeMap<String, Value>,
    secrets: Secrets,
}

impl From<BTreeMap<String, String>> for Secrets {
    fn from(secrets: BTreeMap<String, String>) -> Self {
        Self(secrets)
    }
}

impl Secrets {
    /// The secrets themselves, for sealing and comparing.
    pub const fn exposed(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}

impl TryFrom<AppFields> for NewApp {
    type Error = Error;

    fn try_from(fields: AppFields) -> Result<Self> {
        let values = fields.values.into_iter().map(|(key, value)| (key, bare(value))).collect();
        let new = Self {
            kind: canonical(&fields.kind),
            external_id: verbatim(fields.external_id),
            name: trimmed(fields.name),
            internal: fields.internal,
            status: fields.status.unwrap_or(AppStatus::Active),
            values: judged("values", values, measured)?,
            secrets: Secrets(judged("secrets", fields.secrets.0, |secret| Ok(secret.chars().count()))?),
        };
        new.validate()?;
        Ok(new)
    }
}

/// The same map with trimmed names, if it is not too large anywhere; `measured` says how many characters a value has. A fault is told
/// by the name of the value, never by its content.
fn judged<V>(
    field: &str,
    map: BTreeMap<String, V>,
    measured: impl Fn(&V) -> Result<usize, Problem>,
) -> Result<BTreeMap<String, V>> {
    if map.len() > NewApp::MOST_VALUES {
        return Err(Error::field(field, FieldKind::TooMany(NewApp::MOST_VALUES)));
    }
    let mut judged = BTreeMap::new();
    for (key, value) in map {
        let key = canonical(&key);
        if key.is_empty() || key.chars().count() > NewApp::LONGEST_KEY || printable(&key).is_err() {
            let rule = format!("names must be 1 to {} characters, none of them hidden", NewApp::LONGEST_KEY);
            return Err(Error::field(field, FieldKind::Malformed.told(rule)));
        }
        let length = measured(&value).map_err(|problem| Error::field(format!("{field}.{key}"), problem))?;
        if !(1..=NewApp::LONGEST_VALUE).contains(&length) {
            let kind = FieldKind::Length(1, NewApp::LONGEST_VALUE);
            return Err(Error::field(format!("{field}.{key}"), kind));
        }
        if judged.insert(key.clone(), value).is_some() {
            return Err(Error::field(format!("{field}.{key}"), FieldKind::Duplicate));
        }
    }
    Ok(judged)
}

/// A value without the blanks around it.
fn bare(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.trim().to_owned()),
        other => other,
    }
}

/// How long a value is, if every text in it is printable.
fn measured(value: &Value) -> Result<usize, Problem> {
    match sound(value) {
        true => Ok(text(value).chars().count()),
        false => Err(FieldKind::ControlCharacter.told("holds a control or hidden character")),
    }
}

fn sound(value: &Value) -> bool {
    match value {
        Value::String(text) => printable(text).is_ok(),
        Value::Array(items) => items.iter().all(sound),
        Value::Object(members) => members.iter().all(|(name, one)| printable(name).is_ok() && sound(one)),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

/// A value as a text: what is none as its JSON.
pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl NewApp {
    /// The most values, and the most secrets, of one app.
    pub const MOST_VALUES: usize = 50;

    /// The longest name of a value, in characters.
    pub const LONGEST_KEY: usize = 64;

    /// The longest value, in characters; of what is no text, those of its JSON.
    pub const LONGEST_VALUE: usize = 2_000;

    /// What sort of system, as it is compared.
    pub fn kind_key(&self) -> String {
        kind_key(&self.kind)
    }

    /// What the outside system calls the organization.
    pub fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref()
    }

    /// Its secrets.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// What sort of system.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The name people read; the kind where none was given.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.kind)
    }

    /// Whether it is the operator's own system.
    pub fn is_internal(&self) -> bool {
        self.internal
    }

    /// How it stands.
    pub fn status(&self) -> AppStatus {
        self.status
    }

    /// What the two systems know of each other.
    pub fn values(&self) -> &BTreeMap<String, Value> {
        &self.values
    }
}

/// A kind as it is compared.
pub fn kind_key(kind: &str) -> String {
    canonical(kind).to_lowercase()
}

#[cfg(test)]
mod tests;
