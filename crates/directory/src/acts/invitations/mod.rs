//! Invitations: offered, judged, taken up, told of.

pub(crate) mod acceptance;
pub(crate) mod check;
pub(crate) mod delegation;
pub(crate) mod invite;
pub(crate) mod join;
pub(crate) mod letters;
pub(crate) mod notices;
pub(crate) mod offers;
