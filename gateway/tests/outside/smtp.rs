//! Mail handed to a real server: what arrives, what is tried again, and that nothing arrives twice.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use polity::config::Settings;
use polity::outside::mail::{Attempt, Delivery, InvitationLetter, Letter, Line, Post};
use polity_kernel::job::{self, LEASE, Leased, Outcome};
use polity_kernel::{Code, Result, Work};
use polity_testkit::{Kit, both_engines};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::server::Server;

const LINK: &str = "https://polity.example/signup/0197-a-b-c";

fn letter(to: &str) -> Letter {
    let invitation = InvitationLetter {
        to: to.parse().unwrap(),
        first_name: Line::some("Ada"),
        organization: Line::new("Harbor & Lane"),
        inviter: Line::some("Grace Hopper"),
        message: Some("Hi,\n.\nsee you\n".to_owned()),
        delegated: false,
        link: LINK.to_owned(),
        until: "25 November 2026, 09:30 UTC".to_owned(),
    };
    invitation.write().unwrap()
}

fn post(url: &str) -> Post {
    let variables = HashMap::from([
        ("POLITY_SMTP_URL".to_owned(), url.to_owned()),
        ("POLITY_MAIL_FROM".to_owned(), "Polity <polity@polity.example>".to_owned()),
    ]);
    Post::new(&Settings::load(&variables, None).unwrap(), "https://polity.example".to_owned())
}

fn plain(server: &Server) -> Post {
    post(&format!("smtp://127.0.0.1:{}", server.port))
}

/// What the server has kept, in order of arrival.
fn arrived(server: &Server) -> Vec<String> {
    let count = fs::read_dir(server.folder.path()).unwrap().count();
    let path = |number| server.folder.path().join(format!("{number}.eml"));
    (0..count).map(|number| fs::read_to_string(path(number)).unwrap().replace("\r\n", "\n")).collect()
}

/// Some letter.
#[derive(Serialize, Deserialize)]
struct Anything {
    id: u32,
}

impl Work for Anything {
    const KIND: &'static str = "test.mail";
}

fn promise(kit: &Kit) {
    kit.ctx.write_platform(|tx| tx.promise(&Anything { id: 1 })).unwrap();
}

/// Takes the one job there is.
fn lease(kit: &Kit) -> (Uuid, Leased) {
    let worker = kit.ctx.ids().secret();
    (worker, job::lease(&kit.ctx, worker).unwrap().unwrap())
}

fn send(kit: &Kit, post: &Post, (worker, job): &(Uuid, Leased), to: &str) -> Result<Delivery> {
    post.send(&Attempt { ctx: &kit.ctx, worker: *worker, job }, &letter(to))
}

/// A run that ends as the service's worker ends it, and the pause that follows a failure.
fn run(kit: &Kit, post: &Post, to: &str) -> Result<Delivery> {
    let leased = lease(kit);
    let result = send(kit, post, &leased, to);
    let failed = result.as_ref().err().map(|error| polity_kernel::Error::new(error.code(), "failed"));
    let outcome = failed.map_or(Ok(Outcome::Done), Err);
    job::settle(&kit.ctx, leased.0, &leased.1, outcome).unwrap();
    kit.pass(Duration::from_secs(3_600));
    result
}

fn unavailable(result: Result<Delivery>) -> bool {
    result.is_err_and(|error| error.code() == Code::Unavailable)
}

