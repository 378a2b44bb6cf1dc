//! The mail server that an operator names: `smtps://user:password@mail.example.com`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::{Host, Url};

/// How what is said to the server is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// TLS from the first byte (RFC 8314).
    Implicit,
    /// TLS before anything is said that matters; a server that offers none is not used.
    StartTls,
    /// None: on this machine, or where the operator says so.
    None,
}

/// A mail server and how to speak to it.
#[derive(Clone, Debug)]
pub struct SmtpServer {
    /// Its name, which its certificate must bear.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub encryption: Encryption,
    /// The name and the password to sign in with, where the server asks for them.
    pub credentials: Option<(String, SecretString)>,
}

impl FromStr for SmtpServer {
    type Err = &'static str;

    /// `smtps://` means TLS from the start (port 465), `smtp://` STARTTLS (port 587). `smtp://` is plain for a server on this
    /// machine, and with `?tls=none` (port 25).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // the words never quote the text, which holds a password
        let url = Url::parse(text).map_err(|_| "must be smtp(s)://[user:password@]host[:port]")?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("has no host")?.to_owned();
        let encryption = match (url.scheme(), url.query()) {
            ("smtps", None) => Encryption::Implicit,
            ("smtp", None) if is_here(&url) => Encryption::None,
            ("smtp", None) => Encryption::StartTls,
            ("smtp", Some("tls=none")) => Encryption::None,
            ("smtp" | "smtps", _) => return Err("takes no query but tls=none, and that with smtp only"),
            _ => return Err("must begin with smtp:// or smtps://"),
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err("must end after the port");
        }
        let port = url.port().unwrap_or(match encryption {
            Encryption::Implicit => 465,
            Encryption::StartTls => 587,
            Encryption::None => 25,
        });
        Ok(Self { host, port, encryption, credentials: credentials(&url)? })
    }
}

/// Nobody can listen in on what never leaves this machine.
fn is_here(url: &Url) -> bool {
    match url.host() {
        // a host of a scheme that is not the web's is never parsed as an IPv4 address
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn credentials(url: &Url) -> Result<Option<(String, SecretString)>, &'static str> {
    let Some(password) = url.password() else {
        return if url.username().is_empty() { Ok(None) } else { Err("has a user but no password") };
    };
    let decoded = |text| percent_decode_str(text).decode_utf8().map_err(|_| "has a user that is not UTF-8");
    Ok(Some((decoded(url.username())?.into_owned(), SecretString::from(decoded(password)?.into_owned()))))
}

impl fmt::Display for SmtpServer {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, query) = match self.encryption {
            Encryption::Implicit => ("smtps", ""),
            Encryption::StartTls => ("smtp", ""),
            Encryption::None => ("smtp", "?tls=none"),
        };
        let user = self.credentials.as_ref().map_or(String::new(), |(name, _)| format!("{name}:(hidden)@"));
        write!(f, "{scheme}://{user}{}:{}{query}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn what_is_said_is_protected_unless_nobody_can_hear_it() {
        for (text, encryption, port) in [
            ("smtps://mail.example.com", Encryption::Implicit, 465),
            ("smtp://mail.example.com", Encryption::StartTls, 587),
            ("smtp://mail.example.com:2525", Encryption::StartTls, 2525),
            ("smtp://mail.example.com?tls=none", Encryption::None, 25),
            ("smtp://localhost:1025", Encryption::None, 1025),
            ("smtp://127.0.0.1:1025", Encryption::None, 1025),
            ("smtp://[::1]:1025", Encryption::None, 1025),
        ] {
            let server: SmtpServer = text.parse().unwrap();
            assert_eq!((server.encryption, server.port), (encryption, port), "{text}");
        }
    }

    #[test]
    fn the_password_is_read_and_never_shown() {
        let server: SmtpServer =
            "smtps://polity%40example.com:tell%2Fnobody@mail.example.com".parse().unwrap();
        let (name, password) = server.credentials.as_ref().unwrap();
        assert_eq!((name.as_str(), password.expose_secret()), ("polity@example.com", "tell/nobody"));
        assert!(!format!("{server} {server:?}").contains("nobody"));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "mail.example.com",
            "http://mail.example.com",
            "smtp://",
            "smtp://user@mail.example.com",
            "smtps://mail.example.com?tls=none",
            "smtp://mail.example.com?tls=maybe",
            "smtp://mail.example.com/inbox",
        ] {
            assert!(text.parse::<SmtpServer>().is_err(), "{text}");
        }
    }
}
