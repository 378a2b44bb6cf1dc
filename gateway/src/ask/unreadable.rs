//! Which field it was that serde could not read.

use polity_kernel::Error;

/// Names the field that serde could not read. `whole` stands for the input itself, where no field is at fault.
pub(super) fn unreadable(path: &serde_path_to_error::Path, problem: &str, whole: &'static str) -> Error {
    // serde finds a missing field while it reads the thing around it
    let missing = problem.strip_prefix("missing field `").and_then(|rest| rest.split_once('`'));
    let outer = path.iter().next().map(|_| path.to_string());
    let field = match (outer, missing) {
        (Some(outer), Some((name, _))) => format!("{outer}.{name}"),
        (Some(outer), None) => outer,
        (None, Some((name, _))) => name.to_owned(),
        (None, None) => whole.to_owned(),
    };
    let problem = if missing.is_some() { "is required" } else { problem };
    Error::field(field, problem)
}
