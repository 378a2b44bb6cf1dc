//! The service: four API families, OAuth 2.0 and the operator's pages over one directory.
//!
//! A request always makes the same hops: the family's table of routes (`routes/<family>/mod.rs`), a handler that parses, offloads
//! one closure and renders (`routes/<family>/<noun>.rs`), and the area crate. What every handler needs is written once:
//!
//! * [`family`]: what a family is, and how its failures are told; [`table`]: the lines of its table of routes; [`mount`] mounts them all;
//! * [`gate`]: who is calling, the one hop to a thread that may block, and what strangers and tenants may cost;
//! * [`ask`]: bodies, path segments and query strings, refused in the family's own words; [`answer`]: lists of any length;
//! * [`outside`]: ports to the world; [`jobs`]: what is done after a transaction.
//!
//! [`boot`] puts everything together, for the binary and for tests alike; the areas behind their traits are [`areas`].

#[macro_use]
pub mod answer;
pub mod ask;
pub mod boot;
pub mod commands;
pub mod config;
pub mod family;
pub mod gate;
pub mod import;
pub mod jobs;
pub mod mount;
mod openapi;
pub mod outside;
pub mod routes;
mod server;
pub mod table;
pub mod telemetry;

pub use polity_areas as areas;
