//! Parameters: what programs set for an organization or a project, some of it secret.

use std::collections::BTreeMap;
use std::fmt;

use polity_kernel::text::{canonical, printable};
use polity_kernel::{Error, FieldKind, IdSource, Problem, Result, Seal};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Stands for a secret value; sent back, it leaves the value as it is.
pub const MASK: &str = "(sensitive)";

/// The longest value, in bytes of its JSON.
const LONGEST_VALUE: usize = 8 * 1024;

/// The most bytes of all parameters of one thing, in JSON: lists show many of them.
const LONGEST: usize = 32 * 1024;

/// The most bytes of parameters that are remembered with what they belong to, of which very many are.
const LIGHT: usize = 1024;

/// One parameter. Printing it does not show a secret value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name, 1 to 64 characters; no two have the same.
    pub name: String,
    /// Any JSON of at most 8 KiB.
    pub value: Value,
    /// Whether the value is secret.
    pub sensitive: bool,
    /// Whether the value is a credential, which makes it secret too.
    pub credential: bool,
}

/// Parameters as they are shown: [`MASK`] in the place of every secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Parameters(Vec<Parameter>);

/// Secret values by the names of their parameters.
type Secrets = BTreeMap<String, Value>;

impl Parameter {
    /// The longest name, in characters.
    pub const LONGEST_NAME: usize = 64;

    fn is_secret(&self) -> bool {
        self.sensitive || self.credential
    }

    fn check(&self) -> Result<()> {
        if self.name.is_empty()
            || self.name.chars().count() > Self::LONGEST_NAME
            || printable(&self.name).is_err()
        {
            let rule = format!("names must be 1 to {} characters, none of them hidden", Self::LONGEST_NAME);
            return Err(Error::field("parameters", FieldKind::Malformed.told(rule)));
        }
        if self.value.to_string().len() > LONGEST_VALUE || holds_nul(&self.value) {
            let rule = format!("must be at most {LONGEST_VALUE} bytes of JSON without U+0000");
            return Err(self.fault(FieldKind::Malformed.told(rule)));
        }
        Ok(())
    }

    /// A fault of this parameter, told by its name and never by its value.
    fn fault(&self, problem: impl Into<Problem>) -> Error {
        Error::field(format!("parameters.{}", self.name), problem)
    }
}

impl Parameters {
    /// The most parameters of one thing.
    pub const MOST: usize = 50;

    /// The parameters, in the order they were sent.
    pub fn iter(&self) -> impl Iterator<Item = &Parameter> {
        self.0.iter()
    }

    /// Whether they are so few and small that they may be remembered.
    pub(crate) fn are_light(&self) -> bool {
        size(&self.0) <= LIGHT
    }
}

/// What was sent, as it is shown and as its secrets are kept: sealed for this row. `kept` is what the row had sealed before.
///
/// # Errors
/// `Invalid` for too many, for one that is too long or named twice, and for a mask that stands for nothing.
pub fn settle(
    seal: &Seal,
    ids: &IdSource,
    row: &str,
    sent: &[Parameter],
    kept: Option<&[u8]>,
) -> Result<(Parameters, Option<Vec<u8>>)> {
    let kept = match kept {
        Some(sealed) => serde_json::from_slice(&seal.open(row, sealed)?).map_err(Error::internal)?,
        None => Secrets::new(),
    };
    let (shown, secrets) = split(sent, &kept)?;
    if secrets.is_empty() {
        return Ok((shown, None));
    }
    let text = zeroize::Zeroizing::new(serde_json::to_vec(&secrets).map_err(Error::internal)?);
    Ok((shown, Some(seal.seal(ids, row, &text)?)))
}

fn split(sent: &[Parameter], kept: &Secrets) -> Result<(Parameters, Secrets)> {
    if sent.len() > Parameters::MOST {
        return Err(Error::field("parameters", FieldKind::TooMany(Parameters::MOST)));
    }
    if size(sent) > LONGEST {
        return Err(Error::field("parameters", FieldKind::TooManyBytes(LONGEST)));
    }
    let (mut shown, mut secrets) = (Vec::with_capacity(sent.len()), Secrets::new());
    for parameter in sent {
        let mut parameter = Parameter { name: canonical(&parameter.name), ..parameter.clone() };
        parameter.check()?;
        if shown.iter().any(|other: &Parameter| other.name == parameter.name) {
            return Err(parameter.fault(FieldKind::Duplicate));
        }
        let masked = parameter.value == MASK;
        if masked && !parameter.is_secret() && kept.contains_key(&parameter.name) {
            return Err(
                parameter.fault(FieldKind::Required.told("its value must be sent to be a secret no more"))
            );
        }
        if parameter.is_secret() {
            let value = if masked { kept.get(&parameter.name).cloned() } else { Some(parameter.value) };
            parameter.value = MASK.into();
            let value = value
                .ok_or_else(|| parameter.fault(FieldKind::Required.told("there is no value to keep")))?;
            secrets.insert(parameter.name.clone(), value);
        }
        shown.push(parameter);
    }
    Ok((Parameters(shown), secrets))
}

