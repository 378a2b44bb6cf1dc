//! What leaves the process, against real servers: mail over SMTP, documents in a bucket, names at a name server.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up has failed")]

mod bucket;
mod names;
mod server;
mod smtp;
