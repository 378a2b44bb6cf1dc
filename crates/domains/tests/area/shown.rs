//! Which of several domains an organization shows.

use std::time::Duration;

use polity_directory::{OrganizationFields, OrganizationPatch, Organizations as _};
use polity_domains::Domains as _;
use polity_testkit::both_engines;

use crate::common::{Ground, ground};

fn shows(name: &str, verified: bool) -> Option<(String, bool)> {
    Some((name.to_owned(), verified))
}

fn claims(ground: &Ground<'_>, access: &polity_kernel::Access) -> Vec<String> {
    ground.domains.domains(access).unwrap().iter().map(|domain| domain.name.to_string()).collect()
}

both_engines! {
    fn the_first_claimed_until_one_is_proven(kit) {
        let ground = ground(kit);
        let acme = ground.found("acme");
        assert_eq!(ground.domain_shown(&acme), None);
        ground.claim(&acme, "b.example");
        kit.pass(Duration::from_secs(1));
        ground.claim(&acme, "a.example");
        assert_eq!(ground.domain_shown(&acme), shows("b.example", false));
        let proven = ground.proven(&acme, "c.example");
        assert_eq!(ground.domain_shown(&acme), shows("c.example", true));
        kit.pass(Duration::from_secs(1));
        ground.proven(&acme, "d.example");
        assert_eq!(ground.domain_shown(&acme), shows("c.example", true), "it stays while it is proven");
        ground.domains.release(&acme, proven.id).unwrap();
        assert_eq!(ground.domain_shown(&acme), shows("d.example", true));
        for domain in ground.domains.domains(&acme).unwrap() {
            ground.domains.release(&acme, domain.id).unwrap();
        }
        assert_eq!(ground.domain_shown(&acme), None);
    }

    fn the_directory_exchanges_the_one_shown_alone(kit) {
        let ground = ground(kit);
        let acme = ground.found_with(OrganizationFields {
            key: Some("acme".to_owned()),
            domain: Some("a.example".to_owned()),
            ..OrganizationFields::default()
        });
        let other = ground.proven(&acme, "b.example");
        let set = |domain: Option<&str>| OrganizationPatch {
            domain: Some(domain.map(str::to_owned)),
            ..OrganizationPatch::default()
        };
        assert_eq!(ground.domain_shown(&acme), shows("b.example", true));
        ground.directory.update(&acme, set(Some("c.example"))).unwrap();
        assert_eq!(ground.domain_shown(&acme), shows("c.example", false));
        assert_eq!(claims(&ground, &acme), ["a.example", "c.example"], "what it showed is given back");
        // one that is claimed already is shown as it stands
        let again = ground.proven(&acme, "b.example");
        assert_ne!(again.id, other.id);
        ground.directory.update(&acme, set(Some("a.example"))).unwrap();
        ground.proven(&acme, "d.example");
        assert_eq!(ground.domain_shown(&acme), shows("d.example", true));
        ground.directory.update(&acme, set(None)).unwrap();
        assert_eq!(ground.domain_shown(&acme), None);
        assert_eq!(claims(&ground, &acme), ["a.example", "c.example"]);
    }
}
