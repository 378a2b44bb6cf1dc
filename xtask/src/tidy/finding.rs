//! What a rule says: where, and what is wrong.

use std::fmt;

/// One thing that is wrong at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    path: String,
    line: usize,
    message: String,
    rule: &'static str,
    warning: bool,
}

impl Finding {
    /// Something wrong at a line, counted from 1.
    pub(super) fn new(path: impl Into<String>, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.into(), line, message: message.into(), rule: "", warning: false }
    }

    /// The same, but worth a look only.
    pub(super) fn warned(mut self) -> Self {
        self.warning = true;
        self
    }

    /// The same, as found by this rule.
    pub(super) fn of(mut self, rule: &'static str) -> Self {
        self.rule = rule;
        self
    }

    /// Whether it does not fail the run.
    pub(super) fn is_warning(&self) -> bool {
        self.warning
    }

    /// `path:line`, for tests.
    #[cfg(test)]
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.warning { "warning: " } else { "" };
        write!(f, "{}:{}: {kind}{} [{}]", self.path, self.line, self.message, self.rule)
    }
}

/// The places of all findings, for tests.
#[cfg(test)]
pub(super) fn places(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(Finding::place).collect()
}
