//! A name server of the test's own, which says what the test has it say.

use std::collections::HashMap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex};

/// What becomes of a question about a name.
#[derive(Clone)]
enum Said {
    Text(String),
    Failure,
}

/// A name server on a port of its own. It knows no name until it is told.
#[derive(Clone)]
pub(crate) struct Zone {
    pub(crate) address: SocketAddr,
    said: Arc<Mutex<HashMap<String, Said>>>,
}

impl Zone {
    pub(crate) fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let zone = Self { address: socket.local_addr().unwrap(), said: Arc::default() };
        let said = Arc::clone(&zone.said);
        std::thread::spawn(move || {
            let mut query = [0; 512];
            while let Ok((length, asker)) = socket.recv_from(&mut query) {
                let reply = answer(&query[..length], &said.lock().unwrap());
                drop(socket.send_to(&reply, asker));
            }
        });
        zone
    }

    /// Has the record of a domain say this.
    pub(crate) fn say(&self, domain: &str, text: &str) {
        self.put(domain, Said::Text(text.to_owned()));
    }

    /// Fails at the record of a domain.
    pub(crate) fn fail(&self, domain: &str) {
        self.put(domain, Said::Failure);
    }

    fn put(&self, domain: &str, said: Said) {
        self.said.lock().unwrap().insert(format!("_polity-challenge.{domain}"), said);
    }
}

/// The answer to a query of one question (RFC 1035 §4.1).
fn answer(query: &[u8], said: &HashMap<String, Said>) -> Vec<u8> {
    let (mut at, mut labels) = (12, Vec::new());
    while query[at] != 0 {
        let end = at + 1 + usize::from(query[at]);
        labels.push(String::from_utf8_lossy(&query[at + 1..end]).to_lowercase());
        at = end;
    }
    let mut reply = query[..at + 5].to_vec();
    reply[2] = 0x81;
    reply[6..12].fill(0);
    match said.get(&labels.join(".")) {
        None => reply[3] = 0x83,
        Some(Said::Failure) => reply[3] = 0x82,
        Some(Said::Text(text)) => {
            reply[3] = 0x80;
            reply[7] = 1;
            let length = u8::try_from(text.len()).unwrap();
            // the name of the question, TXT, IN, for a minute
            reply.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, length + 1, length]);
            reply.extend(text.as_bytes());
        }
    }
    reply
}
