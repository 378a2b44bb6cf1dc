//! Which organization is the current one.

use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::common::Service;
use crate::ground::{Caller, MOMENT, account_of, id_of};

const CURRENT: (&str, &str) = ("PATCH", "/api/v1/organization");

both_engines! {
    fn it_is_the_credentials_else_the_headers_else_the_only_one(kit) { current(kit); }
}

fn current(kit: &Kit) {
    let service = Service::start(kit);
    let (ada, eve) = (Caller::person(&service, "ada"), Caller::person(&service, "eve"));
    let change = json!({});
    let alias = |caller: &Caller, header: Option<&str>| {
        let answer = match header {
            Some(named) => caller.asks_in(&service, named, (CURRENT.0, CURRENT.1, Some(&change))),
            None => caller.put(&service, CURRENT, &change),
        };
        match answer.json() {
            Value::Object(body) if answer.code() == 200 => body["alias"].as_str().unwrap().to_owned(),
            body => format!("{} {}", answer.code(), body["message"].as_str().unwrap()),
        }
    };
    const NONE: &str = "400 name the organization in the header X-Organization, by id, key or alias";
    const UNKNOWN: &str = "404 no such organization";
    assert_eq!(alias(&ada, None), NONE, "she has none");
    ada.founds(&service, "acme");
    eve.founds(&service, "globex");
    assert_eq!(alias(&ada, None), "acme", "her only one");
    kit.pass(MOMENT);
    ada.founds(&service, "initech");
    assert_eq!(alias(&ada, None), NONE, "which of two?");
    let id = id_of(&service, "initech");
    for named in ["initech", "INITECH", &id.to_string()] {
        assert_eq!(alias(&ada, Some(named)), "initech");
    }
    for named in ["globex", "nowhere", "", "a b", "../x", &id_of(&service, "globex").to_string()] {
        assert_eq!(alias(&ada, Some(named)), UNKNOWN, "{named:?}");
    }
    let twice = service
        .request(CURRENT.0, CURRENT.1)
        .header("x-organization", "acme")
        .header("x-organization", "initech");
    let twice = twice.bearer_auth(ada.bearer.as_deref().unwrap()).json(&change).send().unwrap();
    assert_eq!(twice.status(), 404, "said twice, it says nothing");
    let account = account_of(&service, "ada@acme.example");
    let token = service.narrow_token(&account, Some(id), None);
    let of_token = Caller { name: "token", bearer: Some(token), account: None, session: None };
    assert_eq!(alias(&of_token, None), "initech");
    assert_eq!(alias(&of_token, Some("acme")), "initech", "the token's own comes first");
    assert_eq!(alias(&of_token, Some("globex")), "initech");
    let key =
        ada.asks_in(&service, "acme", ("POST", "/api/v1/organization/keys", Some(&json!({"name": "k"}))));
    let key = Caller { bearer: key.json()["key"].as_str().map(str::to_owned), ..Caller::anonymous() };
    assert_eq!(alias(&key, None), "acme");
    assert_eq!(alias(&key, Some("initech")), "acme", "a key is of one organization");
    let program = Caller::program(&service, "acme", &["org.directory.update"]);
    assert_eq!(alias(&program, None), "acme");
    let root = Caller::platform(&service);
    assert_eq!(alias(&root, None), NONE);
    assert_eq!(alias(&root, Some("globex")), "globex");
}
