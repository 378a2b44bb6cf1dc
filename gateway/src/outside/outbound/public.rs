//! Which addresses are anybody's on the net, and which belong to a machine, a network or a cloud.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// What of IPv4 is not reached from everywhere, or is nobody's server (RFC 6890 §2.2.2 and the registry it made).
const SPECIAL_V4: [Ipv4Net; 16] = [
    Ipv4Net::new_assert(Ipv4Addr::new(0, 0, 0, 0), 8),
    Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 8),
    Ipv4Net::new_assert(Ipv4Addr::new(100, 64, 0, 0), 10),
    Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8),
    Ipv4Net::new_assert(Ipv4Addr::new(169, 254, 0, 0), 16),
    Ipv4Net::new_assert(Ipv4Addr::new(172, 16, 0, 0), 12),
    Ipv4Net::new_assert(Ipv4Addr::new(192, 0, 0, 0), 24),
    Ipv4Net::new_assert(Ipv4Addr::new(192, 0, 2, 0), 24),
    Ipv4Net::new_assert(Ipv4Addr::new(192, 31, 196, 0), 24),
    Ipv4Net::new_assert(Ipv4Addr::new(192, 52, 193, 0), 24),
    Ipv4Net::new_assert(Ipv4Addr::new(192, 88, 99, 0), 24),
    Ipv4Net::new_assert(Ipv4Addr::new(192, 168, 0, 0), 16),
    Ipv4Net::new_assert(Ipv4Addr::new(198, 18, 0, 0), 15),
    Ipv4Net::new_assert(Ipv4Addr::new(198, 51, 100, 0), 24),
    Ipv4Net::new_assert(Ipv4Addr::new(203, 0, 113, 0), 24),
    // multicast, reserved, and the broadcast address
    Ipv4Net::new_assert(Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// All of IPv6 that is given to anybody (RFC 4291 §2.4).
const GLOBAL_V6: Ipv6Net = Ipv6Net::new_assert(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What of that is not (RFC 6890 §2.2.3 and the registry): protocol assignments with Teredo, examples, 6to4, AS112, examples again.
const SPECIAL_V6: [Ipv6Net; 5] = [
    Ipv6Net::new_assert(Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    Ipv6Net::new_assert(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    Ipv6Net::new_assert(Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    Ipv6Net::new_assert(Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48),
    Ipv6Net::new_assert(Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// How networks without IPv4 reach it (RFC 6052 §2.1): the last 32 bits are the address that is meant.
const NAT64: Ipv6Net = Ipv6Net::new_assert(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// Which addresses a server may have that somebody other than the operator has named.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reach {
    allowed: Vec<IpNet>,
}

impl Reach {
    /// Public addresses, and those of these networks.
    pub(crate) fn and(allowed: &[IpNet]) -> Self {
        Self { allowed: allowed.to_vec() }
    }

    /// Whether a server may be reached at this address.
    pub(crate) fn admits(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_public(address) || self.allowed.iter().any(|network| network.contains(&address))
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !SPECIAL_V4.iter().any(|special| special.contains(&v4)),
        IpAddr::V6(v6) if NAT64.contains(&v6) => {
            let [.., a, b, c, d] = v6.octets();
            is_public(Ipv4Addr::new(a, b, c, d).into())
        }
        IpAddr::V6(v6) => GLOBAL_V6.contains(&v6) && !SPECIAL_V6.iter().any(|special| special.contains(&v6)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: [&str; 9] = [
        "1.1.1.1",
        "93.184.216.34",
        "100.63.255.255",
        "172.32.0.1",
        "223.255.255.255",
        "2606:4700:4700::1111",
        "2a00:1450:4001:81b::200e",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
    ];

    const OTHERS: [&str; 33] = [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.127.255.254",
        "127.0.0.1",
        "127.255.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.170",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.19.0.1",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::7f00:1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "fc00::1",
        "fe80::1",
        "ff02::1",
    ];

    #[test]
    fn only_what_is_anybodys_is_public() {
        let reach = Reach::default();
        for public in PUBLIC {
            assert!(reach.admits(public.parse().unwrap()), "{public}");
        }
        for other in OTHERS {
            assert!(!reach.admits(other.parse().unwrap()), "{other}");
        }
    }

    #[test]
    fn what_is_allowed_is_reached_in_whatever_spelling() {
        let reach = Reach::and(&["10.1.0.0/16".parse().unwrap(), "fd00::/8".parse().unwrap()]);
        for good in ["10.1.2.3", "::ffff:10.1.2.3", "fd12::1", "8.8.8.8"] {
            assert!(reach.admits(good.parse().unwrap()), "{good}");
        }
        for bad in ["10.2.0.1", "127.0.0.1", "fc00::1"] {
            assert!(!reach.admits(bad.parse().unwrap()), "{bad}");
        }
    }
}
