//! `/account`: what is one's own.
//!
//! Each section is a file here and a template beside the others.

mod export;
mod keys;
mod organizations;
mod password;
mod paths;
mod person;
mod sessions;
mod show;
mod visit;

pub(super) use export::export;
pub(super) use keys::{make_key, revoke_key};
pub(super) use organizations::{ask_leave, leave};
pub(super) use password::set_password;
pub(super) use person::{ask_address, name};
pub(super) use sessions::{end, end_others};
pub(super) use show::show;

pub(super) use export::__path_export;
pub(super) use keys::{__path_make_key, __path_revoke_key};
pub(super) use organizations::{__path_ask_leave, __path_leave};
pub(super) use password::__path_set_password;
pub(super) use person::{__path_ask_address, __path_name};
pub(super) use sessions::{__path_end, __path_end_others};
pub(super) use show::__path_show;

pub(super) use visit::{SignInFirst, Visit};

use super::fault::Fault;
use super::{form, page, wire};
