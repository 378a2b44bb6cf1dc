//! What the log says of failures that are not the caller's.

use std::time::Instant;

use polity_kernel::{Code, Error};

use super::seldom::Seldom;

/// Tells the operator of a failure that is not the caller's. What is unavailable is told once a second, with how many alike were left out:
/// whoever calls often while it is away must not fill the log.
pub(crate) fn tell_failure(error: &Error, what: &'static str) {
    static UNAVAILABLE: Seldom = Seldom::new();
    let code = error.code().name();
    match error.code() {
        Code::Unavailable => {
            let away = error.away().unwrap_or(code);
            if let Some(unsaid) = UNAVAILABLE.due(away, Instant::now()) {
                tracing::error!(code, away, ?error, unsaid, "{what}");
            }
        }
        _ => tracing::error!(code, ?error, "{what}"),
    }
}
