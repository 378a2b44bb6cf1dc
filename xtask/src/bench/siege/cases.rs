//! The attacks: strangers first, then a tenant that asks for too much.

use super::attack::{Attack, Request};
use super::stage::{GREEDY, Stage};

/// What a body of 2 MiB may have.
const BODY: usize = 2 * 1_024 * 1_024 - 64;

/// A token that nobody made.
const BAD: &str = "eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJub2JvZHkifQ.AAAA";

/// Every attack.
pub(super) fn all(stage: &Stage) -> Vec<Attack> {
    let mut all = strangers(stage);
    all.extend(tenant(stage));
    all
}

fn strangers(stage: &Stage) -> Vec<Attack> {
    let form = "application/x-www-form-urlencoded";
    let parameters: String = (0..170_000).map(|number| format!("a{number:06}=1&")).collect();
    let token = post("/oauth2/token", None, form, &parameters);
    let few: String = (0..1_700).map(|number| format!("a{number}=1&")).collect();
    let introspect = post("/oauth2/introspect", None, form, &few);
    let json = post("/directory/orgs", Some(BAD), "application/json", &objects());
    vec![
        reading("1: 1.7 MB of parameters", 8, Box::new(move |_| token.clone())),
        reading("1: 16 kB of parameters", 8, Box::new(move |_| introspect.clone())),
        reading("2: 2 MiB of JSON with a bad credential", 8, Box::new(move |_| json.clone())),
        reading("3: log-in flood", 64, Box::new(log_in)),
        reading(
            "5: junk bearers, a silent issuer",
            64,
            Box::new(|number| get("/directory/orgs/suggest", &format!("junk-{number}-{}", "x".repeat(40)))),
        ),
        reading("5: sign-ins at a provider that hangs", 64, leaving(&stage.connection)),
        holding("6: the document, unread", 1_500, Box::new(|_| pipelined("/openapi.json", None))),
    ]
}

fn tenant(stage: &Stage) -> Vec<Attack> {
    let of_administrators = |path: &dyn Fn(&str) -> String| -> Vec<Vec<u8>> {
        stage.administrators.iter().map(|(token, account)| get(&path(account), token)).collect()
    };
    let explain = of_administrators(&|account| {
        format!("/directory/orgs/{GREEDY}/permissions?subject={account}&explain=true")
    });
    let transitive = format!("/api/v1/group/{}/members?transitive=true", stage.top);
    let through = of_administrators(&|_| transitive.clone());
    let whole = of_administrators(&|_| "/api/v1/employee".to_owned());
    let search = of_administrators(&|_| {
        format!("/api/organizations/{GREEDY}/members?search=greedy%20raeder%20of%20all")
    });
    let many = ["/v1/organizations", "/api/organizations?limit=100", "/api/v1/organization"];
    let many = many.map(|path| get(path, &stage.everywhere)).to_vec();
    let readers = stage.readers.clone();
    let unread = move |number: u64| {
        let reader = usize::try_from(number).unwrap_or(0) % readers.len().max(1);
        pipelined("/api/v1/employee", readers.get(reader).map(String::as_str))
    };
    let json: Vec<Vec<u8>> = stage
        .administrators
        .iter()
        .map(|(token, _)| post("/directory/orgs", Some(token), "application/json", &objects()))
        .collect();
    vec![
        reading("2: 2 MiB of JSON of a tenant", 8, turns(json)),
        holding("6: lists of 100 people, unread", 1_500, Box::new(unread)),
        reading("7: explain through 1,700 groups", 16, turns(explain)),
        reading("7: members through 1,700 groups", 16, turns(through)),
        reading("7: whole lists", 16, turns(whole)),
        reading("7: search of members", 16, turns(search)),
        reading("7: placing in 1,000 groups", 16, turns(placing(stage))),
        reading("7: a person of 15,000 organizations", 16, turns(many)),
    ]
}

/// Somebody from a network of their own leaves for the provider.
fn leaving(connection: &str) -> Request {
    let path = format!("/sso/{connection}/start");
    Box::new(move |number| {
        let from = format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255);
        format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {from}\r\n\r\n").into_bytes()
    })
}

/// In all of the groups, and out of them again.
fn placing(stage: &Stage) -> Vec<Vec<u8>> {
    let places: Vec<String> = stage.groups.iter().map(|id| format!("{{\"groupId\":\"{id}\"}}")).collect();
    let path = format!("/api/v1/entity/{}/groups", stage.employee);
    let mut requests = Vec::new();
    for (token, _) in &stage.administrators {
        for body in [format!("[{}]", places.join(",")), "[]".to_owned()] {
            requests.push(post(&path, Some(token), "application/json", &body));
        }
    }
    requests
}

fn reading(name: &'static str, clients: usize, request: Request) -> Attack {
    Attack { name, clients, reads: true, request }
}

fn holding(name: &'static str, clients: usize, request: Request) -> Attack {
    Attack { name, clients, reads: false, request }
}

/// One after the other, over and over.
fn turns(requests: Vec<Vec<u8>>) -> Request {
    Box::new(move |number| {
        let place = usize::try_from(number).unwrap_or(0) % requests.len().max(1);
        requests.get(place).cloned().unwrap_or_default()
    })
}

/// As much JSON as a body may have, of small parts.
fn objects() -> String {
    let part = r#"{"a":[1,2,3],"b":{"c":"d"}}"#;
    let parts = vec![part; BODY / (part.len() + 1)];
    format!("{{\"x\":[{}]}}", parts.join(","))
}

fn log_in(number: u64) -> Vec<u8> {
    let body = format!("{{\"email\":\"nobody-{number}@siege.example\",\"password\":\"wrong {number}\"}}");
    post("/api/login", None, "application/json", &body)
}

fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nAuthorization: Bearer {token}\r\n\r\n")
        .into_bytes()
}

/// The same several times at once, so that the answers are more than the system keeps for whoever does not read.
fn pipelined(path: &str, token: Option<&str>) -> Vec<u8> {
    let credential = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{credential}\r\n").repeat(16).into_bytes()
}

fn post(path: &str, token: Option<&str>, content_type: &str, body: &str) -> Vec<u8> {
    let credential = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n{credential}Content-Type: {content_type}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
