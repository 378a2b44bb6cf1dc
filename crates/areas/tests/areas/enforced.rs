//! Who has to sign in by the connection of their organization, and who may do otherwise all the same.

use polity_directory::{NewMember, OrganizationPatch};
use polity_domains::{
    ClientAuthentication, ConnectionFields, ConnectionSettings, DomainPatch, Enforcement, NewConnection,
    OidcSettings,
};
use polity_identity::Secret;
use polity_kernel::{AccountId, Actor, Code, Level, Method, event};
use polity_signin::{Browser, Proven};
use polity_testkit::both_engines;

use crate::stage::Stage;

/// Has everybody under the organization's domain sign in by a connection.
fn enforce(stage: &Stage<'_>) -> polity_domains::DomainId {
    let (polity, access) = (&stage.polity, &stage.access);
    let claim = polity.domains.claim(access, "acme.example".parse().unwrap()).unwrap();
    let root = polity.enter(&Actor::system(), &"acme".parse().unwrap()).unwrap();
    let word = OrganizationPatch {
        domain: Some(Some("acme.example".to_owned())),
        domain_verified: Some(true),
        ..OrganizationPatch::default()
    };
    polity.directory.update(&root, word).unwrap();
    let fields = ConnectionFields {
        name: "Login".to_owned(),
        settings: ConnectionSettings::Oidc(OidcSettings {
            issuer: "https://idp.example".to_owned(),
            client_id: "polity".to_owned(),
            authentication: ClientAuthentication::ClientSecretBasic,
            scopes: Vec::new(),
            email_claim: None,
            groups_claim: None,
            allowed_tenants: Vec::new(),
        }),
        client_secret: Some(Secret::new("secret")),
        domains: vec![claim.id],
    };
    polity.connections.create(access, NewConnection::try_from(fields).unwrap()).unwrap();
    let patch =
        DomainPatch { sso_enforcement: Some(Some(Enforcement::Oidc)), force: true, ..DomainPatch::default() };
    polity.domains.change(access, claim.id, patch).unwrap();
    claim.id
}

fn begins(stage: &Stage<'_>, account: AccountId, methods: &[Method]) -> Option<Code> {
    let now = stage.polity.ctx.now();
    let (first, further) = methods.split_first().unwrap();
    let proven =
        further.iter().fold(Proven::by(account, *first, now), |proven, method| proven.and(*method, now));
    stage.polity.signin.begin_session(&proven, &Browser::default()).err().map(|error| error.code())
}

both_engines! {
    fn people_of_the_organization_sign_in_by_its_connection_alone(kit) {
        let stage = Stage::set(kit);
        let (bob, polity) = (stage.bob, &stage.polity);
        let domain = enforce(&stage);
        assert_eq!(begins(&stage, bob, &[Method::Password]), None, "who does not belong to it is not bound");
        polity.directory.add_member(&stage.access, NewMember::from(bob)).unwrap();
        for methods in [&[Method::Password][..], &[Method::Password, Method::OneTimePassword], &[Method::Passkey], &[Method::MailedLink]] {
            assert_eq!(begins(&stage, bob, methods), Some(Code::SsoEnforced), "{methods:?}");
        }
        let proven = Proven::by(bob, Method::Password, polity.ctx.now());
        assert_eq!(polity.signin.issue_token(&proven).unwrap_err().code(), Code::SsoEnforced);
        assert_eq!(begins(&stage, bob, &[Method::Federated]), None);
        polity.domains.release(&stage.access, domain).unwrap();
        assert_eq!(begins(&stage, bob, &[Method::Password]), None, "a domain that is given back binds nobody");
    }

    fn a_named_owner_breaks_the_glass_with_two_factors_and_it_is_told(kit) {
        let stage = Stage::set(kit);
        let ada = stage.ada.person().unwrap();
        enforce(&stage);
        assert_eq!(begins(&stage, ada, &[Method::Password]), Some(Code::SsoEnforced), "one factor is too few");
        assert_eq!(begins(&stage, ada, &[Method::Password, Method::OneTimePassword]), None);
        assert_eq!(begins(&stage, ada, &[Method::Passkey]), None);
        let told = kit.ctx.read(|conn| event::latest(conn, stage.access.organization(), 1000)).unwrap();
        let broken = told.iter().filter(|event| event.name() == "session.broke_glass").count();
        assert_eq!(broken, 2);
        // an owner no more, and the name is worth nothing
        let (polity, access) = (&stage.polity, &stage.access);
        polity.directory.add_member(access, NewMember::from(stage.bob)).unwrap();
        let owner = polity_directory::MemberPatch { level: Some(Level::Owner), expires_at: None };
        polity.directory.change_member(access, stage.bob, owner).unwrap();
        let bob = polity.enter(&polity_testkit::acting(stage.bob), &"acme".parse().unwrap()).unwrap();
        let admin = polity_directory::MemberPatch { level: Some(Level::Admin), expires_at: None };
        polity.directory.change_member(&bob, ada, admin).unwrap();
        assert_eq!(begins(&stage, ada, &[Method::Passkey]), Some(Code::SsoEnforced));
    }
}
