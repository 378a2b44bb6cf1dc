//! Names to addresses, for servers that others than the operator have named: what is not to be reached is not told.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::public::Reach;

/// Resolves names by the system and leaves out addresses that are not to be reached. The client connects to what is left, without asking
/// again.
#[derive(Clone, Debug)]
pub(super) struct Resolver {
    reach: Reach,
}

impl Resolver {
    pub(super) fn new(reach: Reach) -> Self {
        Self { reach }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.reach.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let good: Vec<SocketAddr> = found.filter(|address| reach.admits(address.ip())).collect();
            if good.is_empty() {
                let words = "the name has no public address, and outbound_allow names none of its addresses";
                return Err(words.into());
            }
            Ok(Box::new(good.into_iter()) as Addrs)
        })
    }
}
