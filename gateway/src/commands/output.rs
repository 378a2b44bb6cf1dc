//! What a command says and how it fails.

use std::error::Error;
use std::io::Write as _;

/// Why a command did not do what it was asked.
pub type Failure = Box<dyn Error + Send + Sync>;

/// Says this on the standard output, with one line end behind it.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "{}", text.trim_end())?)
}
