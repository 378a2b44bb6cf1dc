//! What is the same for every route: unknown paths and methods, bodies that cannot be read, headers around every answer.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::common::{Answer, Service, send};
use polity_testkit::both_engines;
use serde_json::json;

fn register(service: &Service, content_type: &str, body: impl Into<reqwest::blocking::Body>) -> Answer {
    let token = service.token(&service.administrator("root@example.com"));
    let request = service.request("POST", "/oauth2/register").bearer_auth(token);
    send(request.header("content-type", content_type).body(body))
}

both_engines! {
    fn an_unknown_path_is_answered_by_its_family(kit) {
        let service = Service::start(kit);
        let inside = service.get("/directory/nothing/here");
        assert_eq!(inside.code(), 404);
        assert_eq!(inside.json(), json!({"status": 404, "error": {"reason": "no such route"}}));
        let outside = service.get("/nothing/here");
        assert_eq!(outside.code(), 404);
        assert_eq!(outside.header("content-type"), "application/problem+json");
        assert_eq!(outside.json()["code"], "not_found");
    }

    fn a_browser_that_opens_the_service_is_told_what_it_is_with_links_that_lead_somewhere(kit) {
        let service = Service::start(kit);
        let page = service.get("/");
        assert_eq!((page.code(), page.header("content-type")), (200, "text/html; charset=utf-8"));
        let links: Vec<&str> = page.text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(links.len() >= 5, "{links:?}");
        for link in links {
            assert_eq!(service.get(link).code(), 200, "{link}");
        }
    }

    fn a_method_that_the_path_has_not_is_told_those_it_has(kit) {
        let service = Service::start(kit);
        let answer = send(service.request("DELETE", "/directory/admin/x/sectors"));
        assert_eq!((answer.code(), answer.header("allow")), (405, "GET, HEAD"));
        assert_eq!(answer.json()["error"]["reason"], "the path takes only: GET, HEAD");
        let answer = send(service.request("BREW", "/oauth2/register/1"));
        assert_eq!((answer.code(), answer.header("allow")), (405, "GET, PUT, DELETE, HEAD"));
        assert_eq!(answer.json()["error"], "invalid_request");
        assert_eq!(send(service.request("POST", "/healthz")).header("allow"), "GET, HEAD");
    }

    fn head_is_get_without_the_body(kit) {
        let service = Service::start(kit);
        let answer = send(service.request("HEAD", "/directory/admin/x/sectors"));
        assert_eq!((answer.code(), answer.text.as_str(), answer.header("content-length")), (200, "", "2"));
    }

    fn a_path_that_is_no_text_names_nothing(kit) {
        let service = Service::start(kit);
        for segment in ["%00", "a%0Ab", "%FF", "%C3%28"] {
            let answer = service.get(&format!("/directory/admin/{segment}/sectors"));
            assert_eq!(answer.code(), 404, "{segment}");
            assert_eq!(answer.json()["status"], 404, "{segment}");
        }
        let token = service.token(&service.person("a@example.com"));
        let answer = send(service.request("GET", "/oauth2/register/not-a-uuid").bearer_auth(token));
        assert_eq!((answer.code(), &answer.json()["error"]), (404, &json!("not_found")));
    }

    fn a_body_that_is_not_what_it_should_be_is_refused_in_the_familys_words(kit) {
        let service = Service::start(kit);
        let token = service.token(&service.administrator("root@example.com"));
        let json = "application/json";
        for (content_type, body, status, word, words) in [
            (json, "", 400, "invalid_request", "needs a body"),
            (json, "{", 400, "invalid_request", "not JSON"),
            (json, "{}", 400, "invalid_client_metadata", "client_name: is required"),
            (json, r#"{"client_name": 7}"#, 400, "invalid_client_metadata", "client_name:"),
            (json, r#"{"client_name": "a", "client_name": "b"}"#, 400, "invalid_client_metadata", "twice"),
            (json, r#"{"client_name": "a\u0000"}"#, 400, "invalid_client_metadata", "U+0000"),
            ("text/plain", r#"{"client_name": "a"}"#, 415, "invalid_request", "application/json"),
            ("application/json; charset=latin1", r#"{"client_name": "a"}"#, 415, "invalid_request", "UTF-8"),
            ("", r#"{"client_name": "a"}"#, 415, "invalid_request", "application/json"),
        ] {
            let request = service.request("POST", "/oauth2/register").bearer_auth(&token);
            let answer = send(request.header("content-type", content_type).body(body));
            assert_eq!(answer.code(), status, "{body}: {answer:?}");
            assert_eq!(answer.json()["error"], word, "{body}");
            let told = answer.json()["error_description"].as_str().unwrap().to_owned();
            assert!(told.contains(words), "{body}: {told}");
        }
    }

    fn a_compressed_body_is_not_unpacked(kit) {
        let service = Service::start(kit);
        let token = service.token(&service.person("ann@example.com"));
        let request = service.request("POST", "/oauth2/register").bearer_auth(token).header("content-encoding", "gzip");
        let answer = send(request.header("content-type", "application/json").body("x"));
        assert_eq!(answer.code(), 415);
    }

    fn a_large_body_is_refused_whether_or_not_it_says_so(kit) {
        let service = Service::start(kit);
        let large = "x".repeat(10 * 1024 * 1024);
        let answer = register(&service, "application/json", large.clone());
        assert_eq!((answer.code(), &answer.json()["error"]), (413, &json!("invalid_request")));

        let token = service.token(&service.person("ann@example.com"));
        let chunked = reqwest::blocking::Body::new(std::io::Cursor::new(large));
        let request = service.request("POST", "/oauth2/register").bearer_auth(token).header("content-type", "application/json");
        // the service may close the connection before all of it is sent
        if let Ok(answer) = request.body(chunked).send() {
            assert_eq!(answer.status(), 413);
        }
        assert_eq!(service.get("/healthz").code(), 200, "and goes on");
    }

    fn a_body_may_have_two_mebibytes(kit) {
        let service = Service::start(kit);
        let token = service.token(&service.person("ann@example.com"));
        for (length, code) in [(2 * 1024 * 1024, 400), (2 * 1024 * 1024 + 1, 413)] {
            let request = service.request("POST", "/oauth2/register").bearer_auth(&token);
            let answer = send(request.header("content-type", "application/json").body("x".repeat(length)));
            assert_eq!(answer.code(), code, "{length}");
        }
    }

    fn json_of_very_many_values_is_refused_in_words(kit) {
        let service = Service::start(kit);
        let token = service.token(&service.person("ann@example.com"));
        for (items, code) in [(49_997, 200), (49_998, 413)] {
            let body = format!(r#"{{"id": "acme-{items}", "unknown": [{}]}}"#, vec!["0"; items].join(","));
            let request = service.request("POST", "/directory/orgs").bearer_auth(&token);
            let answer = send(request.header("content-type", "application/json").body(body));
            assert_eq!(answer.code(), code, "{items}");
        }
    }

    fn a_body_nobody_asked_for_does_no_harm(kit) {
        let service = Service::start(kit);
        let request = service.request("GET", "/healthz").body("x".repeat(2 * 1024 * 1024));
        if let Ok(answer) = request.send() {
            assert_eq!(answer.status(), 200);
        }
        assert_eq!(service.get("/healthz").code(), 200);
    }

    fn every_answer_has_careful_headers(kit) {
        let service = Service::start(kit);
        for path in ["/healthz", "/directory/admin/x/sectors", "/directory/nothing", "/oauth2/register/x", "/nothing"] {
            let answer = service.get(path);
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
            assert_eq!(answer.header("x-request-id").len(), 36, "{path}");
            for absent in ["server", "access-control-allow-origin", "content-encoding"] {
                assert!(!answer.headers.contains_key(absent), "{path}: {absent}");
            }
        }
        let ids = [service.get("/healthz"), service.get("/healthz")].map(|a| a.header("x-request-id").to_owned());
        assert_ne!(ids[0], ids[1]);
    }

    fn only_large_answers_are_compressed(kit) {
        let service = Service::start(kit);
        let ask = |path| send(service.request("GET", path).header("accept-encoding", "gzip"));
        let small = ask("/directory/admin/x/sectors");
        assert_eq!((small.header("content-encoding"), small.text.as_str()), ("", "[]"));
        let large = service.request("GET", "/openapi.json").header("accept-encoding", "gzip").send().unwrap();
        assert_eq!(large.headers().get("content-encoding").unwrap(), "gzip");
        assert!(large.bytes().unwrap().starts_with(&[0x1f, 0x8b]));
        assert_eq!(service.get("/openapi.json").header("content-encoding"), "");
    }

    fn what_is_not_even_http_ends_the_connection_only(kit) {
        let service = Service::start(kit);
        for nonsense in ["\r\n\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n"] {
            let mut stream = TcpStream::connect(service.address).unwrap();
            stream.write_all(nonsense.as_bytes()).unwrap();
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
        }
        assert_eq!(service.get("/healthz").code(), 200);
    }
}
