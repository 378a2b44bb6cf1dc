//! One error for every area: what went wrong, by kind for programs and in words for the caller, and what caused it, for the log.

mod checks;
mod field;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use validator::ValidationErrors;

use crate::{Permission, Timestamp};

pub use field::{FieldError, FieldKind, Problem};

/// `Ok` or an [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Declares the codes with what they mean and what a caller should do; `docs/errors.md` is made from it.
macro_rules! codes {
    ($($variant:ident $name:literal $meaning:literal $remedy:literal)+) => {
        /// What kind of failure this is. The name is stable: programs may depend on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $(#[doc = $meaning] $variant),+ }

        impl Code {
            /// Every code, in the order of `docs/errors.md`.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in logs, metrics and documents.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What happened, in one sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning),+ }
            }

            /// What the caller should do about it, in one sentence.
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$variant => $remedy),+ }
            }
        }
    };
}

codes! {
    Malformed "malformed" "The body is not JSON of the expected shape." "Send the shape that `/openapi.json` shows for the route."
    Invalid "invalid" "A value in the request is not acceptable; `fields` says which and why." "Correct the named fields."
    Unauthenticated "unauthenticated" "There is no credential, or it is not valid (any more)." "Send `Authorization: Bearer` with a fresh access token or a live API key."
    Forbidden "forbidden" "The caller is known but may not do this." "Ask an administrator of the organization for the named permission."
    PersonRequired "person_required" "Only a person can do this; the caller is a program." "Call with the access token of a person."
    OrganizationInactive "organization_inactive" "The organization is suspended: it can be read but not changed." "Set its status to active first."
    JoinRefused "join_refused" "Neither a verified domain nor a live invitation lets this person in." "Verify the e-mail address, or ask a member for an invitation."
    ReauthenticationRequired "reauthentication_required" "This gives or takes power, and the session's person has not proven to be themselves lately." "Sign in again: within `max_age` seconds before the request."
    SsoEnforced "sso_enforced" "Everybody under the domain of the address signs in by the organization's own connection." "Sign in by that connection."
    SecondFactorRequired "second_factor_required" "The organization wants two factors, and its person has signed in with one." "Sign in with a second factor, a passkey or the organization's connection."
    CrossSite "cross_site" "A request with a session's cookie that changes something does not come from a page of the service." "Send it from a page of the service's own address, or with a token instead of the cookie."
    NotFound "not_found" "There is no such thing, or the caller may not know of it." "Check the id, and that the caller belongs to the organization."
    Conflict "conflict" "Something else already has this name, or the state does not allow the change." "Choose another name, or read the present state first."
    InvitationOver "invitation_over" "Whoever sent the invitation could not promise what it gives any more." "Ask an administrator of the organization for a new one."
    AlreadyMember "already_member" "The person already belongs to the organization." "Nothing needs to be done."
    NotAMember "not_a_member" "The person does not belong to the organization." "Add them as a member first."
    LimitReached "limit_reached" "There may be no more of these: by the organization's license, or by a bound of the service." "Remove what is no longer needed, or apply a license with a higher limit."
    NotEntitled "not_entitled" "The organization's license does not include this." "Apply a license that includes the named feature."
    LastOwner "last_owner" "An organization keeps at least one owner." "Make somebody else an owner first."
    Cycle "cycle" "A group would contain itself, directly or through others." "Take the group out of the chain first."
    MethodNotAllowed "method_not_allowed" "The path exists, but not with this method." "Use a method of the `Allow` header."
    NotAcceptable "not_acceptable" "The caller accepts none of the media types the route answers with." "Accept `application/json`."
    TooLarge "too_large" "The body is larger than the route takes." "Send less at once."
    UnsupportedMediaType "unsupported_media_type" "The body's media type is not one the route reads." "Send `Content-Type: application/json`."
    Throttled "throttled" "Too much in too short a time: requests of the organization's API keys, attempts from this address, letters, or accounts made." "Wait as many seconds as `Retry-After` says."
    Unavailable "unavailable" "The service cannot answer now." "Try again in a moment."
    Internal "internal" "The service failed; the log has the cause." "Report it with the `x-request-id` of the answer."
}

/// The cause of a throttled call: how many seconds to wait.
#[derive(Debug)]
pub struct RetryAfter(pub u64);

impl fmt::Display for RetryAfter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "may be tried again in {} seconds", self.0)
    }
}

impl StdError for RetryAfter {}

/// A failure. What [`Error::message`] says may reach the caller, and is for nobody else: programs decide by the code, the kinds of the
/// fields and the cause. The source only ever reaches the log.
pub struct Error(Box<Inner>);

