//! Sectors: the host under which a client's pairwise subjects are made (OpenID Connect Core §8.1).

use polity_kernel::{Error, FieldKind, Result};
use url::{Host, Url};

/// The client's sector; absent when its redirect URIs have several hosts, or none, and nothing else tells.
pub(crate) fn of(sector_identifier_uri: Option<&str>, redirect_uris: &[String]) -> Option<String> {
    if let Some(uri) = sector_identifier_uri {
        return host(uri);
    }
    let mut hosts: Vec<String> = redirect_uris.iter().filter_map(|uri| host(uri)).collect();
    hosts.sort();
    hosts.dedup();
    match hosts.len() {
        1 => hosts.pop(),
        _ => None,
    }
}

/// HTTPS; plain HTTP only to the machine itself (RFC 8252 §7.3), and an app's own scheme only in reverse-domain form (§7.1).
pub(crate) fn check_redirect_uri(uri: &str) -> Result<()> {
    let refuse = |words: &str| Err(Error::field("redirect_uris", FieldKind::Malformed.told(words)));
    if uri.len() > 2_048 || uri.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return refuse("must be at most 2048 characters, none of them blank");
    }
    let Ok(url) = Url::parse(uri) else {
        return refuse("must be absolute URIs");
    };
    if url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        return refuse("must have no fragment and no user");
    }
    match url.scheme() {
        "https" if url.host().is_some() => Ok(()),
        "http" if is_loopback(&url) => Ok(()),
        "http" => refuse("must be https, or http to the machine itself"),
        scheme if scheme.contains('.') => Ok(()),
        _ => refuse("must be https, or a scheme in reverse-domain form"),
    }
}

/// HTTPS only (OpenID Connect Registration §5).
pub(crate) fn check_identifier_uri(uri: &str) -> Result<()> {
    let blank = uri.contains(|c: char| c.is_control() || c.is_whitespace());
    match Url::parse(uri) {
        Ok(url) if !blank && url.scheme() == "https" && url.host().is_some() => Ok(()),
        _ => Err(Error::field("sector_identifier_uri", FieldKind::Malformed.told("must be an https URL"))),
    }
}

fn host(uri: &str) -> Option<String> {
    Url::parse(uri).ok()?.host_str().map(str::to_lowercase)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirect_uris_are_https_or_stay_on_the_machine() {
        for good in
            ["https://app.example/cb", "http://127.0.0.1:8080/cb", "http://[::1]/", "com.example.app:/cb"]
        {
            check_redirect_uri(good).unwrap();
        }
        for bad in [
            "/cb",
            "http://app.example/cb",
            "https://a.example/#x",
            "https://u:p@a.example/",
            "javascript:alert(1)",
        ] {
            assert!(check_redirect_uri(bad).is_err(), "{bad}");
        }
    }
}
