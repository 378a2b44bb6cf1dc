//! Why a sign-in is refused, in words that an administrator understands.

use std::fmt;

use polity_kernel::{Code, Error};

macro_rules! rejections {
    ($($(#[doc = $doc:literal])+ $name:ident = $words:literal;)+) => {
        /// Why a sign-in is refused. The words go to the log of the connection; they hold nothing of what was sent.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Rejection { $($(#[doc = $doc])+ $name),+ }

        impl Rejection {
            /// For the log of the connection.
            pub const fn words(self) -> &'static str {
                match self { $(Self::$name => $words),+ }
            }
        }
    };
}

rejections! {
    /// Nobody began this, or it is over.
    UnknownFlow = "no sign-in was under way: it had run out, was used before, or began elsewhere";
    /// Another browser began it.
    OtherBrowser = "another browser began this sign-in";
    /// The answer is for another protocol or connection.
    OtherConnection = "the answer belongs to another connection";
    /// What it serves is not proven.
    DomainsRest = "none of the domains that the connection serves is verified at present";
    /// The license leaves it out.
    NotEntitled = "the organization's license does not include signing in by SAML";
    /// The provider refused.
    ProviderRefused = "the provider refused the sign-in";
    /// The person refused at the provider.
    PersonRefused = "the person cancelled at the provider, or may not use the application there";
    /// It could not be reached.
    ProviderAway = "the provider did not answer in time";
    /// Its answer makes no sense.
    ProviderAnswer = "the provider's answer could not be read";
    /// Its answer is too large.
    AnswerTooLarge = "the provider's answer is too large";
    /// Discovery names another issuer.
    DiscoveryIssuer = "the provider's discovery document names another issuer than the connection";
    /// RFC 9207 tells of a mix-up.
    MixUp = "another provider answered than was asked";
    /// No code came.
    MissingCode = "the provider sent no code";
    /// The token endpoint said no.
    CodeRefused = "the provider did not take the code: it had run out or was used before, or our client id or secret is wrong there";
    /// No ID token came.
    MissingIdToken = "the provider sent no ID token: is the scope openid allowed there?";
    /// A token that is none.
    TokenMalformed = "the ID token is malformed";
    /// Its algorithm is not the key's.
    TokenAlgorithm = "the ID token's algorithm is not the one of its key, or not allowed";
    /// Its key is unknown.
    TokenKey = "the ID token is signed with a key that the provider does not publish";
    /// Its signature is wrong.
    TokenSignature = "the ID token's signature is wrong";
    /// Its issuer is another.
    TokenIssuer = "the ID token is of another issuer";
    /// Its audience is another.
    TokenAudience = "the ID token is for another application";
    /// It has ended.
    TokenExpired = "the ID token has expired: do the clocks agree?";
    /// It has not begun.
    TokenEarly = "the ID token is from the future: do the clocks agree?";
    /// The nonce is another.
    TokenNonce = "the ID token answers another request";
    /// `at_hash` is another.
    TokenAccessHash = "the ID token belongs to another access token";
    /// The tenant is not allowed.
    Tenant = "the person is of a tenant that is not allowed";
    /// No subject.
    MissingSubject = "the provider did not say who the person is";
    /// Userinfo is about somebody else.
    UserinfoSubject = "the provider's user information is about somebody else";
    /// Larger than any honest response.
    SamlTooLarge = "the SAML response is larger than 256 KiB";
    /// No base64 or XML.
    SamlMalformed = "the SAML response is malformed";
    /// A DTD or an entity.
    SamlDtd = "the SAML response has a document type or entities, which are refused";
    /// Deeper or with more in it than any honest one.
    SamlTooDeep = "the SAML response is nested too deeply or has too many parts";
    /// Comments split texts.
    SamlComment = "the SAML response holds a comment or a processing instruction, which is refused";
    /// Types are not for a sender to choose.
    SamlType = "the SAML response says of an element that it is of another type, which is refused";
    /// It is laid out as no honest one is.
    SamlLayout = "the SAML response is laid out in a way that is refused: exactly one assertion, with signatures in their places";
    /// Signed otherwise than is allowed.
    SamlAlgorithm = "the SAML signature uses an algorithm that is refused: RSA or ECDSA with SHA-256 or better is wanted";
    /// The reference is not the element.
    SamlReference = "the SAML signature does not cover exactly the element it stands in";
    /// Unsigned.
    SamlUnsigned = "neither the SAML assertion nor the response around it is signed";
    /// Encrypted without authentication, in a response that is not signed.
    SamlUnsignedCbc = "the SAML assertion is encrypted by AES-CBC in a response that is not signed: have the provider sign the response, or encrypt by AES-GCM";
    /// Not with a key of this connection.
    SamlSignature = "the SAML signature is wrong, or made with a certificate that is not the connection's";
    /// All have ended.
    SamlCertificate = "none of the connection's certificates counts at present: put the provider's new one in";
    /// Not decrypted.
    SamlEncryption = "the SAML assertion could not be decrypted: was it encrypted for the certificate of this connection?";
    /// Encrypted otherwise than is allowed.
    SamlEncryptionAlgorithm = "the SAML assertion is encrypted by an algorithm that is refused: AES-GCM or AES-CBC is wanted, and RSA-OAEP for its key";
    /// The provider refused.
    SamlStatus = "the provider answered that the sign-in failed";
    /// Its issuer is another.
    SamlIssuer = "the SAML response is of another entity id than the connection's";
    /// Its audience is another.
    SamlAudience = "the SAML assertion is for another audience than our entity id";
    /// Its destination is another.
    SamlDestination = "the SAML response is meant for another address";
    /// Its recipient is another, or it has none.
    SamlRecipient = "the SAML assertion has no bearer confirmation for our address";
    /// Outside its time.
    SamlTime = "the SAML assertion is used before or after its time: do the clocks agree?";
    /// It answers another request.
    SamlInResponseTo = "the SAML response answers another request";
    /// Nobody asked for it.
    SamlUnsolicited = "nobody had asked for the SAML response, and the connection does not allow that";
    /// Used before.
    SamlReplay = "the SAML assertion was used before";
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

impl std::error::Error for Rejection {}

impl From<Rejection> for Error {
    /// Whoever is at the browser learns nothing but that it did not work.
    fn from(rejection: Rejection) -> Self {
        let words = "signing in at the provider did not work; the log of the connection says why";
        Self::new(Code::Unauthenticated, words).because(rejection)
    }
}
