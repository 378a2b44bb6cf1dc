//! The envelope around everything the family shows.

use polity_kernel::{Error, Result, Timestamp};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

/// What all resources say of their own form.
const API_VERSION: &str = "bindplane.observiq.com/v1";

/// What a resource is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) enum Kind {
    /// An organization.
    Organization,
    /// A project.
    Account,
    /// A person.
    User,
}

/// A resource: what it is, what is told of every one, and what it consists of.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Envelope<S> {
    /// The form of the resource: `bindplane.observiq.com/v1`.
    api_version: &'static str,
    /// What it is.
    kind: Kind,
    /// What is told of every resource.
    metadata: Metadata,
    /// What it consists of.
    spec: S,
    /// Nothing.
    #[schema(value_type = Object)]
    status: Nothing,
}

/// What is told of every resource. What nothing here could set is documented, since clients know it, and never sent.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metadata {
    /// Its id.
    #[schema(format = Uuid)]
    pub(crate) id: String,
    /// Its unique name, which stays when the display name changes.
    pub(crate) name: String,
    /// The name people read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) display_name: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    /// Where its picture is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) icon: Option<String>,
    /// SHA-256 of the spec that this answer shows, as compact JSON, in lower-case hexadecimal.
    pub(crate) hash: String,
    /// Raised by each change.
    pub(crate) version: i64,
    /// When it last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime)]
    pub(crate) date_modified: Option<Timestamp>,
    /// None.
    #[schema(value_type = Object)]
    pub(crate) labels: Nothing,
    /// What somebody should see to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) warning: Option<String>,
    /// Never sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) additional_info: Option<AdditionalInfo>,
    /// Never sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deprecated: Option<bool>,
    /// Never sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) resource_doc_link: Option<String>,
    /// Never sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stability: Option<String>,
}

/// Further words on a resource.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdditionalInfo {
    /// The words.
    message: String,
    /// Where to read on.
    documentation: Vec<Documentation>,
}

/// Where to read on.
#[derive(Debug, Serialize, ToSchema)]
struct Documentation {
    /// What is there.
    text: String,
    /// Where it is.
    url: String,
}

/// `{}`.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Nothing {}

impl<S: Serialize> Envelope<S> {
    /// The resource; its hash is made here.
    pub(crate) fn new(kind: Kind, metadata: Metadata, spec: S) -> Result<Self> {
        let text = serde_json::to_vec(&spec).map_err(Error::internal)?;
        let hash = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
        let metadata = Metadata { hash, ..metadata };
        Ok(Self { api_version: API_VERSION, kind, metadata, spec, status: Nothing {} })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_hash_is_of_the_spec_as_it_is_shown() {
        let metadata = Metadata { id: "1".to_owned(), version: 1, ..Metadata::default() };
        let shown = Envelope::new(Kind::User, metadata, json!({"a": 1})).unwrap();
        assert_eq!(
            serde_json::to_value(&shown).unwrap(),
            json!({
                "apiVersion": "bindplane.observiq.com/v1", "kind": "User", "spec": {"a": 1}, "status": {},
                "metadata": {
                    "id": "1", "name": "", "labels": {}, "version": 1,
                    "hash": "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862",
                },
            })
        );
    }
}
