//! How and when the person who is calling has proven to be themselves.

use std::fmt;
use std::time::Duration;

use crate::{SessionId, Timestamp};

/// How long a proof lets a session do what gives or takes power; after it, it is asked for again.
pub const RECENT: Duration = Duration::from_secs(20 * 60);

/// How and when a person has proven to be themselves; programs have none, nor has whoever comes with a token that does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Authentication {
    /// When they proved themselves last (`auth_time`, OpenID Connect Core §2).
    pub at: Timestamp,
    /// What they showed.
    pub methods: Methods,
    /// The session that stands for it; absent for a token, which is asked for no fresher proof.
    pub session: Option<SessionId>,
}

/// One thing that a person shows to be themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Method {
    /// A password.
    Password = 1,
    /// A one-time password of an authenticator (RFC 6238).
    OneTimePassword = 1 << 1,
    /// One of the codes kept for when the authenticator is lost.
    RecoveryCode = 1 << 2,
    /// A key of a device that has verified its user (WebAuthn): two factors by itself.
    Passkey = 1 << 3,
    /// A link that was mailed to the account's address.
    MailedLink = 1 << 4,
    /// The word of another provider, who has its own rules for factors.
    Federated = 1 << 5,
}

/// A set of methods, of one byte.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Methods(u8);

impl Authentication {
    /// Whether a session's proof is too old for what gives or takes power. Whoever has no session is asked for none.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.session.is_some() && now >= self.at.after(RECENT)
    }
}

impl Method {
    /// Every method, in the order in which they are written.
    pub const ALL: [Self; 6] = [
        Self::Password,
        Self::OneTimePassword,
        Self::RecoveryCode,
        Self::Passkey,
        Self::MailedLink,
        Self::Federated,
    ];

    /// The word for it among authentication method references: RFC 8176 §2 where that has one.
    pub const fn reference(self) -> &'static str {
        match self {
            Self::Password => "pwd",
            Self::OneTimePassword => "otp",
            Self::RecoveryCode => "recovery",
            Self::Passkey => "hwk",
            Self::MailedLink => "email",
            Self::Federated => "fed",
        }
    }
}

impl Methods {
    /// Nothing shown.
    pub const NONE: Self = Self(0);

    /// The set as the store keeps it.
    pub fn bits(self) -> i64 {
        i64::from(self.0)
    }

    /// The set that the store keeps so; bits of no method mean nothing.
    pub fn from_bits(bits: i64) -> Self {
        Method::ALL.into_iter().filter(|method| bits & i64::from(*method as u8) != 0).collect()
    }

    /// Just this one.
    pub const fn of(method: Method) -> Self {
        Self(method as u8)
    }

    /// These and this one.
    #[must_use]
    pub const fn and(self, method: Method) -> Self {
        Self(self.0 | method as u8)
    }

    /// Whether this one is among them.
    pub const fn contain(self, method: Method) -> bool {
        self.0 & method as u8 != 0
    }

    /// Whether nothing was shown.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether they are as good as two factors: a passkey, another provider's word, or a first one beside a second.
    pub const fn has_two_factors(self) -> bool {
        let first = self.contain(Method::Password) || self.contain(Method::MailedLink);
        let second = self.contain(Method::OneTimePassword) || self.contain(Method::RecoveryCode);
        self.contain(Method::Passkey) || self.contain(Method::Federated) || (first && second)
    }

    /// The methods, in their order.
    pub fn iter(self) -> impl Iterator<Item = Method> {
        Method::ALL.into_iter().filter(move |method| self.contain(*method))
    }

    /// Authentication method references (`amr`, RFC 8176): the word of each, `user` beside a passkey, `mfa` where several were shown.
    pub fn references(self) -> Vec<&'static str> {
        let mut words: Vec<&str> = self.iter().map(Method::reference).collect();
        if self.contain(Method::Passkey) {
            words.push("user");
        }
        if self.has_two_factors() && self.iter().count() > 1 {
            words.push("mfa");
        }
        words
    }

    /// The methods that are meant by these words; words of other meaning mean none.
    pub fn referred<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let method = |word: &str| Method::ALL.into_iter().find(|method| method.reference() == word);
        words.into_iter().filter_map(method).collect()
    }
}

impl FromIterator<Method> for Methods {
    fn from_iter<I: IntoIterator<Item = Method>>(methods: I) -> Self {
        methods.into_iter().fold(Self::NONE, Self::and)
    }
}

impl fmt::Debug for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.references()).finish()
    }
}

#[cfg(test)]
mod tests {
    use Method::{Federated, MailedLink, OneTimePassword, Passkey, Password, RecoveryCode};

    use super::*;

    #[test]
    fn what_is_as_good_as_two_factors() {
        for (methods, expected) in [
            (&[][..], false),
            (&[Password], false),
            (&[MailedLink, Password], false),
            (&[OneTimePassword, RecoveryCode], false),
            (&[Password, OneTimePassword], true),
            (&[MailedLink, RecoveryCode], true),
            (&[Passkey], true),
            (&[Federated], true),
        ] {
            let methods: Methods = methods.iter().copied().collect();
            assert_eq!(methods.has_two_factors(), expected, "{methods:?}");
        }
    }

    #[test]
    fn references_lead_back_to_the_methods() {
        for method in Method::ALL {
            let methods = Methods::of(method).and(Password);
            assert_eq!(Methods::referred(methods.references()), methods);
        }
        let both = Methods::of(Password).and(OneTimePassword);
        assert_eq!((both.bits(), Methods::from_bits(both.bits() | 1 << 40)), (3, both));
        assert_eq!(both.references(), ["pwd", "otp", "mfa"]);
        assert_eq!(Methods::of(Passkey).references(), ["hwk", "user"]);
        assert_eq!(Methods::referred(["mfa", "user", "face", ""]), Methods::NONE);
    }

    #[test]
    fn only_a_session_grows_stale() {
        let at = Timestamp::from_seconds(1_000);
        let token = Authentication { at, methods: Methods::of(Password), session: None };
        let session = Authentication { session: Some(SessionId::new(uuid::Uuid::nil())), ..token };
        assert!(!session.is_stale(at.after(RECENT.saturating_sub(Duration::from_micros(1)))));
        assert!(session.is_stale(at.after(RECENT)));
        assert!(!token.is_stale(at.after(RECENT * 100)));
    }
}
