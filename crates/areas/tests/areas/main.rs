//! The areas together, without a gateway.
#![cfg(test)]

mod breaks;
mod catalogue;
mod deeds;
mod enforced;
mod ground;
mod older;
mod stage;
mod told;
mod whole;
