//! `/sso`: away to a provider, back, and in at the browser that began.
//!
//! What a provider posts comes from its page and so without our cookies: it is judged, kept under a code that is good once, and taken up by a
//! page of our own (`arrive`), which knows the browser again. Where a page leads away it does so by a link and a refresh, for browsers hold the
//! way of a form's answer to what the form may be sent to.

mod arrive;
mod callback;
mod link;
mod metadata;
mod paths;
mod start;

pub(super) use arrive::{confirm, show as arrive};
pub(super) use callback::{acs, complete_saml, posted, returned};
pub(super) use link::{ask as ask_link, link};
pub(super) use metadata::{keys, of_connection, of_service};
pub(super) use start::start;

pub(super) use arrive::{__path_confirm, __path_show};
pub(super) use callback::{__path_acs, __path_complete_saml, __path_posted, __path_returned};
pub(super) use link::{__path_ask, __path_link};
pub(super) use metadata::{__path_keys, __path_of_connection, __path_of_service};
pub(super) use start::__path_start;

use super::fault::Fault;
use super::{account, form, headers, login, page};