/// How much these are, in bytes.
fn size(parameters: &[Parameter]) -> usize {
    parameters.iter().map(|one| one.name.len() + one.value.to_string().len()).sum()
}

/// Whether U+0000 is anywhere in it, which PostgreSQL does not keep in JSON.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.is_secret() { &Value::from(MASK) } else { &self.value };
        f.debug_struct("Parameter").field("name", &self.name).field("value", value).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use polity_kernel::MasterKey;
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn seal() -> Seal {
        Seal::new(&MasterKey::new([7; 32]), "test")
    }

    fn parameter(name: &str, value: Value, sensitive: bool) -> Parameter {
        Parameter { name: name.to_owned(), value, sensitive, credential: false }
    }

    fn settled(sent: &[Parameter], kept: Option<&[u8]>) -> Result<(Parameters, Option<Vec<u8>>)> {
        settle(&seal(), &IdSource::random(), "projects/1", sent, kept)
    }

    #[test]
    fn a_secret_is_masked_sealed_and_kept_when_the_mask_comes_back() {
        let sent = [parameter("token", json!("hush"), true), parameter("region", json!({"eu": 1}), false)];
        assert!(!format!("{sent:?}").contains("hush"));
        let (shown, sealed) = settled(&sent, None).unwrap();
        assert_eq!(
            serde_json::to_value(&shown).unwrap(),
            json!([
                {"name": "token", "value": "(sensitive)", "sensitive": true, "credential": false},
                {"name": "region", "value": {"eu": 1}, "sensitive": false, "credential": false},
            ])
        );
        let sent: Vec<Parameter> = shown.iter().cloned().collect();
        let (again, resealed) = settled(&sent, sealed.as_deref()).unwrap();
        assert_eq!(again, shown);
        let opened = seal().open("projects/1", &resealed.unwrap()).unwrap();
        assert_eq!(opened.as_slice(), br#"{"token":"hush"}"#);
    }

    #[test]
    fn a_credential_is_a_secret_too() {
        let sent = Parameter { credential: true, ..parameter("key", json!(7), false) };
        let (shown, sealed) = settled(&[sent], None).unwrap();
        assert_eq!(shown.iter().next().unwrap().value, json!("(sensitive)"));
        assert!(sealed.is_some());
    }

    #[test]
    fn the_mask_is_a_value_like_others_where_nothing_is_secret() {
        let (shown, sealed) = settled(&[parameter("plain", json!("(sensitive)"), false)], None).unwrap();
        assert_eq!((shown.iter().count(), sealed), (1, None));
    }

    #[test]
    fn a_secret_is_not_made_public_by_its_mask() {
        let (_, sealed) = settled(&[parameter("token", json!("hush"), true)], None).unwrap();
        let open = |value| settled(&[parameter("token", value, false)], sealed.as_deref());
        assert_eq!(open(json!("(sensitive)")).unwrap_err().fields()[0].field, "parameters.token");
        assert_eq!(open(json!("told")).unwrap().0.iter().next().unwrap().value, json!("told"));
    }

    #[rstest]
    #[case(vec![parameter("token", json!("(sensitive)"), true)], "parameters.token")]
    #[case(vec![parameter(" ", json!(1), false)], "parameters")]
    #[case(vec![parameter(&"x".repeat(65), json!(1), false)], "parameters")]
    #[case(vec![parameter("a", json!("x".repeat(9_000)), false)], "parameters.a")]
    #[case((0..5).map(|n| parameter(&format!("p{n}"), json!("x".repeat(8_000)), false)).collect(), "parameters")]
    #[case(vec![parameter("a", json!("\0"), false)], "parameters.a")]
    #[case(vec![parameter("a", json!([{"b\0": 1}]), false)], "parameters.a")]
    #[case(vec![parameter("a", json!(1), false), parameter(" a", json!(2), false)], "parameters.a")]
    #[case((0..51).map(|n| parameter(&format!("p{n}"), json!(n), false)).collect(), "parameters")]
    fn what_will_not_do_is_named(#[case] sent: Vec<Parameter>, #[case] field: &str) {
        let error = settled(&sent, None).unwrap_err();
        assert_eq!(error.fields().iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), [field]);
    }
}
