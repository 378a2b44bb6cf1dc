//! Text from outside: closed sets of words, and what free text may hold.

mod characters;
pub mod facts;
mod spelling;

use std::str::FromStr;

use validator::ValidationError;

use crate::error::{Error, FieldKind, Result};

pub use spelling::{canonical, compared, is_disguised_ascii};

/// Declares an enum whose variants are words: parsed, printed and stored as exactly that text.
///
/// ```
/// polity_kernel::words! {
///     /// Whether an organization works.
///     pub enum Status { Active = "active", Inactive = "inactive" }
/// }
/// assert_eq!("active".parse::<Status>()?.to_string(), "active");
/// # Ok::<(), polity_kernel::Error>(())
/// ```
/// An unknown word is `Code::Invalid`, a field's kind `Choice`, naming the words there are.
#[macro_export]
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// Every word, in the order of declaration.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word in the store and on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Error;

            fn from_str(text: &str) -> Result<Self, $crate::Error> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::Error::of($crate::FieldKind::Choice(Self::WORDS))),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl $crate::event::Described for $name {
            fn schema() -> $crate::event::Schema {
                $crate::event::one_of(Self::WORDS)
            }
        }

        impl<DB> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                <str as diesel::serialize::ToSql<diesel::sql_types::Text, DB>>::to_sql(self.as_str(), out)
            }
        }

        impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let word = <String as diesel::deserialize::FromSql<diesel::sql_types::Text, DB>>::from_sql(bytes)?;
                word.parse().map_err(|_| format!("{word:?} is no {}", stringify!($name)).into())
            }
        }
    };
}

/// The longest name that people read, in characters.
pub const NAME: u64 = 200;

/// The longest text of several lines that says what something is for, in characters.
pub const DESCRIPTION: u64 = 2_000;

/// The longest word for what sort of thing something is, in characters.
pub const KIND: u64 = 64;

/// The longest word that stands for a role, a namespace or what somebody does, in characters.
pub const WORD: u64 = 128;

/// The longest name that another system has for something, in characters.
pub const EXTERNAL_ID: u64 = 255;

/// The longest address of a page or of an organization's picture, in characters.
pub const WEB_ADDRESS: u64 = 2_000;

/// The longest address of a person's or group's picture, in characters.
pub const PICTURE: u64 = 2_048;

/// One line for people: nothing that forges log lines and mail headers, turns the direction of reading or is not seen at all. What
/// shapes a word in its script or makes up an emoji is not among it.
///
/// # Errors
/// Of the kinds `ControlCharacter` and `HiddenCharacter`.
pub fn printable(text: &str) -> std::result::Result<(), ValidationError> {
    match characters::refused(text) {
        None => Ok(()),
        Some(c) if c.is_control() => Err(FieldKind::ControlCharacter.into()),
        Some(c) => Err(FieldKind::HiddenCharacter(c).into()),
    }
}

/// Text of several lines, each as [`printable`] wants it; tabs may indent them.
pub fn multiline(text: &str) -> std::result::Result<(), ValidationError> {
    // forms end their lines in both
    text.split("\r\n").flat_map(|part| part.split(['\n', '\t'])).try_for_each(printable)
}

/// Whether a character is one that no text of a person holds by itself; see [`printable`] for those that shape a word.
pub fn is_hidden(c: char) -> bool {
    characters::is_hidden(c)
}

/// An address a browser may be sent to: http or https with a host. `javascript:` and the like are none.
pub fn web_address(text: &str) -> std::result::Result<(), ValidationError> {
    let refused = || FieldKind::Malformed.told("must be an http or https URL").into();
    printable(text)?;
    let url = url::Url::parse(text).map_err(|_| refused())?;
    if matches!(url.scheme(), "http" | "https") && url.has_host() { Ok(()) } else { Err(refused()) }
}

/// The text as [`canonical`] spells it; nothing when there is nothing but space.
pub fn trimmed(text: Option<String>) -> Option<String> {
    text.map(|text| canonical(&text)).filter(|text| !text.is_empty())
}

/// What another system calls something: as it stands there, without space around it; nothing when nothing else is there.
pub fn verbatim(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Parses a text that stands in this field, whatever field the parser itself speaks of.
pub fn parsed_at<T: FromStr<Err = Error>>(field: &str, text: &str) -> Result<T> {
    text.parse().map_err(|error: Error| error.at(field))
}

/// Parses every text of a list; the first that will not do is named by its place: `permissions.3`.
pub fn each_parsed_at<T: FromStr<Err = Error>>(list: &str, texts: &[String]) -> Result<Vec<T>> {
    let parse = |(place, text): (usize, &String)| parsed_at(&format!("{list}.{place}"), text.trim());
    texts.iter().enumerate().map(parse).collect()
}
