//! Apps as this family shows them.

use std::collections::BTreeMap;

use polity_directory::{AppFields, AppStatus, NewApp};
use polity_identity::Secret;
use polity_kernel::{Code, Error, FieldKind, OrganizationId, Result};
use polity_projects::AppId;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};
use utoipa::{IntoParams, ToSchema};

use super::{CreationInfo, Status, StatusInfo, filled};

/// A link of an organization to an outside system. Its secrets are never shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct App {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: AppId,
    /// What the outside system calls the organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    /// Whether it is the operator's own system.
    internal: bool,
    /// The name people read.
    name: String,
    /// What sort of system: any word, compared without case.
    #[serde(rename = "type")]
    kind: String,
    /// Whether it is in use.
    active: bool,
    /// How it stands.
    status: StatusInfo,
    /// Where it comes from.
    created: CreationInfo,
    /// The organization.
    #[schema(value_type = Uuid)]
    organization: OrganizationId,
    /// What the two systems know of each other.
    app_data: BTreeMap<String, String>,
}

/// A link to make.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppBody {
    /// What sort of system: any word, compared without case.
    #[serde(rename = "type")]
    #[schema(format = "given-kind")]
    kind: String,
    /// The name people read; the type when absent.
    #[schema(format = "name")]
    name: Option<String>,
    /// What the outside system calls the organization; no other app of this type in the organization has it.
    #[schema(format = "external-id")]
    external_id: Option<String>,
    /// Whether it is the operator's own system.
    internal: Option<bool>,
    /// How it stands; `ACTIVE` when absent.
    status: Option<Status>,
    /// What the two systems know of each other, for everybody in the organization.
    #[schema(schema_with = data)]
    app_data: Option<BTreeMap<String, String>>,
    /// What nobody is ever shown; found by its exact value only.
    #[serde(default, deserialize_with = "hushed")]
    #[schema(schema_with = secrets)]
    secret_data: Option<BTreeMap<String, String>>,
}

/// A secret to look for.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SecretBody {
    /// The exact value.
    #[serde(deserialize_with = "hushed_text")]
    #[schema(value_type = String, format = "app-value")]
    secret: String,
}

/// An app that the path does not name.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AppQuery {
    /// The app's id.
    #[param(format = Uuid)]
    app: String,
}

impl From<polity_projects::App> for App {
    fn from(app: polity_projects::App) -> Self {
        let status = StatusInfo::new(app.status, app.status_changed_at, app.status_changed_by);
        let app_data = app.texts();
        Self {
            id: app.id,
            external_id: app.external_id,
            internal: app.internal,
            name: app.name,
            kind: app.kind,
            active: status.is_active(),
            status,
            created: CreationInfo::new(app.created_at, app.created_by),
            organization: app.organization,
            app_data,
        }
    }
}

impl AppBody {
    /// What the new app is to be.
    pub(crate) fn parsed(self) -> Result<NewApp> {
        NewApp::try_from(AppFields {
            kind: filled("type", self.kind)?,
            external_id: self.external_id,
            name: self.name,
            internal: self.internal.unwrap_or_default(),
            status: self.status.map(AppStatus::from),
            values: values(self.app_data.unwrap_or_default()),
            secrets: self.secret_data.unwrap_or_default().into(),
        })
    }
}

impl SecretBody {
    /// The secret.
    pub(crate) fn parsed(self) -> Result<Secret> {
        if self.secret.is_empty() || self.secret.chars().count() > NewApp::LONGEST_VALUE {
            return Err(Error::field("secret", FieldKind::Length(1, NewApp::LONGEST_VALUE)));
        }
        Ok(Secret::new(self.secret))
    }
}

impl AppQuery {
    /// The app. One that cannot be is the app of no organization.
    pub(crate) fn app(&self) -> Result<AppId> {
        self.app.parse().map_err(|_| Error::new(Code::NotFound, "no such app"))
    }
}

/// In this family every value is a text.
fn values(texts: BTreeMap<String, String>) -> BTreeMap<String, Value> {
    texts.into_iter().map(|(key, text)| (key, Value::String(text))).collect()
}

fn data() -> Object {
    texts("What the two systems know of each other, for everybody in the organization.")
}

fn secrets() -> Object {
    texts("What nobody is ever shown; found by its exact value only.")
}

/// Texts by name: at most 50, each of at most 2000 characters under a name of at most 64.
fn texts(description: &str) -> Object {
    let name = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(NewApp::LONGEST_KEY))
        .pattern(Some(r"^[^\x00-\x20\x7F-\xA0\s]+$"));
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(NewApp::LONGEST_VALUE))
        .pattern(Some(r"^[^\x00-\x20\x7F-\xA0\s][^\x00-\x1F\x7F-\x9F]*$"));
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Object, Type::Null]))
        .description(Some(description))
        .max_properties(Some(NewApp::MOST_VALUES))
        .property_names(Some(name))
        .additional_properties(Some(text))
        .build()
}

/// Texts by name, refused without repeating any of them.
fn hushed<'de, D: Deserializer<'de>>(field: D) -> Result<Option<BTreeMap<String, String>>, D::Error> {
    let given = Option::<Value>::deserialize(field)?;
    let texts = given.map(serde_json::from_value).transpose();
    texts.map_err(|_| D::Error::custom("invalid type, expected an object of strings"))
}

/// A text, refused without repeating it.
fn hushed_text<'de, D: Deserializer<'de>>(field: D) -> Result<String, D::Error> {
    match Value::deserialize(field)? {
        Value::String(text) => Ok(text),
        _ => Err(D::Error::custom("invalid type, expected a string")),
    }
}

same_words!(AppStatus = Status { Active Inactive Pending Deleted });
