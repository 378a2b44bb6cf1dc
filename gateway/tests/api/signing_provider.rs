//! A signing provider in place of the page: documents go there, and its webhook tells what became of them.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use hmac::{Hmac, KeyInit as _, Mac as _};
use polity::config::ProviderAccount;
use polity::gate::guesses::Patience;
use polity::gate::pace::Pace;
use polity_kernel::job;
use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};
use sha2::Sha256;

use super::legal_documents::{AT, dpa};
use crate::ground::common::{Answer, Service, send};
use crate::ground::{Caller, entered};

const SECRET: &str = "swordfish-swordfish";
const HOOK: &str = "/api/legal_documents/pandadoc";

/// A provider at work until the test ends.
struct Provider {
    address: SocketAddr,
    told: Arc<Mutex<Told>>,
}

#[derive(Default)]
struct Told {
    /// Documents by what the provider calls them: what was asked for, and how far it has come.
    documents: BTreeMap<String, (Value, &'static str)>,
    /// What was asked, in order.
    asked: Vec<String>,
    /// What the signed document is.
    signed: Vec<u8>,
}

impl Provider {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let told =
            Arc::new(Mutex::new(Told { signed: b"%PDF-1.7 signed elsewhere".to_vec(), ..Told::default() }));
        let all = Arc::clone(&told);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let told = Arc::clone(&all);
                std::thread::spawn(move || answer(&stream.unwrap(), &told));
            }
        });
        Self { address, told }
    }

    fn account(&self) -> ProviderAccount {
        ProviderAccount {
            url: format!("http://{}", self.address),
            key: "the key".into(),
            dpa_template: "template-dpa".to_owned(),
            baa_template: "template-baa".to_owned(),
        }
    }

    fn asked(&self, what: &str) -> usize {
        self.told.lock().unwrap().asked.iter().filter(|asked| asked.contains(what)).count()
    }
}

/// Answers one request.
fn answer(mut stream: &TcpStream, told: &Mutex<Told>) {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length, mut is_ours) = (String::new(), 0, false);
    reader.read_line(&mut head).unwrap();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim().to_lowercase();
        length = line.strip_prefix("content-length: ").map_or(length, |text| text.parse().unwrap());
        is_ours |= line == "authorization: api-key the key";
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let mut parts = head.split(' ');
    let (method, path) = (parts.next().unwrap(), parts.next().unwrap());
    let (status, body) = match is_ours {
        true => told.lock().unwrap().reply(method, path, &body),
        false => ("401 Unauthorized", Vec::new()),
    };
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body).unwrap();
}

impl Told {
    fn reply(&mut self, method: &str, path: &str, body: &[u8]) -> (&'static str, Vec<u8>) {
        self.asked.push(format!("{method} {path}"));
        let json = |value: Value| ("200 OK", value.to_string().into_bytes());
        let rest = path.strip_prefix("/public/v1/documents").unwrap();
        let id = rest.trim_start_matches('/').split('/').next().unwrap_or_default();
        match (method, rest) {
            ("POST", "") => {
                let asked: Value = serde_json::from_slice(body).unwrap();
                let id = format!("out-{}", asked["metadata"]["polity_document"].as_str().unwrap());
                self.documents.insert(id.clone(), (asked, "document.uploaded"));
                json(json!({ "id": id, "status": "document.uploaded" }))
            }
            // this one does not know the filter: all documents are found
            ("GET", list) if list.starts_with('?') => {
                let all: Vec<Value> = self.documents.keys().map(|id| json!({ "id": id })).collect();
                json(json!({ "results": all }))
            }
            ("POST", _) => match self.documents.get_mut(id) {
                Some((_, status)) if *status == "document.draft" => {
                    *status = "document.sent";
                    json(json!({}))
                }
                _ => ("409 Conflict", Vec::new()),
            },
            (_, download) if download.ends_with("/download") => ("200 OK", self.signed.clone()),
            _ => match self.documents.get(id) {
                Some((asked, status)) => {
                    json(json!({ "id": id, "status": status, "metadata": asked["metadata"] }))
                }
                None => ("404 Not Found", Vec::new()),
            },
        }
    }
}

/// A service that has documents signed there, and one that it has handed over.
fn handed_over(kit: &Kit, provider: &Provider) -> (Service, Caller, Value) {
    let service = Service::start_set(kit, Patience::default(), |settings| {
        settings.legal_provider = Some(provider.account());
        settings.legal.webhook_secret = Some(SECRET.into());
        settings.stranger_pace = Pace { per_minute: 0, per_hour: 0 };
    });
    let ada = Caller::person(&service, "ada");
    ada.founds(&service, "acme");
    let made = ada.sends(&service, ("POST", AT), dpa()).json();
    // the worker hands it over; from then on it has nothing to do with it
    while kit.ctx.read(job::backlog).unwrap() != (0, 0) {
        std::thread::yield_now();
    }
    (service, ada, made)
}

