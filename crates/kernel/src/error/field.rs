//! What can be wrong with a field, in kinds that programs decide by; the words are made here, and only shown.

use serde::{Deserialize, Serialize};
use validator::ValidationError;

/// The parameter in which a check for `validator` says of what kind its problem is.
pub(super) const KIND: &str = "kind";

/// Declares the kinds with what they mean; `docs/errors.md` is made from it.
macro_rules! kinds {
    ($($variant:ident $(($($detail:ty),+))? $(#[$meta:meta])* $name:literal $meaning:literal)+) => {
        /// What is wrong with a field. The name is stable: programs may depend on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum FieldKind { $(#[doc = $meaning] $(#[$meta])* $variant $(($($detail),+))?),+ }

        impl FieldKind {
            /// The name in documents and logs.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant { .. } => $name),+ }
            }

            /// What is wrong, in one sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant { .. } => $meaning),+ }
            }
        }
    };
}

kinds! {
    Required "required" "The field is not there, and must be."
    Null "null" "The field is null, and may not be."
    Blank "blank" "The text is empty or has nothing but space in it."
    TooShort(usize) "too_short" "The text has fewer characters, or bytes where the words say so, than it must have."
    TooLong(usize) "too_long" "The text has more characters than it may have."
    TooManyBytes(usize) "too_many_bytes" "The text has more bytes than it may have."
    Length(usize, usize) "length" "The text has fewer or more characters than it may have."
    TooMany(usize) "too_many" "The list has more entries than it may have."
    Count(usize, usize) "count" "The list has fewer or more entries than it may have."
    OutOfRange "out_of_range" "The number, the day or the span of time is smaller or larger than it may be."
    Past "past" "The moment is over, and must be one to come."
    Type "type" "The value is of another type of JSON than it must be: a number, say, where a text must be."
    Choice(&'static [&'static str]) #[serde(skip_deserializing)] "choice" "The word is none of those there are."
    Malformed "malformed" "The value has not the form of what it must be: of an address, a URL, an id, a name, a day."
    ControlCharacter "control_character" "The text holds a control character."
    HiddenCharacter(char) "hidden_character" "The text holds a character that is not seen, or not seen by everybody alike."
    Reserved "reserved" "The value is kept for other uses."
    Duplicate "duplicate" "The value, or the field itself, is sent twice and may be once."
    Taken "taken" "The value is another's already."
    NotFound "not_found" "The value names nothing there is, or nothing the caller may know of."
    Mismatch "mismatch" "The value is not the one it must be equal to."
    NotAllowed "not_allowed" "The value is a good one, but not here: not beside what else is sent, or not as things are."
    Unproven "unproven" "Nothing bears the value out: its signature is not right, or another server says otherwise."
}

/// What is wrong with a value, wherever it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// For programs.
    pub kind: FieldKind,
    /// For the caller.
    pub message: String,
}

/// One field of the input and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name as the area knows it; a family translates it where its own differs.
    pub field: String,
    /// What is wrong, for programs.
    pub kind: FieldKind,
    /// What is wrong, in words for the caller.
    pub message: String,
}

impl FieldKind {
    /// A problem of this kind in words that say more.
    pub fn told(self, words: impl Into<String>) -> Problem {
        Problem { kind: self, message: words.into() }
    }

    /// The words where none say more.
    fn words(self) -> String {
        let words = match self {
            Self::TooShort(least) => return format!("is shorter than {least} characters"),
            Self::TooLong(most) => return format!("is longer than {most} characters"),
            Self::TooManyBytes(most) => return format!("is longer than {most} bytes"),
            Self::Length(least, most) => return format!("must be {least} to {most} characters"),
            Self::TooMany(most) => return format!("has more than {most} entries"),
            Self::Count(least, most) => return format!("must have {least} to {most} entries"),
            Self::Choice(words) => return format!("must be one of: {}", words.join(", ")),
            Self::HiddenCharacter(c) => {
                return format!(
                    "holds U+{:04X}, which is not seen or not seen by everybody alike",
                    u32::from(c)
                );
            }
            Self::Required => "is required",
            Self::Null => "must not be null",
            Self::Blank => "must not be blank",
            Self::OutOfRange => "is out of range",
            Self::Past => "is in the past",
            Self::Type => "is of another type",
            Self::Malformed => "is malformed",
            Self::ControlCharacter => "holds a control character",
            Self::Reserved => "is a reserved word",
            Self::Duplicate => "is given twice",
            Self::Taken => "is taken",
            Self::NotFound => "names nothing there is",
            Self::Mismatch => "is another than it must be",
            Self::NotAllowed => "is not allowed here",
            Self::Unproven => "is not borne out",
        };
        words.to_owned()
    }
}

