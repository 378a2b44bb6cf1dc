//! Legal documents, from submission to the signed file.

mod desk;
mod files;
mod provider;
mod races;
mod signing;
mod submitting;
