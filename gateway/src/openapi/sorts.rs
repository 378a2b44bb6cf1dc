//! What the document says of texts and lists, by the numbers the rules go by.
//!
//! A wire type says of what sort a text is in the place of a format: `#[schema(format = "name")]`. Here stands what that means, so that no
//! number is written twice.

use polity_accounts::{AccountType, EmailAddress, TypeCode};
use polity_directory::NewApp;
use polity_directory::{
    Alias, DomainName, Key, LONGEST_FIRST_NAME, LONGEST_MESSAGE, NewInvitations, Parameter, Parameters,
    ProjectLevel, Role, RoleKey,
};
use polity_identity::{AuthMethod, SubjectType};
use polity_kernel::{Permission, text};
use polity_legal::LONGEST_COMPANY_ADDRESS;
use polity_licensing::{LONGEST_LICENSE_KEY, LicenseType};
use polity_signin::Password;
use serde_json::{Map, Value, json};

/// One line of what is seen. What lies beyond four hexadecimal digits cannot be written so that every reader understands it.
const LINE: &str = r"^[^\x00-\x1F\x7F-\x9F\xAD\u034F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uE000-\uF8FF\uFEFF]*$";

/// The same, and not only space.
const SAID: &str = r"^[^\x00-\x20\x7F-\xA0\xAD\s\u034F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uE000-\uF8FF\uFEFF][^\x00-\x1F\x7F-\x9F\xAD\u034F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uE000-\uF8FF\uFEFF]*$";

/// Lines of it, with tabs.
const LINES: &str = r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\xAD\u034F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uE000-\uF8FF\uFEFF]*$";

/// An address of the web, or nothing.
const WEB_ADDRESS: &str = r"^(https?://[A-Za-z0-9][A-Za-z0-9./_-]*)?$";

/// The least and the most characters of a text of this sort; the rules that such a text is read by ask here too.
fn lengths(sort: &str) -> Option<(u64, u64)> {
    let wide = |most: usize| u64::try_from(most).unwrap_or(u64::MAX);
    let alias = wide(Alias::MAX_LENGTH);
    Some(match sort {
        "name" => (0, text::NAME),
        "given-name" => (1, text::NAME),
        "kind" => (0, text::KIND),
        "given-kind" => (1, text::KIND),
        "word" => (0, text::WORD),
        "given-word" => (1, text::WORD),
        "description" => (0, text::DESCRIPTION),
        "external-id" => (0, text::EXTERNAL_ID),
        "given-external-id" | "company-name" => (1, text::EXTERNAL_ID),
        "page" | "web-address" => (0, text::WEB_ADDRESS),
        "picture" => (0, text::PICTURE),
        "email" => (0, wide(EmailAddress::MAX_LENGTH)),
        "alias" => (0, alias),
        "given-alias" => (1, alias),
        "key" => (0, wide(Key::MAX_LENGTH)),
        "domain" => (0, wide(DomainName::MAX_LENGTH)),
        "given-domain" => (1, wide(DomainName::MAX_LENGTH)),
        "role-key" => (1, wide(RoleKey::MAX_LENGTH)),
        "permission" => (0, wide(Permission::MAX_LENGTH)),
        "type-code" => (1, wide(TypeCode::MAX_LENGTH)),
        "parameter-name" => (1, wide(Parameter::LONGEST_NAME)),
        "app-value" => (1, wide(NewApp::LONGEST_VALUE)),
        "first-name" => (0, LONGEST_FIRST_NAME),
        "message" => (0, LONGEST_MESSAGE),
        "company-address" => (1, LONGEST_COMPANY_ADDRESS),
        "license-key" => (0, wide(LONGEST_LICENSE_KEY)),
        "given-license-key" => (1, wide(LONGEST_LICENSE_KEY)),
        "new-password" => (wide(Password::SHORTEST), wide(Password::LONGEST)),
        _ => return None,
    })
}

/// The most characters of a text of this sort.
pub(crate) fn longest(sort: &str) -> usize {
    lengths(sort).and_then(|(_, most)| usize::try_from(most).ok()).unwrap_or(usize::MAX)
}

/// How a text of this sort is written, where one says so in a pattern.
fn pattern(sort: &str) -> Option<&'static str> {
    Some(match sort {
        "name" | "kind" | "word" | "external-id" | "page" | "picture" | "first-name" => LINE,
        "given-name" | "given-kind" | "given-word" | "given-external-id" | "parameter-name"
        | "company-name" => SAID,
        "description" | "message" => LINES,
        "web-address" => WEB_ADDRESS,
        "alias" => r"^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)?$",
        "given-alias" => r"^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$",
        "key" => r"^([A-Za-z0-9][A-Za-z0-9._-]*)?$",
        "domain" => r"^([^.\s]+(\.[^.\s]+)+)?$",
        "given-domain" => r"^[^.\s]+(\.[^.\s]+)+$",
        "role-key" => r"^[A-Za-z0-9._-]+$",
        "permission" => r"^[a-z0-9_-]+(\.[a-z0-9_-]+)*$",
        "type-code" => r"^[a-z0-9._-]+$",
        _ => return None,
    })
}

