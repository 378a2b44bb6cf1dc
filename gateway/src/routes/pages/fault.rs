//! The page that says what went wrong.

use actix_web::HttpResponse;
use askama::Template;
use polity_kernel::{Code, Error};
use url::form_urlencoded;

use super::account::SignInFirst;
use super::headers::{dressed, onward};
use crate::gate::status;

/// A failure of this family.
pub(super) struct Fault(Error);

answering!(Fault);

#[derive(Template)]
#[template(path = "pages/fault.html")]
struct FaultPage {
    title: &'static str,
    words: String,
}

/// The answer to a failure.
pub(super) fn render(error: &Error) -> HttpResponse {
    if let Some(SignInFirst(back)) = status::cause::<SignInFirst>(error) {
        let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
        return onward(&format!("/login?return_to={back}"));
    }
    let (title, words) = told(error);
    let page = FaultPage { title, words };
    // a page that cannot be made leaves its title, which has no marks in it
    dressed(status::answer(error), page.render().unwrap_or_else(|_| title.to_owned()))
}

/// What people are told: a title, and what they can do.
fn told(error: &Error) -> (&'static str, String) {
    match error.code() {
        Code::NotFound => (
            "There is nothing here",
            "The link may be incomplete: copy the whole address from the letter. Or what it led to is no longer there."
                .to_owned(),
        ),
        Code::Throttled => ("Too many attempts", "Please wait a little and try again.".to_owned()),
        Code::Internal | Code::Unavailable => {
            ("Something went wrong", "Nothing was changed. Please try again in a few minutes.".to_owned())
        }
        Code::Forbidden
        | Code::Unauthenticated
        | Code::NotEntitled
        | Code::JoinRefused
        | Code::ReauthenticationRequired
        | Code::SecondFactorRequired
        | Code::SsoEnforced
        | Code::CrossSite => {
            ("This is not possible", error.message().to_owned())
        }
        _ => ("That did not work", error.message().to_owned()),
    }
}