struct Inner {
    code: Code,
    message: Cow<'static, str>,
    fields: Vec<FieldError>,
    /// What is wrong with a value whose field is not known yet.
    kind: Option<FieldKind>,
    missing: Vec<Permission>,
    item: Option<usize>,
    place: Option<String>,
    away: Option<&'static str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// A failure of this kind, with words for the caller.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            code,
            message: message.into(),
            fields: Vec::new(),
            kind: None,
            missing: Vec::new(),
            item: None,
            place: None,
            away: None,
            source: None,
        }))
    }

    /// One field is not acceptable ([`Code::Invalid`]): for what kind of reason, in words of its own where the kind does not say all.
    pub fn field(field: impl Into<String>, problem: impl Into<Problem>) -> Self {
        Self::of_fields(vec![problem.into().at(field.into())])
    }

    /// A value is not acceptable ([`Code::Invalid`]), for parsers that do not know where it stands; see [`Error::at`].
    pub fn of(problem: impl Into<Problem>) -> Self {
        let Problem { kind, message } = problem.into();
        let mut error = Self::new(Code::Invalid, message);
        error.0.kind = Some(kind);
        error
    }

    /// One field holds what a check of [`text`](crate::text) refuses ([`Code::Invalid`]).
    pub fn refused(field: &str, why: &validator::ValidationError) -> Self {
        Self::field(field, checks::problem(why))
    }

    fn of_fields(fields: Vec<FieldError>) -> Self {
        let mut error = Self::new(Code::Invalid, summary(&fields));
        error.0.fields = fields;
        error
    }

    /// Something that the service needs is away ([`Code::Unavailable`]): what, in one stable word by which the log tells it from others,
    /// and words for the caller.
    pub fn unavailable(what: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Self::new(Code::Unavailable, message);
        error.0.away = Some(what);
        error
    }

    /// Nothing there, or nothing the caller may know of. The noun is all that is told.
    pub fn not_found(noun: &'static str) -> Self {
        Self::new(Code::NotFound, format!("no such {noun}"))
    }

    /// The caller lacks these permissions.
    pub fn missing(permissions: Vec<Permission>) -> Self {
        let names: Vec<&str> = permissions.iter().map(Permission::as_str).collect();
        let mut error = Self::new(Code::Forbidden, format!("permission required: {}", names.join(", ")));
        error.0.missing = permissions;
        error
    }

    /// Something was done as often as may be; the words, which say what can be done then, are followed by the time to wait.
    pub fn throttled(words: &str, now: Timestamp, until: Timestamp) -> Self {
        let wait = until.micros().saturating_sub(now.micros()).unsigned_abs().div_ceil(1_000_000);
        Self::new(Code::Throttled, format!("{words} in {wait} seconds")).because(RetryAfter(wait))
    }

    /// A failure inside; the caller learns only that it happened.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(Code::Internal, "the service failed").because(source)
    }

    /// The same failure with its cause for the log.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same failure as one of this field, whatever field the parser speaks of, if it knows of any.
    #[must_use]
    pub fn at(self, field: impl Into<String>) -> Self {
        let problem = match self.0.fields.first() {
            Some(first) => first.into(),
            None => self.0.kind.unwrap_or(FieldKind::Malformed).told(self.0.message),
        };
        Self::field(field, problem)
    }

    /// The same failure with its fields called as somebody else calls them.
    #[must_use]
    pub fn renamed(mut self, name: impl Fn(&str) -> String) -> Self {
        if !self.0.fields.is_empty() {
            self.0.fields.iter_mut().for_each(|at| at.field = name(&at.field));
            self.0.message = summary(&self.0.fields).into();
        }
        self
    }

    /// The same failure as one of this item of the list that was sent, counted from 0.
    #[must_use]
    pub fn in_item(mut self, place: usize) -> Self {
        self.0.item = Some(place);
        self
    }

    /// Which item of the list that was sent is at fault, counted from 0, where one is.
    pub fn item(&self) -> Option<usize> {
        self.0.item
    }

    /// The same failure as one of what stands at this place of a file.
    #[must_use]
    pub fn in_place(mut self, place: impl Into<String>) -> Self {
        self.0.place = Some(place.into());
        self
    }

    /// Where in a file what is at fault stands, where that is known. The message does not say it.
    pub fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// What is away, when that is why the service is unavailable.
    pub fn away(&self) -> Option<&'static str> {
        self.0.away
    }

    /// What kind of failure this is.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Words for the caller; never holds a secret or another tenant's facts.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The fields at fault, when the input is.
    pub fn fields(&self) -> &[FieldError] {
        &self.0.fields
    }

    /// The permissions the caller would need.
    pub fn missing_permissions(&self) -> &[Permission] {
        &self.0.missing
    }

    /// Whether the transaction lost against another and would go through when run again (SQLSTATE 40001).
    pub(crate) fn is_retryable(&self) -> bool {
        matches!(self.database_kind(), Some(DatabaseErrorKind::SerializationFailure))
    }

    /// Whether the driver has no kind for what happened, as for the victim of a deadlock (40P01): it may go through when run again.
    pub(crate) fn is_of_no_kind(&self) -> bool {
        matches!(self.database_kind(), Some(DatabaseErrorKind::Unknown))
    }

    /// Whether the connection is gone, so that a fresh one may succeed.
    pub(crate) fn is_disconnection(&self) -> bool {
        use DatabaseErrorKind::{ClosedConnection, UnableToSendCommand};
        matches!(self.database_kind(), Some(ClosedConnection | UnableToSendCommand))
    }

    fn database_kind(&self) -> Option<&DatabaseErrorKind> {
        match self.0.source.as_ref()?.downcast_ref::<DieselError>()? {
            DieselError::DatabaseError(kind, _) => Some(kind),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.0.place.iter().fold(String::new(), |_, place| format!("{place}: "));
        write!(f, "{}: {place}{}", self.0.code.name(), self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(f, "; caused by: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        use DatabaseErrorKind as Kind;
        const AWAY: &str = "the service cannot answer now";
        let (what, words) = match &error {
            DieselError::NotFound => return Self::new(Code::NotFound, "not found"),
            DieselError::DatabaseError(Kind::UniqueViolation, _) => {
                return Self::new(Code::Conflict, "already exists").because(error);
            }
            // SQLSTATE 25006: a standby, or a store its operator has closed for writing
            DieselError::DatabaseError(Kind::ReadOnlyTransaction, _) => {
                ("writes", "the store takes no writes now")
            }
            DieselError::DatabaseError(Kind::SerializationFailure, _) => ("serialization", AWAY),
            DieselError::DatabaseError(Kind::ClosedConnection | Kind::UnableToSendCommand, _)
            | DieselError::BrokenTransactionManager => ("connection", AWAY),
            _ => return Self::internal(error),
        };
        Self::unavailable(what, words).because(error)
    }
}

/// Everything that these checks refuse, at once: where one does not end the others. No two judge fields of one name.
///
/// # Errors
/// [`Code::Invalid`], with all fields at fault.
pub fn check_together(checks: impl IntoIterator<Item = Result<(), ValidationErrors>>) -> Result<()> {
    let mut refused = ValidationErrors::new();
    for errors in checks.into_iter().filter_map(Result::err) {
        refused.errors_mut().extend(errors.into_errors());
    }
    if refused.is_empty() { Ok(()) } else { Err(refused.into()) }
}

impl From<ValidationErrors> for Error {
    fn from(errors: ValidationErrors) -> Self {
        Self::of_fields(checks::fields(&errors))
    }
}

/// What is wrong with all fields, in one line.
fn summary(fields: &[FieldError]) -> String {
    let told: Vec<String> = fields.iter().map(|at| format!("{}: {}", at.field, at.message)).collect();
    told.join("; ")
}

/// Turns the violation of a unique key of `table` into `taken`, and leaves every other failure what it is. For the outcome of one
/// statement on that table.
///
/// PostgreSQL names the table; SQLite names none, and there it can only be the statement's own.
pub fn on_unique(table: &'static str, taken: impl FnOnce() -> Error) -> impl FnOnce(DieselError) -> Error {
    move |error| {
        let hit = match &error {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, detail) => {
                detail.table_name().is_none_or(|violated| violated == table)
            }
            _ => false,
        };
        if hit { taken() } else { error.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_keeps_its_kind_wherever_it_is_put() {
        let parsed = Error::of(FieldKind::Malformed.told("is not a role"));
        assert_eq!(
            (parsed.code(), parsed.message(), parsed.fields()),
            (Code::Invalid, "is not a role", &[][..])
        );
        let error = parsed.at("role").at("limitToRole");
        let [at] = error.fields() else { panic!("{error}") };
        assert_eq!((at.field.as_str(), at.kind), ("limitToRole", FieldKind::Malformed));
        assert_eq!(error.message(), "limitToRole: is not a role");
        let renamed = error.in_place("line 4").renamed(|field| field.to_lowercase());
        assert_eq!((renamed.message(), renamed.place()), ("limittorole: is not a role", Some("line 4")));
        assert_eq!(renamed.to_string(), "invalid: line 4: limittorole: is not a role");
        assert_eq!(Error::not_found("role").renamed(str::to_uppercase).message(), "no such role");
    }

    #[test]
    fn what_is_away_has_one_word_whatever_is_said_of_it() {
        let away = Error::unavailable("database", format!("no answer after {} seconds", 7));
        assert_eq!((away.code(), away.away()), (Code::Unavailable, Some("database")));
        let kind = DatabaseErrorKind::ClosedConnection;
        let closed = Error::from(DieselError::DatabaseError(kind, Box::new("server went away".to_owned())));
        assert_eq!((closed.code(), closed.away()), (Code::Unavailable, Some("connection")));
        assert_eq!(Error::not_found("role").away(), None);
    }
}
