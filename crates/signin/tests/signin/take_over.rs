//! A trusted issuer vouches for an address that somebody has signed up with and not confirmed: the account is its person's from then on, and
//! the password opens nothing any more.

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use polity_signin::{Factors, Passkeys, SecondFactors};
use polity_testkit::both_engines;
use serde_json::json;

use crate::authenticator::Authenticator;
use crate::*;

/// The trusted issuer's key, Ed25519 from a seed (RFC 8410 §7); it protects nothing.
fn key() -> EncodingKey {
    let prefix = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    EncodingKey::from_ed_der(&[prefix.as_slice(), &[1; 32]].concat())
}

/// The issuer's token for whoever it knows to have this address.
fn vouched(ground: &Ground<'_>, email: &str) -> String {
    let mut jwk = Jwk::from_encoding_key(&key(), Algorithm::EdDSA).unwrap();
    jwk.common.key_id = Some("outside-1".to_owned());
    *ground.keys.0.lock().unwrap() = json!({ "keys": [jwk] });
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = Some("outside-1".to_owned());
    let now = ground.kit.ctx.now().seconds();
    let claims = json!({
        "iss": ISSUER, "sub": "ada", "aud": "polity", "iat": now, "exp": now + 600, "email": email, "email_verified": true,
    });
    jsonwebtoken::encode(&header, &claims, &key()).unwrap()
}

both_engines! {
    fn the_password_of_an_account_that_another_takes_over_ends(kit) {
        let ground = ground(kit);
        let squatted = ground.ada();
        let link = ground.mailed().remove(0);
        let (me, there) = (themselves(squatted.id), browser("there"));
        let options = ground.signin.begin_registration(&me, there).unwrap();
        let answer = Authenticator::new("squatter's").register(&options);
        ground.signin.finish_registration(&me, there, &answer).unwrap();
        let actor = ground.authenticate(&vouched(&ground, "ada@other.example")).unwrap();
        assert_eq!(actor.person().unwrap(), squatted.id);
        assert_eq!(ground.signin.factors(squatted.id).unwrap(), Factors::default());
        assert_eq!(code(ground.log_in(PASSWORD)), Code::Unauthenticated);
        assert!(!is_not_verified(&ground.log_in(PASSWORD).unwrap_err()), "there is no password to be right");
        assert_eq!(code(ground.signin.confirm(link.secret.reveal(), PASSWORD)), Code::NotFound);
        ground.signin.reset(&ground.reset_link(), password("another password")).unwrap();
        ground.log_in("another password").unwrap();
    }

    fn a_token_is_made_for_nothing_that_identity_was_not_told_of(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        let token = ground.log_in(PASSWORD).unwrap().token;
        let authenticator = polity_identity::Authenticator { claim: "otp_version", ..OF_PASSWORDS };
        let proved_by = Some(polity_identity::ProvedBy { authenticator, version: 1 });
        let mint = Mint { proved_by, ..Mint::of(Subject::Person(ada.id)) };
        assert_eq!(ground.identity.mint(&mint).unwrap_err().code(), Code::Internal);
        ground.authenticate(token.reveal()).unwrap();
    }
}
