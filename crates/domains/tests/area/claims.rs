//! Claims: who makes one, who sees it, and what is left when it ends.

use polity_directory::entitlements::DOMAINS;
use polity_directory::{Deletion, Organizations as _, Upkeep as _};
use polity_domains::{ClaimState, Domains as _};
use polity_kernel::job::Outcome;
use polity_kernel::{Code, Entitlements};
use polity_testkit::both_engines;

use crate::common::{code, entitled, ground};

both_engines! {
    fn a_claim_waits_with_a_challenge_of_its_own(kit) {
        let ground = ground(kit);
        let acme = ground.found("acme");
        let claims = ["b.example", "a.example", "ä.example"].map(|name| ground.claim(&acme, name));
        for claim in &claims {
            let is_safe = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
            assert!(claim.challenge.len() == 43 && claim.challenge.bytes().all(is_safe), "{}", claim.challenge);
            assert_eq!(claim.state(kit.ctx.now()), ClaimState::Waiting);
        }
        assert_ne!(claims[0].challenge, claims[1].challenge);
        let listed: Vec<String> =
            ground.domains.domains(&acme).unwrap().iter().map(|domain| domain.name.to_string()).collect();
        assert_eq!(listed, ["a.example", "b.example", "xn--4ca.example"]);
        assert_eq!(ground.now(&acme, &claims[0]), claims[0]);
        assert_eq!(ground.events(&acme), ["domain.claimed"; 3]);
        assert_eq!(code(ground.domains.claim(&acme, "a.example".parse().unwrap())), Code::Conflict);
    }

    fn members_see_claims_and_administrators_make_them(kit) {
        let ground = ground(kit);
        let acme = ground.found("acme");
        let claim = ground.claim(&acme, "acme.example");
        let (member, admin) = (ground.member(&acme, "acme", "member"), ground.member(&acme, "acme", "admin"));
        assert_eq!(ground.domains.domains(&member).unwrap(), std::slice::from_ref(&claim));
        assert_eq!(ground.domains.domain(&member, claim.id).unwrap(), claim);
        let before = kit.rows();
        assert_eq!(code(ground.domains.claim(&member, "other.example".parse().unwrap())), Code::Forbidden);
        assert_eq!(code(ground.domains.verify(&member, claim.id)), Code::Forbidden);
        assert_eq!(code(ground.domains.release(&member, claim.id)), Code::Forbidden);
        assert_eq!(code(ground.domains.change(&member, claim.id, Default::default())), Code::Forbidden);
        assert_eq!((kit.rows(), ground.zone.asked()), (before, 0));
        ground.claim(&admin, "other.example");
        ground.domains.release(&admin, claim.id).unwrap();
    }

    fn another_organization_s_claim_is_unknown(kit) {
        let ground = ground(kit);
        let (acme, other) = (ground.found("acme"), ground.found("other"));
        let claim = ground.claim(&acme, "acme.example");
        ground.zone.prove(&claim);
        assert_eq!(code(ground.domains.domain(&other, claim.id)), Code::NotFound);
        assert_eq!(code(ground.domains.verify(&other, claim.id)), Code::NotFound);
        assert_eq!(code(ground.domains.change(&other, claim.id, Default::default())), Code::NotFound);
        assert_eq!(code(ground.domains.release(&other, claim.id)), Code::NotFound);
        assert_eq!((ground.zone.asked(), ground.now(&acme, &claim)), (0, claim));
        assert!(ground.domains.domains(&other).unwrap().is_empty());
    }

    fn a_released_domain_is_anybody_s(kit) {
        let ground = ground(kit);
        let (acme, other) = (ground.found("acme"), ground.found("other"));
        let claim = ground.proven(&acme, "acme.example");
        assert_eq!(code(ground.domains.claim(&other, claim.name.clone())), Code::Conflict);
        ground.domains.release(&acme, claim.id).unwrap();
        assert_eq!(code(ground.domains.domain(&acme, claim.id)), Code::NotFound);
        assert_eq!(ground.events(&acme), ["domain.claimed", "domain.released", "domain.verified"]);
        ground.proven(&other, "acme.example");
        assert_eq!(kit.rows()["domain_checks"], 1);
    }

    fn nothing_is_left_of_an_organization_that_ended(kit) {
        let ground = ground(kit);
        let acme = ground.found("acme");
        ground.proven(&acme, "acme.example");
        ground.claim(&acme, "waits.example");
        ground.directory.remove(&acme, Deletion::Permitted).unwrap();
        while ground.directory.purge(acme.organization()).unwrap() == Outcome::Again {}
        for table in ["organization_domains", "domain_claims", "domain_checks"] {
            assert_eq!(kit.rows()[table], 0, "{table}");
        }
        ground.proven(&ground.found("other"), "acme.example");
    }

    fn a_license_limits_them(kit) {
        let ground = entitled(kit, Entitlements::all().limited(DOMAINS, Some(2)));
        let acme = ground.found("acme");
        let claim = ground.claim(&acme, "a.example");
        ground.claim(&acme, "b.example");
        let before = kit.rows();
        assert_eq!(code(ground.domains.claim(&acme, "c.example".parse().unwrap())), Code::LimitReached);
        assert_eq!(kit.rows(), before);
        ground.domains.release(&acme, claim.id).unwrap();
        ground.claim(&acme, "c.example");
    }
}
