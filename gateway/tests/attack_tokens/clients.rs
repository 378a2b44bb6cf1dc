//! Attacks on how clients prove themselves: assertions that are replayed, borrowed or forged.

use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ask;
use crate::ground::common::{Answer, Service, send};
use crate::ground::{Caller, patient};
use crate::issuer::{Signer, hmac, public};

/// Registers a client of acme that proves itself with this key; its id.
fn registered(service: &Service, owner: &Caller, signer: &Signer) -> String {
    let metadata = json!({"client_name": "robot", "token_endpoint_auth_method": "private_key_jwt",
        "jwks": {"keys": [signer.jwk()]}, "scope": "org.directory.get"});
    let request = service.request("POST", "/oauth2/register").bearer_auth(owner.bearer.clone().unwrap());
    let answer = send(request.header("x-organization", "acme").json(&metadata));
    assert_eq!(answer.code(), 201, "{answer:?}");
    answer.json()["client_id"].as_str().unwrap().to_owned()
}

fn assertion(kit: &Kit, service: &Service, client: &str, id: &str) -> Value {
    let now = kit.ctx.now().seconds();
    json!({"iss": client, "sub": client, "aud": format!("http://{}/oauth2/token", service.address), "iat": now, "exp": now + 60, "jti": id})
}

fn present(service: &Service, assertion: &str) -> Answer {
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("grant_type", "client_credentials"),
            ("client_assertion_type", kind),
            ("client_assertion", assertion),
        ])
        .finish();
    let request =
        service.request("POST", "/oauth2/token").header("content-type", "application/x-www-form-urlencoded");
    send(request.body(form))
}

/// The endpoint must refuse the client.
fn refused(answer: &Answer, case: &str) {
    assert_eq!(
        (answer.code(), &answer.json()["error"]),
        (401, &json!("invalid_client")),
        "{case}: {answer:?}"
    );
    assert_eq!(answer.header("www-authenticate"), r#"Basic realm="polity""#, "{case}");
}

both_engines! {
    fn an_assertion_works_once(kit) {
        let service = patient(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let signer = Signer::new("mine", 9);
        let client = registered(&service, &ada, &signer);
        let proof = signer.sign_as("JWT", &assertion(kit, &service, &client, "1"));
        let granted = present(&service, &proof);
        assert_eq!(granted.code(), 200, "{granted:?}");
        let token = granted.json()["access_token"].as_str().unwrap().to_owned();
        assert_eq!(ask(&service, &token).code(), 403, "a program, and it works");
        refused(&present(&service, &proof), "replayed");
        refused(&present(&service, &proof), "replayed again");
        let next = signer.sign_as("JWT", &assertion(kit, &service, &client, "2"));
        assert_eq!(present(&service, &next).code(), 200);
    }

    fn a_forged_or_borrowed_assertion_proves_nothing(kit) {
        let service = patient(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let (mine, theirs) = (Signer::new("mine", 9), Signer::new("mine", 10));
        let client = registered(&service, &ada, &mine);
        let other = registered(&service, &ada, &theirs);
        let good = assertion(kit, &service, &client, "1");
        let with = |name: &str, value: Value| {
            let mut claims = good.clone();
            claims[name] = value;
            mine.sign_as("JWT", &claims)
        };
        let now = kit.ctx.now().seconds();
        for (case, proof) in [
            ("another's key", theirs.sign_as("JWT", &good)),
            ("the public key as a secret", hmac("mine", &public(&mine.jwk()), &good)),
            ("another's name", with("sub", json!(other))),
            ("another's issuer", with("iss", json!(other))),
            ("another audience", with("aud", json!("https://elsewhere.example/token"))),
            ("expired", with("exp", json!(now - 60))),
            ("without end", with("exp", json!(null))),
            ("without an id", with("jti", json!(null))),
            ("nonsense", "a.b.c".to_owned()),
        ] {
            refused(&present(&service, &proof), case);
        }
        refused(&present(&service, &ada.bearer.unwrap()), "an access token");
        assert_eq!(present(&service, &mine.sign_as("JWT", &good)).code(), 200, "the honest one still works");
    }

    fn an_assertion_is_no_access_token(kit) {
        let service = patient(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let signer = Signer::new("mine", 9);
        let client = registered(&service, &ada, &signer);
        crate::refusal(&service, &signer.sign_as("JWT", &assertion(kit, &service, &client, "1")));
        crate::refusal(&service, &signer.sign(&assertion(kit, &service, &client, "2")));
    }
}
