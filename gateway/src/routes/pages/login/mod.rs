//! `/login` and `/logout`: where people sign in, step by step, and out.
//!
//! First the address, then what it has: [`Way`] is the one place where another way joins. Nobody learns whether an address has an account:
//! what is shown for one without is the same, after the same time.

mod address;
mod logout;
mod password;
mod paths;

pub(super) use address::{begin, go_on};
pub(super) use logout::{ask, log_out};
pub(super) use password::{again, browser, log_in};

pub(super) use address::{__path_begin, __path_go_on};
pub(super) use logout::{__path_ask, __path_log_out};
pub(super) use password::{__path_again, __path_log_in};

use super::fault::Fault;
use super::{form, page};
use crate::areas::Polity;

/// A way to prove that an address is one's own account's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// By the account's password.
    Password,
}

/// The ways that are shown to whoever comes with this address, the first of them at once; the same for one that is unknown.
fn ways(_: &Polity, _: &str) -> Vec<Way> {
    vec![Way::Password]
}
