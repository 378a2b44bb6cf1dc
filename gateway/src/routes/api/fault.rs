//! The family's answer to a failure: one object, and only the first of several problems.

use std::error::Error as StdError;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use polity_identity::BadApiKey;
use polity_kernel::{Code, Error, FieldKind, Problem};
use polity_signin::NotVerified;

use super::wire::Failure;
pub(super) use super::wire::Failures;
use crate::gate::status::{self, NoCredential};

/// A failure on its way to the family's answer.
#[derive(Debug)]
pub(crate) struct Fault {
    error: Error,
    /// The word for what is wrong with the field, where the family has found it out itself or has one of its own for it.
    word: Option<&'static str>,
}

impl Fault {
    /// A field of the body or the query will not do, as this family has found out itself.
    pub(super) fn of_field(field: &str, problem: Problem) -> Self {
        let word = Some(of_kind(problem.kind));
        Self { error: Error::field(field, problem), word }
    }

    /// The same failure under a word of its own.
    pub(super) fn worded(self, word: &'static str) -> Self {
        Self { word: Some(word), ..self }
    }

    /// The same failure in the object at this place of a list.
    pub(super) fn within(self, place: usize) -> Self {
        let Some(first) = self.error.fields().first() else { return self };
        let field = match first.field.as_str() {
            "__all__" => place.to_string(),
            field => format!("{place}.{field}"),
        };
        Self { error: self.error.at(field), word: self.word }
    }

    /// The same failure; where something is taken, it is this field's.
    pub(super) fn unique(error: Error, field: &str) -> Self {
        if error.code() == Code::Conflict {
            return Self::of_field(field, FieldKind::Taken.told(error.message())).worded("unique");
        }
        error.into()
    }
}

/// What the answer says.
fn told(error: &Error, word: Option<&'static str>) -> Failure {
    let (kind, code) = words(error, word);
    let (mut detail, mut attr) = (error.message().to_owned(), None);
    if error.code() == Code::Invalid
        && let Some(first) = error.fields().first()
    {
        detail.clone_from(&first.message);
        let named = !matches!(first.field.as_str(), "__all__" | "body" | "query");
        attr = named.then(|| joined(&first.field));
    }
    Failure { kind, code, detail, attr, max_age: status::max_age(error) }
}

/// The field, its levels joined: `projects[0].id` is `projects__0__id`.
fn joined(field: &str) -> String {
    let levels = field.split(['.', '[', ']']).filter(|level| !level.is_empty());
    levels.collect::<Vec<_>>().join("__")
}

fn words(error: &Error, word: Option<&'static str>) -> (&'static str, &'static str) {
    match error.code() {
        Code::Malformed => ("invalid_request", "parse_error"),
        Code::Invalid => ("validation_error", word.unwrap_or_else(|| of_area(error))),
        Code::Unauthenticated => {
            let cause = StdError::source(error);
            let word = if cause.is_some_and(<dyn StdError>::is::<NoCredential>) {
                "not_authenticated"
            } else if cause.is_some_and(<dyn StdError>::is::<BadApiKey>) {
                "invalid_personal_api_key"
            } else if cause.is_some_and(<dyn StdError>::is::<NotVerified>) {
                "not_verified"
            } else {
                "authentication_failed"
            };
            ("authentication_error", word)
        }
        Code::Forbidden
        | Code::PersonRequired
        | Code::OrganizationInactive
        | Code::JoinRefused
        | Code::CrossSite
        | Code::NotEntitled => ("authentication_error", "permission_denied"),
        Code::ReauthenticationRequired => ("authentication_error", "reauthentication_required"),
        Code::SsoEnforced => ("authentication_error", "sso_enforced"),
        Code::SecondFactorRequired => ("authentication_error", "second_factor_required"),
        Code::NotFound => ("invalid_request", "not_found"),
        Code::InvitationOver => ("invalid_request", "invitation_over"),
        Code::Conflict
        | Code::AlreadyMember
        | Code::NotAMember
        | Code::LimitReached
        | Code::LastOwner
        | Code::Cycle => ("invalid_request", "protected_error"),
        Code::MethodNotAllowed => ("invalid_request", "method_not_allowed"),
        Code::NotAcceptable => ("invalid_request", "not_acceptable"),
        Code::TooLarge => ("invalid_request", "request_too_large"),
        Code::UnsupportedMediaType => ("invalid_request", "unsupported_media_type"),
        Code::Throttled => ("throttled_error", "throttled"),
        Code::Unavailable => ("server_error", "unavailable"),
        Code::Internal => ("server_error", "error"),
    }
}

