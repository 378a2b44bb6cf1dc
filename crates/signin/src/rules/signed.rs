//! What an authenticator signs: its data (WebAuthn Level 2 §6.1), and what comes with a new credential.

use ring::digest::{SHA256, digest};
use subtle::ConstantTimeEq as _;

use super::cbor::{Item, Reader};
use super::cose::PublicKey;

/// The most bytes of an attestation that are read; one with certificates has a few thousand.
const LONGEST: usize = 16_384;

/// The longest id of a credential (WebAuthn Level 3 §7.1).
const LONGEST_ID: usize = 1_023;

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const ATTESTED: u8 = 1 << 6;
const EXTENDED: u8 = 1 << 7;

/// A credential that an authenticator has made.
pub(crate) struct Made<'b> {
    pub(crate) credential: &'b [u8],
    /// A COSE key that is read again as [`PublicKey`].
    pub(crate) public_key: &'b [u8],
    pub(crate) sign_count: u32,
}

/// What somebody's authenticator says to have signed.
pub(crate) struct Assertion<'b> {
    /// The data of the authenticator.
    pub(crate) authenticator: &'b [u8],
    /// The browser's client data.
    pub(crate) client: &'b [u8],
    pub(crate) signature: &'b [u8],
}

/// The credential of an attestation object (WebAuthn Level 2 §6.5.4), made for this relying party by somebody whom the authenticator has
/// verified. Who built the authenticator is not asked, so the statement about that is passed over.
pub(crate) fn made<'b>(attestation: &'b [u8], relying_party: &str) -> Option<Made<'b>> {
    if attestation.len() > LONGEST {
        return None;
    }
    let mut reader = Reader::new(attestation);
    let object = reader.item().filter(|_| reader.rest().is_empty())?;
    let data = object.get(&Item::Text("authData"))?.bytes()?;
    let head = Head::read(data, relying_party).filter(|head| head.has(ATTESTED))?;
    // 16 bytes tell the model, two the length of the id
    let (_, rest) = head.rest.split_at_checked(16)?;
    let (length, rest) = rest.split_first_chunk()?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (credential, rest) = rest.split_at_checked(length)?;
    let mut reader = Reader::new(rest);
    reader.item()?;
    let public_key = rest.get(..rest.len() - reader.rest().len())?;
    PublicKey::read(public_key)?;
    let is_sound = (1..=LONGEST_ID).contains(&length) && head.ends_with(reader.rest());
    is_sound.then_some(Made { credential, public_key, sign_count: head.sign_count })
}

/// The count of signatures that an assertion tells (WebAuthn Level 2 §7.2), if it is by this key for this relying party, of somebody whom the authenticator has
/// verified.
pub(crate) fn asserted(assertion: &Assertion<'_>, key: &PublicKey<'_>, relying_party: &str) -> Option<u32> {
    let head = Head::read(assertion.authenticator, relying_party)?;
    if head.has(ATTESTED) || !head.ends_with(head.rest) {
        return None;
    }
    let hash = digest(&SHA256, assertion.client);
    let message = [assertion.authenticator, hash.as_ref()].concat();
    key.has_signed(&message, assertion.signature).then_some(head.sign_count)
}

/// What an authenticator's data begins with.
struct Head<'b> {
    flags: u8,
    sign_count: u32,
    rest: &'b [u8],
}

impl<'b> Head<'b> {
    /// Of data for this relying party, of somebody who was there and verified.
    fn read(data: &'b [u8], relying_party: &str) -> Option<Self> {
        let (hash, rest) = data.split_first_chunk::<32>()?;
        let (flags, rest) = rest.split_first()?;
        let (count, rest) = rest.split_first_chunk()?;
        let head = Self { flags: *flags, sign_count: u32::from_be_bytes(*count), rest };
        let is_ours: bool = digest(&SHA256, relying_party.as_bytes()).as_ref().ct_eq(hash).into();
        (is_ours && head.has(USER_PRESENT) && head.has(USER_VERIFIED)).then_some(head)
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Whether these are the last bytes there should be: extensions, one map, where the flags say that there are some.
    fn ends_with(&self, rest: &[u8]) -> bool {
        if !self.has(EXTENDED) {
            return rest.is_empty();
        }
        let mut reader = Reader::new(rest);
        matches!(reader.item(), Some(Item::Map(_))) && reader.rest().is_empty()
    }
}
