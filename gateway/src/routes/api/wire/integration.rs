//! Integrations as this family shows them.

use std::collections::BTreeMap;
use std::error::Error as _;

use polity_accounts::Account;
use polity_directory::{AppFields, NewApp};
use polity_kernel::{Error, FieldKind, Problem};
use polity_projects::{App, AppId, AppTaken, Environments};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::{Moment, UserBasic};
use crate::routes::api::Fault;
use crate::routes::api::body::{Integer, Members, Nullable, Optional, Reader, Required, text};

/// Where the configuration says which projects serve the environments.
const MAPPING: &str = "environment_mapping";

/// What nobody is shown, wherever in a configuration it stands: programs have kept secrets under it.
const CREDENTIALS: &str = "credentials";

/// A link of the organization to an outside system, without its secrets.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Integration {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: AppId,
    /// What sort of system: any word, compared without case.
    #[schema(format = "given-kind")]
    kind: String,
    /// What the outside system calls the organization.
    #[schema(format = "external-id")]
    integration_id: Option<String>,
    /// What the two systems know of each other; under `environment_mapping` the numbers of the projects that serve its environments.
    #[schema(value_type = Object)]
    config: Map<String, Value>,
    /// When it was connected.
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Moment,
    /// Who connected it; null for a program.
    created_by: Option<UserBasic>,
}

body! {
    /// A link to make.
    pub(crate) struct IntegrationBody as "IntegrationBody" {
        /// What sort of system: any word, compared without case.
        kind: String = Required(text("given-kind")),
        /// What the outside system calls the organization; no other integration of this kind has it.
        integration_id: Option<String> = Nullable(text("given-external-id")),
        /// What the two systems know of each other, for everybody in the organization: at most 50 values, each of at most 2000 characters
        /// of JSON under a name of at most 64; none of them is called `credentials`, nor `environment_mapping`.
        config: Option<BTreeMap<String, Value>> = Optional(Configuration),
        /// What nobody is ever shown: at most 50 texts, each of at most 2000 characters under a name of at most 64.
        secrets: Option<BTreeMap<String, String>> = Optional(Secrets),
    }
}

/// Reads what everybody in the organization may know.
struct Configuration;

/// Reads texts by their names.
struct Secrets;

body! {
    /// Which projects serve the environments of an integration.
    pub(crate) struct EnvironmentsBody as "EnvironmentsBody" {
        /// The number of the project for what users see.
        production: i64 = Required(Integer),
        /// For what is tried out before that; production's when absent.
        preview: Option<i64> = Optional(Integer),
        /// For what is being made; production's when absent.
        development: Option<i64> = Optional(Integer),
    }
}

impl Reader for Configuration {
    type Said = BTreeMap<String, Value>;

    fn read(&self, value: &Value) -> Result<Self::Said, Problem> {
        let values: BTreeMap<String, Value> = Members.read(value)?.into_iter().collect();
        if is_secret(&values) {
            let why = "Everybody in the organization may read it: credentials belong in `secrets`.";
            return Err(FieldKind::NotAllowed.told(why));
        }
        if values.contains_key(MAPPING) {
            return Err(FieldKind::NotAllowed.told("The environment mapping is set by itself."));
        }
        Ok(values)
    }

    fn schema(&self) -> Schema {
        ObjectBuilder::new().max_properties(Some(NewApp::MOST_VALUES)).into()
    }
}

impl Reader for Secrets {
    type Said = BTreeMap<String, String>;

    fn read(&self, value: &Value) -> Result<Self::Said, Problem> {
        let text = |(name, value)| match value {
            Value::String(text) => Ok((name, text)),
            _ => Err(FieldKind::Type.told("Not a valid object of strings.")),
        };
        Members.read(value)?.into_iter().map(text).collect()
    }

