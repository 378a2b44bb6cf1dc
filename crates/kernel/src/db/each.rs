//! What is said differently on either engine.

/// Runs the same expression on whichever engine the connection is: for what the shared connection type cannot express
/// (upserts, batches, `RETURNING` of a computed update).
#[macro_export]
macro_rules! each {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::Conn::Postgres($c) => $body,
            $crate::Conn::Sqlite($c) => $body,
        }
    };
}
pub use each;
