//! What leaves the process, against real servers: mail over SMTP and documents in a bucket.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up has failed")]

mod bucket;
mod server;
mod smtp;
