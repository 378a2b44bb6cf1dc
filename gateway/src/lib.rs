//! The service: four API families, OAuth 2.0 and the operator's pages over one directory.
//!
//! A request always makes the same hops: the family's table of routes (`routes/<family>/mod.rs`), a handler that parses, offloads
//! one closure and renders (`routes/<family>/<noun>.rs`), and the area crate. What every handler needs is written once:
//!
//! * [`extract`]: bodies, path segments and query strings, refused in the family's own words;
//! * [`caller`]: who is calling, and the one hop to a thread that may block;
//! * [`offload`]: those threads, and whose turn it is;
//! * [`status`]: from a failure to a status and its headers.
//!
//! [`boot`] puts everything together, for the binary and for tests alike; it alone names concrete services.

#[macro_use]
pub mod answer;
pub mod areas;
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
pub mod telemetry;
