//! Assignments: who holds which account type, until when, and what it gives them.

use std::time::Duration;

use polity_accounts::{
    AccountTypeFields, AccountTypePatch, AccountTypes, AssignmentStatus, Assignments, Holding,
    NewAccountType, Specifications, TypeStatus, within,
};
use polity_kernel::{Access, AccountId, Code, Error, Page};
use polity_testkit::{Kit, both_engines};

use super::{account, account_type, allowed, epoch_of, log, organization, owner, service, set, tick};

const DAY: Duration = Duration::from_secs(86_400);

/// A published type whose assignments last as long as the date math says.
fn lasting(kit: &Kit, access: &Access, code: &str, expiry: &str) {
    let fields = AccountTypeFields {
        code: code.to_owned(),
        status: Some(TypeStatus::Published),
        specifications: Specifications { expiry: Some(expiry.parse().unwrap()), validity: None },
        permissions: set(&["projects.get"]),
        ..AccountTypeFields::default()
    };
    AccountTypes::create_type(&service(kit), access, NewAccountType::try_from(fields).unwrap()).unwrap();
}

fn holdings(kit: &Kit, access: &Access, account: AccountId) -> Vec<Holding> {
    let (organization, now) = (access.organization(), kit.ctx.now());
    kit.ctx.read(|conn| within::holdings(conn, organization, account, now)).unwrap()
}

