//! Key pairs of the issuers and clients that the tests make up.
//!
//! They protect nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

/// A key pair with its id.
pub(crate) struct Signer {
    pub(crate) kid: &'static str,
    algorithm: Algorithm,
    key: EncodingKey,
}

impl Signer {
    /// Ed25519 from a seed of this one byte.
    pub(crate) fn ed25519(kid: &'static str, seed: u8) -> Self {
        Self::ed25519_of(kid, &[seed; 32])
    }

    pub(crate) fn ed25519_of(kid: &'static str, seed: &[u8]) -> Self {
        let prefix = STANDARD.decode("MC4CAQAwBQYDK2VwBCIEIA==").unwrap();
        let key = EncodingKey::from_ed_der(&[prefix.as_slice(), seed].concat());
        Self { kid, algorithm: Algorithm::EdDSA, key }
    }

    pub(crate) fn rsa(kid: &'static str) -> Self {
        let key = EncodingKey::from_rsa_der(&STANDARD.decode(RSA).unwrap());
        Self { kid, algorithm: Algorithm::RS256, key }
    }

    pub(crate) fn p256(kid: &'static str) -> Self {
        let key = EncodingKey::from_ec_der(&STANDARD.decode(P256).unwrap());
        Self { kid, algorithm: Algorithm::ES256, key }
    }

    /// The public half, as an issuer publishes it.
    pub(crate) fn jwk(&self) -> Value {
        let mut jwk =
            serde_json::to_value(Jwk::from_encoding_key(&self.key, self.algorithm).unwrap()).unwrap();
        jwk["kid"] = json!(self.kid);
        jwk["use"] = json!("sig");
        jwk
    }

    pub(crate) fn jwks(&self) -> Value {
        json!({ "keys": [self.jwk()] })
    }

    /// A token with these claims, typed as an access token.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_as("at+jwt", claims)
    }

    pub(crate) fn sign_as(&self, typ: &str, claims: &Value) -> String {
        let mut header = Header::new(self.algorithm);
        header.typ = Some(typ.to_owned());
        header.kid = Some(self.kid.to_owned());
        jsonwebtoken::encode(&header, claims, &self.key).unwrap()
    }
}

const RSA: &str = "MIIEogIBAAKCAQEAppoTIVBjZlaCcFunagotQlRYFv7DpDsxBHVQ/mTvqnhW7cqhTbFa7Dei+C0r85l2atKKdYTfQH/wHlo8\
    AN9aLo/+M+JYzoAUFDbiolHjB0SlC2sVfjU/drWdXoxHUKSgX5KFu+FIL4V+AFQhhB/2/TNUcAGs+P+kiIDJQWFAQM1hxZZi\
    wcglFF8g3f0r21aJOsrCm0ANs3n32Qw3pGIduSjrN3Y9J6iOYZnnqNGXeYPs/lMff1WZQjm7WBb3/s/WXTnKVx+p1Ahk3sgV\
    bnIZct0kOCmnIr7dtyeYKZcBjJjmdruseIfOEBTbdJljcl8ZMdjjvIsEIbikI3sgGEeTNwIDAQABAoIBAFMsLEy/Y0BeA/Sv\
    7R5lQj8Q+IFSYr2Ex23gW7UFExlZxpwkQu8Ukb3H8NZRRtXwUUv3HCSbVxFOTcP5bGdLGiyQummQoKFHE78bv30lwF+Kh5Lx\
    vOMrFinfdVcUVS4PYfkUnysyxuTikgr79VeO1bGGhKr+SypsBeoX0WGQeZFfp81kk0EWoFNlkb3MN64b19Y0He1HSWS8jqmH\
    y8QEFcgl5jJALcHPTCIHwlwknua2THJ3YkOPzVfb5+vOmzD6NlFcV4GPavLbu1ACdOeLnnyW+64YtIWA3MmEjkjk+wwI+MWt\
    NNv8khmZrlDsMXDD42PeYiLX+cd4lFuMnG5lTaECgYEA5/RVJiYriQhjjxx0FDzKMn0EYiHoqZMcTFNAC/Jucq+Y23pHm2UE\
    Dr09rUZnwusdxHdB/6Psi9yq3o46MBjWpA3EZSkAXnoRnwWb2WP5HvwwzsUBz+YE4tIrqn+YmiwQE3yRvXPT9TVPJOtpAWq5\
    zfdSlP15vTU7f8oWvahqG18CgYEAt99mAa1DvoFlpOpJF6npu1T5iDIRH1VygNz1TStnaKcqQ0kEgUn7QaV84lw5c5HZGxxL\
    wUyVIM3RFxk2uQkAEmfZmpcufESFCRPzqByvC4Tq9V93YRImlLxRW234bSjDABZ9CmkELA7uhqVGVeD7iJr8cOHyrbnAmwuA\
    BUV1bykCgYBf4DWF9EcQeEA2ukscxlfJcLVsHpn95cnPnqWdipKuovhq1+tbRvDbastgoPZosih2udi04zv2P7r9DQruMIYf\
    /3TLX5xAcPJxqa7Wt6UUcqd2ACaUmX4xhy/3ZJBeQZJPi7Dt/z+AXo2dNBUOOeAdS3p+DRvR4nv6gTzPHhrlvwKBgB3uM4Ca\
    X6inD5Ckwnkjo3RnBKdy3u6mzhjD3vpM0mxqqaqCPEV/cXLiKU3/jSqO1zReisZQXQYV+q8z34CHQoe8d+N+MIbx8GXl5Ye8\
    A5JwdH60p44ZkkYr0WJ8qC+8ruFYx8nmBlPVqmYoiSZ5lPhLokQNw58b2YpjeNdi0xbhAoGAV4POjunEEk6I18XQE8sb6S6I\
    Yf1uw/gEjeIlylw56rxjg87+mA6wIOtfz3psb0EVT7HaFQ+2hOe0HWWkvJ+SdGk81qYzl1qzFpuAXANQxNSoMeqPyIvu9aq4\
    9XHam2cqJ92slhfFsiqK1IOo5J8XU0PSAqtBEI7MTDtgSlbFWIs=";

const P256: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/zR0MYae8SdlpBBrxIrNzGEOHjyYEWCC5II/oX4yZUChRANC\
    AARuEYr80mrCdixBtdhDC72UM1FDPkV6E1qzTuPfnKu0nQbmkKm0+vf+D8iKoe79/SIcP5bWOluitZ4pbPaq0pmc";
