//! Records: what an event says of a thing before and after its change.

use serde::Serialize;
use serde_json::Value;

use super::schema::{Described, Schema};
use crate::{Error, Result};

/// What an event says of a thing; declared by [`record!`](crate::record) in an area's `events`. It holds no secret: at most what whoever
/// reads the thing itself may see.
pub trait Record: Serialize + Described {
    /// What the catalogue calls it.
    const NAME: &'static str;
}

/// Stands in an event's type for a side that says nothing: what was before it was made, what is after it is gone.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

/// What a side of an event says, as the catalogue tells it.
#[derive(Clone, Copy, Debug)]
pub struct RecordType {
    /// What the catalogue calls it.
    pub name: &'static str,
    /// Whether single events may say nothing there.
    pub is_optional: bool,
    /// What its JSON looks like.
    pub schema: fn() -> Schema,
}

/// What stands before or after: a record, a record or nothing (an [`Option`]), or [`Nothing`].
pub trait Side {
    /// What it says; absent where it never says anything.
    const RECORD: Option<RecordType>;

    /// The JSON that is stored.
    fn written(self) -> Result<Option<Value>>;
}

impl<R: Record> Side for R {
    const RECORD: Option<RecordType> =
        Some(RecordType { name: R::NAME, is_optional: R::IS_OPTIONAL, schema: R::schema });

    fn written(self) -> Result<Option<Value>> {
        let body = serde_json::to_value(self).map_err(Error::internal)?;
        Ok(Some(body).filter(|body| !body.is_null()))
    }
}

impl Side for Nothing {
    const RECORD: Option<RecordType> = None;

    fn written(self) -> Result<Option<Value>> {
        Ok(None)
    }
}

impl<R: Record> Record for Option<R> {
    const NAME: &'static str = R::NAME;
}

/// Declares a record: a struct, how it is made of the area's own, and its schema, in one.
///
/// ```text
/// record! {
///     /// A group.
///     pub(crate) struct Group of group: crate::Group {
///         /// Its id.
///         id: GroupId,                                        // the area's field of the same name
///         /// The address to write to.
///         email: String = group.email.to_string(),            // anything else made of it
///     }
/// }
/// ```
///
/// The name of a field is a word of the catalogue, which stays when the area's own is renamed. Without `of …` it is a struct that whoever
/// records it fills in.
#[macro_export]
macro_rules! record {
    ($(#[doc = $meaning:literal])+ pub(crate) struct $name:ident of $of:ident: $source:ty {
        $($(#[doc = $what:literal])+ $field:ident: $type:ty $(= $value:expr)?),+ $(,)?
    }) => {
        $crate::record! {
            $(#[doc = $meaning])+
            pub(crate) struct $name { $($(#[doc = $what])+ $field: $type),+ }
        }

        impl From<&$source> for $name {
            fn from($of: &$source) -> Self {
                Self { $($field: $crate::record!(@of $of $field $($value)?)),+ }
            }
        }
    };
    ($(#[doc = $meaning:literal])+ pub(crate) struct $name:ident {
        $($(#[doc = $what:literal])+ $field:ident: $type:ty),+ $(,)?
    }) => {
        $(#[doc = $meaning])+
        #[derive(serde::Serialize)]
        pub(crate) struct $name { $($(#[doc = $what])+ pub(crate) $field: $type),+ }

        impl $crate::event::Described for $name {
            fn schema() -> $crate::event::Schema {
                $crate::event::object(
                    concat!($($meaning),+),
                    &[$($crate::event::Property {
                        name: stringify!($field),
                        meaning: concat!($($what),+),
                        is_optional: <$type as $crate::event::Described>::IS_OPTIONAL,
                        schema: <$type as $crate::event::Described>::schema,
                    }),+],
                )
            }
        }

        impl $crate::event::Record for $name {
            const NAME: &'static str = stringify!($name);
        }
    };
    (@of $of:ident $field:ident) => { Clone::clone(&$of.$field) };
    (@of $of:ident $field:ident $value:expr) => { $value };
}
