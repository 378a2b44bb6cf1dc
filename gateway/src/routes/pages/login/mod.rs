//! `/login` and `/logout`: where people sign in, step by step, and out.
//!
//! First the address, then the ways to show that it is one's own; then, where the account has an authenticator app, the second factor: [`step`] is
//! the one place where sessions begin. Nobody learns whether an address has an account: what is shown for one without is the same, after the
//! same time.

mod address;
mod browser;
mod link;
mod logout;
mod offer;
mod passkey;
mod password;
mod paths;
mod second_factor;
mod step;

pub(super) use address::{begin, go_on};
pub(super) use browser::browser;
pub(super) use link::{ask_link, show_link, use_link, without_address};
pub(super) use logout::{ask, log_out};
pub(super) use passkey::{ask_passkey, show_passkey, unasked};
pub(super) use password::{again, log_in};
pub(super) use second_factor::{begin_again, show_second};

pub(super) use address::{__path_begin, __path_go_on};
pub(super) use link::{__path_ask_link, __path_show_link, __path_use_link, __path_without_address};
pub(super) use logout::{__path_ask, __path_log_out};
pub(super) use passkey::{__path_ask_passkey, __path_show_passkey, __path_unasked};
pub(super) use password::{__path_again, __path_log_in};
pub(super) use second_factor::{__path_begin_again, __path_show_second};

use super::fault::Fault;
use super::{form, headers, page, wire};
