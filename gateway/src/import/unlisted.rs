//! What an organization in a file has beside the fields that docs/import.md lists: plain words are let go, but nothing that would
//! be lost or say the opposite of what the import makes.

use polity_kernel::{Code, Error, Result};
use serde_json::{Map, Value};

/// What an object in the file is made of.
struct Shape {
    fields: &'static [&'static str],
    /// Fields that hold further objects, one or a list.
    objects: &'static [(&'static str, &'static Self)],
}

static ORGANIZATION: Shape = Shape {
    fields: &["alias", "key", "name", "description", "domain", "domain_verified", "logo_url"],
    objects: &[
        ("owner", &PERSON),
        ("admins", &PERSON),
        ("members", &PERSON),
        ("roles", &ROLE),
        ("teams", &TEAM),
        ("apps", &APP),
    ],
};

static PERSON: Shape = Shape { fields: &["email", "name"], objects: &[] };

static ROLE: Shape =
    Shape { fields: &["id", "name", "namespace", "description", "permissions"], objects: &[] };

static TEAM: Shape = Shape {
    fields: &["name", "description", "previously", "roles"],
    objects: &[("maintainers", &PERSON), ("members", &PERSON), ("teams", &TEAM)],
};

static APP: Shape =
    Shape { fields: &["type", "externalId", "name", "internal", "appData", "secretData"], objects: &[] };

/// Fields by which other systems say that something is in use, and the value that says it is not. Compared by letters alone.
const SWITCHES: [(&str, bool); 12] = [
    ("enabled", false),
    ("isenabled", false),
    ("active", false),
    ("isactive", false),
    ("disabled", true),
    ("isdisabled", true),
    ("archived", true),
    ("isarchived", true),
    ("suspended", true),
    ("issuspended", true),
    ("deleted", true),
    ("isdeleted", true),
];

/// Words of a field `status` or `state` that say the same.
const AT_REST: [&str; 5] = ["inactive", "disabled", "suspended", "archived", "deleted"];

/// Refuses an organization with a field that is not listed and holds objects, or says that something is not in use.
pub(super) fn refuse(organization: &Value, place: &str) -> Result<()> {
    walk(organization, &ORGANIZATION, place)
}

fn walk(value: &Value, shape: &Shape, place: &str) -> Result<()> {
    // what is of the wrong kind altogether is found when it is read
    let Value::Object(object) = value else { return Ok(()) };
    for (name, value) in object {
        let place = format!("{place}.{name}");
        if let Some((_, inner)) = shape.objects.iter().find(|(field, _)| field == name) {
            match value {
                Value::Array(list) => {
                    for (index, element) in list.iter().enumerate() {
                        walk(element, inner, &format!("{place}[{index}]"))?;
                    }
                }
                one => walk(one, inner, &place)?,
            }
        } else if !shape.fields.contains(&name.as_str()) {
            require_plain(name, value, &place)?;
        }
    }
    Ok(())
}

fn require_plain(name: &str, value: &Value, place: &str) -> Result<()> {
    if is_off(name, value) {
        let reason = "an import makes nothing that is not in use; leave it out of the file";
        return Err(Error::new(Code::Invalid, reason).in_place(place));
    }
    if holds_objects(value) {
        let reason = "is an object that docs/import.md does not list, and would be lost";
        return Err(Error::new(Code::Invalid, reason).in_place(place));
    }
    Ok(())
}

/// Whether a field of this name and value says that something is not in use.
fn is_off(name: &str, value: &Value) -> bool {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let word = match value {
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(word) => word.trim().to_lowercase(),
        _ => return false,
    };
    match name.as_str() {
        "status" | "state" => AT_REST.contains(&word.as_str()),
        _ => match word.as_str() {
            "false" | "0" => SWITCHES.contains(&(&name, false)),
            "true" | "1" => SWITCHES.contains(&(&name, true)),
            _ => false,
        },
    }
}

/// Whether there is an object in it that says something.
fn holds_objects(value: &Value) -> bool {
    match value {
        Value::Object(object) => !Map::is_empty(object),
        Value::Array(list) => list.iter().any(holds_objects),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plain_words_are_let_go_and_what_would_be_lost_is_not() {
        let told = |error: Error| format!("{}: {}", error.place().unwrap_or_default(), error.message());
        let refused = |value: Value| refuse(&value, "line 1").err().map(told);
        for fine in [
            json!({"alias": "a", "sig": "x", "size": 7, "enabled": true, "attributes": {}, "tags": ["x"], "more": [{}]}),
            json!({"teams": [{"name": "t", "privacy": "closed", "teams": [{"name": "u"}]}]}),
            json!({"apps": [{"type": "x", "appData": {"enabled": "false"}, "status": "ACTIVE"}]}),
            json!({"members": ["x", 7, {"email": "a@x.example", "name": "A", "username": "a"}]}),
            json!([]),
        ] {
            assert_eq!(refused(fine.clone()), None, "{fine}");
        }
        for (value, place) in [
            (json!({"enabled": false}), "line 1.enabled: an import makes nothing that is not in use"),
            (json!({"disabled": true}), "line 1.disabled: an import"),
            (json!({"status": "Suspended"}), "line 1.status: an import"),
            (json!({"State": "deleted"}), "line 1.State: an import"),
            (json!({"enabled": "False"}), "line 1.enabled: an import"),
            (json!({"is-disabled": 1}), "line 1.is-disabled: an import"),
            (json!({"isSuspended": "true"}), "line 1.isSuspended: an import"),
            (json!({"owner": {"email": "a@x.example", "enabled": false}}), "line 1.owner.enabled: an import"),
            (
                json!({"teams": [{"teams": [{"archived": true}]}]}),
                "line 1.teams[0].teams[0].archived: an import",
            ),
            (json!({"attributes": {"plan": ["x"]}}), "line 1.attributes: is an object that"),
            (json!({"domains": [{"name": "x.example"}]}), "line 1.domains: is an object that"),
            (
                json!({"members": [{"email": "a@x.example", "roles": [{}, {"id": 1}]}]}),
                "line 1.members[0].roles: is an",
            ),
        ] {
            let told = refused(value.clone()).unwrap_or_default();
            assert!(told.starts_with(place), "{value}: {told}");
        }
    }
}
