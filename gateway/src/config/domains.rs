//! How e-mail domains are proven: whom to ask for records, where they are, and how often.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::given::Given;
use super::period::Period;
use super::problem::{ConfigError, parse};

/// Where a name server listens.
const PORT: u16 = 53;

/// One or two name servers that answer for any name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameServers(pub Vec<SocketAddr>);

impl FromStr for NameServers {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const SHAPE: &str =
            "must be one or two addresses with or without a port, such as 192.0.2.1, [2001:db8::1]:5353";
        let server = |text: &str| match text.trim().parse::<IpAddr>() {
            Ok(address) => Ok(SocketAddr::new(address, PORT)),
            Err(_) => text.trim().parse().map_err(|_| SHAPE),
        };
        let servers = text.split(',').map(server).collect::<Result<Vec<SocketAddr>, _>>()?;
        if (1..=2).contains(&servers.len()) { Ok(Self(servers)) } else { Err(SHAPE) }
    }
}

impl fmt::Display for NameServers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<String> = self.0.iter().map(SocketAddr::to_string).collect();
        f.write_str(&texts.join(", "))
    }
}

/// What was given, the rest as it is by default.
pub(super) fn settle(given: &mut Given) -> Result<polity_domains::Settings, ConfigError> {
    let usual = polity_domains::Settings::default();
    let settings = polity_domains::Settings {
        challenge_prefix: given.domain_challenge_prefix.take().unwrap_or(usual.challenge_prefix),
        recheck: given.domain_recheck.map_or(usual.recheck, Period::duration),
    };
    settings.check().map_err(|error| match error.fields().first() {
        Some(first) => ConfigError::setting(&format!("domain_{}", first.field), first.message.clone()),
        None => ConfigError::setting("domain_recheck", error.message().to_owned()),
    })?;
    Ok(settings)
}

/// The name servers that were given; without any, the machine's own are asked.
pub(super) fn name_servers(given: &Given) -> Result<Option<NameServers>, ConfigError> {
    given.dns_resolver.as_deref().map(|text| parse("dns_resolver", text)).transpose()
}

/// Shows them under the names they are given by.
pub(super) fn as_given<S: Serializer>(
    settings: &polity_domains::Settings,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Shown<'s> {
        domain_challenge_prefix: &'s str,
        domain_recheck: Period,
    }
    Shown {
        domain_challenge_prefix: &settings.challenge_prefix,
        domain_recheck: Period::seconds(settings.recheck.as_secs()),
    }
    .serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_or_two_servers_with_or_without_a_port() {
        let shown = |text: &str| text.parse::<NameServers>().map(|servers| servers.to_string());
        assert_eq!(shown("192.0.2.1").as_deref(), Ok("192.0.2.1:53"));
        assert_eq!(shown("::1, 127.0.0.1:5353").as_deref(), Ok("[::1]:53, 127.0.0.1:5353"));
        for bad in ["", "dns.example", "192.0.2.1,", "192.0.2.1,192.0.2.2,192.0.2.3", "192.0.2.1:x"] {
            assert!(shown(bad).is_err(), "{bad}");
        }
    }
}
