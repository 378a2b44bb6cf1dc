//! `/account`: what is one's own.
//!
//! Each section is a file here and a template beside the others.

mod app;
mod export;
mod identities;
mod keys;
mod organizations;
mod passkeys;
mod password;
mod paths;
mod person;
mod sessions;
mod show;
mod visit;

pub(super) use app::{begin_app, confirm_app, make_codes, remove_app};
pub(super) use export::export;
pub(super) use identities::unlink;
pub(super) use keys::{make_key, revoke_key};
pub(super) use organizations::{ask_leave, leave};
pub(super) use passkeys::{add_passkey, begin_passkey, remove_passkey, rename_passkey};
pub(super) use password::set_password;
pub(super) use person::{ask_address, name};
pub(super) use sessions::{end, end_others};
pub(super) use show::show;

pub(super) use app::{__path_begin_app, __path_confirm_app, __path_make_codes, __path_remove_app};
pub(super) use export::__path_export;
pub(super) use identities::__path_unlink;
pub(super) use keys::{__path_make_key, __path_revoke_key};
pub(super) use organizations::{__path_ask_leave, __path_leave};
pub(super) use passkeys::{
    __path_add_passkey, __path_begin_passkey, __path_remove_passkey, __path_rename_passkey,
};
pub(super) use password::__path_set_password;
pub(super) use person::{__path_ask_address, __path_name};
pub(super) use sessions::{__path_end, __path_end_others};
pub(super) use show::__path_show;

pub(super) use visit::{SignInFirst, Visit};

use super::fault::Fault;
use super::{form, headers, page, wire};
