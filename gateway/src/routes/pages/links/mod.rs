//! Pages that mailed links open: the secret in the link is the authority.

pub(super) mod address;
pub(super) mod confirm;
mod paths;
mod proof;
pub(super) mod reset;
pub(super) mod sign;
pub(super) mod signup;
mod wire;

use super::fault::Fault;
use super::{form, page};
