//! Who is let in by a connection: whose account, by which rule, and what they become a member of.

use polity_accounts::{AccountPatch, AccountStatus, People};
use polity_directory::{InvitationFields, Invitations, NewInvitation};
use polity_domains::{
    Admission, AdmissionRule, Admissions, Admitted, Arrival, Confirmation, ConnectionKind, Connections,
    DomainPatch, Domains, Enforcement, ExternalIdentity, Joining, SignInPurpose,
};
use polity_identity::Secret;
use polity_kernel::{AccountId, Actor, Code, Level};
use polity_signin::ProviderSubject;
use polity_signin::within::linked_identity;
use polity_testkit::{acting, at_once, both_engines};

use crate::bench::{Bench, bench, new, oidc, why};

const BROWSER: &str = "browser";

/// Somebody whom the provider of a new connection calls so.
fn came(bench: &Bench<'_>, subject: &str, email: Option<&str>) -> Arrival {
    let connection = bench.create(oidc());
    Arrival {
        organization: bench.access.organization(),
        connection: connection.id,
        kind: ConnectionKind::Oidc,
        identity: ExternalIdentity {
            issuer: "https://idp.example".to_owned(),
            subject: subject.to_owned(),
            email: email.map(str::to_owned),
            email_verified: true,
            display_name: Some("Ida".to_owned()),
            ..ExternalIdentity::default()
        },
        purpose: SignInPurpose::Login,
        return_to: Some("/after".to_owned()),
        unsolicited: false,
    }
}

fn admitted(bench: &Bench<'_>, arrival: &Arrival) -> Admitted {
    match bench.service.admit(arrival, &Secret::new(BROWSER), None).unwrap() {
        Admission::Admitted(admitted) => admitted,
        Admission::Unconfirmed { .. } => panic!("it is to be confirmed"),
    }
}

fn unconfirmed(bench: &Bench<'_>, arrival: &Arrival) -> Secret {
    match bench.service.admit(arrival, &Secret::new(BROWSER), None).unwrap() {
        Admission::Unconfirmed { code, .. } => code,
        Admission::Admitted(admitted) => panic!("{admitted:?}"),
    }
}

fn people(bench: &Bench<'_>) -> polity_accounts::Service {
    polity_accounts::Service::new(bench.kit.ctx.clone(), polity_accounts::Appointing::nothing())
}

fn email(bench: &Bench<'_>, account: AccountId) -> Option<String> {
    let account = people(bench).account(&Actor::system(), account).unwrap();
    account.email.map(|email| email.to_string())
}

fn opens(bench: &Bench<'_>, arrival: &Arrival) -> Option<AccountId> {
    let at = ProviderSubject {
        connection: arrival.connection,
        issuer: arrival.identity.issuer.clone(),
        subject: arrival.identity.subject.clone(),
    };
    bench.kit.ctx.read(|conn| linked_identity(conn, &at)).unwrap().map(|identity| identity.account)
}

