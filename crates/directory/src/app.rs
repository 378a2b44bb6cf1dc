//! Apps: an organization's links to outside systems.

use std::collections::BTreeMap;
use std::fmt;

use polity_accounts::Account;
use polity_kernel::text::{canonical, printable, trimmed, verbatim};
use polity_kernel::{Code, Error, OrganizationId, Result, SubjectId, Timestamp, id, words};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use validator::Validate;

/// The value that says which sort of link it is, and what it says of a link whose environments can be mapped (contract api,
/// section 9).
const SORT: (&str, &str) = ("type", "connectable");

id!(AppId, "One link of an organization to an outside system.");

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

/// A link to an outside system. Its secrets are not in it, nor anywhere they could be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct App {
    /// Its id.
    pub id: AppId,
    /// Whose it is.
    pub organization: OrganizationId,
    /// What sort of system: any word, compared without case.
    pub kind: String,
    /// What the outside system calls the organization; no other app of this kind in the organization has it.
    pub external_id: Option<String>,
    /// The name people read.
    pub name: String,
    /// Whether it is the operator's own system.
    pub internal: bool,
    /// How it stands.
    pub status: AppStatus,
    /// What the two systems know of each other; anybody in the organization may read it.
    pub values: BTreeMap<String, Value>,
    /// The projects that serve the environments of the outside system; absent while nobody has said.
    pub environments: Option<Environments>,
    /// Who connected it; absent for polity itself.
    pub created_by: Option<SubjectId>,
    /// When it was connected.
    pub created_at: Timestamp,
    /// When its status last changed; absent while it stands as it was connected.
    pub status_changed_at: Option<Timestamp>,
    /// Who changed it; absent for polity itself.
    pub status_changed_by: Option<SubjectId>,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Raised by each change.
    pub version: i64,
}

/// Which projects serve the environments of an outside system, by their numbers. A project may have been closed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environments {
    /// What its users see.
    pub production: i64,
    /// What is tried out before that.
    pub preview: i64,
    /// What is being made.
    pub development: i64,
}

/// An app with who connected it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The app.
    pub app: App,
    /// Who connected it; absent for a program, and for an account that is gone.
    pub by: Option<Account>,
}

/// The cause of a failure to connect an app: another one of its kind has the same external id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppTaken;

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

impl fmt::Display for AppTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an app of this kind and external id is connected")
    }
}

impl std::error::Error for AppTaken {}

impl From<BTreeMap<String, String>> for Secrets {
    fn from(secrets: BTreeMap<String, String>) -> Self {
        Self(secrets)
    }
}

impl Secrets {
    /// The secrets themselves, for sealing and comparing.
    pub(crate) const fn exposed(&self) -> &BTreeMap<String, String> {
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
    measured: impl Fn(&V) -> Result<usize, &'static str>,
) -> Result<BTreeMap<String, V>> {
    if map.len() > App::MOST_VALUES {
        return Err(Error::field(field, format!("has more than {} entries", App::MOST_VALUES)));
    }
    let mut judged = BTreeMap::new();
    for (key, value) in map {
        let key = canonical(&key);
        if key.is_empty() || key.chars().count() > App::LONGEST_KEY || printable(&key).is_err() {
            let rule = format!("names must be 1 to {} characters, none of them hidden", App::LONGEST_KEY);
            return Err(Error::field(field, rule));
        }
        let length = measured(&value).map_err(|why| Error::field(format!("{field}.{key}"), why))?;
        if !(1..=App::LONGEST_VALUE).contains(&length) {
            return Err(Error::field(
                format!("{field}.{key}"),
                format!("must be 1 to {} characters", App::LONGEST_VALUE),
            ));
        }
        if judged.insert(key.clone(), value).is_some() {
            return Err(Error::field(format!("{field}.{key}"), "is given twice"));
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
fn measured(value: &Value) -> Result<usize, &'static str> {
    if sound(value) { Ok(text(value).chars().count()) } else { Err("holds a control or hidden character") }
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
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl NewApp {
    /// What sort of system, as it is compared.
    pub fn kind_key(&self) -> String {
        kind_key(&self.kind)
    }

    /// What the outside system calls the organization.
    pub fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref()
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The app as it begins.
    pub(crate) fn connected(
        &self,
        (organization, id): (OrganizationId, AppId),
        at: Timestamp,
        by: Option<SubjectId>,
    ) -> App {
        App {
            id,
            organization,
            kind: self.kind.clone(),
            external_id: self.external_id.clone(),
            name: self.name.clone().unwrap_or_else(|| self.kind.clone()),
            internal: self.internal,
            status: self.status,
            values: self.values.clone(),
            environments: None,
            created_by: by,
            created_at: at,
            status_changed_at: None,
            status_changed_by: None,
            updated_at: at,
            version: 1,
        }
    }
}

impl Environments {
    /// The numbers of the projects, each once, in order.
    pub(crate) fn projects(&self) -> Vec<i64> {
        let mut all = vec![self.production, self.preview, self.development];
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl App {
    /// The most values, and the most secrets, of one app.
    pub const MOST_VALUES: usize = 50;

    /// The longest name of a value, in characters.
    pub const LONGEST_KEY: usize = 64;

    /// The longest value, in characters; of what is no text, those of its JSON.
    pub const LONGEST_VALUE: usize = 2_000;

    /// What sort of system, as it is compared.
    pub(crate) fn kind_key(&self) -> String {
        kind_key(&self.kind)
    }

    /// Its values as texts: what is none as its JSON.
    pub fn texts(&self) -> BTreeMap<String, String> {
        self.values.iter().map(|(key, value)| (key.clone(), text(value))).collect()
    }

    /// Asks that it is of the sort whose environments can be mapped.
    pub(crate) fn require_mappable(&self) -> Result<()> {
        let (name, sort) = SORT;
        if self.values.get(name).and_then(Value::as_str) == Some(sort) {
            return Ok(());
        }
        let rule = format!("only the environments of an integration of the type {sort} can be mapped");
        Err(Error::new(Code::Invalid, rule))
    }

    /// The app as a source of truth has it, known by its id here; the same when nothing differs.
    pub(crate) fn as_given(&self, new: &NewApp, at: Timestamp, by: Option<SubjectId>) -> Self {
        let given = new.connected((self.organization, self.id), at, by);
        let (changed_at, changed_by) = if given.status == self.status {
            (self.status_changed_at, self.status_changed_by)
        } else {
            (Some(at), by)
        };
        let given = Self {
            environments: self.environments,
            created_by: self.created_by,
            created_at: self.created_at,
            status_changed_at: changed_at,
            status_changed_by: changed_by,
            updated_at: self.updated_at,
            version: self.version,
            ..given
        };
        if given == *self { given } else { Self { updated_at: at, version: self.version + 1, ..given } }
    }
}

/// A kind as it is compared.
pub(crate) fn kind_key(kind: &str) -> String {
    canonical(kind).to_lowercase()
}

#[cfg(test)]
mod tests;
