//! Makes license keys: the issuer's side, which the service has no part in.
//!
//! The signing key is a file that only its owner reads; it is made when there is none. The service is told its public half alone.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks to whoever runs it"
)]

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Parser, Subcommand};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use polity_directory::entitlements::RBAC;
use polity_kernel::{Clock, IdSource, Timestamp};
use polity_licensing::entitlements::{FEATURES, SAML, SSO_ENFORCEMENT};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// `Ok`, or words for whoever ran the task.
type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// Make license keys and the key that signs them
#[derive(Parser)]
#[command(name = "cargo xtask license", bin_name = "cargo xtask license")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Sign a license key and print it, and the setting by which a service takes it
    Issue(Wish),
    /// Print the setting by which a service takes what this key signs
    Public {
        /// The file with the signing key
        #[arg(long, default_value = "license-signing.key")]
        key: PathBuf,
    },
}

/// What the license key is to say.
#[derive(Parser)]
struct Wish {
    /// The file with the signing key; made, for its owner alone to read, when there is none
    #[arg(long, default_value = "license-signing.key")]
    key: PathBuf,
    /// Who issues license keys with a key that is made now
    #[arg(long, default_value = "polity")]
    issuer: String,
    /// Whom it is for: an organization's id, key or alias, or * for every one
    #[arg(long)]
    organization: String,
    /// What kind of license: growth, enterprise, google or honeycomb
    #[arg(long = "type", value_parser = ["free", "trial", "growth", "enterprise", "google", "honeycomb"])]
    kind: String,
    /// How many days it is good for
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: u32,
    /// People at most; left out: no limit
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    members: Option<u32>,
    /// Projects at most
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    projects: Option<u32>,
    /// E-mail domains at most
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    domains: Option<u32>,
    /// A feature that is on; may be repeated. None given: those its type comes with
    #[arg(long = "feature", value_parser = clap::builder::PossibleValuesParser::new(FEATURES))]
    features: Vec<String>,
}

/// What the file with the signing key holds.
#[derive(Serialize, Deserialize)]
struct SigningKey {
    kid: String,
    issuer: String,
    /// The seed of RFC 8032 §5.1.5, as base64url.
    seed: String,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result {
    match &args.task {
        Task::Issue(wish) => {
            let key = SigningKey::find_or_make(&wish.key, &wish.issuer)?;
            println!("{}", key.issue(wish, Clock::machine().now())?);
            eprintln!(
                "\nThe service takes it with this setting (or the same as [[license_keys]] in polity.toml):"
            );
            eprintln!("{}", key.setting()?);
            Ok(())
        }
        Task::Public { key } => {
            println!("{}", SigningKey::read(key)?.setting()?);
            Ok(())
        }
    }
}

impl SigningKey {
    fn find_or_make(path: &Path, issuer: &str) -> Result<Self> {
        if path.try_exists()? {
            return Self::read(path);
        }
        let key = Self::new(&IdSource::random().key(), issuer)?;
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(serde_json::to_string_pretty(&key)?.as_bytes())?;
        file.sync_all()?;
        eprintln!("made the signing key {}; whoever has it issues licenses", path.display());
        Ok(key)
    }

    fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()).into())
    }

    fn new(seed: &[u8; 32], issuer: &str) -> Result<Self> {
        let kid = jwk(&private(seed))?.thumbprint(ThumbprintHash::SHA256)?;
        Ok(Self { kid, issuer: issuer.to_owned(), seed: URL_SAFE_NO_PAD.encode(seed) })
    }

    /// The license key.
    fn issue(&self, wish: &Wish, now: Timestamp) -> Result<String> {
        let limits = [("members", wish.members), ("projects", wish.projects), ("domains", wish.domains)];
        let limits: Map<String, Value> =
            limits.into_iter().filter_map(|(name, most)| Some((name.to_owned(), json!(most?)))).collect();
        let claims = json!({
            "iss": self.issuer,
            "sub": wish.organization,
            "jti": IdSource::random().secret(),
            "iat": now.seconds(),
            "exp": now.after(Duration::from_secs(u64::from(wish.days) * 86_400)).seconds(),
            "type": wish.kind,
            "limits": limits,
            "features": if wish.features.is_empty() { features_of(&wish.kind) } else { wish.features.iter().map(String::as_str).collect() },
        });
        let header = Header { kid: Some(self.kid.clone()), ..Header::new(Algorithm::EdDSA) };
        Ok(jsonwebtoken::encode(&header, &claims, &self.private()?)?)
    }

    /// The variable by which a service is told the public half.
    fn setting(&self) -> Result<String> {
        let jwk = serde_json::to_value(jwk(&self.private()?)?)?;
        let keys = json!([{ "kid": self.kid, "issuer": self.issuer, "public_key": jwk.get("x") }]);
        Ok(format!("POLITY_LICENSE_KEYS='{keys}'"))
    }

    fn private(&self) -> Result<EncodingKey> {
        let seed: [u8; 32] =
            URL_SAFE_NO_PAD.decode(&self.seed)?.try_into().map_err(|_| "the signing key has not 32 bytes")?;
        Ok(private(&seed))
    }
}

