//! SAML responses, posted one after another by some clients: how long each takes to be judged, the row of its assertion on disk.

use std::thread;
use std::time::Instant;

use serde_json::{Value, json};

use super::ground::{Addressed, Example};
use crate::bench::Args;
use crate::bench::latencies::Latencies;
use crate::bench::load;
use crate::http::Connection;
use crate::instance::Instance;
use crate::shell::Result;

/// How many responses are posted, at full scale.
const RESPONSES: u32 = 4_000;

/// Those before the measurement.
const WARMING: usize = 50;

/// How many clients post in each run.
const CLIENTS: [usize; 2] = [1, 4];

/// How long so many clients waited.
pub(super) struct Judged {
    pub(super) clients: usize,
    pub(super) latencies: Latencies,
}

/// Makes a connection, and has its provider's responses judged.
pub(super) fn measure(instance: &Instance, example: &Example, args: &Args) -> Result<Vec<Judged>> {
    let connection = connect(instance, example)?;
    let told = |name: &str| -> Result<&str> {
        connection.get(name).and_then(Value::as_str).ok_or_else(|| format!("no {name}").into())
    };
    let acs = told("sp_acs_url")?;
    let email = load::email("reader-0");
    let service = Addressed { acs, audience: told("sp_entity_id")?, email: &email };
    let count = args.scaled(RESPONSES).max(200);
    let responses = example.responses(instance, &service, count)?;
    let path = acs.splitn(4, '/').nth(3).ok_or("an address without a path")?;
    let requests: Vec<Vec<u8>> =
        responses.iter().enumerate().map(|(number, response)| request(path, response, number)).collect();
    let (warming, measured) = requests.split_at(WARMING);
    post(instance, warming)?;
    let share = measured.len() / CLIENTS.len();
    let mut judged = Vec::new();
    for (run, clients) in measured.chunks_exact(share).zip(CLIENTS) {
        judged.push(Judged { clients, latencies: together(instance, run, clients)? });
    }
    Ok(judged)
}

/// A connection that takes what nobody has asked for, so that the client need not begin each sign-in.
fn connect(instance: &Instance, example: &Example) -> Result<Value> {
    let (entity_id, certificate) = example.provider(instance)?;
    let token = instance.token("bench@example.org", &["--platform-admin", "--ttl", "1h"])?;
    let body = json!({
        "name": "bench", "kind": "saml", "entity_id": entity_id, "sso_url": "https://idp.example/sso",
        "certificates": [certificate], "allow_unsolicited": true,
    })
    .to_string();
    let path = format!("/api/organizations/{}/connections", load::alias(0));
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = Connection::open(instance.listen)?.ask(request.as_bytes())?;
    match answer.status {
        201 => Ok(serde_json::from_str(&answer.body)?),
        status => Err(format!("POST {path} answers {status}: {}", answer.body).into()),
    }
}

fn request(path: &str, response: &str, number: usize) -> Vec<u8> {
    let body =
        format!("SAMLResponse={}", response.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"));
    // from a network of its own, as people come
    let from = format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255);
    format!(
        "POST /{path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {from}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn together(instance: &Instance, requests: &[Vec<u8>], clients: usize) -> Result<Latencies> {
    let share = requests.len().div_ceil(clients);
    let all = thread::scope(|scope| {
        let own = requests.chunks(share);
        let clients: Vec<_> =
            own.map(|own| scope.spawn(|| post(instance, own).map_err(|e| e.to_string()))).collect();
        clients.into_iter().filter_map(|client| client.join().ok()).collect::<Vec<_>>()
    });
    let mut millis = Vec::new();
    for own in all {
        millis.extend(own?);
    }
    Ok(Latencies::of(millis, 0))
}

/// Posts each, and says how many milliseconds it took.
fn post(instance: &Instance, requests: &[Vec<u8>]) -> Result<Vec<f64>> {
    let mut connection = Connection::open(instance.listen)?;
    let mut millis = Vec::new();
    for request in requests {
        let began = Instant::now();
        let answer = connection.ask(request)?;
        millis.push(began.elapsed().as_secs_f64() * 1_000.0);
        if answer.status != 303 {
            return Err(format!("a response is answered {}: {}", answer.status, answer.body).into());
        }
    }
    Ok(millis)
}
