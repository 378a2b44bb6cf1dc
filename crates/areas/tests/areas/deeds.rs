//! Deeds of every area, and whether the events they leave are what the catalogue says.

use std::collections::BTreeSet;
use std::time::Duration;

use polity_areas::catalogue;
use polity_directory::{
    AppFields, Assignee, AssignmentRef, Deletion, InvitationFields, InvitationRef, MemberPatch, NewApp,
    NewAssignment, NewInvitation, NewMember, NewOrganization, NewProject, NewRole, OrganizationFactsPatch,
    OrganizationFields, OrganizationPatch, OrganizationRef, Parameter, ProjectFields, RoleFields, RolePatch,
    Taker,
};
use polity_domains::{
    Admission, Arrival, ClientAuthentication, ConnectionFields, ConnectionKind, ConnectionPatch,
    ConnectionSettings, DomainPatch, Enforcement, ExternalIdentity, NewConnection, OidcSettings,
    SignInPurpose,
};
use polity_identity::{ClientPatch, Clients, Keys, NewApiKey, NewClient, Owner, Secret};
use polity_kernel::{Actor, Level, Method, OrganizationId};
use polity_legal::{DocumentType, LegalDocumentFields, NewLegalDocument};
use polity_licensing::LicenseType;
use polity_projects::{Environments, ProjectPatch, ProjectRole, SecretKeyRef};
use polity_signin::{Browser, Ending, Proven};
use polity_testkit::{acting, both_engines};
use serde_json::json;

use crate::stage::Stage;
use crate::told::judged;

/// What no deed below comes to: it needs somebody else's server, a mail, a browser or a job.
const ELSEWHERE: [&str; 24] = [
    "access_token.revoked",
    "account.address_asked",
    "account.linked",
    "account.passkey_added",
    "account.passkey_removed",
    "account.passkey_renamed",
    "account.password_set",
    "account.recovery_code_used",
    "account.recovery_codes_made",
    "account.totp_enrolled",
    "account.totp_removed",
    "account.unlinked",
    "connection.tested",
    "domain.failing",
    "employees.unpromised",
    "invitation.ended",
    "invitation.mailed",
    "invitation.updated",
    "legal_document.filed",
    "legal_document.sent",
    "legal_document.signed",
    "member.put_back",
    "role_assignment.updated",
    "session.broke_glass",
];

both_engines! {
    fn what_is_stored_is_what_the_catalogue_says(kit) {
        let stage = Stage::set(kit);
        stage.members();
        stage.people();
        stage.staff();
        stage.groups();
        stage.roles();
        stage.projects();
        stage.credentials();
        stage.domains();
        stage.connections();
        stage.sessions();
        stage.papers();
        let (wrong, seen) = judged(&kit.ctx, &[stage.access.organization(), OrganizationId::new(uuid::Uuid::nil())]);
        assert_eq!(wrong, Vec::<String>::new());
        let seen: BTreeSet<&str> = seen.into_iter().collect();
        let unseen: Vec<&str> = catalogue().map(|told| told.name).filter(|name| !seen.contains(name)).collect::<BTreeSet<_>>().into_iter().collect();
        assert_eq!(unseen, ELSEWHERE);
    }
}

