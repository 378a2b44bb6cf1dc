//! One error for every area: what went wrong, in words for the caller, and what caused it, for the log.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::{Permission, Timestamp};

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

/// One field of the input and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name as the area knows it; a family translates it where its own differs.
    pub field: String,
    /// What is wrong, in words for the caller.
    pub message: String,
}

/// A failure. What [`Error::message`] says may reach the caller; the source only ever reaches the log.
pub struct Error(Box<Inner>);

struct Inner {
    code: Code,
    message: Cow<'static, str>,
    fields: Vec<FieldError>,
    missing: Vec<Permission>,
    item: Option<usize>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// A failure of this kind, with words for the caller.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            code,
            message: message.into(),
            fields: Vec::new(),
            missing: Vec::new(),
            item: None,
            source: None,
        }))
    }

    /// One field is not acceptable ([`Code::Invalid`]).
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        let (field, message) = (field.into(), message.into());
        let mut error = Self::new(Code::Invalid, format!("{field}: {message}"));
        error.0.fields.push(FieldError { field, message });
        error
    }

    /// One field holds what a check of [`text`](crate::text) refuses ([`Code::Invalid`]).
    pub fn refused(field: &str, why: &validator::ValidationError) -> Self {
        Self::field(field, why.message.as_ref().unwrap_or(&why.code).to_string())
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

    /// The same failure as one of this field, for inputs whose parser does not know where they stand.
    #[must_use]
    pub fn at(self, field: impl Into<String>) -> Self {
        Self::field(field, self.0.message.into_owned())
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
        write!(f, "{}: {}", self.0.code.name(), self.0.message)
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
        let words = match &error {
            DieselError::NotFound => return Self::new(Code::NotFound, "not found"),
            DieselError::DatabaseError(Kind::UniqueViolation, _) => {
                return Self::new(Code::Conflict, "already exists").because(error);
            }
            // SQLSTATE 25006: a standby, or a store its operator has closed for writing
            DieselError::DatabaseError(Kind::ReadOnlyTransaction, _) => "the store takes no writes now",
            DieselError::DatabaseError(
                Kind::SerializationFailure | Kind::ClosedConnection | Kind::UnableToSendCommand,
                _,
            )
            | DieselError::BrokenTransactionManager => "the service cannot answer now",
            _ => return Self::internal(error),
        };
        Self::new(Code::Unavailable, words).because(error)
    }
}

impl From<validator::ValidationErrors> for Error {
    fn from(errors: validator::ValidationErrors) -> Self {
        let mut fields = Vec::new();
        collect("", &errors, &mut fields);
        fields.sort_by(|a, b| a.field.cmp(&b.field));
        let summary: Vec<String> = fields.iter().map(|f| format!("{}: {}", f.field, f.message)).collect();
        let mut error = Self::new(Code::Invalid, summary.join("; "));
        error.0.fields = fields;
        error
    }
}

/// Flattens nested validation errors to dotted paths.
fn collect(prefix: &str, errors: &validator::ValidationErrors, into: &mut Vec<FieldError>) {
    for (name, kind) in errors.errors() {
        let field = if prefix.is_empty() { name.to_string() } else { format!("{prefix}.{name}") };
        match kind {
            validator::ValidationErrorsKind::Struct(nested) => collect(&field, nested, into),
            validator::ValidationErrorsKind::List(items) => {
                for (index, nested) in items {
                    collect(&format!("{field}.{index}"), nested, into);
                }
            }
            validator::ValidationErrorsKind::Field(failures) => {
                into.extend(failures.iter().map(|failure| FieldError {
                    field: field.clone(),
                    message: failure.message.as_ref().map_or_else(|| words(failure), ToString::to_string),
                }));
            }
        }
    }
}

/// A failed check in words, where it has none of its own: of a length, its bounds.
fn words(failure: &validator::ValidationError) -> String {
    let bound = |name| failure.params.get(name).map(ToString::to_string);
    let counts = failure.params.get("value").is_some_and(serde_json::Value::is_array);
    match (bound("min"), bound("max"), counts) {
        (None, Some(max), false) => format!("is longer than {max} characters"),
        (Some(min), Some(max), false) => format!("must be {min} to {max} characters"),
        (None, Some(max), true) => format!("has more than {max} entries"),
        (Some(min), Some(max), true) => format!("must have {min} to {max} entries"),
        _ => failure.code.to_string(),
    }
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
