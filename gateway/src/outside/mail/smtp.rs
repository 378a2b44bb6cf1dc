//! The conversation with a mail server, step by step, so that it is known which step failed.

use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use polity_kernel::{Error, Result};
use secrecy::ExposeSecret as _;

use crate::config::{Encryption, SmtpServer};

/// How long the server may take for one step; all of them together stay below a job's lease.
const PATIENCE: Duration = Duration::from_secs(9);

/// Why a letter was not handed over.
#[derive(Debug)]
pub(super) enum Failure {
    /// It certainly was not; another run may do better.
    Before(Error),
    /// It certainly was not, and never will be.
    Refused(Error),
    /// Nobody knows whether it was.
    Unknown(Error),
}

/// Hands a message over. `begin` is called when everything has been agreed and only the text is left to be given; when it fails,
/// the text is not given.
pub(super) fn hand_over(
    server: &SmtpServer,
    message: &Message,
    begin: impl FnOnce() -> Result<()>,
) -> Result<(), Failure> {
    let mut connection = connect(server).map_err(before)?;
    address(&mut connection, message)?;
    connection.command(Data).map_err(before)?;
    begin().map_err(Failure::Before)?;
    match connection.message(&message.formatted()) {
        Ok(_) => {
            // the letter is the server's whatever it says to our leaving
            drop(connection.quit());
            Ok(())
        }
        // a line that breaks here may have carried the last byte
        Err(error) if error.status().is_none() => Err(Failure::Unknown(unavailable(error))),
        Err(error) if error.is_permanent() => Err(Failure::Refused(unavailable(error))),
        Err(error) => Err(before(error)),
    }
}

fn connect(server: &SmtpServer) -> Result<SmtpConnection, SmtpError> {
    let hello = ClientId::default();
    let tls = match server.encryption {
        Encryption::None => None,
        Encryption::Implicit | Encryption::StartTls => Some(TlsParameters::new_rustls(server.host.clone())?),
    };
    let implicit = tls.as_ref().filter(|_| server.encryption == Encryption::Implicit);
    let host = server.host.trim_matches(['[', ']']);
    let mut connection =
        SmtpConnection::connect((host, server.port), Some(PATIENCE), &hello, implicit, None)?;
    if let Some(tls) = tls.filter(|_| server.encryption == Encryption::StartTls) {
        connection.starttls(&tls, &hello)?;
    }
    if let Some((name, password)) = &server.credentials {
        let credentials = Credentials::new(name.clone(), password.expose_secret().to_owned());
        connection.auth(DEFAULT_MECHANISMS, &credentials)?;
    }
    Ok(connection)
}

/// Tells the server from whom and to whom. Only its word about the recipient is about the letter and not about us.
fn address(connection: &mut SmtpConnection, message: &Message) -> Result<(), Failure> {
    let envelope = message.envelope();
    let mut parameters = Vec::new();
    let addresses = envelope.from().into_iter().chain(envelope.to());
    if !addresses.into_iter().all(|address| AsRef::<str>::as_ref(address).is_ascii()) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            let words = "the mail server takes no addresses beyond ASCII";
            return Err(Failure::Refused(Error::unavailable("mail addresses", words)));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    connection.command(Mail::new(envelope.from().cloned(), parameters)).map_err(before)?;
    for to in envelope.to() {
        connection.command(Rcpt::new(to.clone(), Vec::new())).map_err(|error| {
            match error.is_permanent() {
                true => Failure::Refused(unavailable(error)),
                false => before(error),
            }
        })?;
    }
    Ok(())
}

fn before(error: SmtpError) -> Failure {
    Failure::Before(unavailable(error))
}

fn unavailable(error: SmtpError) -> Error {
    Error::unavailable("mail", "the mail server does not take the letter").because(error)
}
