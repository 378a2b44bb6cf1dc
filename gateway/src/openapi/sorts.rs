//! What the document says of texts and lists, by the numbers the rules go by.
//!
//! A wire type says of what sort a text is in the place of a format: `#[schema(format = "name")]`. Here stands what that means, so that no
//! number is written twice.

use polity_accounts::{AccountType, EmailAddress, TypeCode};
use polity_directory::NewApp;
use polity_directory::{
    Alias, DomainName, Key, LONGEST_FIRST_NAME, LONGEST_MESSAGE, MOST_PROJECTS, NewInvitations, Parameter,
    Parameters, ProjectLevel, Role, RoleKey, StatisticsMethod,
};
use polity_identity::{AuthMethod, SubjectType};
use polity_kernel::{Level, Permission, text};
use polity_legal::{DocumentType, LONGEST_COMPANY_ADDRESS};
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

/// What JSON Schema says of a text of this sort; nothing where the word is a format of JSON Schema or OpenAPI.
fn meaning(sort: &str) -> Option<Value> {
    let wide = |most: usize| u64::try_from(most).unwrap_or(u64::MAX);
    let text = |least: u64, most: u64, pattern: &str| match least {
        0 => json!({ "maxLength": most, "pattern": pattern }),
        least => json!({ "minLength": least, "maxLength": most, "pattern": pattern }),
    };
    let alias = wide(Alias::MAX_LENGTH);
    Some(match sort {
        "name" => text(0, text::NAME, LINE),
        "given-name" => text(1, text::NAME, SAID),
        "kind" => text(0, text::KIND, LINE),
        "given-kind" => text(1, text::KIND, SAID),
        "word" => text(0, text::WORD, LINE),
        "given-word" => text(1, text::WORD, SAID),
        "description" => text(0, text::DESCRIPTION, LINES),
        "external-id" => text(0, text::EXTERNAL_ID, LINE),
        "page" => text(0, text::WEB_ADDRESS, LINE),
        "picture" => text(0, text::PICTURE, LINE),
        "web-address" => text(0, text::WEB_ADDRESS, WEB_ADDRESS),
        "email" => json!({ "format": "email", "maxLength": EmailAddress::MAX_LENGTH }),
        "alias" => text(0, alias, r"^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)?$"),
        "given-alias" => text(1, alias, r"^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$"),
        "key" => text(0, wide(Key::MAX_LENGTH), r"^([A-Za-z0-9][A-Za-z0-9._-]*)?$"),
        "domain" => text(0, wide(DomainName::MAX_LENGTH), r"^([^.\s]+(\.[^.\s]+)+)?$"),
        "role-key" => text(1, wide(RoleKey::MAX_LENGTH), r"^[A-Za-z0-9._-]+$"),
        "permission" => text(0, wide(Permission::MAX_LENGTH), r"^[a-z0-9_-]+(\.[a-z0-9_-]+)*$"),
        "type-code" => text(1, wide(TypeCode::MAX_LENGTH), r"^[a-z0-9._-]+$"),
        "parameter-name" => text(1, wide(Parameter::LONGEST_NAME), SAID),
        "app-value" => json!({ "minLength": 1, "maxLength": NewApp::LONGEST_VALUE }),
        "first-name" => text(0, LONGEST_FIRST_NAME, LINE),
        "message" => text(0, LONGEST_MESSAGE, LINES),
        "company-name" => text(1, text::EXTERNAL_ID, SAID),
        "company-address" => json!({ "minLength": 1, "maxLength": LONGEST_COMPANY_ADDRESS }),
        "license-key" => json!({ "maxLength": LONGEST_LICENSE_KEY }),
        "given-license-key" => json!({ "minLength": 1, "maxLength": LONGEST_LICENSE_KEY }),
        "new-password" => json!({
            "format": "password", "minLength": Password::SHORTEST, "maxLength": Password::LONGEST
        }),
        _ => return None,
    })
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
    let levels = [Level::Member, Level::Admin, Level::Owner].map(Level::number).map(|level| json!(level));
    let level = || json!({ "enum": levels.iter().cloned().chain([Value::Null]).collect::<Vec<_>>() });
    let method = || one_or_none_of(StatisticsMethod::WORDS);
    vec![
        ("LegalDocumentBody", "document_type", one_of(DocumentType::WORDS)),
        ("ProjectPromise", "level", one_of(ProjectLevel::WORDS)),
        ("OrganizationInviteBody", "level", level()),
        ("MemberBody", "level", level()),
        ("ApiOrganizationBody", "default_experiment_stats_method", method()),
        ("ApiOrganizationChange", "default_experiment_stats_method", method()),
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
        ("OrganizationInviteBody", "private_project_access", json!({ "maxItems": MOST_PROJECTS })),
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
