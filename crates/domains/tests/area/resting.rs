//! Connections that let nobody in though they stand, and the SAML providers of domains.

use polity_domains::{
    Admissions, ConnectionPatch, Connections, DomainPatch, Domains, Rejection, SamlPatch, SamlProvider,
    SignInElsewhere,
};
use polity_kernel::{Access, Code, Entitlements};
use polity_testkit::both_engines;

use crate::bench::{answer, begin, bench, entitled_node, oidc, why};
use crate::provider::{certificate, give, posted, publish, saml};

fn provider() -> SamlPatch {
    let said = |text: &str| Some(Some(text.to_owned()));
    SamlPatch {
        entity_id: said("https://idp.example/saml"),
        sso_url: said("https://idp.example/sso"),
        certificate: said(&certificate().der),
    }
}

fn none() -> SamlPatch {
    SamlPatch { entity_id: Some(None), sso_url: Some(None), certificate: Some(None) }
}

both_engines! {
    fn a_domain_that_is_given_back_stops_its_connection_at_once(kit) {
        let bench = bench(kit);
        publish(&bench.net);
        let made = bench.create(oidc());
        let (domain, waiting) = (bench.verified("corp.example"), bench.ground.claim(&bench.access, "waits.example").id);
        let serve = |domains| ConnectionPatch { domains: Some(domains), ..ConnectionPatch::default() };
        bench.service.update(&bench.access, made.id, serve(vec![waiting])).unwrap();
        assert_eq!(why(bench.service.start(made.id, &begin("browser"))), Rejection::DomainsRest);
        assert_eq!(bench.service.offer("ida@waits.example").unwrap(), None);
        let offer = bench.service.offer_test(&bench.access, made.id).unwrap();
        bench.service.start(made.id, &polity_domains::Begin { test: Some(offer), ..begin("browser") }).unwrap();
        bench.service.update(&bench.access, made.id, serve(vec![waiting, domain])).unwrap();
        assert!(bench.service.offer("ida@corp.example").unwrap().is_some());
        let asked = bench.start(&made, "browser");
        give(&bench.net, &asked["nonce"], kit.ctx.now());
        bench.ground.domains.release(&bench.access, domain).unwrap();
        let judged = bench.service.judge(&answer(&asked["state"], Some("code")));
        assert_eq!(why(judged), Rejection::DomainsRest, "it is asked again when the answer comes");
    }

    fn saml_wants_the_feature(kit) {
        let bench = bench(kit);
        let made = bench.create(saml());
        let poor = entitled_node(&kit.ctx, &bench.net, Entitlements::of_features([]));
        assert_eq!(why(poor.start(made.id, &begin("browser"))), Rejection::NotEntitled);
        assert_eq!(why(poor.judge(&posted(&made, None, kit.ctx.now()))), Rejection::NotEntitled);
        publish(&bench.net);
        poor.start(bench.create(oidc()).id, &begin("browser")).unwrap();
    }

    fn a_domain_and_its_connection_say_the_same(kit) {
        let bench = bench(kit);
        let domain = bench.service.claim_domain(&bench.access, "corp.example".parse().unwrap(), provider()).unwrap();
        let told = SamlProvider {
            entity_id: "https://idp.example/saml".to_owned(),
            sso_url: "https://idp.example/sso".to_owned(),
            certificate: certificate().der,
        };
        assert_eq!(bench.service.saml_providers(&bench.member()).unwrap(), [(domain.id, told)]);
        let made = bench.service.connections(&bench.access).unwrap().remove(0);
        assert_eq!((made.name.as_str(), made.domains.as_slice()), ("corp.example", [domain.id].as_slice()));
        let change = |said: SamlPatch| bench.service.change_domain(&bench.access, domain.id, DomainPatch::default(), said);
        change(provider()).unwrap();
        assert_eq!(bench.service.connection(&bench.access, made.id).unwrap(), made, "the same again changes nothing");
        let bad = SamlPatch { certificate: Some(None), ..SamlPatch::default() };
        assert_eq!(change(bad).unwrap_err().fields()[0].field, "certificate");
        let refused = DomainPatch { jit_provisioning: Some(true), ..DomainPatch::default() };
        bench.service.change_domain(&bench.access, domain.id, refused, none()).unwrap_err();
        assert_eq!(bench.service.connections(&bench.access).unwrap().len(), 1, "all of it or nothing");
        change(none()).unwrap();
        change(none()).unwrap();
        assert!(bench.service.connections(&bench.access).unwrap().is_empty());
        assert_eq!(bench.service.start(made.id, &begin("b")).unwrap_err().code(), Code::NotFound);
    }

    fn a_provider_takes_the_permission_and_the_organization(kit) {
        let bench = bench(kit);
        let domain = bench.verified("corp.example");
        let change = |access: &Access| bench.service.change_domain(access, domain, DomainPatch::default(), provider()).unwrap_err().code();
        let member = bench.member();
        assert_eq!(change(&member), Code::Forbidden);
        assert_eq!(change(&bench.other()), Code::NotFound);
        let claimed = bench.service.claim_domain(&member, "x.example".parse().unwrap(), provider());
        assert_eq!(claimed.unwrap_err().code(), Code::Forbidden);
        let bad = SamlPatch { sso_url: Some(Some("http://idp.example".to_owned())), ..provider() };
        let refused = bench.service.claim_domain(&bench.access, "x.example".parse().unwrap(), bad).unwrap_err();
        assert_eq!(refused.fields()[0].field, "sso_url");
        assert_eq!(bench.ground.domains.domains(&bench.access).unwrap().len(), 1, "nothing is left behind");
    }
}
