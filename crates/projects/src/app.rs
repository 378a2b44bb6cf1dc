//! Apps: an organization's links to outside systems.

use std::collections::BTreeMap;
use std::fmt;

use polity_directory::{AppStatus, NewApp, within};
use polity_kernel::{Code, Error, OrganizationId, Result, SubjectId, Timestamp, id};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The value that says which sort of link it is, and what it says of a link whose environments can be mapped.
const SORT: (&str, &str) = ("type", "connectable");

id!(AppId, "One link of an organization to an outside system.");

/// A link to an outside system. Its secrets are not in it, nor anywhere they could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// What organizations are found by: an app of theirs that is in use. Kinds are compared without case.
#[derive(Clone, Copy)]
pub enum AppLookup<'l> {
    /// Any of this kind.
    Kind(&'l str),
    /// One of this kind in which the outside system calls the organization so.
    ExternalId {
        /// What sort of system.
        kind: &'l str,
        /// What it calls the organization.
        id: &'l str,
    },
    /// One of this kind with this value.
    Value {
        /// What sort of system.
        kind: &'l str,
        /// The value's name.
        key: &'l str,
        /// The value, as a text.
        value: &'l str,
    },
    /// One of this kind with this secret, to the letter.
    Secret {
        /// What sort of system.
        kind: &'l str,
        /// The secret's name.
        key: &'l str,
        /// The secret itself.
        secret: &'l str,
    },
}

/// The cause of a failure to connect an app: another one of its kind has the same external id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppTaken;

impl fmt::Display for AppTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an app of this kind and external id is connected")
    }
}

impl std::error::Error for AppTaken {}

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
    /// The most apps of an organization: they are shown with it as a whole.
    pub const MOST: i64 = 100;

    /// The app as it begins.
    pub(crate) fn connected(
        new: &NewApp,
        organization: OrganizationId,
        id: AppId,
        at: Timestamp,
        by: Option<SubjectId>,
    ) -> Self {
        Self {
            id,
            organization,
            kind: new.kind().to_owned(),
            external_id: new.external_id().map(str::to_owned),
            name: new.name().to_owned(),
            internal: new.is_internal(),
            status: new.status(),
            values: new.values().clone(),
            environments: None,
            created_by: by,
            created_at: at,
            status_changed_at: None,
            status_changed_by: None,
            updated_at: at,
            version: 1,
        }
    }

    /// What sort of system, as it is compared.
    pub(crate) fn kind_key(&self) -> String {
        within::kind_key(&self.kind)
    }

    /// Its values as texts: what is none as its JSON.
    pub fn texts(&self) -> BTreeMap<String, String> {
        self.values.iter().map(|(key, value)| (key.clone(), within::text(value))).collect()
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
        let given = Self::connected(new, self.organization, self.id, at, by);
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
