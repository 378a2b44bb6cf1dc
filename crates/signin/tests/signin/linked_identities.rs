//! Identities at providers: linked once, told by letter, ended by their person and by whoever takes the account over.

use polity_identity::within::person as themselves;
use polity_kernel::{Authentication, Method, Methods, SessionId};
use polity_signin::within::{NewLink, identity_used, link_identity, linked_identity, unlink_by};
use polity_signin::{ConnectionId, LinkedIdentities, LinkedIdentity, MOST_IDENTITIES, ProviderSubject};
use polity_testkit::{at_once, both_engines};
use uuid::Uuid;

use crate::*;

fn at(connection: u128, subject: &str) -> ProviderSubject {
    ProviderSubject {
        connection: ConnectionId::new(Uuid::from_u128(connection)),
        issuer: "https://idp.example".to_owned(),
        subject: subject.to_owned(),
    }
}

fn link(kit: &Kit, account: AccountId, at: &ProviderSubject) -> Result<LinkedIdentity> {
    let at = at.clone();
    kit.ctx.write_platform(move |tx| {
        link_identity(tx, &NewLink { account, organization: None, at: &at, email: Some("ada@idp.example") })
    })
}

fn opens(kit: &Kit, at: &ProviderSubject) -> Option<AccountId> {
    kit.ctx.read(|conn| linked_identity(conn, at)).unwrap().map(|identity| identity.account)
}

both_engines! {
    fn an_identity_opens_one_account_and_is_told_by_letter(kit) {
        let ground = ground(kit);
        let [ada, bob] = ["ada@other.example", "bob@other.example"].map(|email| ground.person(email));
        let linked = link(kit, ada, &at(1, "ada")).unwrap();
        assert_eq!(opens(kit, &at(1, "ada")), Some(ada));
        assert_eq!(opens(kit, &at(2, "ada")), None, "another connection may call anybody so");
        assert_eq!(link(kit, ada, &at(1, "ada")).unwrap().id, linked.id, "the same again is the same");
        assert_eq!(code(link(kit, bob, &at(1, "ada"))), Code::Conflict);
        let mail = ground.signin.linked_mail(ada, linked.id).unwrap().unwrap();
        assert_eq!((mail.email.as_str(), mail.identity), ("ada@other.example", linked.clone()));
        assert!(ground.signin.linked_mail(bob, linked.id).unwrap().is_none());
    }

    fn a_subject_that_nobody_can_mean_is_refused(kit) {
        let ground = ground(kit);
        let ada = ground.person("ada@other.example");
        for subject in ["", "a\nb", &"x".repeat(513)] {
            assert_eq!(code(link(kit, ada, &at(1, subject))), Code::Unauthenticated, "{subject:?}");
            assert_eq!(opens(kit, &at(1, subject)), None);
        }
    }

    fn an_account_has_so_many_and_no_more(kit) {
        let ground = ground(kit);
        let ada = ground.person("ada@other.example");
        for n in 0..MOST_IDENTITIES {
            link(kit, ada, &at(1, &format!("ada-{n}"))).unwrap();
        }
        assert_eq!(code(link(kit, ada, &at(1, "one too many"))), Code::LimitReached);
        link(kit, ada, &at(1, "ada-0")).unwrap();
    }

    fn one_of_two_who_link_at_once_gets_it(kit) {
        let ground = ground(kit);
        let people = ["ada@other.example", "bob@other.example"].map(|email| ground.person(email));
        let linked = at_once(2, |n| link(kit, people[n], &at(1, "ada")).map(|identity| identity.account));
        let linked: Vec<AccountId> = linked.into_iter().filter_map(Result::ok).collect();
        assert_eq!(linked, [opens(kit, &at(1, "ada")).unwrap()]);
    }

    fn its_person_ends_it_with_a_fresh_proof_and_nobody_else(kit) {
        let ground = ground(kit);
        let [ada, bob] = ["ada@other.example", "bob@other.example"].map(|email| ground.person(email));
        let linked = link(kit, ada, &at(1, "ada")).unwrap();
        assert_eq!(code(ground.signin.unlink(&themselves(bob), linked.id)), Code::NotFound);
        let shown = Authentication {
            at: kit.ctx.now(),
            methods: Methods::of(Method::Password),
            session: Some(SessionId::new(Uuid::from_u128(1))),
        };
        let in_session = themselves(ada).authenticated(shown);
        assert_eq!(ground.signin.identities(&in_session).unwrap(), std::slice::from_ref(&linked));
        kit.clock.advance(Duration::from_secs(1_200));
        assert_eq!(code(ground.signin.unlink(&in_session, linked.id)), Code::ReauthenticationRequired);
        ground.signin.unlink(&themselves(ada), linked.id).unwrap();
        assert_eq!(opens(kit, &at(1, "ada")), None);
        assert!(ground.signin.linked_mail(ada, linked.id).unwrap().is_none());
    }

    fn its_use_is_noted_to_some_minutes(kit) {
        let ground = ground(kit);
        let ada = ground.person("ada@other.example");
        let linked = link(kit, ada, &at(1, "ada")).unwrap();
        let used = || {
            let identity = linked.clone();
            kit.ctx.write_platform(move |tx| identity_used(tx, &identity)).unwrap();
            ground.signin.identities(&themselves(ada)).unwrap().remove(0).last_used_at
        };
        kit.clock.advance(Duration::from_secs(60));
        assert_eq!(used(), linked.linked_at);
        kit.clock.advance(Duration::from_secs(600));
        assert_eq!(used(), kit.ctx.now());
    }

    fn a_connection_that_goes_takes_its_links_with_it(kit) {
        let ground = ground(kit);
        let ada = ground.person("ada@other.example");
        for subject in ["a", "b", "c"] {
            link(kit, ada, &at(1, subject)).unwrap();
        }
        link(kit, ada, &at(2, "a")).unwrap();
        let gone = || kit.ctx.write_platform(|tx| unlink_by(tx, at(1, "a").connection, 2)).unwrap();
        assert_eq!([gone(), gone(), gone()], [2, 1, 0]);
        assert_eq!(opens(kit, &at(2, "a")), Some(ada));
    }
}