impl Problem {
    /// The same problem in this field.
    pub(super) fn at(self, field: String) -> FieldError {
        FieldError { field, kind: self.kind, message: self.message }
    }
}

impl From<FieldKind> for Problem {
    fn from(kind: FieldKind) -> Self {
        kind.told(kind.words())
    }
}

impl From<&FieldError> for Problem {
    fn from(error: &FieldError) -> Self {
        error.kind.told(error.message.as_str())
    }
}

impl From<FieldKind> for ValidationError {
    fn from(kind: FieldKind) -> Self {
        Problem::from(kind).into()
    }
}

/// For a check that `validator` calls: the kind travels among the parameters.
impl From<Problem> for ValidationError {
    fn from(problem: Problem) -> Self {
        let mut error = Self::new(problem.kind.name()).with_message(problem.message.into());
        error.add_param(KIND.into(), &problem.kind);
        error
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::HashSet;

    use super::*;

    /// One of every kind.
    pub(crate) const ALL: [FieldKind; 23] = [
        FieldKind::Required,
        FieldKind::Null,
        FieldKind::Blank,
        FieldKind::TooShort(8),
        FieldKind::TooLong(200),
        FieldKind::TooManyBytes(254),
        FieldKind::Length(1, 64),
        FieldKind::TooMany(50),
        FieldKind::Count(1, 2),
        FieldKind::OutOfRange,
        FieldKind::Past,
        FieldKind::Type,
        FieldKind::Choice(&["active", "inactive"]),
        FieldKind::Malformed,
        FieldKind::ControlCharacter,
        FieldKind::HiddenCharacter('\u{200b}'),
        FieldKind::Reserved,
        FieldKind::Duplicate,
        FieldKind::Taken,
        FieldKind::NotFound,
        FieldKind::Mismatch,
        FieldKind::NotAllowed,
        FieldKind::Unproven,
    ];

    #[test]
    fn every_kind_has_a_name_a_meaning_and_words_of_its_own() {
        let (mut names, mut words) = (HashSet::new(), HashSet::new());
        for kind in ALL {
            assert!(names.insert(kind.name()), "{kind:?}");
            assert!(kind.meaning().ends_with('.'), "{kind:?}");
            let problem = Problem::from(kind);
            assert_eq!(problem.kind, kind);
            assert!(words.insert(problem.message), "{kind:?}");
        }
    }

    #[test]
    fn what_a_kind_knows_is_in_its_words() {
        for (kind, words) in [
            (FieldKind::Required, "is required"),
            (FieldKind::Blank, "must not be blank"),
            (FieldKind::TooShort(8), "is shorter than 8 characters"),
            (FieldKind::TooLong(200), "is longer than 200 characters"),
            (FieldKind::TooManyBytes(254), "is longer than 254 bytes"),
            (FieldKind::Length(1, 64), "must be 1 to 64 characters"),
            (FieldKind::TooMany(50), "has more than 50 entries"),
            (FieldKind::Count(1, 2), "must have 1 to 2 entries"),
            (FieldKind::Choice(&["a", "b"]), "must be one of: a, b"),
            (
                FieldKind::HiddenCharacter('\u{200b}'),
                "holds U+200B, which is not seen or not seen by everybody alike",
            ),
            (FieldKind::Duplicate, "is given twice"),
        ] {
            assert_eq!(Problem::from(kind).message, words);
        }
        let told = FieldKind::Required.told("a new employee needs one");
        assert_eq!((told.kind, told.message.as_str()), (FieldKind::Required, "a new employee needs one"));
    }
}
