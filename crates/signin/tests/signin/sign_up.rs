//! Somebody who is invited and has no account makes one with a password.

use std::time::Duration;

use polity_directory::Members;
use polity_kernel::Page;
use polity_testkit::{at_once, both_engines};
use rstest::rstest;

use crate::*;

both_engines! {
    fn an_account_a_membership_and_a_mail_are_made_at_once(kit) {
        let ground = ground(kit);
        let taken = ground.sign_up(ground.invite("ada@other.example")).unwrap();
        let ada = taken.account;
        assert_eq!((ada.email_text(), ada.profile.name.as_deref()), ("ada@other.example", Some("Ada")));
        assert_eq!(ada.profile.role_at_organization.as_deref(), Some("engineer"));
        assert!(!ada.email_verified);
        assert_eq!(taken.member.account, ada.id);
        assert_eq!(ground.directory.accounts(&ground.grace, Page::first(9)).unwrap().items.len(), 2);
        let mails = ground.mailed();
        assert_eq!(mails.len(), 1);
        assert_eq!((mails[0].email.as_str(), mails[0].name.as_deref()), ("ada@other.example", Some("Ada")));
        assert_eq!(mails[0].expires_at, kit.ctx.now().after(Duration::from_secs(3 * 86_400)));
    }

    fn an_address_that_has_an_account_is_to_be_signed_in_with(kit) {
        let ground = ground(kit);
        let invitation = ground.invite("eve@other.example");
        ground.person("eve@other.example");
        let rows = kit.rows();
        assert_eq!(code(ground.sign_up(invitation)), Code::Unauthenticated);
        assert_eq!(kit.rows(), rows);
    }

    fn an_invitation_that_cannot_be_taken_up_lets_nobody_sign_up(kit) {
        let ground = ground(kit);
        let unknown = "00000000-0000-4000-8000-000000000000".parse().unwrap();
        let (late, used, withdrawn) =
            (ground.invite("a@other.example"), ground.invite("b@other.example"), ground.invite("c@other.example"));
        ground.directory.withdraw(&ground.grace, withdrawn).unwrap();
        ground.sign_up(used).unwrap();
        kit.pass(Duration::from_secs(3 * 86_400 + 1));
        let rows = kit.rows();
        assert_eq!(code(ground.sign_up(unknown)), Code::NotFound);
        assert_eq!(code(ground.sign_up(withdrawn)), Code::NotFound);
        assert_eq!(code(ground.sign_up(late)), Code::Conflict);
        assert_eq!(code(ground.sign_up(used)), Code::Conflict);
        assert_eq!(kit.rows(), rows);
    }

    fn a_failure_on_the_way_leaves_nothing(kit) {
        let ground = ground(kit);
        let invitation = ground.invite("ada@other.example");
        let rows = kit.rows();
        for table in ["passwords", "mailed_proofs", "members"] {
            kit.refuse(table);
            assert_eq!(code(ground.sign_up(invitation)), Code::Internal);
            kit.accept(table);
            assert_eq!(kit.rows(), rows, "{table}");
        }
        ground.sign_up(invitation).unwrap();
    }

    fn of_several_at_once_one_signs_up(kit) {
        let ground = ground(kit);
        let invitation = ground.invite("ada@other.example");
        let attempt = |rival: usize| {
            let fields = SignUpFields { password: Some(format!("password number {rival}")), ..fields() };
            ground.signin.sign_up(invitation, NewSignUp::try_from(fields).unwrap()).is_ok()
        };
        let won = at_once(4, attempt);
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "{won:?}");
        let winner = won.iter().position(|won| *won).unwrap();
        let mails = ground.mailed();
        assert_eq!(mails.len(), 1);
        ground.signin.confirm(mails[0].secret.reveal(), &format!("password number {winner}")).unwrap();
    }

    fn neither_the_password_nor_the_link_is_in_the_store(kit) {
        let ground = ground(kit);
        ground.ada();
        let secret = ground.mailed().remove(0).secret;
        let dump = kit.dump();
        let holds = |text: &[u8]| dump.windows(text.len()).any(|window| window == text);
        assert!(!holds(PASSWORD.as_bytes()) && !holds(secret.reveal().as_bytes()));
        let hex: String = PASSWORD.bytes().chain(*b"").map(|byte| format!("{byte:02x}")).collect();
        assert!(!holds(hex.as_bytes()));
        assert!(holds(b"$argon2id$v=19$m=19456,t=2,p=1$"));
    }
}

#[rstest]
#[case(SignUpFields { first_name: None, ..fields() }, "first_name", "is required")]
#[case(SignUpFields { first_name: Some("  ".into()), ..fields() }, "first_name", "is required")]
#[case(SignUpFields { first_name: Some("x".repeat(201)), ..fields() }, "first_name", "is longer than 200 characters")]
#[case(SignUpFields { first_name: Some("A\r\nBcc: eve@a.example".into()), ..fields() }, "first_name", "holds a control character")]
#[case(SignUpFields { password: None, ..fields() }, "password", "is required")]
#[case(SignUpFields { password: Some(String::new()), ..fields() }, "password", "is required")]
#[case(SignUpFields { password: Some("sevench".into()), ..fields() }, "password", "is shorter than 8 characters")]
#[case(SignUpFields { password: Some("ü".repeat(129)), ..fields() }, "password", "is longer than 128 characters")]
#[case(SignUpFields { role_at_organization: Some("x".repeat(129)), ..fields() }, "role_at_organization", "is longer than 128 characters")]
fn what_will_not_do_is_named(#[case] fields: SignUpFields, #[case] field: &str, #[case] why: &str) {
    let error = NewSignUp::try_from(fields).unwrap_err();
    assert_eq!((error.fields()[0].field.as_str(), error.fields()[0].message.as_str()), (field, why));
}

#[test]
fn a_password_is_never_printed() {
    for text in ["eightchr", &"ü".repeat(128), " \t spaces \u{0} "] {
        let fields = SignUpFields { password: Some(text.to_owned()), ..fields() };
        let printed = format!("{:?}", NewSignUp::try_from(fields).unwrap());
        assert!(printed.contains("Password(…)") && !printed.contains(text), "{printed}");
    }
}