both_engines! {
    fn a_letter_arrives_as_text_and_as_html(kit) {
        let server = Server::start("smtp", &[]);
        promise(kit);
        let leased = lease(kit);
        assert_eq!(send(kit, &plain(&server), &leased, "ada@example.com").unwrap(), Delivery::Left);
        let letters = arrived(&server);
        let text = &letters[0];
        assert!(text.starts_with("MAIL polity@polity.example\nRCPT ada@example.com\n"), "{text}");
        for line in [
            "From: Polity <polity@polity.example>".to_owned(),
            "To: Ada <ada@example.com>".to_owned(),
            "Subject: Grace Hopper invites you to Harbor & Lane".to_owned(),
            "Auto-Submitted: auto-generated".to_owned(),
            format!("Message-ID: <{}@polity.example>", leased.1.id()),
        ] {
            assert_eq!(text.lines().filter(|have| **have == line).count(), 1, "{line}: {text}");
        }
        assert!(text.contains("multipart/alternative") && text.contains("text/plain; charset=utf-8"), "{text}");
        assert!(text.contains(&format!("\n{LINK}\n")), "{text}");
        assert!(text.contains("text/html; charset=utf-8") && text.contains("Harbor &#38; Lane"), "{text}");
        assert!(text.contains("\n> .\n> see you\n"), "{text}");
    }

    fn a_run_that_died_after_handing_over_is_not_repeated(kit) {
        let server = Server::start("smtp", &[]);
        let post = plain(&server);
        promise(kit);
        // never settled: as a process that ends here
        send(kit, &post, &lease(kit), "ada@example.com").unwrap();
        kit.pass(LEASE + Duration::from_secs(1));
        assert_eq!(run(kit, &post, "ada@example.com").unwrap(), Delivery::Left);
        assert_eq!(arrived(&server).len(), 1);
    }

    fn a_worker_whose_lease_ran_out_hands_nothing_over(kit) {
        let server = Server::start("smtp", &[]);
        let post = plain(&server);
        promise(kit);
        let slow = lease(kit);
        kit.pass(LEASE + Duration::from_secs(1));
        let quick = lease(kit);
        assert_eq!(send(kit, &post, &slow, "ada@example.com").unwrap_err().code(), Code::Conflict);
        assert!(arrived(&server).is_empty());
        send(kit, &post, &quick, "ada@example.com").unwrap();
        assert_eq!(send(kit, &post, &slow, "ada@example.com").unwrap_err().code(), Code::Conflict);
        assert_eq!(arrived(&server).len(), 1);
    }

    fn what_the_server_puts_off_is_tried_again_and_arrives_once(kit) {
        let server = Server::start("smtp", &[]);
        let post = plain(&server);
        // one is put off at its name, one after its text
        for to in ["busy@example.com", "full@example.com"] {
            promise(kit);
            assert!(unavailable(run(kit, &post, to)), "{to}");
            assert_eq!(run(kit, &post, to).unwrap(), Delivery::Left);
        }
        assert_eq!(arrived(&server).len(), 2);
    }

    fn what_the_server_refuses_for_good_is_not_tried_again(kit) {
        let server = Server::start("smtp", &[]);
        for to in ["nobody@example.com", "spam@example.com"] {
            promise(kit);
            assert_eq!(run(kit, &plain(&server), to).unwrap(), Delivery::Refused, "{to}");
        }
        assert!(arrived(&server).is_empty());
    }

    fn a_line_that_breaks_after_the_text_is_not_followed_by_a_second_letter(kit) {
        let server = Server::start("smtp", &[]);
        promise(kit);
        assert_eq!(send(kit, &plain(&server), &lease(kit), "gone@example.com").unwrap(), Delivery::Left);
        kit.pass(LEASE + Duration::from_secs(1));
        assert_eq!(run(kit, &plain(&server), "gone@example.com").unwrap(), Delivery::Left);
        assert_eq!(arrived(&server).len(), 1);
    }

    fn a_server_that_is_away_is_tried_again(kit) {
        let server = Server::start("smtp", &[]);
        let post = plain(&server);
        let back = Server::start("smtp", &[]);
        drop(server);
        promise(kit);
        assert!(unavailable(run(kit, &post, "ada@example.com")));
        assert_eq!(run(kit, &plain(&back), "ada@example.com").unwrap(), Delivery::Left);
        assert_eq!(arrived(&back).len(), 1);
    }

    fn the_service_signs_in_where_it_is_asked_to(kit) {
        let server = Server::start("smtp", &["polity", "pass/word"]);
        for (user, accepted) in [("polity:pass%2Fword@", true), ("polity:tell-nobody@", false), ("", false)] {
            promise(kit);
            let leased = lease(kit);
            let result = send(kit, &post(&format!("smtp://{user}127.0.0.1:{}", server.port)), &leased, "ada@example.com");
            assert_eq!(result.is_ok(), accepted, "{user}");
            assert!(!format!("{result:?}").contains("tell-nobody"));
            job::settle(&kit.ctx, leased.0, &leased.1, Ok(Outcome::Done)).unwrap();
        }
        assert_eq!(arrived(&server).len(), 1);
    }

    fn nothing_is_said_to_a_server_that_offers_no_encryption(kit) {
        let server = Server::start("smtp", &["polity", "word"]);
        let url = format!("smtp://polity:word@127.0.0.1:{}", server.port);
        let mut settings = Settings::load(&HashMap::from([("POLITY_SMTP_URL".to_owned(), url)]), None).unwrap();
        settings.smtp_url.as_mut().unwrap().encryption = polity::config::Encryption::StartTls;
        promise(kit);
        assert!(unavailable(run(kit, &Post::new(&settings, String::new()), "ada@example.com")));
        assert!(arrived(&server).is_empty());
    }

    fn names_bring_no_headers_and_no_recipients_of_their_own(kit) {
        let server = Server::start("smtp", &[]);
        promise(kit);
        let (worker, job) = lease(kit);
        let evil = "Eve\r\nBcc: all@example.com\r\n\r\n<script>";
        let invitation = InvitationLetter {
            to: "ada@example.com".parse().unwrap(),
            first_name: Line::some(evil),
            organization: Line::new(evil),
            inviter: Line::some(evil),
            message: Some("</blockquote><script>alert(1)</script>\r\n.\r\nRSET".to_owned()),
            delegated: true,
            link: LINK.to_owned(),
            until: "soon".to_owned(),
        };
        let attempt = Attempt { ctx: &kit.ctx, worker, job: &job };
        plain(&server).send(&attempt, &invitation.write().unwrap()).unwrap();
        let letters = arrived(&server);
        assert_eq!(letters.len(), 1);
        let (head, body) = letters[0].split_once("\n\n").unwrap();
        assert!(head.contains("RCPT ada@example.com\n"), "{head}");
        assert!(!head.lines().any(|line| line.starts_with("Bcc") || line.starts_with("<script>")), "{head}");
        let html = body.split("text/html").nth(1).unwrap().replace("=\n", "").replace("=3D", "=");
        assert!(!html.contains("<script>") && html.contains("&#60;script&#62;"), "{html}");
    }
}