both_engines! {
    fn a_newcomer_under_the_verified_domain_gets_an_account_that_the_identity_opens(kit) {
        let bench = bench(kit);
        bench.verified("corp.example");
        let arrival = came(&bench, "ida", Some("Ida@Corp.example"));
        let first = admitted(&bench, &arrival);
        assert_eq!(first.rule, AdmissionRule::NewAddress);
        assert_eq!(email(&bench, first.proven.account).as_deref(), Some("ida@corp.example"));
        assert_eq!(first.proven.connection, Some(arrival.connection));
        assert!(first.proven.methods.has_two_factors(), "a provider has its own rules for factors");
        let again = admitted(&bench, &arrival);
        assert_eq!((again.rule, again.proven.account), (AdmissionRule::Linked, first.proven.account));
        // another connection's provider may call anybody so
        let other = came(&bench, "ida", Some("ida@corp.example"));
        unconfirmed(&bench, &other);
    }

    fn an_organization_vouches_for_nobody_elses_address(kit) {
        let bench = bench(kit);
        let victim = bench.ground.account("victim@elsewhere.example");
        bench.ground.proven(&bench.other(), "other.example");
        bench.ground.claim(&bench.access, "waiting.example");
        for address in ["victim@elsewhere.example", "x@other.example", "x@waiting.example", "x@corp.example", "no address"] {
            let arrival = came(&bench, address, Some(address));
            let let_in = admitted(&bench, &arrival);
            assert_eq!(let_in.rule, AdmissionRule::WithoutAddress, "{address}");
            assert_ne!(let_in.proven.account, victim);
            assert_eq!(email(&bench, let_in.proven.account), None, "{address}");
            assert_eq!(let_in.joining, Joining::Nothing);
        }
    }

    fn a_proven_account_is_linked_once_its_person_confirms(kit) {
        let bench = bench(kit);
        bench.verified("corp.example");
        let ida = bench.ground.account("ida@corp.example");
        bench.kit.ctx.write_platform(move |tx| polity_accounts::within::prove(tx, ida)).unwrap();
        let arrival = came(&bench, "ida", Some("ida@corp.example"));
        let code = unconfirmed(&bench, &arrival);
        assert_eq!(opens(&bench, &arrival), None);
        assert!(why(bench.service.resume(&code, &Secret::new("another browser"))).words().contains("another browser"));
        let code = unconfirmed(&bench, &arrival);
        let resumed = bench.service.resume(&code, &Secret::new(BROWSER)).unwrap();
        assert_eq!((&resumed.identity, &resumed.return_to), (&arrival.identity, &arrival.return_to));
        why(bench.service.resume(&code, &Secret::new(BROWSER)));
        let stranger = bench.ground.account("stranger@corp.example");
        let of = |account| Some(Confirmation { account });
        let as_stranger = bench.service.admit(&resumed, &Secret::new(BROWSER), of(stranger)).unwrap();
        assert!(matches!(as_stranger, Admission::Unconfirmed { .. }), "somebody else's word is none");
        match bench.service.admit(&resumed, &Secret::new(BROWSER), of(ida)).unwrap() {
            Admission::Admitted(admitted) => assert_eq!((admitted.rule, admitted.proven.account), (AdmissionRule::Confirmed, ida)),
            Admission::Unconfirmed { .. } => panic!(),
        }
        assert_eq!(opens(&bench, &arrival), Some(ida));
    }

    fn what_waits_for_a_confirmation_waits_ten_minutes(kit) {
        let bench = bench(kit);
        let arrival = came(&bench, "ida", None);
        let code = bench.service.hold(&arrival, &Secret::new(BROWSER)).unwrap();
        kit.clock.advance(std::time::Duration::from_secs(600));
        why(bench.service.resume(&code, &Secret::new(BROWSER)));
    }

    fn an_enforced_domain_needs_no_confirmation_but_a_platform_administrator_does(kit) {
        let bench = bench(kit);
        let domain = bench.verified("corp.example");
        let ids = ["ida@corp.example", "root@corp.example"].map(|address| bench.ground.account(address));
        for id in ids {
            bench.kit.ctx.write_platform(move |tx| polity_accounts::within::prove(tx, id)).unwrap();
        }
        let patch = AccountPatch { platform_administrator: Some(true), ..AccountPatch::default() };
        people(&bench).update(&Actor::system(), ids[1], patch).unwrap();
        let enforced = DomainPatch {
            sso_enforcement: Some(Some(Enforcement::Oidc)),
            force: true,
            ..DomainPatch::default()
        };
        bench.ground.domains.change(&bench.access, domain, enforced).unwrap();
        let let_in = admitted(&bench, &came(&bench, "ida", Some("ida@corp.example")));
        assert_eq!((let_in.rule, let_in.proven.account), (AdmissionRule::Enforced, ids[0]));
        unconfirmed(&bench, &came(&bench, "root", Some("root@corp.example")));
        let saml = Arrival { kind: ConnectionKind::Saml, ..came(&bench, "x", Some("ida@corp.example")) };
        unconfirmed(&bench, &saml);
    }

    fn whoever_comes_joins_where_the_domain_says_so_by_their_invitation_first(kit) {
        let bench = bench(kit);
        let domain = bench.verified("corp.example");
        let invited = |address: &str, level| {
            let fields = InvitationFields {
                email: address.to_owned(),
                first_name: None,
                message: None,
                level,
                projects: Vec::new(),
                mail: false,
                combine: false,
            };
            let new = vec![NewInvitation::try_from(fields).unwrap()];
            bench.ground.directory.invite(&bench.access, new).unwrap();
        };
        let early = came(&bench, "early", Some("early@corp.example"));
        assert_eq!(admitted(&bench, &early).joining, Joining::Nothing, "not unless the domain says so");
        let jit = DomainPatch { jit_provisioning: Some(true), ..DomainPatch::default() };
        bench.ground.domains.change(&bench.access, domain, jit).unwrap();
        invited("boss@corp.example", Level::Admin);
        for (subject, address, level) in
            [("ida", "ida@corp.example", Level::Member), ("boss", "boss@corp.example", Level::Admin)]
        {
            let let_in = admitted(&bench, &came(&bench, subject, Some(address)));
            assert_eq!(let_in.joining, Joining::Joined(bench.access.organization()));
            let access = bench.ground.enter(&acting(let_in.proven.account), "corp");
            assert_eq!(access.level(), Some(level), "{address}");
        }
        let later = admitted(&bench, &early);
        assert_eq!((later.rule, later.joining), (AdmissionRule::Linked, Joining::Joined(bench.access.organization())));
        assert_eq!(admitted(&bench, &early).joining, Joining::Nothing, "a member joins no more");
    }

    fn a_try_out_changes_nothing(kit) {
        let bench = bench(kit);
        let domain = bench.verified("corp.example");
        let jit = DomainPatch { jit_provisioning: Some(true), ..DomainPatch::default() };
        bench.ground.domains.change(&bench.access, domain, jit).unwrap();
        let arrival = came(&bench, "ida", Some("ida@corp.example"));
        let before = kit.rows();
        let preview = bench.service.preview(&arrival).unwrap();
        assert_eq!((preview.rule, preview.joins), (Some(AdmissionRule::NewAddress), true));
        assert_eq!(kit.rows(), before);
    }

    fn of_two_who_come_at_once_one_account_comes(kit) {
        let bench = bench(kit);
        bench.verified("corp.example");
        let arrival = came(&bench, "ida", Some("ida@corp.example"));
        let accounts = at_once(2, |_| match bench.service.admit(&arrival, &Secret::new(BROWSER), None) {
            Ok(Admission::Admitted(admitted)) => Some(admitted.proven.account),
            Ok(Admission::Unconfirmed { .. }) => None,
            Err(error) => {
                assert_eq!(error.code(), Code::Conflict, "{error:?}");
                None
            }
        });
        let accounts: Vec<AccountId> = accounts.into_iter().flatten().collect();
        assert!(!accounts.is_empty() && accounts.iter().all(|account| Some(*account) == opens(&bench, &arrival)));
    }

    fn a_connection_that_goes_lets_nobody_in_and_opens_no_account(kit) {
        let bench = bench(kit);
        bench.verified("corp.example");
        let arrival = came(&bench, "ida", Some("ida@corp.example"));
        let ida = admitted(&bench, &arrival).proven.account;
        bench.service.delete(&bench.access, arrival.connection).unwrap();
        assert_eq!(opens(&bench, &arrival), None);
        let disabled = AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() };
        people(&bench).update(&Actor::system(), ida, disabled).unwrap();
    }

    fn an_address_signs_in_with_the_connection_that_serves_its_verified_domain(kit) {
        let bench = bench(kit);
        let domain = bench.verified("corp.example");
        assert!(bench.service.offer("ida@corp.example").unwrap().is_none());
        let connection = bench.create(oidc());
        let patch = polity_domains::ConnectionPatch { domains: Some(vec![domain]), ..Default::default() };
        bench.service.update(&bench.access, connection.id, patch).unwrap();
        let offer = bench.service.offer("Ida@CORP.example").unwrap().unwrap();
        assert_eq!((offer.connection, offer.enforced), (connection.id, false));
        for other in ["ida@sub.corp.example", "ida@other.example", "no address", ""] {
            assert!(bench.service.offer(other).unwrap().is_none(), "{other}");
        }
        bench.ground.domains.release(&bench.access, domain).unwrap();
        assert!(bench.service.offer("ida@corp.example").unwrap().is_none());
        assert!(bench.service.connection(&bench.access, connection.id).unwrap().domains.is_empty());
        drop(new(oidc()));
    }
}
