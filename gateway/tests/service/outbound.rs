//! Other servers: what strangers cannot have asked of them, and whom waiting for them holds up.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use polity::gate::guesses::Patience;
use polity_identity::{Algorithm, IntrospectionClient, Secret, TrustedIssuer};
use polity_testkit::{Kit, both_engines};
use serde_json::json;

use crate::common::{Service, send};

/// An issuer that says of every token that it is not active, once it is let.
struct Issuer {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Issuer {
    fn start(held: Option<mpsc::Receiver<()>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, asked) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
        let (count, held) = (Arc::clone(&asked), Arc::new(Mutex::new(held)));
        // the listener goes with the test's process
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (count, held) = (Arc::clone(&count), Arc::clone(&held));
                std::thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    drop(stream.read(&mut [0; 4_096]));
                    count.fetch_add(1, Ordering::SeqCst);
                    if let Some(held) = held.lock().unwrap().as_ref() {
                        held.recv().ok();
                    }
                    let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 16\r\n\
                                  connection: close\r\n\r\n{\"active\":false}";
                    drop(stream.write_all(answer.as_bytes()));
                });
            }
        });
        Self { address, asked }
    }

    fn serve(&self, kit: &Kit, patience: Patience) -> Service {
        let site = format!("http://{}", self.address);
        let client_secret = Secret::new("s3cret");
        let client = IntrospectionClient {
            endpoint: Some(format!("{site}/ask")),
            client_id: "polity".to_owned(),
            client_secret,
        };
        let issuer = TrustedIssuer {
            issuer: site,
            audience: "polity".to_owned(),
            algorithms: vec![Algorithm::EdDsa],
            jwks_uri: None,
            introspection: Some(client),
            grants_permissions: false,
        };
        Service::start_set(kit, patience, |settings| settings.trusted_issuers.push(issuer))
    }
}

fn ask(service: &Service, bearer: &str) -> u16 {
    send(service.request("GET", "/directory/orgs/suggest").bearer_auth(bearer)).code()
}

both_engines! {
    fn junk_of_a_network_over_its_limit_is_shown_to_no_issuer(kit) {
        let issuer = Issuer::start(None);
        let five = NonZeroU32::new(5).unwrap();
        let service = issuer.serve(kit, Patience { burst: five, per_minute: NonZeroU32::MIN });
        let codes: Vec<u16> = (0..20).map(|n| ask(&service, &format!("junk-{n}"))).collect();
        assert_eq!((&codes[..5], &codes[5..]), ([401; 5].as_slice(), [429; 15].as_slice()));
        assert_eq!(issuer.asked.load(Ordering::SeqCst), 5);
        let own = service.token(&service.person("ann@example.com"));
        assert_eq!(ask(&service, &own), 200, "what can be judged here still is");
    }

    fn a_slow_issuer_holds_up_its_own_alone(kit) {
        let (release, held) = mpsc::channel::<()>();
        let issuer = Issuer::start(Some(held));
        let service = issuer.serve(kit, Patience::default());
        let own = service.token(&service.person("ann@example.com"));
        std::thread::scope(|scope| {
            let waiting: Vec<_> = (0..16).map(|n| scope.spawn({
                let service = &service;
                move || ask(service, &format!("opaque-{n}"))
            })).collect();
            while issuer.asked.load(Ordering::SeqCst) == 0 {
                std::thread::yield_now();
            }
            for n in 0..20 {
                assert_eq!(ask(&service, &own), 200, "request {n}");
            }
            assert!(waiting.iter().any(|request| !request.is_finished()), "the issuer has not answered yet");
            drop(release);
            for request in waiting {
                assert!([401, 503].contains(&request.join().unwrap()));
            }
        });
    }

    fn a_sector_on_this_machine_is_not_asked(kit) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let service = Service::start(kit);
        let token = service.token(&service.administrator("root@example.com"));
        for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"] {
            let metadata = json!({
                "client_name": "x", "subject_type": "pairwise", "redirect_uris": ["https://a.example/cb"],
                "sector_identifier_uri": format!("https://{host}:{port}/sector.json"),
            });
            let answer = send(service.request("POST", "/oauth2/register").bearer_auth(&token).json(&metadata));
            assert_eq!(answer.code(), 400, "{host}: {answer:?}");
            assert!(answer.text.contains("sector_identifier_uri"), "{host}: {answer:?}");
            assert!(listener.accept().is_err(), "{host}: nobody came");
        }
    }
}