/// The word for what is wrong with a field.
const fn of_kind(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Required => "required",
        FieldKind::Null => "null",
        FieldKind::Blank => "blank",
        FieldKind::TooLong(_) | FieldKind::TooManyBytes(_) | FieldKind::TooMany(_) => "max_length",
        FieldKind::Choice(_) => "invalid_choice",
        _ => "invalid_input",
    }
}

/// The same for what an area has found. Of that, only what is too long has a word of its own for it, not what is too many.
fn of_area(error: &Error) -> &'static str {
    match error.fields().first().map(|first| first.kind) {
        None | Some(FieldKind::TooMany(_) | FieldKind::Choice(_)) => "invalid_input",
        Some(kind) => of_kind(kind),
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self { error, word: None }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)
    }
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        status::of(self.error.code())
    }

    fn error_response(&self) -> HttpResponse {
        status::answer(&self.error).json(told(&self.error, self.word))
    }
}

/// The answer to a failure.
pub(super) fn render(error: &Error) -> HttpResponse {
    status::answer(error).json(told(error, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(error: &Error) -> (&'static str, &'static str, String, Option<String>) {
        let Failure { kind, code, detail, attr, .. } = told(error, None);
        (kind, code, detail, attr)
    }

    #[test]
    fn what_failed_inside_is_not_told() {
        let inside = Error::internal("the password of the store is wrong");
        assert_eq!(said(&inside), ("server_error", "error", "the service failed".to_owned(), None));
        let away = Error::new(Code::Unavailable, "busy").because("a secret");
        assert_eq!(said(&away), ("server_error", "unavailable", "busy".to_owned(), None));
    }

    #[test]
    fn every_code_has_a_kind_of_the_family() {
        let kinds = [
            "authentication_error",
            "invalid_request",
            "validation_error",
            "throttled_error",
            "server_error",
        ];
        for code in Code::ALL {
            let (kind, word, ..) = said(&Error::new(*code, "x"));
            assert!(kinds.contains(&kind) && !word.is_empty(), "{code:?}");
            assert_eq!(kind == "server_error", status::of(*code).is_server_error(), "{code:?}");
        }
    }

    #[test]
    fn a_field_has_the_word_of_its_kind() {
        let words = |kind: FieldKind, of: fn(FieldKind) -> Fault| {
            let fault = of(kind);
            told(&fault.error, fault.word).code
        };
        for (kind, found_here, found_below) in [
            (FieldKind::Required, "required", "required"),
            (FieldKind::Null, "null", "null"),
            (FieldKind::Blank, "blank", "blank"),
            (FieldKind::TooLong(7), "max_length", "max_length"),
            (FieldKind::TooManyBytes(7), "max_length", "max_length"),
            (FieldKind::TooMany(7), "max_length", "invalid_input"),
            (FieldKind::Choice(&["a"]), "invalid_choice", "invalid_input"),
            (FieldKind::Malformed, "invalid_input", "invalid_input"),
            (FieldKind::Taken, "invalid_input", "invalid_input"),
        ] {
            assert_eq!(words(kind, |kind| Fault::of_field("name", kind.into())), found_here, "{kind:?}");
            assert_eq!(words(kind, |kind| Error::field("name", kind).into()), found_below, "{kind:?}");
        }
        let own = Fault::of_field("name", FieldKind::Taken.into()).worded("unique");
        assert_eq!(told(&own.error, own.word).code, "unique");
        assert_eq!(told(&own.within(3).error, Some("unique")).attr.as_deref(), Some("3__name"));
    }

    #[test]
    fn the_first_field_is_named_with_its_levels() {
        for (field, attr) in [
            ("name", Some("name")),
            ("parent.child", Some("parent__child")),
            ("projects[0].id", Some("projects__0__id")),
            ("[3].email", Some("3__email")),
            ("4.target_email", Some("4__target_email")),
            ("__all__", None),
            ("body", None),
        ] {
            let error = Error::field(field, FieldKind::Required);
            assert_eq!(said(&error).3.as_deref(), attr, "{field}");
            assert_eq!(said(&error).1, "required");
        }
    }
}
