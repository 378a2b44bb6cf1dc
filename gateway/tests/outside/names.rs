//! Records looked up at a real name server: what it says, what it does not say, and when it says nothing.

use std::fs;
use std::net::UdpSocket;
use std::time::{Duration, Instant};

use polity::outside::names::Names;
use polity_domains::Resolve as _;
use polity_kernel::{Code, Result};

use crate::server::Server;

/// How long these tests wait for silence.
const PATIENCE: Duration = Duration::from_millis(300);

fn names(servers: &str) -> Names {
    Names::new(Some(servers.parse().unwrap())).waiting(PATIENCE)
}

fn of(server: &Server) -> Names {
    names(&format!("127.0.0.1:{}", server.port))
}

fn record(names: &Names, kind: &str) -> Result<Vec<String>> {
    names.texts(&format!("_polity-challenge.{kind}.example"))
}

/// A port at which nobody speaks.
fn silent() -> (UdpSocket, u16) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

#[test]
fn what_a_record_says_is_one_text() {
    let server = Server::start("dns", &[]);
    let names = of(&server);
    for (kind, texts) in [
        ("found", &["right"][..]),
        ("split", &["right"]),
        ("several", &["v=spf1 -all", "right"]),
        ("bytes", &["right"]),
        ("alias", &["right"]),
        ("half", &["right"]),
        ("FOUND", &["right"]),
    ] {
        assert_eq!(record(&names, kind).unwrap(), texts, "{kind}");
    }
    assert_eq!(names.texts("_polity-challenge.Found.Example.").unwrap(), ["right"]);
    assert!(
        record(&names, "large").unwrap().contains(&"right".to_owned()),
        "by a stream where it is too long"
    );
}

#[test]
fn that_there_is_none_is_an_answer() {
    let server = Server::start("dns", &[]);
    let names = of(&server);
    for kind in ["nxdomain", "nodata", "dangling", "other"] {
        assert_eq!(record(&names, kind).unwrap(), [""; 0], "{kind}");
    }
}

#[test]
fn no_answer_is_none_of_either() {
    let server = Server::start("dns", &[]);
    let names = of(&server);
    for kind in ["servfail", "refused", "silent", "referral", "id", "question"] {
        let error = record(&names, kind).unwrap_err();
        assert_eq!(error.code(), Code::Unavailable, "{kind}: {error:?}");
    }
    let (_held, port) = silent();
    drop(_held);
    assert_eq!(
        record(&self::names(&format!("127.0.0.1:{port}")), "found").unwrap_err().code(),
        Code::Unavailable
    );
}

#[test]
fn a_silent_server_is_asked_twice_and_waited_for_no_longer() {
    let server = Server::start("dns", &[]);
    let begun = Instant::now();
    record(&of(&server), "silent").unwrap_err();
    let taken = begun.elapsed();
    assert!(taken >= PATIENCE * 2 && taken < PATIENCE * 6, "{taken:?}");
    assert!(fs::read(server.folder.path().join("asked")).unwrap().len() >= 2);
}

#[test]
fn the_second_server_answers_for_the_first() {
    let server = Server::start("dns", &[]);
    let (_held, port) = silent();
    let both = names(&format!("127.0.0.1:{port}, 127.0.0.1:{}", server.port));
    assert_eq!(record(&both, "found").unwrap(), ["right"]);
    assert_eq!(record(&both, "nxdomain").unwrap(), [""; 0]);
}

#[test]
fn an_answer_is_not_kept() {
    let server = Server::start("dns", &[]);
    let (names, file) = (of(&server), server.folder.path().join("changing"));
    for text in ["one", "two"] {
        fs::write(&file, text).unwrap();
        assert_eq!(record(&names, "changing").unwrap(), [text]);
    }
}