fn signature(body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn news(made: &Value, status: &str) -> Value {
    json!({
        "event": "document_state_changed",
        "data": {
            "id": format!("out-{}", made["id"].as_str().unwrap()), "status": status, "template": {"id": "template-dpa"},
        },
    })
}

fn tell(service: &Service, body: &str, signature: &str) -> Answer {
    send(service.request("POST", HOOK).header("x-pandadoc-signature", signature).body(body.to_owned()))
}

fn told(service: &Service, news: &Value) -> (u16, String) {
    let body = news.to_string();
    let answer = tell(service, &body, &signature(&body));
    (answer.code(), answer.text)
}

fn heeded() -> (u16, String) {
    (200, r#"{"status":"ok"}"#.to_owned())
}

fn passed_by() -> (u16, String) {
    (204, String::new())
}

both_engines! {
    fn a_document_is_made_there_sent_there_and_fetched_once_it_is_signed(kit) {
        let provider = Provider::start();
        let (service, ada, made) = handed_over(kit, &provider);
        let one = format!("{AT}/{}", made["id"].as_str().unwrap());
        let (_, (asked, _)) = provider.told.lock().unwrap().documents.first_key_value().map(|(id, made)| (id.clone(), made.clone())).unwrap();
        assert_eq!(asked["template_uuid"], "template-dpa");
        assert_eq!(asked["recipients"], json!([{"email": "grace@acme.example", "role": "Client"}]));
        assert_eq!(asked["tokens"][0], json!({"name": "Client.Company", "value": "Acme <b>Ltd</b>"}));
        assert_eq!(provider.asked("/send"), 0, "not before it is drafted");
        kit.pass(std::time::Duration::from_secs(60));
        assert_eq!(ada.ask(&service, "POST", &format!("{one}/resend")).code(), 409, "there is no link of ours");
        for (_, status) in provider.told.lock().unwrap().documents.values_mut() {
            *status = "document.draft";
        }
        assert_eq!(told(&service, &news(&made, "document.draft")), heeded());
        assert_eq!(told(&service, &news(&made, "document.draft")), passed_by(), "a replay");
        assert_eq!(provider.asked("/send"), 1);
        assert_eq!(told(&service, &json!([news(&made, "document.viewed"), news(&made, "document.completed")])), heeded());
        assert_eq!(ada.does(&service, "GET", &one).json()["status"], "signed");
        let rows = kit.rows();
        assert_eq!(told(&service, &news(&made, "document.completed")), passed_by(), "a replay");
        assert_eq!(kit.rows(), rows);
        let place = ada.ask(&service, "GET", &format!("{one}/download"));
        let path = format!("/{}", place.header("location").splitn(4, '/').nth(3).unwrap());
        assert_eq!(service.get(&path).text, "%PDF-1.7 signed elsewhere");
    }

    fn a_document_is_made_there_once_however_often_it_is_handed_over(kit) {
        let provider = Provider::start();
        let stranger = (json!({"metadata": {"polity_document": "another"}}), "document.draft");
        provider.told.lock().unwrap().documents.insert("stranger".to_owned(), stranger);
        let (service, _, made) = handed_over(kit, &provider);
        let organization = entered(&service.polity, "acme").organization();
        let id = made["id"].as_str().unwrap().parse().unwrap();
        let ours = format!("out-{id}");
        provider.told.lock().unwrap().documents.get_mut(&ours).unwrap().1 = "document.draft";
        let before = provider.asked("POST /public/v1/documents ");
        service.polity.legal.hand_over(organization, id).unwrap();
        assert_eq!(provider.asked("POST /public/v1/documents "), before);
        assert_eq!(provider.asked(&format!("{ours}/send")), 1, "its news had come before anybody knew its name");
        assert_eq!(provider.asked("stranger/send"), 0);
    }

    fn a_forged_or_unreadable_webhook_is_refused(kit) {
        let provider = Provider::start();
        let (service, ada, made) = handed_over(kit, &provider);
        let body = news(&made, "document.completed").to_string();
        let good = signature(&body);
        let other_end = format!("{}{}", &good[..63], if good.ends_with('0') { '1' } else { '0' });
        for bad in ["", "00", &signature("something else"), &other_end] {
            let answer = tell(&service, &body, bad);
            assert_eq!((answer.code(), answer.json()), (404, json!({"detail": "no such webhook"})), "{bad}");
        }
        let unread = tell(&service, "nonsense", &signature("nonsense"));
        assert_eq!((unread.code(), unread.json().as_object().unwrap().len()), (400, 1));
        let many = json!(vec![json!({}); 101]).to_string();
        assert_eq!(tell(&service, &many, &signature(&many)).code(), 413);
        let large = "x".repeat(3_000_000);
        assert_eq!(tell(&service, &large, &signature(&large)).code(), 413);
        let mut other = news(&made, "document.completed");
        other["data"]["template"]["id"] = json!("template-baa");
        let mut unknown = news(&made, "document.completed");
        unknown["data"]["id"] = json!("out-of-nowhere");
        for passed in [other, unknown, json!([]), json!({})] {
            assert_eq!(told(&service, &passed), passed_by(), "{passed}");
        }
        assert_eq!(service.request("GET", HOOK).send().unwrap().status(), 405);
        assert_eq!(ada.does(&service, "GET", AT).json()["results"][0]["status"], "submitted_for_signature");
        let by_query = format!("{HOOK}/?signature={}", signature(&body));
        assert_eq!(send(service.request("POST", &by_query).body(body)).code(), 200);
    }

    fn what_is_no_pdf_is_not_kept_and_heeded_when_told_again(kit) {
        let provider = Provider::start();
        let (service, _, made) = handed_over(kit, &provider);
        provider.told.lock().unwrap().signed = b"<html>try later</html>".to_vec();
        assert_eq!(told(&service, &news(&made, "document.completed")).0, 500);
        provider.told.lock().unwrap().signed = b"%PDF-1.4".to_vec();
        assert_eq!(told(&service, &news(&made, "document.completed")), heeded());
    }

    fn an_address_that_calls_too_often_must_wait(kit) {
        let service = Service::start(kit);
        let codes: Vec<u16> = (0..6).map(|_| tell(&service, "[]", &signature("[]")).code()).collect();
        assert_eq!(codes, [404, 404, 404, 404, 404, 429], "without a provider there is nothing here");
        let last = tell(&service, "[]", "");
        assert!(last.header("retry-after").parse::<u64>().unwrap() > 0 && last.json()["detail"].is_string());
    }
}
