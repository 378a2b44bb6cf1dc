//! Name servers: TXT records, looked up by the operator's resolvers or by the machine's own.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::rr::{Name, RData};
use polity_domains::Resolve;
use polity_kernel::{Error, Result};
use tokio::runtime;

use crate::config::NameServers;

/// How long one server is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often each server is asked before there is no answer.
const TRIES: usize = 2;

/// Where the machine says which name servers it uses.
const SYSTEM: &str = "/etc/resolv.conf";

/// How many of the machine's own are asked.
const MOST: usize = 2;

/// Looks names up. Nothing is remembered: an answer is as old as the name server's own memory.
#[derive(Clone, Debug)]
pub struct Names {
    servers: Option<NameServers>,
    patience: Duration,
}

impl Names {
    /// By these servers, or else by the machine's own.
    pub fn new(servers: Option<NameServers>) -> Self {
        Self { servers, patience: PATIENCE }
    }

    /// The same where a server is waited for no longer than this.
    #[must_use]
    pub fn waiting(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The servers to ask, in order.
    fn servers(&self) -> Result<Vec<SocketAddr>> {
        if let Some(NameServers(servers)) = &self.servers {
            return Ok(servers.clone());
        }
        // read each time: a machine that moves between networks changes it
        let text = std::fs::read_to_string(SYSTEM)
            .map_err(|error| unavailable("the machine names no name server").because(error))?;
        let servers = of_system(&text);
        if servers.is_empty() { Err(unavailable("the machine names no name server")) } else { Ok(servers) }
    }
}

impl Resolve for Names {
    fn texts(&self, name: &str) -> Result<Vec<String>> {
        let servers = self.servers()?;
        let mut name = Name::from_ascii(name).map_err(Error::internal)?;
        name.set_fqdn(true);
        let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
        runtime.block_on(async {
            let mut error = unavailable("no name server answers; try again");
            for server in servers.iter().cycle().take(servers.len() * TRIES) {
                match ask(*server, name.clone(), self.patience).await {
                    Ok(texts) => return Ok(texts),
                    Err(failure) => error = error.because(failure),
                }
            }
            Err(error)
        })
    }
}

/// What this server says.
///
/// # Errors
/// When it says neither yes nor no.
async fn ask(server: SocketAddr, name: Name, patience: Duration) -> Result<Vec<String>, NetError> {
    let mut connections = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
    connections.iter_mut().for_each(|connection| connection.port = server.port());
    let server = NameServerConfig::new(server.ip(), true, connections);
    let config = ResolverConfig::from_name_servers(vec![server]);
    let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    settle(builder.options_mut(), patience);
    let resolver = builder.build()?;
    match tokio::time::timeout(patience, resolver.txt_lookup(name)).await {
        Err(_) => Err(NetError::Timeout),
        Ok(Err(NetError::Dns(DnsError::NoRecordsFound(none)))) if none.ns.is_some() && none.soa.is_none() => {
            // where to ask instead is no answer (RFC 2308 §2.2)
            Err(NetError::Dns(DnsError::NoRecordsFound(none)))
        }
        Ok(Err(NetError::Dns(DnsError::NoRecordsFound(_)))) => Ok(Vec::new()),
        Ok(Err(error)) => Err(error),
        Ok(Ok(found)) => Ok(found.answers().iter().filter_map(|record| text(&record.data)).collect()),
    }
}

fn settle(options: &mut ResolverOpts, patience: Duration) {
    options.timeout = patience;
    // one try, which the caller counts
    options.attempts = 0;
    options.cache_size = 0;
    options.use_hosts_file = ResolveHosts::Never;
    options.num_concurrent_reqs = 1;
}

/// The strings of a TXT record in a row (RFC 7208 §3.3); absent for another record, and for what is no text.
fn text(data: &RData) -> Option<String> {
    let RData::TXT(record) = data else { return None };
    String::from_utf8(record.txt_data.concat()).ok()
}

/// The machine's own name servers, by the lines of its file.
fn of_system(text: &str) -> Vec<SocketAddr> {
    let server = |line: &str| {
        let address = line.trim().strip_prefix("nameserver")?;
        // a link's scope is left off
        let address: IpAddr = address.trim().split('%').next()?.parse().ok()?;
        Some(SocketAddr::new(address, 53))
    };
    text.lines().filter_map(server).take(MOST).collect()
}

fn unavailable(why: &'static str) -> Error {
    Error::unavailable("dns", why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_s_own_servers_are_read() {
        let text =
            "# here\nsearch example.com\nnameserver 192.0.2.1\n nameserver\t::1\nnameserver 192.0.2.3\n";
        let addresses: Vec<String> = of_system(text).iter().map(SocketAddr::to_string).collect();
        assert_eq!(addresses, ["192.0.2.1:53", "[::1]:53"]);
        assert!(of_system("options ndots:1\n").is_empty());
    }
}
