//! How a value that is sent is read, with the leniences that forms need, and documented.
//!
//! One declaration is both: what a reader refuses, its schema says.

use std::marker::PhantomData;
use std::str::FromStr;

use polity_kernel::{FieldKind, Level, Problem};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{KnownFormat, Schema, SchemaFormat};

use crate::ask::any;
use crate::openapi::longest;

/// Reads one value that is there and not null.
pub(crate) trait Reader {
    /// What it says.
    type Said;

    /// What the value says.
    ///
    /// # Errors
    /// What is wrong with it.
    fn read(&self, value: &Value) -> Result<Self::Said, Problem>;

    /// What such a value is.
    fn schema(&self) -> Schema;
}

/// A list that has more than it may.
pub(crate) fn too_many(most: usize) -> Problem {
    FieldKind::TooMany(most).told(format!("Ensure this field has no more than {most} elements."))
}

/// A text, trimmed; a number is one too.
pub(crate) struct Text {
    limit: Limit,
    may_be_blank: bool,
}

/// How long a text may be.
enum Limit {
    /// As its sort says.
    Sort(&'static str),
    /// So many characters.
    Characters(usize),
    /// So many characters, unless it is one from elsewhere that is longer: the area judges it.
    Judged(usize),
}

/// A text of a sort that says something.
pub(crate) const fn text(sort: &'static str) -> Text {
    Text { limit: Limit::Sort(sort), may_be_blank: false }
}

/// A text of a sort that may be empty.
pub(crate) const fn blankable(sort: &'static str) -> Text {
    Text { limit: Limit::Sort(sort), may_be_blank: true }
}

/// A text of 1 to so many characters.
pub(crate) const fn text_of(most: usize) -> Text {
    Text { limit: Limit::Characters(most), may_be_blank: false }
}

/// A text of at most so many characters that may be empty.
pub(crate) const fn blankable_of(most: usize) -> Text {
    Text { limit: Limit::Characters(most), may_be_blank: true }
}

/// A text of 1 to so many characters, whose length the area judges.
pub(crate) const fn text_judged(most: usize) -> Text {
    Text { limit: Limit::Judged(most), may_be_blank: false }
}

impl Reader for Text {
    type Said = String;

    fn read(&self, value: &Value) -> Result<String, Problem> {
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return Err(FieldKind::Type.told("Not a valid string.")),
        };
        if text.is_empty() && !self.may_be_blank {
            return Err(FieldKind::Blank.told("This field may not be blank."));
        }
        let most = match self.limit {
            Limit::Sort(sort) => longest(sort),
            Limit::Characters(most) => most,
            Limit::Judged(_) => usize::MAX,
        };
        if text.chars().count() > most { Err(too_long(most)) } else { Ok(text) }
    }

    fn schema(&self) -> Schema {
        let least = (!self.may_be_blank).then_some(1);
        match self.limit {
            Limit::Sort(sort) => of_sort(sort),
            Limit::Characters(most) | Limit::Judged(most) => {
                of(Type::String).min_length(least).max_length(Some(most)).into()
            }
        }
    }
}

/// A text that is longer than it may be.
pub(crate) fn too_long(most: usize) -> Problem {
    FieldKind::TooLong(most).told(format!("Ensure this field has no more than {most} characters."))
}

/// A text exactly as it is: a password. Its rules are the area's.
pub(crate) struct Verbatim(Option<&'static str>);

/// A password to sign in with.
pub(crate) const PASSWORD: Verbatim = Verbatim(None);

/// A password to be.
pub(crate) const NEW_PASSWORD: Verbatim = Verbatim(Some("new-password"));

impl Reader for Verbatim {
    type Said = String;

    fn read(&self, value: &Value) -> Result<String, Problem> {
        value.as_str().map(str::to_owned).ok_or_else(|| FieldKind::Type.told("Not a valid string."))
    }

    fn schema(&self) -> Schema {
        self.0.map_or_else(|| of(Type::String).into(), of_sort)
    }
}

/// An id.
pub(crate) struct Id<T>(PhantomData<fn() -> T>);

/// An id of something.
pub(crate) const fn id<T>() -> Id<T> {
    Id(PhantomData)
}

impl<T: FromStr> Reader for Id<T> {
    type Said = T;

    fn read(&self, value: &Value) -> Result<T, Problem> {
        let id = value.as_str().and_then(|text| text.trim().parse().ok());
        id.ok_or_else(|| FieldKind::Malformed.told("Must be a valid UUID."))
    }

    fn schema(&self) -> Schema {
        of(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid))).into()
    }
}