impl Stage<'_> {
    /// E-mail domains, whose records nobody looks up here.
    fn domains(&self) {
        let (polity, access) = (&self.polity, &self.access);
        let claim = polity.domains.claim(access, "acme.example".parse().unwrap()).unwrap();
        let root = polity.enter(&Actor::system(), &"acme".parse().unwrap()).unwrap();
        let word = |word| OrganizationPatch { domain_verified: Some(word), ..OrganizationPatch::default() };
        polity.directory.update(&root, word(true)).unwrap();
        let patch = DomainPatch {
            sso_enforcement: Some(Some(Enforcement::Saml)),
            force: true,
            ..DomainPatch::default()
        };
        polity.domains.change(access, claim.id, patch).unwrap();
        polity.directory.update(&root, word(false)).unwrap();
        polity.domains.release(access, claim.id).unwrap();
    }

    /// A connection, and somebody who comes by it.
    fn connections(&self) {
        let (polity, access) = (&self.polity, &self.access);
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
            domains: Vec::new(),
        };
        let connection = polity.connections.create(access, NewConnection::try_from(fields).unwrap()).unwrap();
        let renamed = ConnectionPatch { name: Some("Other".to_owned()), ..ConnectionPatch::default() };
        polity.connections.update(access, connection.id, renamed).unwrap();
        let arrival = Arrival {
            organization: access.organization(),
            connection: connection.id,
            kind: ConnectionKind::Oidc,
            identity: ExternalIdentity {
                issuer: "https://idp.example".to_owned(),
                subject: "ida".to_owned(),
                ..ExternalIdentity::default()
            },
            purpose: SignInPurpose::Login,
            return_to: None,
            unsolicited: false,
        };
        let admission = polity.connections.admit(&arrival, &Secret::new("browser"), None).unwrap();
        let Admission::Admitted(admitted) = admission else { panic!("it is to be confirmed") };
        let ida = acting(admitted.proven.account);
        let linked = polity.signin.identities(&ida).unwrap().remove(0);
        polity.signin.unlink(&ida, linked.id).unwrap();
        polity.connections.delete(access, connection.id).unwrap();
    }

    /// Sessions at a browser.
    fn sessions(&self) {
        let (signin, bob) = (&self.polity.signin, acting(self.bob));
        let proven = Proven::by(self.bob, Method::Password, self.polity.ctx.now());
        let (one, _) = signin.begin_session(&proven, &Browser::default()).unwrap();
        signin.begin_session(&proven, &Browser::default()).unwrap();
        signin.end_sessions(&bob, Ending::One(one.id)).unwrap();
        signin.end_sessions(&bob, Ending::All).unwrap();
    }

    /// Members and invitations.
    fn members(&self) {
        let (directory, access, bob) = (&self.polity.directory, &self.access, self.bob);
        directory.add_member(access, NewMember::from(bob)).unwrap();
        let acme: OrganizationRef = "acme".parse().unwrap();
        self.polity.enter(&acting(bob), &acme).unwrap();
        let admin = MemberPatch { level: Some(Level::Admin), expires_at: None };
        directory.change_member(access, bob, admin).unwrap();
        directory.leave(&acting(bob), &acme).unwrap();
        directory.add_member(access, NewMember::from(bob)).unwrap();
        directory.remove_member(access, bob).unwrap();
        let invite = |name: &str| {
            let fields = InvitationFields {
                email: format!("{name}@acme.example"),
                first_name: Some(name.to_owned()),
                message: None,
                level: Level::Member,
                projects: Vec::new(),
                mail: true,
                combine: false,
            };
            let new = NewInvitation::try_from(fields).unwrap();
            directory.invite(access, vec![new]).unwrap().remove(0).id
        };
        let (to_bob, to_eve) = (invite("bob"), invite("eve"));
        self.kit.pass(Duration::from_mins(2));
        directory.resend(access, to_eve).unwrap();
        directory.withdraw(access, to_eve).unwrap();
        directory.accept(Taker::Person(acting(bob)), &InvitationRef::Id(to_bob)).unwrap();
        let patch = OrganizationPatch {
            facts: OrganizationFactsPatch {
                description: Some(Some("Anvils.".to_owned())),
                ..OrganizationFactsPatch::default()
            },
            parameters: Some(vec![Parameter {
                name: "region".to_owned(),
                value: json!("eu"),
                sensitive: false,
                credential: false,
            }]),
            ..OrganizationPatch::default()
        };
        directory.update(access, patch).unwrap();
        let profile =
            OrganizationFactsPatch { mission: Some(Some("Anvils.".to_owned())), ..Default::default() };
        directory.change_profile(access, profile).unwrap();
        let fields = OrganizationFields { key: Some("gone".to_owned()), ..OrganizationFields::default() };
        directory.found(&self.ada, NewOrganization::try_from(fields).unwrap()).unwrap();
        let gone = self.polity.enter(&self.ada, &"gone".parse().unwrap()).unwrap();
        directory.remove(&gone, Deletion::Permitted).unwrap();
    }

    /// Roles and who carries them.
    fn roles(&self) {
        let (directory, access) = (&self.polity.directory, &self.access);
        let fields = RoleFields {
            key: "clerk".to_owned(),
            permissions: vec!["a.b".to_owned()],
            ..RoleFields::default()
        };
        let role = directory.create_role(access, NewRole::try_from(fields).unwrap()).unwrap();
        directory
            .update_role(access, &role.key.clone().into(), RolePatch::renamed("Clerks").unwrap())
            .unwrap();
        let bob = Assignee::Account(self.bob);
        directory.grant(access, NewAssignment::of(role.key.clone(), bob)).unwrap();
        directory.revoke(access, &role.key.clone().into(), AssignmentRef::To(bob)).unwrap();
        directory.remove_role(access, &role.key.into()).unwrap();
    }

    /// Projects and apps.
    fn projects(&self) {
        let (projects, access) = (&self.polity.projects, &self.access);
        let fields = ProjectFields { name: "Shop".to_owned(), ..ProjectFields::default() };
        let shop = projects.open_project(access, NewProject::try_from(fields).unwrap()).unwrap();
        let patch = ProjectPatch { description: Some(Some("Sells.".to_owned())), ..ProjectPatch::default() };
        projects.change_project(access, shop.id, patch).unwrap();
        projects.give_project_role(access, shop.id, self.bob, ProjectRole::User).unwrap();
        projects.give_project_role(access, shop.id, self.bob, ProjectRole::Viewer).unwrap();
        projects.take_project_role(access, shop.id, self.bob).unwrap();
        let keys = projects.add_secret_key(access, shop.id).unwrap();
        projects.prefer_secret_key(access, shop.id, &SecretKeyRef::Id(keys[1].id)).unwrap();
        projects.withdraw_secret_key(access, shop.id, &SecretKeyRef::Id(keys[0].id)).unwrap();
        let values = [("type".to_owned(), json!("connectable"))].into();
        let fields = AppFields { kind: "crm".to_owned(), values, ..AppFields::default() };
        let app = projects.connect(access, NewApp::try_from(fields).unwrap()).unwrap();
        let all = Environments { production: shop.number, preview: shop.number, development: shop.number };
        projects.map_environments(access, app.id, all).unwrap();
        projects.disconnect(access, app.id).unwrap();
        projects.close_project(access, shop.id).unwrap();
    }

    /// Clients and keys.
    fn credentials(&self) {
        let (identity, owner) = (&self.polity.identity, Owner::from(&self.access));
        let (client, _) = identity.register(&owner, NewClient::service("Sync")).unwrap();
        let patch = ClientPatch { name: Some("Synchronizer".to_owned()), ..ClientPatch::default() };
        Clients::update(&**identity, &owner, client.id, None, patch).unwrap();
        identity.rotate_secret(&owner, client.id).unwrap();
        Clients::remove(&**identity, &owner, client.id).unwrap();
        let new = NewApiKey {
            name: "Key".to_owned(),
            permissions: Some(vec!["org.groups.list".parse().unwrap()]),
            level: Some(Level::Member),
            role: None,
            organization: None,
            expires_at: None,
        };
        for owner in [owner, Owner::from(&acting(self.bob))] {
            let (key, _) = Keys::create(&**identity, &owner, new.clone()).unwrap();
            identity.revoke_key(&owner, key.id).unwrap();
        }
        identity.rotate().unwrap();
    }

    /// Licenses and legal documents; and, last, what an account type gave, taken away.
    fn papers(&self) {
        self.polity.licensing.take_type(&self.access, LicenseType::Trial).unwrap();
        let fields = LegalDocumentFields {
            kind: DocumentType::Dpa,
            company_name: "Acme".to_owned(),
            company_address: "1 Main Street".to_owned(),
            representative_email: "grace@acme.example".to_owned(),
        };
        let document =
            self.polity.legal.submit(&self.access, NewLegalDocument::try_from(fields).unwrap()).unwrap();
        let system = self.polity.enter(&Actor::system(), &"acme".parse().unwrap()).unwrap();
        self.polity.legal.withdraw(&system, document.id).unwrap();
        self.polity.accounts.retire_type(&self.access, "staff").unwrap();
        self.polity.directory.remove_member(&self.access, self.bob).unwrap();
    }
}