    fn schema(&self) -> Schema {
        let text = ObjectBuilder::new().schema_type(Type::String).max_length(Some(NewApp::LONGEST_VALUE));
        let name = ObjectBuilder::new().schema_type(Type::String).max_length(Some(NewApp::LONGEST_KEY));
        let object = ObjectBuilder::new().max_properties(Some(NewApp::MOST_VALUES));
        object.property_names(Some(name)).additional_properties(Some(text)).into()
    }
}

impl TryFrom<IntegrationBody> for NewApp {
    type Error = Error;

    fn try_from(body: IntegrationBody) -> Result<Self, Error> {
        let fields = AppFields {
            kind: body.kind,
            external_id: body.integration_id,
            values: body.config.unwrap_or_default(),
            secrets: body.secrets.unwrap_or_default().into(),
            ..AppFields::default()
        };
        Self::try_from(fields).map_err(named)
    }
}

/// Production's project serves what is not said.
impl From<EnvironmentsBody> for Environments {
    fn from(body: EnvironmentsBody) -> Self {
        Self {
            production: body.production,
            preview: body.preview.unwrap_or(body.production),
            development: body.development.unwrap_or(body.production),
        }
    }
}

/// The failure, by this family's names of the fields of an app.
fn named(error: Error) -> Error {
    let Some(first) = error.fields().first() else { return error };
    let (field, rest) = first.field.split_once('.').unwrap_or((&first.field, ""));
    let field = match field {
        "values" => "config",
        "external_id" => "integration_id",
        other => other,
    };
    let place = if rest.is_empty() { field.to_owned() } else { format!("{field}.{rest}") };
    error.at(place)
}

/// An id that is taken is the field's fault; that there are too many is not.
pub(crate) fn integration_fault(error: Error) -> Fault {
    let taken = error.source().is_some_and(<dyn std::error::Error>::is::<AppTaken>);
    if taken { Fault::unique(error, "integration_id") } else { error.into() }
}

impl Integration {
    /// The app, connected by one of these accounts or by none.
    pub(crate) fn of(app: App, makers: &[Account]) -> Self {
        let by = makers.iter().find(|maker| app.created_by.is_some_and(|by| by.uuid() == maker.id.uuid()));
        let mut config: Map<String, Value> = app.values.into_iter().collect();
        bare(&mut config);
        if let Some(mapped) = app.environments {
            let mapping = json!({
                "production": mapped.production,
                "preview": mapped.preview,
                "development": mapped.development,
            });
            config.insert(MAPPING.to_owned(), mapping);
        }
        Self {
            id: app.id,
            kind: app.kind,
            integration_id: app.external_id,
            config,
            created_at: Moment(app.created_at),
            updated_at: Moment(app.updated_at),
            created_by: by.cloned().map(UserBasic::from),
        }
    }
}

/// Whether something in a configuration is called credentials.
fn is_secret(config: &BTreeMap<String, Value>) -> bool {
    config.iter().any(|(name, value)| is_credentials(name) || holds_credentials(value))
}

fn holds_credentials(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(holds_credentials),
        Value::Object(members) => {
            members.iter().any(|(name, one)| is_credentials(name) || holds_credentials(one))
        }
        _ => false,
    }
}

/// Takes out whatever is called credentials.
fn bare(config: &mut Map<String, Value>) {
    config.retain(|name, _| !is_credentials(name));
    config.values_mut().for_each(bare_within);
}

fn bare_within(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(bare_within),
        Value::Object(members) => bare(members),
        _ => {}
    }
}

fn is_credentials(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case(CREDENTIALS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_shown_nowhere() {
        let mut config = json!({
            "type": "connectable", "Credentials": {"token": "hush"}, "a": [{"credentials": 1, "b": 2}],
        });
        let held: BTreeMap<_, _> = config.as_object().unwrap().clone().into_iter().collect();
        assert!(is_secret(&held));
        bare(config.as_object_mut().unwrap());
        assert_eq!(config, json!({"type": "connectable", "a": [{"b": 2}]}));
        assert!(!is_secret(&config.as_object().unwrap().clone().into_iter().collect()));
    }
}