/// An integer; its digits as a text are one too.
pub(crate) struct Integer;

impl Reader for Integer {
    type Said = i64;

    fn read(&self, value: &Value) -> Result<i64, Problem> {
        let said = plain(value);
        let whole = said.split_once('.').filter(|(_, rest)| rest.bytes().all(|digit| digit == b'0'));
        let number = whole.map_or(said.as_str(), |(whole, _)| whole).parse();
        number.map_err(|_| FieldKind::Type.told("A valid integer is required."))
    }

    fn schema(&self) -> Schema {
        of(Type::Integer).format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64))).into()
    }
}

/// A level by its number; its digits as a text are one too.
pub(crate) struct LevelNumber;

impl Reader for LevelNumber {
    type Said = Level;

    fn read(&self, value: &Value) -> Result<Level, Problem> {
        let said = plain(value);
        said.parse().ok().and_then(Level::of).ok_or_else(|| no_choice(&["1", "8", "15"], &said))
    }

    fn schema(&self) -> Schema {
        let numbers = [Level::Member, Level::Admin, Level::Owner].map(Level::number);
        let format = SchemaFormat::KnownFormat(KnownFormat::Int32);
        of(Type::Integer).format(Some(format)).enum_values(Some(numbers)).into()
    }
}

/// One word out of some.
pub(crate) struct Word<T>(&'static [&'static str], PhantomData<fn() -> T>);

/// One of these words.
pub(crate) const fn word<T>(words: &'static [&'static str]) -> Word<T> {
    Word(words, PhantomData)
}

impl<T: FromStr> Reader for Word<T> {
    type Said = T;

    fn read(&self, value: &Value) -> Result<T, Problem> {
        let said = plain(value);
        said.parse().map_err(|_| no_choice(self.0, &said))
    }

    fn schema(&self) -> Schema {
        of(Type::String).enum_values(Some(self.0.iter().copied())).into()
    }
}

/// An object; its JSON as a text is one too, since a form holds nothing else.
pub(crate) struct Members;

impl Reader for Members {
    type Said = Map<String, Value>;

    fn read(&self, value: &Value) -> Result<Self::Said, Problem> {
        match opened(value) {
            Some(Value::Object(members)) => Ok(members),
            // what it is instead is not repeated: it may be a secret
            _ => Err(FieldKind::Type.told("Not a valid object.")),
        }
    }

    fn schema(&self) -> Schema {
        of(Type::Object).into()
    }
}

/// The items of a list; in a form, of a list as JSON.
///
/// # Errors
/// For anything else, and for a list of more.
pub(crate) fn items(value: &Value, most: usize) -> Result<Vec<Value>, Problem> {
    match opened(value) {
        Some(Value::Array(items)) if items.len() > most => Err(too_many(most)),
        Some(Value::Array(items)) => Ok(items),
        _ => Err(FieldKind::Type.told("Expected a list of items.")),
    }
}

/// What stands in a text as JSON, or the value itself.
fn opened(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => any(text.as_bytes()).ok(),
        other => Some(other.clone()),
    }
}

/// A text trimmed, anything else as JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}

fn no_choice(words: &'static [&'static str], said: &str) -> Problem {
    FieldKind::Choice(words).told(format!("\"{said}\" is not a valid choice."))
}

fn of(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(kind))
}

/// A text of a sort; what that means is told by the document as a whole.
fn of_sort(sort: &str) -> Schema {
    of(Type::String).format(Some(SchemaFormat::Custom(sort.to_owned()))).into()
}
