//! An OpenID provider that tests make up: it gives one ID token after the other.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

/// A provider at work until the test's process ends.
pub(crate) struct Provider {
    address: SocketAddr,
    /// The claims of the next ID token.
    next: Arc<Mutex<Value>>,
}

impl Provider {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let next: Arc<Mutex<Value>> = Arc::default();
        let told = Arc::clone(&next);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let told = Arc::clone(&told);
                std::thread::spawn(move || answer(&stream.unwrap(), address, &told));
            }
        });
        Self { address, next }
    }

    pub(crate) fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Has the next ID token say this.
    pub(crate) fn give(&self, claims: Value) {
        *self.next.lock().unwrap() = claims;
    }
}

fn key() -> EncodingKey {
    let prefix = STANDARD.decode("MC4CAQAwBQYDK2VwBCIEIA==").unwrap();
    EncodingKey::from_ed_der(&[prefix.as_slice(), &[1; 32]].concat())
}

fn answer(stream: &TcpStream, address: SocketAddr, next: &Mutex<Value>) {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).unwrap();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim().to_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body = said(first.split(' ').nth(1).unwrap_or_default(), address, next).to_string();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length";
    drop((&mut &*stream).write_all(format!("{head}: {}\r\n\r\n{body}", body.len()).as_bytes()));
}

fn said(path: &str, address: SocketAddr, next: &Mutex<Value>) -> Value {
    let at = |path: &str| format!("http://{address}{path}");
    match path {
        "/.well-known/openid-configuration" => json!({
            "issuer": at(""), "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
            "jwks_uri": at("/jwks"),
        }),
        "/jwks" => {
            let jwk = Jwk::from_encoding_key(&key(), Algorithm::EdDSA).unwrap();
            let mut jwk = serde_json::to_value(jwk).unwrap();
            jwk["kid"] = json!("k1");
            json!({ "keys": [jwk] })
        }
        _ => {
            let mut header = Header::new(Algorithm::EdDSA);
            header.kid = Some("k1".to_owned());
            let token = jsonwebtoken::encode(&header, &*next.lock().unwrap(), &key()).unwrap();
            json!({ "access_token": "access", "token_type": "Bearer", "id_token": token })
        }
    }
}
