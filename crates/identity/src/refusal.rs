//! Why a credential is refused, in words that may be shown to whoever sent it.

use std::fmt;

use polity_kernel::{Code, Error};

/// Why a credential is refused. The words become `error_description` (RFC 6750 §3), so they hold no quote and no backslash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    TooLong,
    Malformed,
    Checksum,
    UnknownIssuer,
    UnknownSigningKey,
    Algorithm,
    Signature,
    Audience,
    Type,
    Incomplete,
    Expired,
    NotYetValid,
    Revoked,
    Inactive,
    NoKey,
    UnknownKey,
    UnknownSession,
    UnknownClient,
    ClientMethod,
    ClientGrant,
    UnknownSubject,
    Disabled,
    OrganizationGone,
}

impl Refusal {
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::TooLong => "the credential is too long",
            Self::Malformed => "the credential is malformed",
            Self::Checksum => "the API key is mistyped",
            Self::UnknownIssuer => "the token's issuer is not trusted here",
            Self::UnknownSigningKey => "the token is signed with an unknown key",
            Self::Algorithm => "the token's algorithm is not the one of its key",
            Self::Signature => "the token's signature is wrong",
            Self::Audience => "the token is meant for another audience",
            Self::Type => "the token is not an access token",
            Self::Incomplete => "the token lacks a required claim",
            Self::Expired => "the credential has expired",
            Self::NotYetValid => "the token is not valid yet",
            Self::Revoked => "the credential has been revoked",
            Self::Inactive => "the token is not active",
            Self::NoKey => "the credential is not an API key",
            Self::UnknownKey => "the API key is unknown or revoked",
            Self::UnknownSession => "the session is over: sign in again",
            Self::UnknownClient => "unknown client, or it did not prove itself",
            Self::ClientMethod => "the client is registered for another way to prove itself",
            Self::ClientGrant => "the client is not registered to act for itself",
            Self::UnknownSubject => "the credential's owner is unknown",
            Self::Disabled => "the credential's owner is disabled",
            Self::OrganizationGone => "the credential's organization is gone",
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::new(Code::Unauthenticated, refusal.reason())
    }
}

/// The cause of a refusal where the credential was an API key.
#[derive(Clone, Copy, Debug)]
pub struct BadApiKey;

impl BadApiKey {
    /// The same failure, known to be about an API key where it is one of the credential.
    pub(crate) fn marked(error: Error) -> Error {
        if error.code() == Code::Unauthenticated { error.because(Self) } else { error }
    }
}

impl fmt::Display for BadApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the API key is not good")
    }
}

impl std::error::Error for BadApiKey {}
