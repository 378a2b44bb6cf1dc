//! The token endpoint: tokens for clients that prove themselves.

use polity_identity::{
    AuthMethod, Client, ClientPatch, ClientStatus, Clients, Endpoint, GrantType, NewClient, OAuthCode,
    OAuthError, Owner, Secret, TokenRequest, TokenResponse,
};
use polity_kernel::{Home, Subject, epoch};
use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::common::keys::Signer;
use crate::common::{AUDIENCE, Bench, ISSUER, basic, bench, owner, part, permissions, set};

pub(crate) const GRANT: &str = "grant_type=client_credentials";

pub(crate) fn grant(
    bench: &Bench<'_>,
    authorization: Option<&str>,
    form: &str,
) -> Result<TokenResponse, OAuthError> {
    bench.identity.grant(&TokenRequest::parse(authorization, form.as_bytes())?)
}

pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, OAuthError>) -> OAuthCode {
    match result.unwrap_err() {
        OAuthError::Refused { code, .. } => code,
        OAuthError::Failed(error) => panic!("{error:?}"),
    }
}

pub(crate) fn robot(bench: &Bench<'_>, owner: &Owner, names: &[&str]) -> (Client, Secret) {
    bench.service(owner, NewClient { permissions: permissions(names), ..NewClient::service("robot") })
}

/// A client with a key of its own, and that key.
fn keyholder(bench: &Bench<'_>) -> (Client, Signer) {
    let signer = Signer::ed25519("mine", 9);
    let new = NewClient {
        auth_method: AuthMethod::PrivateKeyJwt,
        jwks: Some(signer.jwks()),
        ..NewClient::service("robot")
    };
    (bench.identity.register(&owner(bench.organization()), new).unwrap().0, signer)
}

fn assertion(bench: &Bench<'_>, client: &Client) -> Value {
    let now = bench.kit.ctx.now().seconds();
    json!({"iss": client.id, "sub": client.id, "aud": format!("{ISSUER}/oauth2/token"), "exp": now + 60, "jti": "1"})
}

fn by_assertion(bench: &Bench<'_>, assertion: &str) -> Result<TokenResponse, OAuthError> {
    let kind = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
    grant(bench, None, &format!("{GRANT}&client_assertion_type={kind}&client_assertion={assertion}"))
}

