//! The declaration of a body: one list of fields that reads it and documents it.

use serde_json::{Map, Value};
use utoipa::openapi::Schema;
use utoipa::openapi::schema::ObjectBuilder;

use super::field::Field;
use crate::routes::api::Fault;

/// The fields that a request brings; none for an empty body.
pub(crate) struct Sent(pub(super) Map<String, Value>);

impl Sent {
    /// What a field says.
    ///
    /// # Errors
    /// What is wrong with it, by its name.
    pub(crate) fn field<F: Field>(&self, name: &'static str, field: &F) -> Result<F::Said, Fault> {
        field.read(self.0.get(name)).map_err(|problem| Fault::of_field(name, problem))
    }
}

/// A body of named fields, declared by `body!`.
pub(crate) trait Fields: Sized {
    /// Reads the fields in the order of their declaration, up to the first that will not do.
    fn read(sent: &Sent) -> Result<Self, Fault>;

    /// Adds the fields to a schema.
    fn document(object: ObjectBuilder) -> ObjectBuilder;
}

/// Declares a body: `field: what it says = how it is read`, the field's name being the one that is sent. `..part: Part` has the fields of
/// another declaration too.
macro_rules! body {
    (
        $(#[doc = $about:literal])*
        $vis:vis struct $name:ident as $schema:literal {
            $($(#[doc = $doc:literal])* $field:ident: $said:ty = $how:expr,)*
            $(..$part:ident: $parts:ty,)?
        }
    ) => {
        $(#[doc = $about])*
        $vis struct $name {
            $($(#[doc = $doc])* $vis $field: $said,)*
            $(
                /// What it has in common with others.
                $vis $part: $parts,
            )?
        }

        impl $crate::routes::api::body::Fields for $name {
            fn read(
                sent: &$crate::routes::api::body::Sent,
            ) -> ::std::result::Result<Self, $crate::routes::api::Fault> {
                Ok(Self {
                    $($field: sent.field(stringify!($field), &$how)?,)*
                    $($part: <$parts as $crate::routes::api::body::Fields>::read(sent)?,)?
                })
            }

            fn document(object: ::utoipa::openapi::ObjectBuilder) -> ::utoipa::openapi::ObjectBuilder {
                $(
                    let about = concat!($($doc, "\n"),*);
                    let object = $crate::routes::api::body::documented::<$said, _>(object, stringify!($field), about, &$how);
                )*
                $(let object = <$parts as $crate::routes::api::body::Fields>::document(object);)?
                object
            }
        }

        impl ::utoipa::PartialSchema for $name {
            fn schema() -> ::utoipa::openapi::RefOr<::utoipa::openapi::Schema> {
                let about = $crate::routes::api::body::joined(concat!($($about, "\n"),*));
                let object = ::utoipa::openapi::ObjectBuilder::new().description(Some(about));
                <Self as $crate::routes::api::body::Fields>::document(object).into()
            }
        }

        impl ::utoipa::ToSchema for $name {
            fn name() -> ::std::borrow::Cow<'static, str> {
                $schema.into()
            }
        }
    };
}

/// The schema with one more field: its name, what its comment says, and how it is read.
pub(crate) fn documented<S, F: Field<Said = S>>(
    object: ObjectBuilder,
    name: &'static str,
    about: &str,
    field: &F,
) -> ObjectBuilder {
    let schema = match field.schema() {
        Schema::Object(mut schema) => {
            schema.description = Some(joined(about));
            Schema::Object(schema)
        }
        Schema::Array(mut schema) => {
            schema.description = Some(joined(about));
            Schema::Array(schema)
        }
        other => other,
    };
    let object = object.property(name, schema);
    if F::REQUIRED { object.required(name) } else { object }
}

/// The lines of a comment as one reads them.
pub(crate) fn joined(comment: &str) -> String {
    comment.lines().map(str::trim).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use polity_kernel::Level;
    use serde_json::json;
    use utoipa::{PartialSchema as _, ToSchema as _};

    use super::super::{
        Clearable, Flag, Integer, LevelNumber, Nullable, Optional, Required, Switch, text_of,
    };
    use super::*;

    body! {
        /// What is tried,
        /// and no more.
        struct Tried as "TriedBody" {
            /// A name.
            name: String = Required(text_of(5)),
            level: Option<Level> = Optional(LevelNumber),
            note: Option<String> = Nullable(text_of(5)),
            count: Option<Option<i64>> = Clearable(Integer),
            ..flags: Flags,
        }
    }

    body! {
        struct Flags as "TriedFlags" {
            open: Option<Option<bool>> = Flag,
            shown: Option<bool> = Switch,
        }
    }

    fn read(fields: Value) -> Result<Tried, String> {
        let Value::Object(fields) = fields else { panic!("no object") };
        Tried::read(&Sent(fields)).map_err(|fault| fault.to_string())
    }

    #[test]
    fn what_forms_send_is_read_too() {
        let read = read(json!({"name": " a ", "level": "8", "count": "7.0", "open": "off", "shown": "yes"}));
        let Tried { name, level, note, count, flags } = read.unwrap();
        assert_eq!((name.as_str(), level, note, count), ("a", Some(Level::Admin), None, Some(Some(7))));
        assert_eq!((flags.open, flags.shown), (Some(Some(false)), Some(true)));
    }

    #[test]
    fn absence_and_null_are_what_the_field_says() {
        let cleared = read(json!({"name": 7, "note": null, "count": " ", "open": null})).unwrap();
        assert_eq!((cleared.name.as_str(), cleared.note, cleared.count), ("7", None, Some(None)));
        assert_eq!((cleared.flags.open, cleared.flags.shown), (Some(None), None));
    }

    #[test]
    fn the_first_field_that_will_not_do_is_told_in_the_order_of_the_declaration() {
        for (fields, told) in [
            (json!({"level": 9}), "name: This field is required."),
            (json!({"name": "a", "shown": null, "level": null}), "level: This field may not be null."),
            (json!({"name": "abcdef"}), "name: Ensure this field has no more than 5 characters."),
            (json!({"name": "a", "count": "x"}), "count: A valid integer is required."),
            (json!({"name": "a", "shown": null}), "shown: This field may not be null."),
        ] {
            assert_eq!(read(fields).err(), Some(format!("invalid: {told}")));
        }
    }

    #[test]
    fn the_document_says_the_same() {
        assert_eq!(Tried::name(), "TriedBody");
        let schema = serde_json::to_value(Tried::schema()).unwrap();
        assert_eq!(
            (&schema["description"], &schema["required"]),
            (&json!("What is tried,\nand no more."), &json!(["name"]))
        );
        let fields = &schema["properties"];
        assert_eq!(
            fields["name"],
            json!({"type": "string", "minLength": 1, "maxLength": 5, "description": "A name."})
        );
        assert_eq!(fields["level"]["enum"], json!([1, 8, 15]));
        assert_eq!(
            (&fields["note"]["type"], &fields["count"]["type"]),
            (&json!(["string", "null"]), &json!(["integer", "null"]))
        );
        assert_eq!(
            (&fields["open"]["type"], &fields["shown"]["type"]),
            (&json!(["boolean", "null"]), &json!("boolean"))
        );
    }
}
