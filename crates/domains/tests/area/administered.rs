//! Connections as their administrators see them.

use std::time::Duration;

use polity_domains::{
    AttemptOutcome, ConnectionFields, ConnectionPatch, ConnectionSettings, Connections, DomainId,
    MOST_ATTEMPTS, MetadataSource, NewConnection, RequestBinding, SignInElsewhere, Step,
};
use polity_identity::Secret;
use polity_kernel::{Code, FieldKind};
use polity_testkit::both_engines;
use serde_json::json;

use crate::bench::{SITE, answer, begin, bench, new, oidc, why};
use crate::provider::{IDP, certificate, publish, saml};

fn serving(settings: ConnectionSettings, domains: &[DomainId]) -> NewConnection {
    NewConnection::try_from(ConnectionFields {
        name: "Corp".to_owned(),
        settings,
        client_secret: Some(Secret::new("very-secret-secret")),
        domains: domains.to_vec(),
    })
    .unwrap()
}

both_engines! {
    fn a_connection_is_made_seen_changed_and_removed(kit) {
        let bench = bench(kit);
        let (one, two) = (bench.verified("one.example"), bench.verified("two.example"));
        let made = bench.create(oidc());
        assert_eq!((made.name.as_str(), made.has_client_secret, made.version), ("Corp login", true, 1));
        assert_eq!(bench.service.connection(&bench.access, made.id).unwrap(), made);
        assert_eq!(bench.service.connections(&bench.access).unwrap(), std::slice::from_ref(&made));
        let patch = ConnectionPatch {
            name: Some("Other".to_owned()),
            domains: Some(vec![two, one, two]),
            ..ConnectionPatch::default()
        };
        let changed = bench.service.update(&bench.access, made.id, patch.clone()).unwrap();
        let late = ConnectionPatch { since: Some(made.version), ..patch };
        assert_eq!(bench.service.update(&bench.access, made.id, late).unwrap_err().code(), Code::Conflict);
        assert_eq!((changed.name.as_str(), changed.version), ("Other", 2));
        let mut both = [one, two];
        both.sort();
        assert_eq!(changed.domains, both);
        assert_eq!(bench.service.connection(&bench.access, made.id).unwrap(), changed);
        bench.service.delete(&bench.access, made.id).unwrap();
        assert!(bench.service.connections(&bench.access).unwrap().is_empty());
        for error in [
            bench.service.connection(&bench.access, made.id).unwrap_err(),
            bench.service.delete(&bench.access, made.id).unwrap_err(),
            bench.service.start(made.id, &begin("b")).unwrap_err(),
            bench.service.jwks(made.id).unwrap_err(),
        ] {
            assert_eq!(error.code(), Code::NotFound);
        }
    }

    fn secrets_are_written_and_never_read(kit) {
        let bench = bench(kit);
        let made = bench.create(oidc());
        let saml = bench.create(saml());
        assert!(!format!("{made:?}{saml:?}{:?}", bench.service).contains("very-secret"));
        let dump = kit.dump();
        let holds = |text: &[u8]| dump.windows(text.len()).any(|window| window == text);
        assert!(!holds(b"very-secret-secret"));
        assert!(!holds(&b"very-secret-secret".iter().flat_map(|b| format!("{b:02x}").into_bytes()).collect::<Vec<_>>()));
        let jwk = &bench.service.jwks(saml.id).unwrap()["keys"][0];
        assert_eq!((jwk["alg"].as_str(), jwk.get("d")), (Some("RS256"), None));
        assert_eq!(bench.service.jwks(made.id).unwrap()["keys"], json!([]));
    }

    fn it_takes_the_permission_and_the_organization(kit) {
        let bench = bench(kit);
        let made = bench.create(oidc());
        let member = bench.member();
        let refused = [
            bench.service.create(&member, new(oidc())).unwrap_err(),
            bench.service.connections(&member).unwrap_err(),
            bench.service.connection(&member, made.id).unwrap_err(),
            bench.service.update(&member, made.id, ConnectionPatch::default()).unwrap_err(),
            bench.service.delete(&member, made.id).unwrap_err(),
            bench.service.log(&member, made.id).unwrap_err(),
            bench.service.offer_test(&member, made.id).unwrap_err(),
            bench.service.ending_certificates(&member, Duration::ZERO).unwrap_err(),
            bench.service.read_metadata(&member, &MetadataSource::Xml(String::new()), None).unwrap_err(),
        ];
        assert!(refused.iter().all(|error| error.code() == Code::Forbidden), "{refused:?}");
        let other = bench.other();
        let unknown = [
            bench.service.connection(&other, made.id).unwrap_err(),
            bench.service.update(&other, made.id, ConnectionPatch::default()).unwrap_err(),
            bench.service.delete(&other, made.id).unwrap_err(),
            bench.service.log(&other, made.id).unwrap_err(),
            bench.service.offer_test(&other, made.id).unwrap_err(),
        ];
        assert!(unknown.iter().all(|error| error.code() == Code::NotFound), "{unknown:?}");
        assert!(bench.service.connections(&other).unwrap().is_empty());
    }

    fn a_domain_has_one_connection_and_is_the_organization_s_own(kit) {
        let bench = bench(kit);
        let (one, two) = (bench.verified("one.example"), bench.verified("two.example"));
        let first = bench.service.create(&bench.access, serving(oidc(), &[one, two])).unwrap();
        let taken = bench.service.create(&bench.access, serving(oidc(), &[two])).unwrap_err();
        assert_eq!((taken.code(), taken.fields()[0].kind), (Code::Invalid, FieldKind::Taken));
        assert_eq!(bench.service.connections(&bench.access).unwrap().len(), 1, "nothing is left behind");
        let waiting = bench.ground.claim(&bench.access, "three.example").id;
        bench.service.create(&bench.access, serving(oidc(), &[waiting])).unwrap();
        let freed = ConnectionPatch { domains: Some(vec![one]), ..ConnectionPatch::default() };
        bench.service.update(&bench.access, first.id, freed).unwrap();
        bench.service.create(&bench.access, serving(oidc(), &[two])).unwrap();
        // another organization's domains are its own
        let foreign = bench.service.create(&bench.other(), serving(oidc(), &[one])).unwrap_err();
        assert_eq!(foreign.fields()[0].field, "domains");
    }

    fn other_settings_take_the_try_out_back_and_keep_the_key(kit) {
        let bench = bench(kit);
        let made = bench.create(saml());
        let ConnectionSettings::Saml(mut settings) = made.settings.clone() else { panic!() };
        settings.sso_binding = RequestBinding::Post;
        let patch =
            ConnectionPatch { settings: Some(ConnectionSettings::Saml(settings)), ..ConnectionPatch::default() };
        let changed = bench.service.update(&bench.access, made.id, patch).unwrap();
        assert_eq!(changed.public_key, made.public_key);
        let patch = ConnectionPatch { settings: Some(oidc()), ..ConnectionPatch::default() };
        let error = bench.service.update(&bench.access, made.id, patch).unwrap_err();
        assert_eq!(error.fields()[0].field, "kind");
    }

    fn certificates_that_end_are_told_in_time(kit) {
        let bench = bench(kit);
        let made = bench.create(saml());
        assert!(bench.service.ending_certificates(&bench.access, Duration::from_secs(30 * 86_400)).unwrap().is_empty());
        let ending = bench.service.ending_certificates(&bench.access, Duration::from_secs(80 * 366 * 86_400)).unwrap();
        assert_eq!(ending, [(made.id, certificate())]);
    }

    fn metadata_is_read_from_here_or_there(kit) {
        let bench = bench(kit);
        let made = bench.create(saml());
        let ours = bench.service.service_metadata(made.id).unwrap();
        assert!(ours.contains(&format!("{SITE}/sso/{}/acs", made.id)) && ours.contains(&format!("entityID=\"{SITE}\"")));
        let theirs = format!(
            "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"{IDP}\"><IDPSSODescriptor \
             protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"><KeyDescriptor><KeyInfo \
             xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><X509Data><X509Certificate>{}</X509Certificate></X509Data>\
             </KeyInfo></KeyDescriptor><SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
             Location=\"https://idp.example/sso\"/></IDPSSODescriptor></EntityDescriptor>",
            certificate().der
        );
        let read = |source| bench.service.read_metadata(&bench.access, &source, None);
        let told = read(MetadataSource::Xml(theirs.clone())).unwrap();
        assert_eq!((told.entity_id.as_str(), told.sso_binding), (IDP, RequestBinding::Post));
        bench.net.answer("https://idp.example/metadata", 200, json!(theirs));
        assert_eq!(read(MetadataSource::Url("https://idp.example/metadata".to_owned())).unwrap(), told);
        let away = read(MetadataSource::Url("https://away.example/metadata".to_owned())).unwrap_err();
        assert_eq!(away.code(), Code::Unavailable);
        let oidc = bench.create(oidc());
        assert_eq!(bench.service.service_metadata(oidc.id).unwrap_err().code(), Code::NotFound);
    }

    fn the_log_keeps_the_last_in_words(kit) {
        let bench = bench(kit);
        let made = bench.create(oidc());
        publish(&bench.net);
        for _ in 0..MOST_ATTEMPTS + 3 {
            let asked = bench.start(&made, "b");
            why(bench.service.judge(&answer(&asked["state"], Some("secret-code"))));
            kit.pass(Duration::from_secs(1));
        }
        let log = bench.log(&made);
        assert_eq!(log.len(), usize::try_from(MOST_ATTEMPTS).unwrap());
        assert!(log.windows(2).all(|pair| pair[0].id > pair[1].id), "the newest first");
        assert_eq!((log[0].step, log[0].outcome), (Step::Answer, AttemptOutcome::Refused));
        assert_eq!(log[0].words, "the provider did not answer in time");
    }

    fn what_a_deleted_organization_leaves_goes_in_parts(kit) {
        let bench = bench(kit);
        let before = kit.rows();
        for _ in 0..3 {
            let made = bench.create(oidc());
            why(bench.service.start(made.id, &begin("b")));
        }
        let organization = bench.access.organization();
        assert_eq!(bench.service.purge(organization, 2).unwrap(), 2);
        assert_eq!(bench.service.purge(organization, 2).unwrap(), 1);
        assert_eq!(bench.service.purge(organization, 2).unwrap(), 0);
        for table in ["connections", "connection_places", "connection_domains", "connection_attempts", "sign_in_flows"] {
            assert_eq!(kit.rows()[table], before[table], "{table}");
        }
    }
}
