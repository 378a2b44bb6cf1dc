//! What will do for an app, and what will not.

use rstest::rstest;
use serde_json::json;

use super::*;

fn fields() -> AppFields {
    AppFields { kind: "slack".into(), ..AppFields::default() }
}

fn map<V: From<String>>(key: &str, value: &str) -> BTreeMap<String, V> {
    BTreeMap::from([(key.to_owned(), value.to_owned().into())])
}

fn held(value: Value) -> BTreeMap<String, Value> {
    BTreeMap::from([("team".to_owned(), value)])
}

fn many<V: From<String>>(number: usize) -> BTreeMap<String, V> {
    (0..number).map(|n| (format!("k{n}"), "v".to_owned().into())).collect()
}

#[rstest]
#[case(AppFields { kind: " ".into(), ..fields() }, "kind")]
#[case(AppFields { kind: "x".repeat(65), ..fields() }, "kind")]
#[case(AppFields { external_id: Some("x".repeat(256)), ..fields() }, "external_id")]
#[case(AppFields { name: Some("a\nb".into()), ..fields() }, "name")]
#[case(AppFields { values: many(51), ..fields() }, "values")]
#[case(AppFields { values: map(" ", "v"), ..fields() }, "values")]
#[case(AppFields { values: map(&"x".repeat(65), "v"), ..fields() }, "values")]
#[case(AppFields { values: map("team", ""), ..fields() }, "values.team")]
#[case(AppFields { values: map("team", &"x".repeat(2001)), ..fields() }, "values.team")]
#[case(AppFields { values: map("team", "a\0b"), ..fields() }, "values.team")]
#[case(AppFields { values: BTreeMap::from([("a".into(), "1".into()), (" a".into(), "2".into())]), ..fields() }, "values.a")]
#[case(AppFields { values: held(json!({"a": ["b", {"c": "x\ny"}]})), ..fields() }, "values.team")]
#[case(AppFields { values: held(json!({"a\nb": 1})), ..fields() }, "values.team")]
#[case(AppFields { values: held(json!("x".repeat(1000).split("").collect::<Vec<_>>())), ..fields() }, "values.team")]
#[case(AppFields { secrets: many::<String>(51).into(), ..fields() }, "secrets")]
#[case(AppFields { secrets: map::<String>("token", "").into(), ..fields() }, "secrets.token")]
#[case(AppFields { secrets: map::<String>("token", &"x".repeat(2001)).into(), ..fields() }, "secrets.token")]
fn what_will_not_do_is_named(#[case] fields: AppFields, #[case] field: &str) {
    let error = NewApp::try_from(fields).unwrap_err();
    assert_eq!(error.fields().iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), [field]);
}

#[test]
fn what_is_no_text_is_one_by_its_json() {
    let said = held(json!({"b": [1, null], "a": "x"}));
    let new = NewApp::try_from(AppFields { values: said, ..fields() }).unwrap();
    assert_eq!(new.values, held(json!({"a": "x", "b": [1, null]})));
    assert_eq!((text(&json!(" a ")), text(&json!(true))), (" a ".to_owned(), "true".to_owned()));
}

#[test]
fn a_secret_is_kept_to_the_letter_and_never_printed() {
    let said = AppFields {
        secrets: map::<String>("token", " hush\n").into(),
        values: map("team", " T1 "),
        ..fields()
    };
    assert!(!format!("{said:?}").contains("hush"));
    let new = NewApp::try_from(said).unwrap();
    assert!(!format!("{new:?}").contains("hush"));
    assert_eq!(*new.secrets().exposed(), map("token", " hush\n"));
    assert_eq!(new.values, map("team", "T1"));
    let long = AppFields { secrets: map::<String>("token", &"hush".repeat(600)).into(), ..fields() };
    assert!(!format!("{:?}", NewApp::try_from(long).unwrap_err()).contains("hush"));
}