both_engines! {
    fn an_assigned_type_gives_what_it_says(kit) {
        let access = owner(organization(kit));
        account_type(kit, access.organization(), "gold", &["billing.pay"]);
        let ada = account(kit, "ada@example.com");
        let before = epoch_of(kit, access.organization().uuid());
        let held = service(kit).assign(&access, ada.id, "gold").unwrap();
        assert_eq!((held.account, held.code.as_str(), held.status), (ada.id, "gold", AssignmentStatus::Active));
        assert_eq!((held.created_at, held.effective_at, held.expires_at), (Kit::START, Kit::START, None));
        assert!(epoch_of(kit, access.organization().uuid()) > before, "what is remembered of rights is void");

        let holdings = holdings(kit, &access, ada.id);
        assert_eq!((holdings[0].code.as_str(), &holdings[0].permissions), ("gold", &set(&["billing.pay"])));
        assert_eq!(service(kit).of_account(&access, ada.id).unwrap(), [held]);
        assert_eq!(log(kit, access.organization()), ["account_type.created", "account_type_assignment.created"]);
    }

    fn what_does_not_exist_is_not_assigned(kit) {
        let access = owner(organization(kit));
        account_type(kit, access.organization(), "gold", &[]);
        let ada = account(kit, "ada@example.com");
        let nobody = AccountId::new(kit.ctx.ids().secret());
        let elsewhere = owner(organization(kit));
        for refused in [
            service(kit).assign(&access, nobody, "gold"),
            service(kit).assign(&access, ada.id, "silver"),
            service(kit).assign(&elsewhere, ada.id, "gold"),
            service(kit).disable(&access, ada.id, "gold"),
            service(kit).set_status(&access, ada.id, "gold", Some(AssignmentStatus::Active)),
        ] {
            assert_eq!(refused.unwrap_err().code(), Code::NotFound);
        }
    }

    fn only_a_published_or_tried_type_is_assigned(kit) {
        let access = owner(organization(kit));
        account_type(kit, access.organization(), "gold", &[]);
        for (status, assignable) in [
            (TypeStatus::Draft, false),
            (TypeStatus::Test, true),
            (TypeStatus::Inactive, false),
            (TypeStatus::Published, true),
            (TypeStatus::Deleted, false),
        ] {
            let patch = AccountTypePatch { status: Some(status), ..AccountTypePatch::default() };
            AccountTypes::update_type(&service(kit), &access, "gold", patch).unwrap();
            let one = account(kit, &format!("{status}@example.com"));
            let result = service(kit).assign(&access, one.id, "gold").map_err(|error| error.code());
            assert_eq!(result.is_ok(), assignable, "{status}: {result:?}");
            assert!(assignable || result == Err(Code::Conflict));
        }
    }

    fn a_type_is_held_once_and_given_again_after_it_was_taken_away(kit) {
        let access = owner(organization(kit));
        account_type(kit, access.organization(), "gold", &["billing.pay"]);
        let ada = account(kit, "ada@example.com");
        let held = service(kit).assign(&access, ada.id, "gold").unwrap();
        assert_eq!(service(kit).assign(&access, ada.id, "gold").unwrap_err().code(), Code::Conflict);

        let disabled = service(kit).disable(&access, ada.id, "gold").unwrap();
        assert_eq!((disabled.id, disabled.status), (held.id, AssignmentStatus::Disabled));
        assert!(holdings(kit, &access, ada.id).is_empty());
        assert_eq!(service(kit).disable(&access, ada.id, "gold").unwrap(), disabled, "again changes nothing");

        kit.pass(DAY);
        let again = service(kit).assign(&access, ada.id, "gold").unwrap();
        assert_eq!((again.id, again.status, again.created_at), (held.id, AssignmentStatus::Active, Kit::START));
        assert_eq!(again.effective_at, Kit::START.after(DAY));
        assert_eq!(holdings(kit, &access, ada.id).len(), 1);
    }

    fn a_period_ends_without_anything_running(kit) {
        let access = owner(organization(kit));
        lasting(kit, &access, "visitor", "NOW/DAY+2DAYS");
        let ada = account(kit, "ada@example.com");
        let held = service(kit).assign(&access, ada.id, "visitor").unwrap();
        let end = Kit::START.start_of_day().after(DAY * 2);
        assert_eq!(held.expires_at, Some(end));
        assert_eq!(holdings(kit, &access, ada.id)[0].expires_at, Some(end));

        kit.pass(Duration::from_micros(u64::try_from(end.micros() - Kit::START.micros() - 1).unwrap()));
        assert_eq!(service(kit).of_account(&access, ada.id).unwrap()[0].status, AssignmentStatus::Active);
        kit.pass(Duration::from_micros(1));
        assert_eq!(service(kit).of_account(&access, ada.id).unwrap()[0].status, AssignmentStatus::Expired);
        assert!(holdings(kit, &access, ada.id).is_empty());

        let again = service(kit).assign(&access, ada.id, "visitor").unwrap();
        assert_eq!((again.id, again.expires_at), (held.id, Some(end.after(DAY * 2))));
    }

    fn setting_active_begins_the_period_anew(kit) {
        let access = owner(organization(kit));
        lasting(kit, &access, "visitor", "NOW+2DAYS");
        let ada = account(kit, "ada@example.com");
        service(kit).assign(&access, ada.id, "visitor").unwrap();
        let set = |status| service(kit).set_status(&access, ada.id, "visitor", Some(status)).unwrap();
        kit.pass(DAY * 3);
        assert_eq!(set(AssignmentStatus::Expired).version, 1, "it has expired already");
        let active = set(AssignmentStatus::Active);
        assert_eq!(active.expires_at, Some(Kit::START.after(DAY * 5)));
        assert_eq!(set(AssignmentStatus::Active), active, "again changes nothing");
        let left = service(kit).set_status(&access, ada.id, "visitor", None).unwrap();
        assert_eq!(left, active, "no status leaves it as it is");
        for status in [AssignmentStatus::Pending, AssignmentStatus::Disabled, AssignmentStatus::Deleted] {
            assert_eq!(set(status).status, status);
            assert!(holdings(kit, &access, ada.id).is_empty(), "{status}");
        }
        assert!(log(kit, access.organization()).contains(&"account_type_assignment.updated".to_owned()));
    }

    fn a_retired_type_gives_nothing_to_those_who_hold_it(kit) {
        let access = owner(organization(kit));
        account_type(kit, access.organization(), "gold", &["billing.pay"]);
        let ada = account(kit, "ada@example.com");
        service(kit).assign(&access, ada.id, "gold").unwrap();
        AccountTypes::retire_type(&service(kit), &access, "gold").unwrap();
        assert!(holdings(kit, &access, ada.id).is_empty());
        assert_eq!(service(kit).of_account(&access, ada.id).unwrap()[0].status, AssignmentStatus::Active);
    }

    fn each_write_asks_for_its_permission_and_reading_for_none(kit) {
        let organization = organization(kit);
        account_type(kit, organization, "gold", &[]);
        let ada = account(kit, "ada@example.com");
        let held = service(kit).assign(&owner(organization), ada.id, "gold").unwrap();
        let nobody = allowed(organization, &[]);
        let missing = |error: Error| error.missing_permissions()[0].to_string();
        let assignments = service(kit);
        assert_eq!(missing(assignments.assign(&nobody, ada.id, "gold").unwrap_err()), "org.user.account.create");
        assert_eq!(
            missing(assignments.set_status(&nobody, ada.id, "gold", Some(AssignmentStatus::Active)).unwrap_err()),
            "org.user.account.update"
        );
        assert_eq!(missing(assignments.disable(&nobody, ada.id, "gold").unwrap_err()), "org.user.account.delete");
        assert_eq!(assignments.of_account(&nobody, ada.id).unwrap(), std::slice::from_ref(&held));
        assert_eq!(assignments.all(&nobody, Page::first(9)).unwrap().items, [held]);
    }

    fn nobody_gives_by_a_type_what_they_do_not_hold(kit) {
        let organization = organization(kit);
        account_type(kit, organization, "gold", &["billing.pay"]);
        let ada = account(kit, "ada@example.com");
        let clerk = allowed(organization, &["org.user.account.create", "org.user.account.update"]);
        let refused = service(kit).assign(&clerk, ada.id, "gold").unwrap_err();
        assert_eq!(refused.missing_permissions(), ["billing.pay".parse().unwrap()]);

        service(kit).assign(&owner(organization), ada.id, "gold").unwrap();
        let set = |status| service(kit).set_status(&clerk, ada.id, "gold", Some(status));
        set(AssignmentStatus::Disabled).expect("taking away gives nothing");
        assert_eq!(set(AssignmentStatus::Active).unwrap_err().code(), Code::Forbidden);
    }

    fn assignments_come_in_pages_and_per_account(kit) {
        let access = owner(organization(kit));
        account_type(kit, access.organization(), "gold", &[]);
        account_type(kit, access.organization(), "silver", &[]);
        let (ada, bob) = (account(kit, "ada@example.com"), account(kit, "bob@example.com"));
        for (who, code) in [(&bob, "silver"), (&ada, "gold"), (&ada, "silver")] {
            service(kit).assign(&access, who.id, code).unwrap();
            tick(kit);
        }
        let first = service(kit).all(&access, Page::first(2)).unwrap();
        let rest = service(kit).all(&access, Page::after(2, first.next.unwrap())).unwrap();
        let all: Vec<_> = first.items.iter().chain(&rest.items).map(|a| (a.account, a.code.as_str())).collect();
        assert_eq!(all, [(bob.id, "silver"), (ada.id, "gold"), (ada.id, "silver")]);

        let (organization, now) = (access.organization(), kit.ctx.now());
        let of = |accounts: &[AccountId]| {
            kit.ctx.read(|conn| within::assignments_of_accounts(conn, organization, accounts, now)).unwrap()
        };
        assert_eq!(of(&[ada.id, bob.id]).len(), 3);
        assert_eq!(of(&[bob.id]).len(), 1);
        assert!(of(&[]).is_empty());
    }

    fn one_of_many_assignments_of_one_type_wins(kit) {
        let access = owner(organization(kit));
        account_type(kit, access.organization(), "gold", &[]);
        let ada = account(kit, "ada@example.com");
        let results: Vec<_> = std::thread::scope(|scope| {
            let assign = || service(kit).assign(&access, ada.id, "gold").map_err(|error| error.code());
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(assign)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert!(results.iter().all(|result| result.is_ok() || *result == Err(Code::Conflict)));
    }
}
