//! Whether a field must be there, and what its absence and null mean.

use polity_kernel::{FieldKind, Problem};
use serde_json::Value;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};

use super::reader::Reader;

/// One field of a body: its value as a reader reads it, or what is said by leaving it out.
pub(crate) trait Field {
    /// What it says.
    type Said;

    /// Whether the document says that it must be there.
    const REQUIRED: bool = false;

    /// What the field says.
    ///
    /// # Errors
    /// What is wrong with it, or that it is not there.
    fn read(&self, value: Option<&Value>) -> Result<Self::Said, Problem>;

    /// What such a field is.
    fn schema(&self) -> Schema;
}

/// A field that must be there.
pub(crate) struct Required<R>(pub(crate) R);

/// The same in a body that is not always read: whoever need not send it need not send the field.
pub(crate) struct RequiredIfRead<R>(pub(crate) R);

/// A field that may be left out, but not null.
pub(crate) struct Optional<R>(pub(crate) R);

/// A field that may be null, which says as much as its absence.
pub(crate) struct Nullable<R>(pub(crate) R);

/// A field that null and an empty text clear: `Some(None)`.
pub(crate) struct Clearable<R>(pub(crate) R);

/// A truth value, as JSON or in one of the usual words for it; null clears it.
pub(crate) struct Flag;

/// A truth value, which may not be null.
pub(crate) struct Switch;

impl<R: Reader> Field for Required<R> {
    type Said = R::Said;

    const REQUIRED: bool = true;

    fn read(&self, value: Option<&Value>) -> Result<R::Said, Problem> {
        required(&self.0, value)
    }

    fn schema(&self) -> Schema {
        self.0.schema()
    }
}

impl<R: Reader> Field for RequiredIfRead<R> {
    type Said = R::Said;

    fn read(&self, value: Option<&Value>) -> Result<R::Said, Problem> {
        required(&self.0, value)
    }

    fn schema(&self) -> Schema {
        self.0.schema()
    }
}

impl<R: Reader> Field for Optional<R> {
    type Said = Option<R::Said>;

    fn read(&self, value: Option<&Value>) -> Result<Self::Said, Problem> {
        there(value)?.map(|value| self.0.read(value)).transpose()
    }

    fn schema(&self) -> Schema {
        self.0.schema()
    }
}

impl<R: Reader> Field for Nullable<R> {
    type Said = Option<R::Said>;

    fn read(&self, value: Option<&Value>) -> Result<Self::Said, Problem> {
        value.filter(|value| !value.is_null()).map(|value| self.0.read(value)).transpose()
    }

    fn schema(&self) -> Schema {
        or_null(self.0.schema())
    }
}

impl<R: Reader> Field for Clearable<R> {
    type Said = Option<Option<R::Said>>;

    fn read(&self, value: Option<&Value>) -> Result<Self::Said, Problem> {
        match value {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(value) => match self.0.read(value) {
                // an empty text may be one of the words
                Err(_) if value.as_str().is_some_and(|text| text.trim().is_empty()) => Ok(Some(None)),
                said => Ok(Some(Some(said?))),
            },
        }
    }

    fn schema(&self) -> Schema {
        or_null(self.0.schema())
    }
}

impl Field for Flag {
    type Said = Option<Option<bool>>;

    fn read(&self, value: Option<&Value>) -> Result<Self::Said, Problem> {
        let Some(value) = value else { return Ok(None) };
        let said = match value {
            Value::String(text) => text.trim().to_lowercase(),
            other => other.to_string(),
        };
        match said.as_str() {
            "true" | "t" | "yes" | "y" | "on" | "1" => Ok(Some(Some(true))),
            "false" | "f" | "no" | "n" | "off" | "0" => Ok(Some(Some(false))),
            "null" | "" => Ok(Some(None)),
            _ => Err(FieldKind::Type.told("Must be a valid boolean.")),
        }
    }

    fn schema(&self) -> Schema {
        or_null(Switch.schema())
    }
}

impl Field for Switch {
    type Said = Option<bool>;

    fn read(&self, value: Option<&Value>) -> Result<Self::Said, Problem> {
        Ok(Flag.read(there(value)?)?.flatten())
    }

    fn schema(&self) -> Schema {
        ObjectBuilder::new().schema_type(SchemaType::Type(Type::Boolean)).into()
    }
}

fn required<R: Reader>(reader: &R, value: Option<&Value>) -> Result<R::Said, Problem> {
    match there(value)? {
        Some(value) => reader.read(value),
        None => Err(FieldKind::Required.told("This field is required.")),
    }
}

/// The value of a field that is there.
fn there(value: Option<&Value>) -> Result<Option<&Value>, Problem> {
    match value {
        Some(Value::Null) => Err(FieldKind::Null.told("This field may not be null.")),
        value => Ok(value),
    }
}

/// The same, or null.
fn or_null(schema: Schema) -> Schema {
    let nullable = |kind| match kind {
        SchemaType::Type(kind) => SchemaType::from_iter([kind, Type::Null]),
        other => other,
    };
    match schema {
        Schema::Object(mut object) => {
            object.schema_type = nullable(object.schema_type);
            if let Some(values) = &mut object.enum_values {
                values.push(Value::Null);
            }
            Schema::Object(object)
        }
        Schema::Array(mut array) => {
            array.schema_type = nullable(array.schema_type);
            Schema::Array(array)
        }
        other => other,
    }
}
