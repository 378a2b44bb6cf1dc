//! Which address a request comes from, where a proxy that is trusted says so.

use std::net::IpAddr;

use actix_web::HttpRequest;
use ipnet::IpNet;

/// What a proxy writes the addresses into that it heard of, its own peer's last.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The most addresses that are looked at.
const MOST: usize = 16;

/// The networks whose proxies are believed.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Proxies in these networks; the address of anybody else is the one they connect from, whatever they say.
    pub fn trusted(networks: &[IpNet]) -> Self {
        Self(networks.to_vec())
    }

    /// The address the request comes from: the last one on its way that is no trusted proxy's.
    pub fn client(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr()?.ip().to_canonical();
        if !self.trusts(peer) {
            return Some(peer);
        }
        let lines: Vec<&str> =
            request.headers().get_all(FORWARDED_FOR).filter_map(|line| line.to_str().ok()).collect();
        let heard = lines.iter().rev().flat_map(|line| line.rsplit(',')).take(MOST);
        let mut client = peer;
        for text in heard {
            // behind what is no address, nothing can be believed
            let Some(address) = address(text) else { break };
            client = address;
            if !self.trusts(address) {
                break;
            }
        }
        Some(client)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// An address as proxies write it: bare, or with a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.parse::<IpAddr>().ok();
    bare.or_else(|| Some(text.parse::<std::net::SocketAddr>().ok()?.ip()))
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    /// Who connects, what they say they heard, and who is believed to be calling.
    const CALLS: [(&str, &[&str], &str); 9] = [
        ("203.0.113.9", &["198.51.100.1"], "203.0.113.9"),
        ("10.0.0.1", &[], "10.0.0.1"),
        ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", &["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", &["6.6.6.6", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", &["198.51.100.1, nonsense, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("::1", &["[2001:db8::7]:4711"], "2001:db8::7"),
        ("::ffff:10.0.0.1", &["198.51.100.1:80"], "198.51.100.1"),
    ];

    #[test]
    fn only_what_a_trusted_proxy_heard_is_believed() {
        let networks: Vec<IpNet> = ["10.0.0.0/8", "::1/128"].map(|text| text.parse().unwrap()).into();
        let proxies = Proxies::trusted(&networks);
        for (peer, heard, client) in CALLS {
            let peer: IpAddr = peer.parse().unwrap();
            let mut request = TestRequest::default().peer_addr((peer, 1).into());
            for line in heard {
                request = request.append_header((FORWARDED_FOR, *line));
            }
            let believed = proxies.client(&request.to_http_request());
            assert_eq!(believed, Some(client.parse().unwrap()), "{peer} {heard:?}");
        }
    }
}
