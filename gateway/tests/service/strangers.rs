//! What strangers may cost: bodies before a credential is judged, parameters without end, answers that nobody reads.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::num::NonZeroU32;
use std::time::Duration;

use polity::ask::STRANGERS;
use polity::gate::guesses::Patience;
use polity::mount::FAMILIES;
use polity_testkit::{at_once, both_engines};
use uuid::Uuid;

use crate::common::{Answer, Service, send};

/// Where a body is taken from anybody.
const OPEN: [&str; 5] =
    ["/api/login", "/api/reset", "/api/legal_documents/pandadoc", "/oauth2/token", "/oauth2/introspect"];

/// A token that nobody made.
const BAD: &str = "eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJub2JvZHkifQ.AAAA";

fn patient() -> Patience {
    let many = NonZeroU32::new(1_000_000).unwrap();
    Patience { burst: many, per_minute: many }
}

/// Every route that takes a body from somebody who is known, with something in each of its places.
fn taking_bodies() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for family in FAMILIES.iter().filter(|family| family.name != "pages") {
        for place in family.places() {
            let open = OPEN.contains(&place.path()) || place.path() == "/oauth2/revoke";
            let segments = place.path().split('/');
            let filled =
                |part: &str| if part.starts_with('{') { Uuid::nil().to_string() } else { part.to_owned() };
            let path = segments.map(filled).collect::<Vec<_>>().join("/");
            let methods = place.methods().map(|method| method.as_str().to_owned());
            let methods =
                methods.filter(|method| !open && ["POST", "PUT", "PATCH"].contains(&method.as_str()));
            found.extend(methods.map(|method| (method, path.clone())));
        }
    }
    found
}

fn posted(service: &Service, path: &str, content_type: &str, body: String) -> Answer {
    send(service.request("POST", path).header("content-type", content_type).body(body))
}

/// Asks for the document so many times without reading an answer.
fn unread(service: &Service, times: usize) -> TcpStream {
    let mut stream = TcpStream::connect(service.address).unwrap();
    stream.write_all("GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(times).as_bytes()).unwrap();
    stream
}

both_engines! {
    fn the_credential_is_judged_before_the_body(kit) {
        let service = Service::start_with(kit, patient());
        let routes = taking_bodies();
        assert!(routes.len() > 60, "{}", routes.len());
        for (method, path) in routes {
            let request = service.request(&method, &path).bearer_auth(BAD).header("content-type", "application/json");
            let answer = send(request.body("{"));
            assert_eq!(answer.code(), 401, "{method} {path}: {answer:?}");
        }
        let large = "x".repeat(1_000_000);
        let request = service.request("POST", "/directory/orgs").bearer_auth(BAD).header("content-type", "application/json");
        assert_eq!(send(request.body(large)).code(), 401, "nor is a large one read");
    }

    fn long_bodies_at_once_are_each_read_to_their_end(kit) {
        let service = Service::start_with(kit, patient());
        let people = ["ada@x.example", "bob@x.example", "cyd@x.example"].map(|email| service.token(&service.person(email)));
        let parts = vec![format!(r#"{{"a":[1,2],"b":"{}"}}"#, "x".repeat(80)); 8_000].join(",");
        let long = format!(r#"{{"more":[{parts}],"name":7}}"#);
        assert!(long.len() > 700_000, "{}", long.len());
        let answers = at_once(6, |number| {
            let request = service.request("POST", "/directory/orgs").bearer_auth(&people[number % people.len()]);
            send(request.header("content-type", "application/json").body(long.clone())).code()
        });
        assert_eq!(answers, [400; 6], "read to its end, where the name is none");
    }

    fn nobody_in_particular_sends_sixteen_kibibytes(kit) {
        let service = Service::start_with(kit, patient());
        let form = "application/x-www-form-urlencoded";
        for (path, content_type) in [("/oauth2/token", form), ("/oauth2/introspect", form), ("/oauth2/revoke", form), ("/api/login", "application/json"), ("/reset", form)] {
            assert_eq!(posted(&service, path, content_type, "x".repeat(STRANGERS + 1)).code(), 413, "{path}");
            assert_ne!(posted(&service, path, content_type, "x".repeat(STRANGERS)).code(), 413, "{path}");
        }
    }

    fn a_hundred_parameters_are_enough(kit) {
        let service = Service::start_with(kit, patient());
        let form = "application/x-www-form-urlencoded";
        let many = "a&".repeat(5_000);
        for path in ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"] {
            let answer = posted(&service, path, form, many.clone());
            assert_eq!((answer.code(), answer.json()["error"].as_str()), (400, Some("invalid_request")), "{path}");
        }
        assert_eq!(posted(&service, "/api/login", form, many).code(), 400);
        let token = service.token(&service.person("ann@example.com"));
        let answer = send(service.request("GET", &format!("/directory/orgs/search?{}", "a&".repeat(500))).bearer_auth(token));
        assert_ne!(answer.code(), 200);
    }

    fn a_large_body_of_somebody_known_is_parsed(kit) {
        let service = Service::start(kit);
        let token = service.token(&service.person("ann@example.com"));
        let body = format!(r#"{{"id": "acme", "ignored": "{}"}}"#, "x".repeat(1_000_000));
        let request = service.request("POST", "/directory/orgs").bearer_auth(token).header("content-type", "application/json");
        let answer = send(request.body(body));
        assert!(answer.status.is_success(), "{answer:?}");
    }

    fn who_does_not_read_is_cut_off(kit) {
        let hurried = |gate: &mut polity::gate::Gate| gate.patience = Duration::from_millis(50);
        let service = Service::start_whole(kit, patient(), |_| {}, hurried);
        let mut stream = unread(&service, 1);
        stream.set_write_timeout(Some(Duration::from_secs(60))).unwrap();
        // asks on and on, until nothing more is taken and then the connection is gone
        let error = loop {
            if let Err(error) = stream.write_all(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n") {
                break error;
            }
        };
        assert!(matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe), "{error}");
        assert_eq!(service.get("/healthz").code(), 200);
    }

    fn sixteen_long_answers_of_one_caller_are_under_way_at_once(kit) {
        let service = Service::start(kit);
        let mut streams: Vec<TcpStream> = (0..16).map(|_| unread(&service, 60)).collect();
        // until sixteen are stuck: one that met the asker's own answer may have been refused
        let refused = loop {
            let answer = service.get("/openapi.json");
            if answer.code() != 200 {
                break answer;
            }
            assert!(streams.len() < 200, "nobody is refused");
            streams.push(unread(&service, 60));
        };
        assert_eq!((refused.code(), refused.header("retry-after")), (429, "1"));
        assert!(refused.text.contains("too many long answers are under way"), "{refused:?}");
        assert_eq!(service.get("/healthz").code(), 200, "short ones are answered");
        for mut stream in streams {
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            drop(stream.read(&mut [0; 1]));
        }
        while service.get("/openapi.json").code() != 200 {}
    }
}
