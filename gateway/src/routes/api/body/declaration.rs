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
        field.read(self.0.get(name)).map_err(|problem| Fault::of_problem(name, problem))
    }
}

/// A body of named fields, declared by [`body!`].
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
