//! A trusted outside issuer: keys of its own, and a small HTTP server that publishes them and tells about opaque tokens.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use polity_testkit::Kit;
use serde_json::{Value, json};

/// What its tokens name as their audience.
pub(crate) const AUDIENCE: &str = "polity";

/// The client that polity is there.
pub(crate) const CLIENT: (&str, &str) = ("polity-here", "a secret between the two");

/// A key pair that protects nothing.
pub(crate) struct Signer {
    kid: &'static str,
    key: EncodingKey,
}

/// An issuer at work until the test ends.
pub(crate) struct Issuer {
    /// Its name, which is its address.
    pub(crate) name: String,
    told: Arc<Mutex<Told>>,
}

/// What it tells.
struct Told {
    keys: Vec<Value>,
    opaque: Vec<(String, Value)>,
    /// Paths that were asked for.
    asked: Vec<String>,
}

impl Signer {
    /// Ed25519 from a seed of this one byte.
    pub(crate) fn new(kid: &'static str, seed: u8) -> Self {
        let prefix = STANDARD.decode("MC4CAQAwBQYDK2VwBCIEIA==").unwrap();
        Self { kid, key: EncodingKey::from_ed_der(&[prefix.as_slice(), &[seed; 32]].concat()) }
    }

    pub(crate) fn jwk(&self) -> Value {
        let mut jwk =
            serde_json::to_value(Jwk::from_encoding_key(&self.key, Algorithm::EdDSA).unwrap()).unwrap();
        jwk["kid"] = json!(self.kid);
        jwk["use"] = json!("sig");
        jwk
    }

    /// An access token with these claims.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_as("at+jwt", claims)
    }

    pub(crate) fn sign_as(&self, typ: &str, claims: &Value) -> String {
        let header = Header {
            typ: Some(typ.to_owned()),
            kid: Some(self.kid.to_owned()),
            ..Header::new(Algorithm::EdDSA)
        };
        jsonwebtoken::encode(&header, claims, &self.key).unwrap()
    }
}

/// A token whose signature is an HMAC with this secret, under the name of a public key.
pub(crate) fn hmac(kid: &str, secret: &[u8], claims: &Value) -> String {
    let header =
        Header { typ: Some("at+jwt".to_owned()), kid: Some(kid.to_owned()), ..Header::new(Algorithm::HS256) };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(secret).unwrap()).unwrap()
}

/// The public half of a key as bytes.
pub(crate) fn public(jwk: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(jwk["x"].as_str().unwrap()).unwrap()
}

impl Issuer {
    /// Starts to answer, with this key published.
    pub(crate) fn start(signer: &Signer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let name = format!("http://{}", listener.local_addr().unwrap());
        let told =
            Arc::new(Mutex::new(Told { keys: vec![signer.jwk()], opaque: Vec::new(), asked: Vec::new() }));
        let (own, issuer) = (Arc::clone(&told), name.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                // a client that goes away before its answer is no failure of the issuer
                drop(answer(stream.unwrap(), &issuer, &own));
            }
        });
        Self { name, told }
    }

    /// Publishes these keys from now on.
    pub(crate) fn publish(&self, signers: &[&Signer]) {
        self.told.lock().unwrap().keys = signers.iter().map(|signer| signer.jwk()).collect();
    }

    /// Tells this of an opaque token from now on.
    pub(crate) fn tell(&self, token: &str, what: Value) {
        self.told.lock().unwrap().opaque.insert(0, (token.to_owned(), what));
    }

    /// How often it was asked for this path.
    pub(crate) fn asked(&self, path: &str) -> usize {
        self.told.lock().unwrap().asked.iter().filter(|asked| *asked == path).count()
    }

    /// The claims of a good token of alice's.
    pub(crate) fn claims(&self, kit: &Kit) -> Value {
        let now = kit.ctx.now().seconds();
        json!({"iss": self.name, "sub": "alice", "aud": AUDIENCE, "iat": now, "exp": now + 600,
            "email": "alice@acme.example", "email_verified": true, "name": "Alice"})
    }
}

/// Reads one request and answers it.
fn answer(mut stream: TcpStream, issuer: &str, told: &Mutex<Told>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut line, mut length, mut authorization) = (String::new(), 0, String::new());
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        match header.trim_end().split_once(": ") {
            None => break,
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().unwrap();
            }
            Some((name, value)) if name.eq_ignore_ascii_case("authorization") => {
                value.clone_into(&mut authorization);
            }
            Some(_) => {}
        }
    }
    let mut form = vec![0; length];
    reader.read_exact(&mut form)?;
    let mut told = told.lock().unwrap();
    told.asked.push(path.clone());
    let body = match path.as_str() {
        "/.well-known/openid-configuration" => json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"), "jwks_uri": format!("{issuer}/jwks"),
            "introspection_endpoint": format!("{issuer}/introspect"), "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["EdDSA"],
        }),
        "/jwks" => json!({"keys": told.keys}),
        "/introspect" => introspected(&told, &authorization, &form),
        _ => json!({}),
    };
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes())
}

/// What is known of a token, to the one client there is.
fn introspected(told: &Told, authorization: &str, form: &[u8]) -> Value {
    let secret: String = url::form_urlencoded::byte_serialize(CLIENT.1.as_bytes()).collect();
    let expected = format!("Basic {}", STANDARD.encode(format!("{}:{secret}", CLIENT.0)));
    let asked = url::form_urlencoded::parse(form).find(|(name, _)| name == "token").map(|(_, token)| token);
    let known =
        told.opaque.iter().find(|(token, _)| asked.as_deref() == Some(token)).map(|(_, what)| what.clone());
    known.filter(|_| authorization == expected).unwrap_or_else(|| json!({"active": false}))
}
