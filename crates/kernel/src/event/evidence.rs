//! Where a request came from, as evidence of what somebody agreed to.

use std::net::IpAddr;

/// The most characters that are kept of a user agent.
const LONGEST_AGENT: usize = 512;

/// What a request tells of where it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The address it came from.
    pub address: Option<IpAddr>,
    /// The program that sent it, as that names itself.
    pub user_agent: Option<String>,
}

impl Evidence {
    /// The program as it is kept: one line of at most 512 characters.
    pub fn agent(&self) -> Option<String> {
        let agent = self.user_agent.as_ref()?;
        Some(agent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect())
    }
}
