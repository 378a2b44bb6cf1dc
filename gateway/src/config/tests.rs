//! Tests of what settings are taken and shown.

use super::*;

const LICENSE_KEYS: &str =
    r#"[{"kid": "a", "issuer": "sales", "public_key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAP8"}]"#;

fn load(pairs: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    let variables = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Settings::load(&variables, None)
}

fn refusal(pairs: &[(&str, &str)]) -> String {
    load(pairs).unwrap_err().to_string()
}

#[test]
fn nothing_given_is_a_service_on_this_machine() {
    let settings = load(&[]).unwrap();
    assert_eq!(settings.database_url.to_string(), "sqlite:./.polity/polity.db");
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.registration, Registration::Open);
    assert_eq!(settings.mail_from.to_string(), "polity@localhost");
    assert!(settings.smtp_url.is_none() && settings.object_store_url.is_none());
}

#[test]
fn mail_comes_from_the_public_host_unless_told() {
    let public = ("POLITY_PUBLIC_URL", "https://id.example.com");
    assert_eq!(load(&[public]).unwrap().mail_from.to_string(), "polity@id.example.com");
    let told = ("POLITY_MAIL_FROM", "The directory <directory@example.com>");
    assert_eq!(load(&[public, told]).unwrap().mail_from.email.to_string(), "directory@example.com");
}

#[test]
fn the_environment_wins_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("polity.toml");
    std::fs::write(&file, "listen = \"127.0.0.1:1\"\nworkers = 3\ntoken_ttl = \"5m\"\n").unwrap();
    let variables = HashMap::from([("POLITY_LISTEN".to_owned(), "127.0.0.1:2".to_owned())]);
    let settings = Settings::load(&variables, Some(&file)).unwrap();
    assert_eq!((settings.listen.port(), settings.workers), (2, 3));
    assert_eq!(settings.token_ttl, Period::seconds(300));
}

#[test]
fn a_misspelt_key_is_an_error_in_both_places() {
    assert!(refusal(&[("POLITY_LISTN", "x")]).contains("listn"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("polity.toml");
    std::fs::write(&file, "listn = 1\n").unwrap();
    assert!(Settings::load(&HashMap::new(), Some(&file)).unwrap_err().to_string().contains("listn"));
}

#[test]
fn variables_of_others_and_of_the_tests_are_left_alone() {
    load(&[("PATH", "/bin"), ("POLITY_TEST_POSTGRES_URL", "postgres://x")]).unwrap();
}

#[test]
fn a_bad_value_names_its_key() {
    for (name, value) in [
        ("POLITY_DATABASE_URL", "mysql://x"),
        ("POLITY_LISTEN", "everywhere"),
        ("POLITY_PUBLIC_URL", "https://example.com/path"),
        ("POLITY_REGISTRATION", "closed"),
        ("POLITY_LOG_FORMAT", "xml"),
        ("POLITY_MASTER_KEY", "short"),
        ("POLITY_TOKEN_TTL", "soon"),
        ("POLITY_WORKERS", "many"),
        ("POLITY_ENTITLEMENTS", "some"),
        ("POLITY_TRUSTED_PROXIES", r#"["everybody"]"#),
        ("POLITY_LICENSE_KEYS", r#"[{"kid": "a", "public_key": "short"}]"#),
        ("POLITY_SMTP_URL", "mail.example.com"),
        ("POLITY_DPA_TEMPLATE", "/no/such/file"),
        ("POLITY_MAIL_FROM", "nobody"),
        ("POLITY_OBJECT_STORE_URL", "/srv/documents"),
    ] {
        let key = name.trim_start_matches("POLITY_").to_lowercase();
        let words = refusal(&[(name, value)]);
        assert!(words.contains(&key), "{name}: {words}");
    }
}

#[test]
fn a_secret_may_be_in_a_file_but_not_in_two_places() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("url");
    std::fs::write(&file, "postgres://me:secret@host/db\n").unwrap();
    let file = file.to_str().unwrap();
    let settings = load(&[("POLITY_DATABASE_URL_FILE", file)]).unwrap();
    assert_eq!(settings.database_url.to_string(), "postgres://me@host/db");
    let words = refusal(&[("POLITY_DATABASE_URL_FILE", file), ("POLITY_DATABASE_URL", "sqlite:x")]);
    assert!(words.contains("twice"), "{words}");
}

#[test]
fn what_is_printed_holds_no_secret_and_can_be_read_again() {
    let issuers = r#"[{"issuer": "https://id.example", "audience": "polity", "algorithms": ["RS256"],
        "client_id": "polity", "client_secret": "tell-nobody"}]"#;
    let key = "ab".repeat(32);
    let settings = load(&[
        ("POLITY_DATABASE_URL", "postgres://me:tell-nobody@host/db"),
        ("POLITY_MASTER_KEY", &key),
        ("POLITY_TRUSTED_ISSUERS", issuers),
        ("POLITY_ENTITLEMENTS", "licensed"),
        ("POLITY_TRUSTED_PROXIES", r#"["10.0.0.0/8", "::1"]"#),
        ("POLITY_OUTBOUND_ALLOW", r#"["10.20.0.0/16"]"#),
        ("POLITY_DNS_RESOLVER", "127.0.0.1:5353, ::1"),
        ("POLITY_DOMAIN_RECHECK", "6h"),
        ("POLITY_LICENSE_KEYS", LICENSE_KEYS),
        ("POLITY_LICENSE_REVOCATIONS", r#"["burnt"]"#),
        ("POLITY_FREE_LIMITS", r#"{"members": 3}"#),
        ("POLITY_KEY_REQUESTS_PER_HOUR", "7"),
        ("POLITY_LETTERS_BY_PERSON_PER_HOUR", "9"),
        ("POLITY_SMTP_URL", "smtps://me:tell-nobody@mail.example.com"),
        ("POLITY_VENDOR_NAME", "Harbor Lane Ltd"),
        ("POLITY_OBJECT_STORE_URL", "s3://me:tell-nobody@papers?region=eu-central-1"),
    ])
    .unwrap();
    let printed = settings.to_toml().unwrap();
    for secret in ["tell-nobody", key.as_str()] {
        assert!(!printed.contains(secret) && !format!("{settings:?}").contains(secret), "{printed}");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("polity.toml");
    std::fs::write(&file, printed.replace("master_key = \"(hidden)\"\n", "")).unwrap();
    let again = Settings::load(&HashMap::new(), Some(&file)).unwrap();
    assert_eq!(again.trusted_issuers.len(), 1);
    assert_eq!(again.licensing, settings.licensing);
    assert_eq!(again.key_pace, Pace { per_hour: 7, ..Pace::KEYS });
    assert_eq!(again.bounds, Bounds { letters_by_person_per_hour: 9, ..Bounds::default() });
    assert_eq!(again.trusted_proxies, settings.trusted_proxies);
    assert_eq!((&again.outbound_allow, again.outbound_allow.len()), (&settings.outbound_allow, 1));
    assert_eq!(again.dns_resolver, "127.0.0.1:5353, [::1]:53".parse().ok());
    assert_eq!(again.domains, settings.domains);
    assert_eq!(again.legal.vendor_name, "Harbor Lane Ltd");
    assert_eq!((again.licensing.free.members, again.licensing.free.projects), (Some(3), None));
    assert_eq!(again.licensing.keys[0].public[31], 255);
}
