//! What a step of signing in leads to: the next one, or a session.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use polity_identity::Secret;
use polity_kernel::{Error, Result};
use polity_signin::{Browser, Proven};

use super::Fault;
use super::form::{Wrong, own_path};
use super::page::{onward, page};
use crate::areas::Polity;
use crate::gate::{Gate, session};

/// What whoever has shown something is given.
pub(super) enum Given {
    /// A session: it is enough.
    Session(Secret),
    /// What stands for the first factor until the second is shown. There is no session yet.
    Asked(Secret),
}

/// What the forms of a step hold beside what is filled in.
pub(super) struct Step {
    pub(super) token: String,
    /// A path of our own, or nothing.
    pub(super) return_to: String,
}

/// Asks for the second factor.
#[derive(Template)]
#[template(path = "pages/login/second_factor.html")]
pub(super) struct SecondFactorPage {
    pub(super) token: String,
    pub(super) return_to: String,
    pub(super) asked: String,
    pub(super) wrong: Wrong,
}

impl Given {
    /// Asks for the second factor, where there is one to ask for; else begins a session, and the browser's own one ends.
    pub(super) fn of(polity: &Polity, proven: &Proven, browser: &Browser, token: &str) -> Result<Self> {
        let here = polity.signin.browser(&Secret::new(token));
        match polity.signin.ask_second(proven, here)? {
            Some(asked) => Ok(Self::Asked(asked)),
            None => polity.signin.begin_session(proven, browser).map(|(_, secret)| Self::Session(secret)),
        }
    }

    /// The answer that leads on.
    pub(super) fn answered(&self, gate: &Gate, step: Step) -> Result<HttpResponse, Fault> {
        let Step { token, return_to } = step;
        match self {
            Self::Asked(asked) => {
                let asked = asked.reveal().to_owned();
                let wrong = Wrong::nothing();
                page(StatusCode::OK, &SecondFactorPage { token, return_to, asked, wrong })
            }
            Self::Session(secret) => {
                let mut answer = onward(own_path(&return_to).unwrap_or("/account"));
                answer.add_cookie(&session::begun(gate, secret)).map_err(Error::internal)?;
                Ok(answer)
            }
        }
    }
}