both_engines! {
    fn a_client_gets_a_token_that_acts_as_its_service_account(kit) {
        let bench = bench(kit);
        let organization = bench.organization();
        let (client, secret) = robot(&bench, &owner(organization), &["a.b", "a.c"]);
        let answer = grant(&bench, Some(&basic(&client.id, secret.reveal())), GRANT).unwrap();
        assert_eq!((answer.token_type, answer.expires_in, answer.scope.as_deref()), ("Bearer", 3_600, None));
        let actor = bench.authenticate(answer.access_token.reveal()).unwrap();
        assert_eq!((actor.subject(), actor.client()), (Subject::Service(client.id), Some(client.id)));
        assert_eq!(actor.home(), Some(&Home { organization, permissions: set(&["a.b", "a.c"]) }));
        assert_eq!(actor.limits().permissions, None);
        let claims = part(answer.access_token.reveal(), 1);
        assert_eq!(
            (claims["sub"].clone(), claims["client_id"].clone()),
            (json!(client.id), json!(client.id))
        );
        let wire = serde_json::to_value(&answer).unwrap();
        assert_eq!(wire["access_token"], answer.access_token.reveal());
    }

    fn a_scope_narrows(kit) {
        let bench = bench(kit);
        let root =
            Owner::from(&crate::common::access(bench.organization(), polity_kernel::PermissionSet::all()));
        let new = NewClient {
            permissions: permissions(&["a.b", "a.c"]),
            platform_permissions: permissions(&["org.directory.list", "org.directory.get"]),
            ..NewClient::service("robot")
        };
        let (client, secret) = bench.service(&root, new);
        let header = basic(&client.id, secret.reveal());
        let form = format!("{GRANT}&scope=org.directory.list+a.b+x.y+openid");
        let answer = grant(&bench, Some(&header), &form).unwrap();
        assert_eq!(answer.scope.as_deref(), Some("a.b org.directory.list"));
        let actor = bench.authenticate(answer.access_token.reveal()).unwrap();
        assert_eq!(actor.limits().permissions, Some(set(&["a.b", "org.directory.list"])));
        assert_eq!(actor.platform(), &set(&["org.directory.list"]));
        assert_eq!(
            code(grant(&bench, Some(&header), &format!("{GRANT}&scope=x.y"))),
            OAuthCode::InvalidScope
        );
    }

    fn a_scope_of_several_permissions_gives_those_that_are_held(kit) {
        let bench = bench(kit);
        let held = ["org.members.list", "org.members.get", "org.groups.get"];
        let (client, secret) = robot(&bench, &owner(bench.organization()), &held);
        let header = basic(&client.id, secret.reveal());
        let asked = |scope: &str| grant(&bench, Some(&header), &format!("{GRANT}&scope={scope}"));
        let members = "org.members.get org.members.list";
        for scope in ["organization_member:read", "organization_member:write+openid", "organization_member:read+organization:write"] {
            assert_eq!(asked(scope).unwrap().scope.as_deref(), Some(members), "{scope}");
        }
        let all = asked("*").unwrap();
        assert_eq!(all.scope.as_deref(), Some("org.groups.get org.members.get org.members.list"));
        let actor = bench.authenticate(all.access_token.reveal()).unwrap();
        assert_eq!(actor.limits().permissions, Some(set(&held)), "it is limited to what it had when it was given");
        for scope in ["organization:read", "person:read", "organization_member:*"] {
            assert_eq!(code(asked(scope)), OAuthCode::InvalidScope, "{scope}");
        }
    }

    fn tokens_are_for_this_service_only(kit) {
        let bench = bench(kit);
        let (client, secret) = robot(&bench, &owner(bench.organization()), &[]);
        let header = basic(&client.id, secret.reveal());
        for good in [AUDIENCE, ISSUER] {
            grant(&bench, Some(&header), &format!("{GRANT}&resource={good}&audience={good}")).unwrap();
        }
        let form = format!("{GRANT}&resource={AUDIENCE}&resource=https://other.example");
        assert_eq!(code(grant(&bench, Some(&header), &form)), OAuthCode::InvalidTarget);
    }

    fn a_client_that_does_not_prove_itself_gets_nothing(kit) {
        let bench = bench(kit);
        let here = owner(bench.organization());
        let (client, secret) = robot(&bench, &here, &[]);
        let (other, other_secret) = robot(&bench, &here, &[]);
        let post = |id: &Client, secret: &str| format!("{GRANT}&client_id={}&client_secret={secret}", id.id);
        for header in [
            basic(&client.id, "wrong"),
            basic(&client.id, ""),
            basic(&client.id, other_secret.reveal()),
            basic(&kit.ctx.ids().secret(), secret.reveal()),
            basic(&"robot", secret.reveal()),
        ] {
            assert_eq!(code(grant(&bench, Some(&header), GRANT)), OAuthCode::InvalidClient);
        }
        assert_eq!(
            code(grant(&bench, None, &post(&client, secret.reveal()))),
            OAuthCode::InvalidClient,
            "it uses Basic"
        );
        let new = NewClient { auth_method: AuthMethod::ClientSecretPost, ..NewClient::service("poster") };
        let (poster, secret) = bench.service(&here, new);
        grant(&bench, None, &post(&poster, secret.reveal())).unwrap();
        assert_eq!(
            code(grant(&bench, Some(&basic(&poster.id, secret.reveal())), GRANT)),
            OAuthCode::InvalidClient
        );
        assert_eq!(code(grant(&bench, None, &post(&other, secret.reveal()))), OAuthCode::InvalidClient);
    }

    fn a_new_secret_voids_the_old_one(kit) {
        let bench = bench(kit);
        let here = owner(bench.organization());
        let (client, old) = robot(&bench, &here, &[]);
        let token = grant(&bench, Some(&basic(&client.id, old.reveal())), GRANT).unwrap().access_token;
        let new = bench.identity.rotate_secret(&here, client.id).unwrap();
        assert_eq!(
            code(grant(&bench, Some(&basic(&client.id, old.reveal())), GRANT)),
            OAuthCode::InvalidClient
        );
        grant(&bench, Some(&basic(&client.id, new.reveal())), GRANT).unwrap();
        bench.authenticate(token.reveal()).unwrap();
    }

    fn a_client_that_may_not_act_gets_nothing(kit) {
        let bench = bench(kit);
        let organization = bench.organization();
        let here = owner(organization);
        let (client, secret) = robot(&bench, &here, &[]);
        let header = basic(&client.id, secret.reveal());
        let disabled = ClientPatch { status: Some(ClientStatus::Disabled), ..ClientPatch::default() };
        bench.identity.update(&here, client.id, None, disabled).unwrap();
        assert_eq!(code(grant(&bench, Some(&header), GRANT)), OAuthCode::InvalidClient);
        let (client, secret) = robot(&bench, &here, &[]);
        let header = basic(&client.id, secret.reveal());
        kit.ctx.write_platform(move |tx| epoch::end(tx, organization.uuid())).unwrap();
        assert_eq!(code(grant(&bench, Some(&header), GRANT)), OAuthCode::InvalidClient);
    }

    fn other_grants_are_refused(kit) {
        let bench = bench(kit);
        let here = owner(bench.organization());
        let (client, secret) = robot(&bench, &here, &[]);
        let header = basic(&client.id, secret.reveal());
        for grant_type in ["authorization_code", "password", "refresh_token", "x"] {
            let refused = grant(&bench, Some(&header), &format!("grant_type={grant_type}"));
            assert_eq!(code(refused), OAuthCode::UnsupportedGrantType);
        }
        let new = NewClient {
            grant_types: vec![GrantType::AuthorizationCode],
            redirect_uris: vec!["https://app.example/cb".to_owned()],
            ..NewClient::service("app")
        };
        let (app, secret) = bench.service(&here, new);
        assert_eq!(
            code(grant(&bench, Some(&basic(&app.id, secret.reveal())), GRANT)),
            OAuthCode::UnauthorizedClient
        );
    }

    fn a_client_may_prove_itself_with_its_own_key(kit) {
        let bench = bench(kit);
        let (client, signer) = keyholder(&bench);
        let answer = by_assertion(&bench, &signer.sign_as("JWT", &assertion(&bench, &client))).unwrap();
        let actor = bench.authenticate(answer.access_token.reveal()).unwrap();
        assert_eq!(actor.subject(), Subject::Service(client.id));
        let mut to_issuer = assertion(&bench, &client);
        to_issuer["aud"] = json!([ISSUER]);
        to_issuer["jti"] = json!("2");
        by_assertion(&bench, &signer.sign_as("JWT", &to_issuer)).unwrap();
    }

    fn an_assertion_proves_one_request(kit) {
        let bench = bench(kit);
        let (client, signer) = keyholder(&bench);
        let once = signer.sign_as("JWT", &assertion(&bench, &client));
        by_assertion(&bench, &once).unwrap();
        assert_eq!(code(by_assertion(&bench, &once)), OAuthCode::InvalidClient);
        let mut resigned = assertion(&bench, &client);
        resigned["exp"] = json!(kit.ctx.now().seconds() + 200);
        assert_eq!(
            code(by_assertion(&bench, &signer.sign_as("JWT", &resigned))),
            OAuthCode::InvalidClient,
            "the same jti"
        );

        let tries: Vec<bool> = std::thread::scope(|scope| {
            let mut claims = assertion(&bench, &client);
            claims["jti"] = json!("raced");
            let token = signer.sign_as("JWT", &claims);
            let tries: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn({
                        let (bench, token) = (&bench, token.clone());
                        move || by_assertion(bench, &token).is_ok()
                    })
                })
                .collect();
            tries.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(tries.iter().filter(|won| **won).count(), 1);
    }

    fn a_bad_assertion_proves_nothing(kit) {
        let bench = bench(kit);
        let (client, signer) = keyholder(&bench);
        let (other, _) = keyholder(&bench);
        let now = kit.ctx.now().seconds();
        for (name, value) in [
            ("aud", json!("https://other.example")),
            ("aud", json!(null)),
            ("iss", json!(other.id)),
            ("sub", json!("somebody")),
            ("sub", json!(null)),
            ("exp", json!(now - 31)),
            ("exp", json!(now + 331)),
            ("exp", json!(null)),
            ("nbf", json!(now + 60)),
            ("jti", json!(null)),
            ("jti", json!("")),
            ("jti", json!("x".repeat(257))),
        ] {
            let mut claims = assertion(&bench, &client);
            claims[name] = value;
            assert_eq!(
                code(by_assertion(&bench, &signer.sign_as("JWT", &claims))),
                OAuthCode::InvalidClient,
                "{name}"
            );
        }
        let thief = Signer::ed25519("mine", 66).sign_as("JWT", &assertion(&bench, &client));
        assert_eq!(code(by_assertion(&bench, &thief)), OAuthCode::InvalidClient);
        let unknown = Signer::ed25519("yours", 9).sign_as("JWT", &assertion(&bench, &client));
        assert_eq!(code(by_assertion(&bench, &unknown)), OAuthCode::InvalidClient, "no key of that name");
        assert_eq!(code(by_assertion(&bench, "x.y.z")), OAuthCode::InvalidClient);
        assert_eq!(code(by_assertion(&bench, &"x".repeat(9_000))), OAuthCode::InvalidClient);
        let (robot, _) = robot(&bench, &owner(bench.organization()), &[]);
        let keyless = signer.sign_as("JWT", &assertion(&bench, &robot));
        assert_eq!(
            code(by_assertion(&bench, &keyless)),
            OAuthCode::InvalidClient,
            "it has a secret, and no key"
        );
        by_assertion(&bench, &signer.sign_as("JWT", &assertion(&bench, &client))).unwrap();
    }
}
