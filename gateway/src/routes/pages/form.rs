//! Forms of the pages: what they hold, what is wrong with it, and that they were shown to the browser that sends them.
//!
//! What is missing is empty, and of what stands twice the first counts.

use polity_kernel::Error;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::ask::Form;

/// The longest text of a field that is looked at, in characters; longer ones are cut, and still too long for what they are meant for.
const LONGEST: usize = 400;

/// The most characters of what a browser answers about a passkey, in JSON.
const LONGEST_ANSWER: usize = 8_192;

/// The most characters of a path to go on to.
const LONGEST_PATH: usize = 2_048;

/// What a form holds.
pub(super) fn read<T: DeserializeOwned + Default>(Form(form): &Form) -> T {
    let mut fields = Map::new();
    for (name, value) in form_urlencoded::parse(form) {
        let most = match name.as_ref() {
            "return_to" => LONGEST_PATH + 1,
            "answer" => LONGEST_ANSWER,
            _ => LONGEST,
        };
        let cut = || Value::String(value.chars().take(most).collect());
        fields.entry(name).or_insert_with(cut);
    }
    // every field is a text
    T::deserialize(Value::Object(fields)).unwrap_or_default()
}

/// Where somebody may be led on to: a path of our own, and never what a browser takes for another host.
pub(super) fn own_path(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('/')?;
    let leads_away = rest.starts_with('/') || text.contains('\\');
    let is_plain = text.len() <= LONGEST_PATH && text.bytes().all(|byte| byte.is_ascii_graphic());
    (is_plain && !leads_away).then_some(text)
}

/// What is wrong with the fields of a form, shown above it and beside each.
#[derive(Default)]
pub(super) struct Wrong(Vec<WrongField>);

/// A field, and what is wrong with it, in a sentence.
pub(super) struct WrongField {
    pub(super) field: String,
    pub(super) words: String,
}

impl Wrong {
    /// Nothing.
    pub(super) const fn nothing() -> Self {
        Self(Vec::new())
    }

    /// This one field.
    pub(super) fn at(field: &str, words: impl Into<String>) -> Self {
        Self(vec![WrongField { field: field.to_owned(), words: words.into() }])
    }

    /// What an area found, by what people call its fields; what has no fields is told of the first one called.
    pub(super) fn of_error(error: &Error, called: &[(&str, &str)]) -> Self {
        let name = |field: &str| called.iter().find(|(of, _)| *of == field).map(|(_, name)| *name);
        let fields: Vec<WrongField> = error
            .fields()
            .iter()
            .map(|at| {
                let words = format!("{} {}.", name(&at.field).unwrap_or("This"), at.message);
                WrongField { field: at.field.clone(), words }
            })
            .collect();
        match (fields.is_empty(), called.first()) {
            (true, Some((first, _))) => Self::at(first, format!("That did not work: {}.", error.message())),
            _ => Self(fields),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &WrongField> {
        self.0.iter()
    }

    pub(super) fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|wrong| wrong.field == field).map(|wrong| wrong.words.as_str())
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Fields {
        name: String,
        role: String,
        return_to: String,
    }

    #[test]
    fn a_form_is_read_leniently() {
        let form = |text: &str| Form(text.to_owned().into_bytes().into());
        let fields: Fields = read(&form("name=Ida&name=Eve&other=1&role=a+b&%FF&&="));
        assert_eq!(
            (fields.name.as_str(), fields.role.as_str(), fields.return_to.as_str()),
            ("Ida", "a b", "")
        );
        let long = "x".repeat(LONGEST_PATH * 2);
        let fields: Fields = read(&form(&format!("name={long}&return_to=/{long}")));
        assert_eq!(fields.name.len(), LONGEST);
        assert_eq!(own_path(&fields.return_to), None, "what is cut is still too long");
    }

    #[test]
    fn only_a_path_of_our_own_is_led_on_to() {
        for good in ["/", "/account", "/account?a=b#c", "/a//b", "/%2F%2Fevil.example", "/a@evil.example"] {
            assert_eq!(own_path(good), Some(good));
        }
        let bad = [
            "",
            "account",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/a\\b",
            "https://evil.example",
            "javascript:alert(1)",
            " /account",
            "/a b",
            "/a\nb",
            "/\tevil",
            "/ä",
            "/\u{0}",
            "%2F%2Fevil.example",
        ];
        for bad in bad {
            assert_eq!(own_path(bad), None, "{bad:?}");
        }
        assert!(own_path(&format!("/{}", "x".repeat(LONGEST_PATH - 1))).is_some());
        assert!(own_path(&format!("/{}", "x".repeat(LONGEST_PATH))).is_none());
    }
}
