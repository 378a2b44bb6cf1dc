//! Deleting what an organization leaves behind, a bounded number of rows at a time.

/// Deletes up to `limit` rows of an organization, in the order of the id that stands beside it in the primary key, and comes to how many
/// went: neither engine takes a LIMIT on DELETE everywhere.
#[macro_export]
macro_rules! purge {
    ($conn:expr, $organization:expr, $limit:expr, $table:ident, $id:ident, $type:ty) => {{
        let of_it = $table::organization_id.eq($organization);
        let doomed: Vec<$type> =
            $table::table.filter(of_it).order($table::$id).select($table::$id).limit($limit).load($conn)?;
        match doomed.last() {
            Some(last) => {
                diesel::delete($table::table.filter(of_it).filter($table::$id.le(*last))).execute($conn)?
            }
            None => 0,
        }
    }};
}
pub use purge;
