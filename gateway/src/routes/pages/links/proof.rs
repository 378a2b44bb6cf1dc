//! What the pages of links that prove an address have in common.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use polity_kernel::{Code, Error};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Fault;
use super::page::page;

/// A link that proves an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::routes::pages) struct ProofPath {
    /// What the link was mailed with.
    pub(super) secret: String,
}

/// What people are told when there is nothing for them to fill in.
#[derive(Template)]
#[template(path = "pages/fault.html")]
pub(super) struct Told {
    title: &'static str,
    words: &'static str,
}

impl Told {
    pub(super) const CONFIRMED: Self = Self {
        title: "Your address is confirmed",
        words: "Thank you. You can log in now with your address and your password.",
    };
    pub(super) const ADDRESSED: Self = Self {
        title: "Your address is changed",
        words: "Thank you. From now on you log in with the new address. The old one is told.",
    };
    pub(super) const ADDRESS_GONE: Self = Self {
        title: "This address is taken",
        words: "Another account has it by now. Your account keeps the address it has.",
    };
    pub(super) const MAILED: Self = Self {
        title: "Look into your mailbox",
        words: "If the address has an account, a link that sets a new password is on its way to it. It works for one hour.",
    };
    pub(super) const RESET: Self = Self {
        title: "Your password is set",
        words: "You can log in now with your address and the new password.",
    };
    const CLOSED: Self = Self {
        title: "This link does not work any more",
        words: "It has been used, has run out, or a newer letter has replaced it. It may also be incomplete: copy the whole address from \
                the letter. You can have another one sent by logging in, or by asking for a new password.",
    };
}

/// The page for a link that opens nothing; other failures are told as everywhere.
pub(super) fn closed(error: Error) -> Result<HttpResponse, Fault> {
    match error.code() {
        Code::NotFound => page(StatusCode::NOT_FOUND, &Told::CLOSED),
        _ => Err(error.into()),
    }
}
