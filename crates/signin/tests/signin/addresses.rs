//! Another address for an account: taken by the link and a proof that the account is one's own.

use polity_accounts::{AccountPatch, People, within};
use polity_kernel::{AccountId, Actor, Code, Limits, PermissionSet, Subject};
use polity_signin::{Addresses, Confirmer, LogIn, MailedLinks, Passwords, Purpose};
use polity_testkit::both_engines;

use crate::{PASSWORD, code, ground};

fn readdressed(email: &str) -> AccountPatch {
    AccountPatch { email: Some(email.parse().unwrap()), ..AccountPatch::default() }
}

fn person(account: AccountId) -> Actor {
    Actor::new(Subject::Person(account), Limits::default(), PermissionSet::none())
}

both_engines! {
    fn a_new_address_takes_the_link_and_the_password(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        ground.jobs();
        let actor = person(ada.id);
        ground.people.update(&actor, ada.id, readdressed("countess@other.example")).unwrap();
        let mail = ground.mailed().remove(0);
        assert_eq!(mail.email.as_str(), "countess@other.example", "to whoever has it");
        let secret = mail.secret.reveal();
        assert_eq!(ground.signin.proof(Purpose::Address, secret).unwrap().email.as_str(), "countess@other.example");
        assert_eq!(code(ground.signin.proof(Purpose::Reset, secret)), Code::NotFound, "good for nothing else");
        let wrong = ground.signin.change_address(secret, Confirmer::Password("wrong".to_owned())).unwrap_err();
        assert_eq!((wrong.code(), wrong.fields()[0].field.as_str()), (Code::Invalid, "password"));
        assert!(ground.log_in(PASSWORD).is_ok(), "the old one still counts");
        let account = ground.signin.change_address(secret, Confirmer::Password(PASSWORD.to_owned())).unwrap();
        assert_eq!((account.email_text(), account.email_verified), ("countess@other.example", true));
        assert_eq!(code(ground.signin.change_address(secret, Confirmer::Password(PASSWORD.to_owned()))), Code::NotFound, "once");
        assert_eq!(code(ground.log_in(PASSWORD)), Code::Unauthenticated);
        assert!(ground.signin.log_in(&LogIn::new("countess@other.example", PASSWORD)).is_ok());
    }

    fn a_new_address_is_not_taken_by_who_follows_the_link(kit) {
        let ground = ground(kit);
        let mallory = ground.person("mallory@evil.example");
        kit.ctx.write_platform(move |tx| within::prove(tx, mallory)).unwrap();
        ground.people.update(&person(mallory), mallory, readdressed("ada@other.example")).unwrap();
        let secret = ground.mailed().remove(0).secret;
        let victim = ground.person("victim@good.example");
        for _ in 0..4 {
            assert_eq!(code(ground.signin.change_address(secret.reveal(), Confirmer::Person(person(victim)))), Code::NotFound);
        }
        assert_eq!(code(ground.signin.change_address(secret.reveal(), Confirmer::Password(String::new()))), Code::Invalid, "it has none");
        let narrow = Actor::new(Subject::Person(mallory), Limits { permissions: Some(PermissionSet::none()), ..Limits::default() }, PermissionSet::none());
        assert_eq!(code(ground.signin.change_address(secret.reveal(), Confirmer::Person(narrow))), Code::NotFound);
        assert!(ground.account("ada@other.example").is_none(), "nobody has it");
        let taken = ground.signin.change_address(secret.reveal(), Confirmer::Person(person(mallory))).unwrap();
        assert_eq!(taken.email_text(), "ada@other.example");
    }

    fn an_address_that_is_taken_meanwhile_is_not_taken(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        let actor = person(ada.id);
        ground.people.update(&actor, ada.id, readdressed("countess@other.example")).unwrap();
        let secret = ground.mailed().remove(0).secret;
        let other = ground.person("countess@other.example");
        kit.ctx.write_platform(move |tx| within::prove(tx, other)).unwrap();
        let refused = ground.signin.change_address(secret.reveal(), Confirmer::Person(actor));
        assert_eq!(code(refused), Code::Conflict);
        assert!(ground.log_in(PASSWORD).is_ok());
        let asked = ground.people.update(&person(ada.id), ada.id, readdressed("countess@other.example"));
        assert_eq!(code(asked), Code::Conflict, "nor asked for");
    }

    fn a_provisioned_account_keeps_nobody_from_their_own_address(kit) {
        let ground = ground(kit);
        let ada = ground.confirmed();
        let provisioned = ground.person("countess@other.example");
        ground.people.update(&person(ada.id), ada.id, readdressed("countess@other.example")).unwrap();
        let secret = ground.mailed().remove(0).secret;
        let account = ground.signin.change_address(secret.reveal(), Confirmer::Password(PASSWORD.to_owned())).unwrap();
        assert_eq!((account.id, account.email_text()), (ada.id, "countess@other.example"));
        let left = ground.people.account(&Actor::system(), provisioned).unwrap();
        assert_eq!((left.is_proven(), left.email), (false, None), "it stays where it is a member, without an address");
    }
}
