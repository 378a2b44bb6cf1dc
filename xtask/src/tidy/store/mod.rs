//! Rules of tables, migrations and SQL.

pub(in crate::tidy) mod endings;
pub(in crate::tidy) mod engines;
pub(in crate::tidy) mod landed;
pub(in crate::tidy) mod migrations;
pub(in crate::tidy) mod schema;
pub(in crate::tidy) mod sql;
pub(in crate::tidy) mod tables;
pub(in crate::tidy) mod tenancy;
