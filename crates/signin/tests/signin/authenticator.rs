//! An authenticator in software, with a browser before it: P-256, attestation `none`; what it says wrongly on purpose are its public fields.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polity_signin::{AssertionAnswer, AssertionOptions, RegistrationAnswer, RegistrationOptions};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};

pub(crate) const PRESENT: u8 = 1;
pub(crate) const VERIFIED: u8 = 4;
const ATTESTED: u8 = 64;

pub(crate) struct Authenticator {
    key: EcdsaKeyPair,
    pub(crate) credential: Vec<u8>,
    pub(crate) user_handle: Option<Vec<u8>>,
    /// The page's origin.
    pub(crate) origin: String,
    /// For whom it signs.
    pub(crate) relying_party: String,
    pub(crate) flags: u8,
    /// How often it has signed; it counts up by itself unless it does not count.
    pub(crate) count: u32,
    pub(crate) counts: bool,
}

impl Authenticator {
    /// One with a credential of this id.
    pub(crate) fn new(credential: &str) -> Self {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random);
        Self {
            key: key.unwrap(),
            credential: credential.as_bytes().to_vec(),
            user_handle: None,
            origin: "https://polity.example".to_owned(),
            relying_party: "polity.example".to_owned(),
            flags: PRESENT | VERIFIED,
            count: 1,
            counts: true,
        }
    }

    pub(crate) fn register(&mut self, options: &RegistrationOptions) -> RegistrationAnswer {
        self.user_handle = Some(options.user_handle.clone());
        let length = u16::try_from(self.credential.len()).unwrap().to_be_bytes();
        let point = self.key.public_key().as_ref();
        let key =
            [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32], &point[1..33], &[0x22, 0x58, 32], &point[33..]];
        let data = [self.head(ATTESTED), vec![0; 16], length.to_vec(), self.credential.clone(), key.concat()];
        let data = data.concat();
        let length = u16::try_from(data.len()).unwrap().to_be_bytes();
        let object = [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".as_slice(), &length, &data];
        RegistrationAnswer {
            client_data: self.client_data("webauthn.create", &options.challenge),
            attestation: object.concat(),
            name: None,
        }
    }

    pub(crate) fn assert(&mut self, options: &AssertionOptions) -> AssertionAnswer {
        if self.counts {
            self.count += 1;
        }
        let authenticator_data = self.head(0);
        let client_data = self.client_data("webauthn.get", &options.challenge);
        let message = [authenticator_data.as_slice(), digest(&SHA256, &client_data).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &message).unwrap().as_ref().to_vec();
        AssertionAnswer {
            credential: self.credential.clone(),
            client_data,
            authenticator_data,
            signature,
            user_handle: self.user_handle.clone(),
        }
    }

    fn head(&self, flags: u8) -> Vec<u8> {
        let hash = digest(&SHA256, self.relying_party.as_bytes());
        [hash.as_ref(), &[self.flags | flags], &self.count.to_be_bytes()].concat()
    }

    fn client_data(&self, kind: &str, challenge: &[u8]) -> Vec<u8> {
        let challenge = URL_SAFE_NO_PAD.encode(challenge);
        serde_json::to_vec(&serde_json::json!({
            "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false,
        }))
        .unwrap()
    }
}
