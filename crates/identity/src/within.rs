//! What areas further right in the chain may do inside their own transaction; nothing here asks for permission.

pub use crate::acts::profiles::{Newcomer, account_of};
pub use crate::acts::ways::{end_other_ways, person};
pub use crate::token::issuer_keys::{IssuerKeys, TokenFault};