/// What JSON Schema says of a text of this sort; nothing where the word is a format of JSON Schema or OpenAPI.
fn meaning(sort: &str) -> Option<Value> {
    let (least, most) = lengths(sort)?;
    let mut meaning = Map::from_iter([("maxLength".to_owned(), json!(most))]);
    if least > 0 {
        meaning.insert("minLength".to_owned(), json!(least));
    }
    if let Some(pattern) = pattern(sort) {
        meaning.insert("pattern".to_owned(), json!(pattern));
    }
    let format = match sort {
        "email" => Some("email"),
        "new-password" => Some("password"),
        _ => None,
    };
    meaning.extend(format.map(|format| ("format".to_owned(), json!(format))));
    Some(meaning.into())
}

/// One of these words.
fn one_of(words: &[&str]) -> Value {
    json!({ "enum": words })
}

/// One of these words, or null.
fn one_or_none_of(words: &[&str]) -> Value {
    let words = words.iter().map(|word| json!(word));
    json!({ "enum": words.chain([Value::Null]).collect::<Vec<_>>() })
}

/// What fields of requests hold that are no free text: schema, field and what JSON Schema says of it.
fn fields() -> Vec<(&'static str, &'static str, Value)> {
    let mut all = lists();
    all.extend(words());
    all
}

fn words() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("ProjectPromise", "level", one_of(ProjectLevel::WORDS)),
        ("FoundingBody", "licenseType", one_or_none_of(LicenseType::WORDS)),
        ("LicenseBody", "createLicenseType", one_or_none_of(LicenseType::WORDS)),
        ("ClientMetadata", "subject_type", one_or_none_of(SubjectType::WORDS)),
        ("ClientMetadata", "token_endpoint_auth_method", one_or_none_of(AuthMethod::WORDS)),
    ]
}

fn lists() -> Vec<(&'static str, &'static str, Value)> {
    let most = |most: u64| json!({ "maxItems": most });
    let parameters = || json!({ "maxItems": Parameters::MOST });
    let permissions = || most(AccountType::MOST_PERMISSIONS);
    vec![
        ("ProjectBody", "parameters", parameters()),
        ("ProjectChange", "parameters", parameters()),
        ("OrganizationSpecChange", "parameters", parameters()),
        ("InviteBody", "emails", json!({ "minItems": 1, "maxItems": NewInvitations::MOST_ADDRESSES })),
        ("InviteBody", "roles", most(NewInvitations::MOST_ROLES)),
        ("InviteBody", "expireDays", json!({ "maximum": NewInvitations::LONGEST_DAYS })),
        ("RoleBody", "permissions", json!({ "maxItems": Role::MOST_PERMISSIONS })),
        ("TypeRole", "permissions", permissions()),
        ("TypeBody", "permissions", permissions()),
        ("TypeBody", "agreements", most(AccountType::MOST_PARTS)),
        ("TypeBody", "subscriptions", most(AccountType::MOST_PARTS)),
        ("TypeBody", "roles", most(AccountType::MOST_PARTS)),
    ]
}

/// Says of every text what its sort means, and of every list how much it holds.
pub(super) fn settle(document: &mut Value) {
    spell(document);
    for (schema, field, bounds) in fields() {
        let path = format!("/components/schemas/{schema}/properties/{field}");
        if let (Some(Value::Object(field)), Value::Object(bounds)) = (document.pointer_mut(&path), bounds) {
            field.extend(bounds);
        }
    }
}

fn spell(value: &mut Value) {
    match value {
        Value::Object(schema) => {
            // what is empty when it is missing, as in a form, need not be one of its sort
            if schema.get("default").and_then(Value::as_str) == Some("") {
                schema.remove("default");
            }
            if let Some(Value::Object(meaning)) = sort(schema).and_then(meaning) {
                schema.remove("format");
                schema.extend(meaning);
            }
            schema.values_mut().for_each(spell);
        }
        Value::Array(items) => items.iter_mut().for_each(spell),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The sort or format that a schema names; a property may be called `format` too, and is an object then.
fn sort(schema: &Map<String, Value>) -> Option<&str> {
    schema.get("format")?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::settled;

    /// Every format that is left in the document.
    fn formats(value: &Value, into: &mut Vec<String>) {
        match value {
            Value::Object(schema) => {
                into.extend(sort(schema).map(str::to_owned));
                schema.values().for_each(|one| formats(one, into));
            }
            Value::Array(items) => items.iter().for_each(|one| formats(one, into)),
            _ => {}
        }
    }

    #[test]
    fn every_sort_of_text_has_a_meaning() {
        let mut left = Vec::new();
        formats(&settled(crate::mount::FAMILIES), &mut left);
        left.sort();
        left.dedup();
        let known =
            ["binary", "date", "date-time", "double", "email", "int32", "int64", "password", "uri", "uuid"];
        let unknown: Vec<_> = left.iter().filter(|format| !known.contains(&format.as_str())).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn every_bound_is_of_a_field_that_is_there() {
        let document = settled(crate::mount::FAMILIES);
        for (schema, field, bounds) in fields() {
            let found = &document["components"]["schemas"][schema]["properties"][field];
            let (bound, number) = bounds.as_object().unwrap().iter().next_back().unwrap();
            assert_eq!(&found[bound], number, "{schema}.{field}");
        }
    }

    #[test]
    fn a_name_has_the_length_that_is_enforced() {
        let name =
            &settled(crate::mount::FAMILIES)["components"]["schemas"]["RoleBody"]["properties"]["name"];
        assert_eq!(
            (&name["maxLength"], &name["pattern"], &name["format"]),
            (&json!(200), &json!(LINE), &Value::Null)
        );
    }
}
