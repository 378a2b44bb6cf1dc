//! What `cargo xtask bench --part sign-in` needs of a store and of a provider: sessions by the thousand, and signed SAML responses.
//!
//! `sign_in_ground sessions EMAILS COUNT AGE` begins sessions for the people whose addresses the file lists, in turns, as of so many seconds ago, in the
//! store that the settings name; it prints the secrets of the first thousand. `sign_in_ground provider` prints the entity id and the certificate of a
//! provider that the tests know, and `sign_in_ground responses ACS AUDIENCE EMAIL COUNT` its responses, in base64, a line each.

#[expect(clippy::unwrap_used, reason = "the tests' own provider, whose key is in the repository")]
#[path = "../tests/sso/idp.rs"]
mod idp;

use std::error::Error;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;
use std::{env, fs, thread};

use polity::areas::Polity;
use polity::boot;
use polity::config::{Settings, Variables};
use polity_accounts::EmailAddress;
use polity_kernel::{AccountId, Actor, Clock, Ctx, IdSource, Method};
use polity_signin::{Browser, Proven};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// How many sessions' secrets are printed.
const PRINTED: usize = 1_000;

/// Threads that begin sessions, so that several share a commit.
const THREADS: usize = 32;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let lines = match words[..] {
        ["sessions", emails, count, age] => sessions(emails, count.parse()?, age.parse()?)?,
        ["provider"] => vec![idp::IDP.to_owned(), idp::CERTIFICATE.to_owned()],
        ["responses", acs, audience, email, count] => responses(acs, audience, email, count.parse()?),
        _ => return Err("sessions EMAILS COUNT AGE, or responses ACS AUDIENCE EMAIL COUNT".into()),
    };
    Ok(writeln!(std::io::stdout(), "{}", lines.join("\n"))?)
}

fn responses(acs: &str, audience: &str, email: &str, count: usize) -> Vec<String> {
    let now = Clock::machine().now();
    let draft = |number: usize| {
        idp::Draft { acs, audience, answers: None, email, now, id: &format!("_bench-{number}") }.response()
    };
    (0..count).map(draft).collect()
}

fn sessions(emails: &str, count: usize, age: u64) -> Result<Vec<String>> {
    let variables: Variables = env::vars().collect();
    let settings = Settings::load(&variables, None)?;
    let present = boot::open_for_bulk(&settings)?;
    let begun = present.now().before(Duration::from_secs(age));
    let clock = if age == 0 { Clock::machine() } else { Clock::fixed(begun) };
    let ctx = Ctx::new(present.db().clone(), clock, IdSource::random());
    let polity = boot::assemble(&ctx, boot::identity_settings(&ctx, &settings, settings.listen)?, &settings)?;
    let people = people(&polity, &fs::read_to_string(emails)?)?;
    let begin = |from: usize| -> Result<Vec<String>> {
        let mut secrets = Vec::new();
        for number in (from..count).step_by(THREADS) {
            let account = people.get(number % people.len().max(1)).ok_or("nobody is listed")?;
            let proven = Proven::by(*account, Method::Password, ctx.now());
            let address = IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 | u32::try_from(number)?));
            let browser =
                Browser { address: Some(address), program: Some("bench".to_owned()), replaced: None };
            let (_, secret) = polity.signin.begin_session(&proven, &browser)?;
            if number < PRINTED {
                secrets.push(secret.reveal().to_owned());
            }
        }
        Ok(secrets)
    };
    let mut all = Vec::new();
    thread::scope(|scope| {
        let begin = &begin;
        let threads: Vec<_> = (0..THREADS).map(|from| scope.spawn(move || begin(from))).collect();
        for thread in threads {
            all.extend(thread.join().map_err(|_| "a thread broke off")??);
        }
        Ok::<_, Box<dyn Error + Send + Sync>>(())
    })?;
    Ok(all)
}

fn people(polity: &Polity, emails: &str) -> Result<Vec<AccountId>> {
    let id = |email: &str| -> Result<AccountId> {
        let email: EmailAddress = email.parse()?;
        Ok(polity.accounts.by_email(&Actor::system(), &email)?.id)
    };
    emails.lines().map(id).collect()
}
