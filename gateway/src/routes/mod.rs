//! The URL is the path: every family's table of routes.

#[macro_use]
mod same_words;

pub mod api;
pub mod api_v1;
pub mod directory;
pub mod oauth2;
mod onward;
pub mod ops;
pub mod pages;
pub mod v1;
