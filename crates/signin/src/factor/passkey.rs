//! Passkeys: what is asked of a browser, and what it answers (WebAuthn Level 2).

use std::time::Duration;

use polity_accounts::EmailAddress;
use polity_kernel::{AccountId, Error, FieldKind, Result, Timestamp, id};
use url::Url;

id!(PasskeyId, "One passkey of a person.");

/// Who asks for passkeys: they work at this origin and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    /// The relying party id: the host.
    pub id: String,
    /// Scheme, host and port, as a browser writes them.
    pub origin: String,
}

impl RelyingParty {
    /// The service that people reach at this address. Browsers make passkeys for https alone, and for `localhost`; a host that is an IP address
    /// has none.
    ///
    /// # Errors
    /// `Invalid` at `public_url` for what is no address with a host.
    pub fn at(public_url: &str) -> Result<Self> {
        let malformed = || Error::field("public_url", FieldKind::Malformed.told("is no address of a site"));
        let url = Url::parse(public_url).map_err(|error| malformed().because(error))?;
        let id = url.host_str().ok_or_else(malformed)?.to_owned();
        Ok(Self { id, origin: url.origin().ascii_serialization() })
    }
}

/// A passkey as its person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Its id.
    pub id: PasskeyId,
    /// What its person calls it.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last used to sign in.
    pub last_used_at: Option<Timestamp>,
}

impl Passkey {
    /// The most that a person has.
    pub const MOST: usize = 20;

    /// How long a browser may take to answer.
    pub const TIME: Duration = Duration::from_secs(300);

    /// The algorithms that are taken, by their COSE numbers, the preferred first.
    pub const ALGORITHMS: [i64; 3] = crate::rules::ALGORITHMS;
}

/// What a browser is asked that makes a passkey (WebAuthn Level 2 §5.4). What is not here is always the same:
/// [`Passkey::ALGORITHMS`] and [`Passkey::TIME`], a discoverable credential and user verification required, attestation `none`.
#[derive(Clone, Debug)]
pub struct RegistrationOptions {
    /// 32 random bytes.
    pub challenge: Vec<u8>,
    /// Who asks.
    pub relying_party: RelyingParty,
    /// By what the authenticator knows the account: 32 bytes that tell nothing of it.
    pub user_handle: Vec<u8>,
    /// What tells the account from others to its person: the address.
    pub user_name: String,
    /// What its person is called.
    pub display_name: String,
    /// The credentials that there are already, so that an authenticator does not make a second one.
    pub exclude: Vec<Vec<u8>>,
}

/// What a browser answers (WebAuthn Level 2 §5.2.1), and how the passkey is to be called.
#[derive(Clone, Debug)]
pub struct RegistrationAnswer {
    /// `clientDataJSON`.
    pub client_data: Vec<u8>,
    /// `attestationObject`.
    pub attestation: Vec<u8>,
    /// At most 128 characters; without one it has a name that says no more than what it is.
    pub name: Option<String>,
}

/// Whose passkey is asked for.
#[derive(Clone, Debug)]
pub enum AssertionOf {
    /// Anybody's: the authenticator shows which it has.
    Anybody,
    /// That of the account with this address, if there is one.
    Address(EmailAddress),
    /// That of an account that is known already, for showing it once more.
    Account(AccountId),
}

/// What a browser is asked that uses a passkey (WebAuthn Level 2 §5.5). What is not here is always the same:
/// [`Passkey::TIME`], user verification required.
#[derive(Clone, Debug)]
pub struct AssertionOptions {
    /// 32 random bytes.
    pub challenge: Vec<u8>,
    /// The relying party id.
    pub relying_party: String,
    /// The credentials that will do; none where the authenticator is to show which it has. Those of an address that has none are made up, and
    /// the same each time.
    pub allow: Vec<Vec<u8>>,
}

/// What a browser answers (WebAuthn Level 2 §5.2.2).
#[derive(Clone, Debug)]
pub struct AssertionAnswer {
    /// The id of the credential (`rawId`).
    pub credential: Vec<u8>,
    /// `clientDataJSON`.
    pub client_data: Vec<u8>,
    /// `authenticatorData`.
    pub authenticator_data: Vec<u8>,
    /// `signature`.
    pub signature: Vec<u8>,
    /// `userHandle`; may be absent where credentials were named.
    pub user_handle: Option<Vec<u8>>,
}
