//! Documents in a bucket whose server checks signatures.

use std::collections::HashMap;

use polity::config::Settings;
use polity::outside::objects::Objects;
use polity_kernel::Code;
use polity_legal::ObjectStore as _;

use crate::server::Server;

fn objects(server: &Server, secret: &str, rest: &str) -> Objects {
    let url =
        format!("s3://key:{secret}@papers{rest}?endpoint=http://127.0.0.1:{}&region=us-east-1", server.port);
    let variables = HashMap::from([("POLITY_OBJECT_STORE_URL".to_owned(), url)]);
    Objects::open(&Settings::load(&variables, None).unwrap()).unwrap()
}

#[test]
fn what_is_kept_in_a_bucket_is_read_back_until_it_is_deleted() {
    let server = Server::start("s3", &["key", "only-for-tests"]);
    let papers = objects(&server, "only-for-tests", "");
    let document: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
    // the bucket comes to be with its first object
    papers.put("legal/a.pdf", &document).unwrap();
    assert_eq!(papers.get("legal/a.pdf").unwrap().unwrap(), document);
    assert_eq!(papers.get("legal/b.pdf").unwrap(), None);
    papers.put("legal/a.pdf", b"again").unwrap();
    assert_eq!(papers.get("legal/a.pdf").unwrap().unwrap(), b"again");

    let below = objects(&server, "only-for-tests", "/polity/one");
    assert_eq!(below.get("legal/a.pdf").unwrap(), None, "a prefix is a place of its own");
    below.put("legal/a.pdf", b"below").unwrap();
    assert_eq!(papers.get("polity/one/legal/a.pdf").unwrap().unwrap(), b"below");

    let forged = objects(&server, "another-secret", "");
    assert_eq!(forged.put("legal/a.pdf", b"forged").unwrap_err().code(), Code::Unavailable);
    let refused = forged.get("legal/a.pdf").unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable);
    assert!(!format!("{refused:?}").contains("another-secret"));
    assert_eq!(papers.get("legal/a.pdf").unwrap().unwrap(), b"again");

    papers.delete("legal/a.pdf").unwrap();
    papers.delete("legal/a.pdf").unwrap();
    assert_eq!(papers.get("legal/a.pdf").unwrap(), None);
}

#[test]
fn a_bucket_that_does_not_answer_is_unavailable() {
    let server = Server::start("s3", &["key", "only-for-tests"]);
    let papers = objects(&server, "only-for-tests", "");
    drop(server);
    assert_eq!(papers.get("legal/a.pdf").unwrap_err().code(), Code::Unavailable);
}
