//! Proof by a record, and who has it.

use std::time::Duration;

use polity_directory::{Members as _, OrganizationFields, OrganizationPatch, Organizations as _};
use polity_domains::{ClaimState, DomainPatch, DomainRefusal, Domains as _};
use polity_kernel::{Actor, Code};
use polity_testkit::{acting, both_engines};

use crate::common::{code, ground, refusal};

both_engines! {
    fn a_record_that_says_the_challenge_proves_it(kit) {
        let ground = ground(kit);
        let acme = ground.found("acme");
        let claim = ground.claim(&acme, "acme.example");
        for wrong in [&[][..], &["else"], &[&claim.challenge[1..]], &[&claim.challenge.to_lowercase()]] {
            ground.zone.say(&claim, wrong);
            let same = ground.domains.verify(&acme, claim.id).unwrap();
            assert_eq!((same.is_verified(), same.version), (false, 1), "{wrong:?}");
            assert_eq!(same.last_checked_at, Some(kit.ctx.now()));
        }
        ground.zone.prove(&claim);
        kit.pass(Duration::from_secs(60));
        let proven = ground.domains.verify(&acme, claim.id).unwrap();
        assert_eq!((proven.verified_at, proven.version), (Some(kit.ctx.now()), 2));
        assert_eq!(proven.state(kit.ctx.now()), ClaimState::Verified);
        assert_eq!(ground.now(&acme, &claim), proven);
        let asked = ground.zone.asked();
        let again = refusal(ground.domains.verify(&acme, claim.id));
        assert_eq!((again, ground.zone.asked()), ((DomainRefusal::AlreadyVerified, String::new()), asked));
        assert_eq!(ground.events(&acme), ["domain.claimed", "domain.verified"]);
    }

    fn without_an_answer_nothing_changes(kit) {
        let ground = ground(kit);
        let acme = ground.found("acme");
        let claim = ground.claim(&acme, "acme.example");
        ground.zone.silence(&claim);
        let before = kit.contents();
        assert_eq!(code(ground.domains.verify(&acme, claim.id)), Code::Unavailable);
        assert_eq!(kit.contents(), before);
    }

    fn the_first_proof_wins(kit) {
        let ground = ground(kit);
        let (acme, other) = (ground.found("acme"), ground.found("other"));
        let (first, second) = (ground.claim(&acme, "acme.example"), ground.claim(&other, "acme.example"));
        assert_ne!(first.challenge, second.challenge);
        ground.zone.say(&first, &[&first.challenge, &second.challenge]);
        ground.domains.verify(&other, second.id).unwrap();
        let before = kit.rows();
        assert_eq!(refusal(ground.domains.verify(&acme, first.id)), (DomainRefusal::Taken, "name".to_owned()));
        assert_eq!(kit.rows(), before);
        assert!(!ground.now(&acme, &first).is_verified());
        ground.domains.release(&other, second.id).unwrap();
        assert!(ground.domains.verify(&acme, first.id).unwrap().is_verified());
    }

    fn who_proves_at_the_same_moment_proves_it_once(kit) {
        let ground = ground(kit);
        let organizations = ["acme", "other", "third"].map(|key| ground.found(key));
        let claims = organizations.each_ref().map(|access| ground.claim(access, "acme.example"));
        let all: Vec<&str> = claims.iter().map(|claim| claim.challenge.as_str()).collect();
        ground.zone.say(&claims[0], &all);
        let proofs = organizations.iter().zip(&claims).map(|(access, claim)| {
            let ground = &ground;
            move || ground.domains.verify(access, claim.id)
        });
        let results = std::thread::scope(|scope| {
            let threads: Vec<_> = proofs.map(|proof| scope.spawn(proof)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
        assert_eq!(kit.rows()["domain_claims"], 1);
    }

    fn people_join_by_a_proven_domain_alone(kit) {
        let ground = ground(kit);
        let acme = ground.found("acme");
        let claim = ground.claim(&acme, "acme.example");
        let bob = acting(ground.account("bob@acme.example"));
        assert_eq!(code(ground.directory.join(&bob, &"acme".parse().unwrap())), Code::NotFound);
        assert!(ground.directory.suggestions(&bob).unwrap().is_empty());
        ground.zone.prove(&claim);
        ground.domains.verify(&acme, claim.id).unwrap();
        assert_eq!(ground.directory.suggestions(&bob).unwrap().len(), 1);
        ground.directory.join(&bob, &"acme".parse().unwrap()).unwrap();
        ground.domains.release(&acme, claim.id).unwrap();
        ground.enter(&bob, "acme");
        let eve = acting(ground.account("eve@acme.example"));
        assert_eq!(code(ground.directory.join(&eve, &"acme".parse().unwrap())), Code::NotFound);
    }

    fn a_platform_administrator_s_word_needs_no_record(kit) {
        let ground = ground(kit);
        let acme = ground.found_with(OrganizationFields {
            key: Some("acme".to_owned()),
            domain: Some("acme.example".to_owned()),
            ..OrganizationFields::default()
        });
        let root = ground.enter(&Actor::system(), "acme");
        let word = |word| OrganizationPatch { domain_verified: Some(word), ..OrganizationPatch::default() };
        ground.directory.update(&root, word(true)).unwrap();
        let [claim] = ground.domains.domains(&acme).unwrap().try_into().unwrap();
        assert_eq!((claim.is_verified(), kit.rows()["domain_checks"]), (true, 0), "nobody looks for one");
        let patch = DomainPatch { jit_provisioning: Some(true), ..DomainPatch::default() };
        ground.domains.change(&acme, claim.id, patch).unwrap();
        ground.directory.update(&root, word(false)).unwrap();
        assert_eq!(ground.now(&acme, &claim).state(kit.ctx.now()), ClaimState::Waiting);
        // a record that has proven it is not looked up any more either
        ground.zone.prove(&claim);
        ground.domains.verify(&acme, claim.id).unwrap();
        assert_eq!(kit.rows()["domain_checks"], 1);
        ground.directory.update(&root, word(false)).unwrap();
        assert_eq!(kit.rows()["domain_checks"], 0);
    }
}
