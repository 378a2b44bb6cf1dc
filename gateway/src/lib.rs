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

pub mod boot;
pub mod caller;
mod claim;
pub mod commands;
pub mod config;
pub mod credentials;
mod entered;
pub mod errands;
pub mod extract;
mod frame;
pub mod guesses;
pub mod import;
pub mod jobs;
pub mod mail;
pub mod objects;
pub mod offload;
mod openapi;
mod outbound;
pub mod pace;
mod pandadoc;
mod proving;
pub mod proxies;
pub mod routes;
mod server;
pub mod slots;
pub mod status;
pub mod telemetry;
pub mod visitor;
