//! Rows of imports: employees, and who reports to whom.

pub(crate) mod employees;
pub(crate) mod lines;
pub(crate) mod rounds;
