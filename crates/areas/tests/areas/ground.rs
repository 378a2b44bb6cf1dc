//! The areas on a fresh store, in a world where nobody answers.

use std::sync::Arc;
use std::time::Duration;

use polity_areas::{Outside, Polity, Settings};
use polity_domains::Resolve;
use polity_identity::{Errand, Fetch, HttpRequest, HttpResponse, Registration};
use polity_kernel::{Bounds, Code, Error, MasterKey, Result};
use polity_legal::ObjectStore;
use polity_testkit::Kit;

/// A world where nobody answers.
struct Nowhere;

fn nobody<T>() -> Result<T> {
    Err(Error::new(Code::Unavailable, "nobody answers"))
}

impl Fetch for Nowhere {
    fn fetch(&self, _: Errand, _: HttpRequest) -> Result<HttpResponse> {
        nobody()
    }
}

impl Resolve for Nowhere {
    fn texts(&self, _: &str) -> Result<Vec<String>> {
        nobody()
    }
}

impl ObjectStore for Nowhere {
    fn put(&self, _: &str, _: &[u8]) -> Result<()> {
        nobody()
    }

    fn get(&self, _: &str) -> Result<Option<Vec<u8>>> {
        nobody()
    }

    fn delete(&self, _: &str) -> Result<()> {
        nobody()
    }
}

/// All areas.
pub(crate) fn polity(kit: &Kit) -> Polity {
    let identity = polity_identity::Settings {
        issuer: "http://polity.test".to_owned(),
        audience: "http://polity.test".to_owned(),
        token_ttl: Duration::from_secs(60),
        registration: Registration::Open,
        trusted: Vec::new(),
        master: MasterKey::new([7; 32]),
    };
    let settings = Settings {
        identity,
        sessions: polity_signin::SessionSettings::default(),
        licensing: polity_licensing::Settings::default(),
        legal: polity_legal::Settings::default(),
        domains: polity_domains::Settings::default(),
        bounds: Bounds::default(),
    };
    let outside = Outside {
        fetch: Arc::new(Nowhere),
        resolver: Arc::new(Nowhere),
        objects: Arc::new(Nowhere),
        provider: None,
    };
    Polity::new(&kit.ctx, settings, outside).unwrap()
}
