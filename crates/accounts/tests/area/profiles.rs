//! Profiles of employees: set whole or changed piece by piece, by whoever may, or by the employee in person.

use chrono::NaiveDate;
use polity_accounts::{EmployeeId, EmployeePatch, EmployeeProfile, EmployeeStatus, Employees, ProfilePatch};
use polity_kernel::{Actor, Code, Limits, PermissionSet, Subject};
use polity_testkit::both_engines;

use super::employees::{linked, member, update};
use super::{account, employee, organization, owner, person, service};

both_engines! {
    fn a_profile_is_set_whole_or_changed_piece_by_piece(kit) {
        let access = owner(organization(kit));
        let ada = employee(kit, &access, "Ada");
        let born = NaiveDate::from_ymd_opt(1815, 12, 10);
        let profile = EmployeeProfile { bio: Some("First\nprogrammer".to_owned()), birth_date: born, ..EmployeeProfile::default() };
        assert_eq!(service(kit).set_profile(&access, ada.id, profile.clone()).unwrap(), profile);
        let patch = ProfilePatch { bio: Some(None), location: Some(Some(" London ".to_owned())), ..ProfilePatch::default() };
        let changed = service(kit).patch_profile(&access, ada.id, patch).unwrap();
        assert_eq!((changed.bio.as_deref(), changed.location.as_deref(), changed.birth_date), (None, Some("London"), born));
        let found = service(kit).employee(&access, ada.id).unwrap();
        assert_eq!((found.profile, found.version), (Some(changed), 3));
        service(kit).set_profile(&access, ada.id, EmployeeProfile::default()).unwrap();
        assert_eq!(service(kit).employee(&access, ada.id).unwrap().profile, Some(EmployeeProfile::default()));

        let bob = employee(kit, &access, "Bob");
        assert_eq!(service(kit).patch_profile(&access, bob.id, ProfilePatch::default()).unwrap(), EmployeeProfile::default());
        let long = EmployeeProfile { gender: Some("x".repeat(201)), ..EmployeeProfile::default() };
        assert_eq!(service(kit).set_profile(&access, bob.id, long).unwrap_err().fields()[0].field, "gender");
        for (year, fine) in [(-1, false), (0, false), (1, true), (9_999, true), (10_000, false)] {
            let day = NaiveDate::from_ymd_opt(year, 12, 10);
            let born = ProfilePatch { birth_date: Some(day), ..ProfilePatch::default() };
            let hired = EmployeeProfile { join_date: day, ..EmployeeProfile::default() };
            let done = service(kit).patch_profile(&access, bob.id, born).and(service(kit).set_profile(&access, bob.id, hired));
            assert_eq!(done.is_ok(), fine, "{year}");
        }
    }

    fn people_write_their_own_profile_and_no_other(kit) {
        let access = owner(organization(kit));
        let [ada, bob] = ["ada@example.com", "bob@example.com"].map(|email| account(kit, email));
        let own = linked(kit, &access, "Ada", ada.id);
        let others = linked(kit, &access, "Bob", bob.id);
        let write = |actor: Actor, id| {
            let patch = ProfilePatch { bio: Some(Some("me".to_owned())), ..ProfilePatch::default() };
            service(kit).patch_profile(&member(&access, actor), id, patch).map_err(|error| error.code())
        };
        assert!(write(person(&ada), own.id).is_ok());
        assert_eq!(write(person(&ada), others.id), Err(Code::Forbidden));
        assert_eq!(write(person(&ada), EmployeeId::new(kit.ctx.ids().secret())), Err(Code::Forbidden));
        let limits = Limits { permissions: Some(PermissionSet::none()), ..Limits::default() };
        let narrowed = Actor::new(Subject::Person(ada.id), limits, PermissionSet::none());
        assert_eq!(write(narrowed, own.id), Err(Code::Forbidden), "a narrowed credential says what it may do");
        update(kit, &access, own.id, EmployeePatch { status: Some(EmployeeStatus::Inactive), ..EmployeePatch::default() }).unwrap();
        assert_eq!(write(person(&ada), own.id), Err(Code::Forbidden), "who is away writes nothing");
    }
}
