//! What is set for a domain, in the order in which it is judged.

use polity_domains::{DomainPatch, DomainRefusal, Domains as _, Enforcement, MOST_BREAK_GLASS_OWNERS};
use polity_kernel::{Code, Entitlements};
use polity_testkit::both_engines;

use crate::common::{Ground, code, entitled, ground, refusal};

fn jit(on: bool) -> DomainPatch {
    DomainPatch { jit_provisioning: Some(on), ..DomainPatch::default() }
}

fn enforce(by: Option<Enforcement>, force: bool) -> DomainPatch {
    DomainPatch { sso_enforcement: Some(by), force, ..DomainPatch::default() }
}

fn scim(on: bool) -> DomainPatch {
    DomainPatch { scim: Some(on), ..DomainPatch::default() }
}

fn at(refusal: DomainRefusal, field: &str) -> (DomainRefusal, String) {
    (refusal, field.to_owned())
}

fn events_forced(ground: &Ground<'_>, access: &polity_kernel::Access) -> usize {
    ground.events(access).iter().filter(|name| *name == "domain.enforcement_forced").count()
}

both_engines! {
    fn an_unproven_claim_takes_neither_joining_nor_enforcement(kit) {
        let ground = ground(kit);
        let acme = ground.found("acme");
        let claim = ground.claim(&acme, "acme.example");
        let change = |patch| ground.domains.change(&acme, claim.id, patch);
        let required = DomainRefusal::VerificationRequired;
        for patch in [jit(true), jit(false), DomainPatch { sso_enforcement: Some(None), ..jit(false) }] {
            assert_eq!(refusal(change(patch)), at(required, "jit_provisioning"));
        }
        assert_eq!(refusal(change(enforce(None, false))), at(required, "sso_enforcement"));
        assert_eq!(refusal(change(DomainPatch { scim: Some(true), ..jit(true) })), at(required, "jit_provisioning"));
        assert_eq!(change(scim(false)).unwrap(), claim);
    }

    fn a_feature_is_asked_for_where_something_is_switched_on(kit) {
        let ground = entitled(kit, Entitlements::of_features(["rbac".to_owned()]));
        let acme = ground.found("acme");
        let claim = ground.proven(&acme, "acme.example");
        let change = |patch| ground.domains.change(&acme, claim.id, patch);
        let missing = DomainRefusal::FeatureNotAvailable;
        assert_eq!(refusal(change(DomainPatch { scim: Some(true), ..jit(true) })), at(missing, "jit_provisioning"));
        assert_eq!(refusal(change(scim(true))), at(missing, "scim"));
        assert_eq!(refusal(change(scim(false))), at(missing, "scim"));
        assert_eq!(change(jit(false)).unwrap(), claim);
    }

    fn joining_is_switched_on_and_off(kit) {
        let ground = ground(kit);
        let acme = ground.found("acme");
        let claim = ground.proven(&acme, "acme.example");
        let on = ground.domains.change(&acme, claim.id, jit(true)).unwrap();
        assert_eq!((on.jit_provisioning, on.version), (true, claim.version + 1));
        assert_eq!(ground.domains.change(&acme, claim.id, jit(true)).unwrap(), on, "the same is no change");
        assert!(!ground.domains.change(&acme, claim.id, jit(false)).unwrap().jit_provisioning);
        assert_eq!(ground.events(&acme)[..2], ["domain.changed"; 2]);
        assert_eq!(refusal(ground.domains.change(&acme, claim.id, scim(true))), at(DomainRefusal::FeatureNotAvailable, "scim"));
    }

    fn an_owner_alone_enforces_what_nobody_has_tested(kit) {
        let ground = ground(kit);
        let acme = ground.found("acme");
        let admin = ground.member(&acme, "acme", "admin");
        let claim = ground.proven(&acme, "acme.example");
        let untested = at(DomainRefusal::ConnectionNotTested, "sso_enforcement");
        let saml = |force| enforce(Some(Enforcement::Saml), force);
        assert_eq!(refusal(ground.domains.change(&acme, claim.id, saml(false))), untested);
        assert_eq!(refusal(ground.domains.change(&admin, claim.id, saml(false))), untested);
        assert_eq!(code(ground.domains.change(&admin, claim.id, saml(true))), Code::Forbidden);
        assert_eq!((ground.now(&acme, &claim), events_forced(&ground, &acme)), (claim.clone(), 0));
        let enforced = ground.domains.change(&acme, claim.id, saml(true)).unwrap();
        let owner = acme.actor().person().unwrap();
        assert_eq!((enforced.sso_enforcement, enforced.break_glass_owners), (Some(Enforcement::Saml), vec![owner]));
        assert_eq!(events_forced(&ground, &acme), 1);
        // what is enforced already is no further step, and ending it is nobody's risk
        ground.domains.change(&admin, claim.id, saml(false)).unwrap();
        ground.domains.change(&admin, claim.id, enforce(None, false)).unwrap();
        assert_eq!(events_forced(&ground, &acme), 1);
        assert_eq!(refusal(ground.domains.change(&acme, claim.id, enforce(Some(Enforcement::Github), false))), untested);
    }

    fn break_glass_owners_own_the_organization(kit) {
        let ground = ground(kit);
        let acme = ground.found("acme");
        let owner = ground.member(&acme, "acme", "owner").actor().person().unwrap();
        let admin = ground.member(&acme, "acme", "admin").actor().person().unwrap();
        let stranger = ground.found("other").actor().person().unwrap();
        let claim = ground.claim(&acme, "acme.example");
        let name = |owners: &[_]| {
            let patch = DomainPatch { break_glass_owners: Some(owners.to_vec()), ..DomainPatch::default() };
            ground.domains.change(&acme, claim.id, patch)
        };
        for nobody in [admin, stranger] {
            let error = name(&[owner, nobody]).unwrap_err();
            assert_eq!(error.fields()[0].field, "break_glass_owners[1]");
        }
        assert_eq!(code(name(&[owner; MOST_BREAK_GLASS_OWNERS + 1])), Code::Invalid);
        assert_eq!(name(&[owner, owner]).unwrap().break_glass_owners, [owner]);
        assert!(name(&[]).unwrap().break_glass_owners.is_empty());
    }
}