/// What a type comes with when nothing else is said.
fn features_of(kind: &str) -> Vec<&'static str> {
    match kind {
        "enterprise" => FEATURES.to_vec(),
        "google" => vec![RBAC.as_str(), SAML, SSO_ENFORCEMENT],
        "honeycomb" => vec![SAML, SSO_ENFORCEMENT],
        _ => Vec::new(),
    }
}

/// PKCS #8 of an Ed25519 key is this prefix and the seed (RFC 8410 §7).
fn private(seed: &[u8; 32]) -> EncodingKey {
    const PREFIX: [u8; 16] =
        [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    EncodingKey::from_ed_der(&[PREFIX.as_slice(), seed].concat())
}

fn jwk(key: &EncodingKey) -> Result<Jwk> {
    Ok(Jwk::from_encoding_key(key, Algorithm::EdDSA)?)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use jsonwebtoken::{DecodingKey, Validation};

    use super::*;

    fn wish(args: &[&str]) -> Wish {
        Wish::parse_from(["issue", "--organization", "acme"].iter().chain(args))
    }

    fn claims(key: &SigningKey, wish: &Wish) -> Value {
        let issued = key.issue(wish, Clock::machine().now()).unwrap();
        let setting = key.setting().unwrap();
        let setting = setting.strip_prefix("POLITY_LICENSE_KEYS='").unwrap().strip_suffix('\'').unwrap();
        let public: Value = serde_json::from_str(setting).unwrap();
        let header = jsonwebtoken::decode_header(&issued).unwrap();
        assert_eq!(json!(header.kid), public[0]["kid"]);
        let public = DecodingKey::from_ed_components(public[0]["public_key"].as_str().unwrap()).unwrap();
        jsonwebtoken::decode::<Value>(&issued, &public, &Validation::new(Algorithm::EdDSA)).unwrap().claims
    }

    #[test]
    fn what_is_issued_is_proved_by_the_setting_that_is_printed() {
        let key = SigningKey::new(&[7; 32], "sales").unwrap();
        let said = claims(&key, &wish(&["--type", "growth", "--members", "3", "--days", "10"]));
        assert_eq!(said["iss"], "sales");
        assert_eq!((&said["sub"], &said["type"]), (&json!("acme"), &json!("growth")));
        assert_eq!((&said["limits"], &said["features"]), (&json!({"members": 3}), &json!([])));
        assert_eq!(said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(), 10 * 86_400);
    }

    #[test]
    fn a_type_comes_with_its_features_unless_others_are_named() {
        let key = SigningKey::new(&[7; 32], "sales").unwrap();
        assert_eq!(
            claims(&key, &wish(&["--type", "honeycomb"]))["features"],
            json!(["saml", "sso_enforcement"])
        );
        let named = wish(&["--type", "honeycomb", "--feature", "scim"]);
        assert_eq!(claims(&key, &named)["features"], json!(["scim"]));
        assert!(
            Wish::try_parse_from(["issue", "--organization", "a", "--type", "growth", "--feature", "x"])
                .is_err()
        );
        assert!(Wish::try_parse_from(["issue", "--organization", "a", "--type", "platinum"]).is_err());
        assert!(
            Wish::try_parse_from(["issue", "--organization", "a", "--type", "growth", "--members", "0"])
                .is_err()
        );
    }

    #[test]
    fn the_signing_key_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signing.key");
        let made = SigningKey::find_or_make(&path, "sales").unwrap();
        let found = SigningKey::find_or_make(&path, "others").unwrap();
        assert_eq!((&made.kid, &made.seed, &found.issuer), (&found.kid, &found.seed, &made.issuer));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
