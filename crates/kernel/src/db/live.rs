//! What stands at an instant, of a table whose rows may have an end.

/// Makes `live(now)`, the condition that a row has no end or has not come to it; the one place that judges `expires_at` of that table.
#[macro_export]
macro_rules! live {
    ($visibility:vis $table:ident) => {
        /// What has not ended at this instant.
        #[diesel::dsl::auto_type(no_type_alias)]
        $visibility fn live(now: $crate::Timestamp) -> _ {
            $table::expires_at.is_null().or($table::expires_at.gt(now))
        }
    };
}
pub use live;
