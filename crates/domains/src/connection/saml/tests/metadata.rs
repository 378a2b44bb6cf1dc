//! Metadata of both sides.

use super::draft::*;
use crate::connection::saml::metadata::{import, of_provider, of_service};
use crate::connection::settings::RequestBinding;

#[test]
fn what_is_written_is_read_again() {
    let read = import(&of_provider(&settings(), NOW), None, NOW).unwrap();
    assert_eq!((read.entity_id.as_str(), read.sso_url.as_str()), (IDP, "https://idp.example/sso"));
    assert_eq!(read.sso_binding, RequestBinding::Redirect);
    assert_eq!(read.certificates, [PROVIDER.certificate()]);
}

#[test]
fn of_several_providers_one_is_named() {
    let one = of_provider(&settings(), NOW);
    let two = one.replace(IDP, "https://second.example");
    let both = format!(
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">{one}{two}</md:EntitiesDescriptor>"
    );
    assert!(import(&both, None, NOW).is_err());
    assert_eq!(
        import(&both, Some("https://second.example"), NOW).unwrap().entity_id,
        "https://second.example"
    );
    assert!(import(&both, Some("https://third.example"), NOW).is_err());
}

#[test]
fn what_does_not_count_any_more_is_left_out_or_refused() {
    let mut settings = settings();
    settings.certificates = vec![PROVIDER.certificate(), OTHER.certificate()];
    let both = of_provider(&settings, NOW);
    assert_eq!(import(&both, None, NOW).unwrap().certificates.len(), 2);
    let ended = both.replace(&OTHER.public.certificate, &ENDED.public.certificate);
    assert_eq!(import(&ended, None, NOW).unwrap().certificates, [PROVIDER.certificate()]);
    let over = both.replace("entityID", "validUntil=\"2026-01-15T12:00:00Z\" entityID");
    assert!(import(&over, None, NOW).is_err());
    let soon = both.replace("entityID", "validUntil=\"2026-01-15T12:00:01Z\" entityID");
    assert!(import(&soon, None, NOW).unwrap().valid_until.is_some());
}

#[test]
fn what_is_no_metadata_is_refused() {
    for xml in ["", "<a/>", "<!DOCTYPE a []><a/>", &of_service(&sp(), &OURS.public, false)] {
        assert!(import(xml, None, NOW).is_err(), "{xml}");
    }
}

#[test]
fn ours_says_what_is_wanted() {
    let xml = of_service(&sp(), &OURS.public, true);
    for part in [SP, ACS, &OURS.public.certificate, "WantAssertionsSigned=\"true\"", "use=\"encryption\""] {
        assert!(xml.contains(part), "{part}");
    }
    assert!(
        saml_rs::SpDescriptor::from_metadata_xml(
            &xml,
            saml_rs::MetadataTrustPolicy::UnsignedForCompatibility
        )
        .is_ok()
    );
}
