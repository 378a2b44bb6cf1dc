//! Providers of others, each a program beside the service.

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Client;
use serde_json::Value;
use tempfile::TempDir;

use crate::peer::{self, Peer};
use crate::service::Service;

/// A running provider.
pub(crate) struct Provider {
    program: Peer,
    /// The key and the certificate that it signs with, where it is by SAML.
    _keys: Option<TempDir>,
}

impl Provider {
    /// An OpenID provider, by `oidc-provider`.
    pub(crate) fn openid(service: &Service) -> Self {
        let mut command = script("oidc.mjs");
        command.env("REDIRECT_URIS", format!("{}/sso/callback", service.origin));
        Self { program: Peer::start(command, address), _keys: None }
    }

    /// An OAuth 2.0 server that is shaped as GitHub's.
    pub(crate) fn github() -> Self {
        Self { program: Peer::start(script("github.mjs"), address), _keys: None }
    }

    /// A SAML provider, by `samlify`, which answers to this address of the service.
    pub(crate) fn samlify(service: &Service) -> Self {
        let keys = keys();
        let mut command = script("samlify.mjs");
        command.args([service.origin.clone(), format!("{}/complete/saml/", service.origin)]);
        command.arg(keys.path().join("key.pem")).arg(keys.path().join("certificate.pem"));
        Self { program: Peer::start(command, address), _keys: Some(keys) }
    }

    /// A SAML provider, by `pysaml2`.
    pub(crate) fn pysaml2() -> Self {
        let keys = keys();
        let mut command = Command::new(peer::file("python/bin/python"));
        command.args(["-W", "ignore"]).arg(program("pysaml2_idp.py"));
        command.arg(keys.path().join("key.pem")).arg(keys.path().join("certificate.pem"));
        Self { program: Peer::start(command, address), _keys: Some(keys) }
    }

    /// Where it is.
    pub(crate) fn origin(&self) -> &str {
        &self.program.told
    }

    /// Tells it something.
    pub(crate) async fn tell(&self, path: &str, what: &Value) {
        self.tell_text(path, what.to_string()).await;
    }

    /// The same as it stands.
    pub(crate) async fn tell_text(&self, path: &str, text: String) {
        let sent = Client::new().post(format!("{}{path}", self.origin())).body(text).send().await.unwrap();
        assert!(sent.status().is_success(), "{path}: {}", sent.status());
    }
}

/// The line by which a program tells where it is.
fn address(line: &str) -> Option<String> {
    line.starts_with("http://").then(|| line.trim().to_owned())
}

fn script(name: &str) -> Command {
    let mut command = Command::new("node");
    // a module finds others from where it stands
    let beside = peer::file(name);
    std::fs::copy(program(name), &beside).unwrap();
    command.arg(beside);
    command
}

fn program(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/programs").join(name)
}

/// A key pair for a provider; it protects nothing.
fn keys() -> TempDir {
    let folder = TempDir::new().unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/domains/tests/data");
    let der = std::fs::read_to_string(data.join("idp.key.b64")).unwrap();
    let der = STANDARD.decode(der.trim()).unwrap();
    let body = STANDARD.encode(der);
    let lines: Vec<String> =
        body.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"));
    std::fs::write(folder.path().join("key.pem"), pem).unwrap();
    std::fs::copy(data.join("idp.cert.pem"), folder.path().join("certificate.pem")).unwrap();
    folder
}
