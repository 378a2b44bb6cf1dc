//! Employees: who makes, sees, finds and changes them, and their profiles.

use polity_accounts::{
    Appointing, Employee, EmployeeFields, EmployeeFilter, EmployeeId, EmployeePatch, EmployeeProfile,
    EmployeeStatus, Employees, NewEmployee, ProfilePatch, within,
};
use polity_kernel::{
    Access, AccountId, Actor, Code, Error, Level, Page, Permission, PermissionSet, Result, Standing, Tx,
};
use polity_testkit::{Kit, both_engines};

use super::{
    account, allowed, employee, epoch_of, log, new_employee, organization, owner, person, service, tick,
};

fn fields(name: &str) -> EmployeeFields {
    let email = format!("{}@work.example", name.to_lowercase());
    EmployeeFields { name: name.to_owned(), email, ..EmployeeFields::default() }
}

fn make(kit: &Kit, access: &Access, fields: EmployeeFields) -> Result<Employee> {
    service(kit).create(access, NewEmployee::try_from(fields)?)
}

/// An employee whose account this is.
pub(crate) fn linked(kit: &Kit, access: &Access, name: &str, account: AccountId) -> Employee {
    make(kit, access, EmployeeFields { account: Some(account), ..fields(name) }).unwrap()
}

pub(crate) fn update(kit: &Kit, access: &Access, id: EmployeeId, patch: EmployeePatch) -> Result<Employee> {
    service(kit).update(access, id, patch)
}

fn names(found: &[Employee]) -> Vec<&str> {
    found.iter().map(|employee| employee.name.as_str()).collect()
}

/// A member with no permissions in the organization.
pub(crate) fn member(access: &Access, actor: Actor) -> Access {
    let standing = Standing { level: Some(Level::Member), permissions: PermissionSet::none(), active: true };
    Access::granted(access.organization(), actor, standing)
}

/// What is done, and the verb of the permission it needs.
type Act<'a> = (&'static str, &'a dyn Fn(&Access) -> Result<()>);

both_engines! {
    fn an_employee_begins_as_said(kit) {
        let (access, ada) = (owner(organization(kit)), account(kit, "ada@example.com"));
        let plain = employee(kit, &access, "Ada Lovelace");
        assert_eq!((plain.email.as_str(), plain.kind.as_str()), ("ada.lovelace@work.example", "EMPLOYEE"));
        assert_eq!((plain.status, plain.account, plain.version), (EmployeeStatus::Active, None, 1));
        assert_eq!((plain.created_at, plain.created_by, plain.status_changed_at), (Kit::START, None, None));
        assert_eq!(plain.organization, access.organization());

        let whole = EmployeeFields {
            email: " Grace@WORK.example ".to_owned(),
            account: Some(ada.id),
            role: Some("seller".to_owned()),
            kind: Some("Contractor".to_owned()),
            status: Some(EmployeeStatus::Pending),
            profile: Some(EmployeeProfile { first_name: Some(" Grace ".to_owned()), ..EmployeeProfile::default() }),
            ..fields("Grace")
        };
        let made = make(kit, &member(&access, person(&ada)), whole.clone()).unwrap_err();
        assert_eq!(made.missing_permissions()[0].as_str(), "org.employees.create");
        let made = make(kit, &access, whole).unwrap();
        assert_eq!((made.email.as_str(), made.kind.as_str()), ("grace@work.example", "Contractor"));
        assert_eq!(made.profile.as_ref().unwrap().first_name.as_deref(), Some("Grace"));
        assert_eq!(service(kit).employee(&access, made.id).unwrap(), made);
        assert_eq!(log(kit, access.organization()), ["employee.created", "employee.created"]);
    }

    fn an_address_and_an_account_are_one_employees(kit) {
        let (access, ada) = (owner(organization(kit)), account(kit, "ada@example.com"));
        let first = linked(kit, &access, "Ada", ada.id);
        let over = EmployeePatch { status: Some(EmployeeStatus::Inactive), ..EmployeePatch::default() };
        update(kit, &access, first.id, over).unwrap();
        let bob = employee(kit, &access, "Bob");

        let refused = |result: Result<Employee>| {
            let error = result.unwrap_err();
            assert_eq!(error.code(), Code::Conflict);
            error.message().to_owned()
        };
        let again = refused(make(kit, &access, EmployeeFields { email: "ADA@work.example".to_owned(), ..fields("Eve") }));
        assert_eq!(again, "an employee with this e-mail address exists", "also of one whose employment rests");
        let again = refused(make(kit, &access, EmployeeFields { account: Some(ada.id), ..fields("Eve") }));
        assert_eq!(again, "an employee with this account exists");
        refused(update(kit, &access, bob.id, EmployeePatch { email: Some("ada@work.example".to_owned()), ..EmployeePatch::default() }));
        refused(update(kit, &access, bob.id, EmployeePatch { account: Some(Some(ada.id)), ..EmployeePatch::default() }));

        let elsewhere = owner(organization(kit));
        linked(kit, &elsewhere, "Ada", ada.id);
        let nobody = AccountId::new(kit.ctx.ids().secret());
        let unknown = make(kit, &access, EmployeeFields { account: Some(nobody), ..fields("Eve") }).unwrap_err();
        assert_eq!(unknown.fields()[0].field, "account");
    }

    fn an_employee_is_changed_piece_by_piece(kit) {
        let access = owner(organization(kit));
        let ada = employee(kit, &access, "Ada");
        tick(kit);
        let patch = EmployeePatch {
            name: Some("Ada King".to_owned()),
            email: Some("king@work.example".to_owned()),
            role: Some(Some("seller".to_owned())),
            kind: Some("INTERN".to_owned()),
            version: Some(1),
            ..EmployeePatch::default()
        };
        let changed = update(kit, &access, ada.id, patch.clone()).unwrap();
        assert_eq!((changed.name.as_str(), changed.email.as_str(), changed.version), ("Ada King", "king@work.example", 2));
        assert_eq!((changed.status_changed_at, changed.updated_at > changed.created_at), (None, true));
        assert_eq!(update(kit, &access, ada.id, patch.clone()).unwrap_err().code(), Code::Conflict, "for another version");
        let same = update(kit, &access, ada.id, EmployeePatch { version: None, ..patch }).unwrap();
        assert_eq!(same, changed, "the same again is no change");

        let boss = account(kit, "boss@example.com");
        let standing = Standing { level: Some(Level::Owner), permissions: PermissionSet::all(), active: true };
        let access = Access::granted(access.organization(), person(&boss), standing);
        let away = EmployeePatch { status: Some(EmployeeStatus::Inactive), role: Some(None), ..EmployeePatch::default() };
        let changed = update(kit, &access, ada.id, away).unwrap();
        assert_eq!((changed.role, changed.status_changed_at), (None, Some(kit.ctx.now())));
        assert_eq!(changed.status_changed_by.map(|by| by.uuid()), Some(boss.id.uuid()));
        let events = ["employee.created", "employee.updated", "employee.updated"];
        assert_eq!(log(kit, access.organization()), events);
    }

    fn what_may_change_rights_voids_what_is_remembered(kit) {
        let (access, ada) = (owner(organization(kit)), account(kit, "ada@example.com"));
        let epoch = || epoch_of(kit, access.organization().uuid());
        let bob = employee(kit, &access, "Bob");
        update(kit, &access, bob.id, EmployeePatch { name: Some("Rob".to_owned()), ..EmployeePatch::default() }).unwrap();
        assert_eq!(epoch(), 0, "an employee without an account has no rights");
        linked(kit, &access, "Ada", ada.id);
        assert_eq!(epoch(), 1);
        update(kit, &access, bob.id, EmployeePatch { status: Some(EmployeeStatus::Inactive), ..EmployeePatch::default() }).unwrap();
        assert_eq!(epoch(), 2);
    }

    fn each_act_asks_for_its_permission(kit) {
        let access = owner(organization(kit));
        let ada = employee(kit, &access, "Ada");
        let nobody = AccountId::new(kit.ctx.ids().secret());
        let acts: [Act<'_>; 8] = [
            ("create", &|access| service(kit).create(access, new_employee("Eve")).map(drop)),
            ("update", &|access| update(kit, access, ada.id, EmployeePatch::default()).map(drop)),
            ("update", &|access| service(kit).set_profile(access, ada.id, EmployeeProfile::default()).map(drop)),
            ("update", &|access| service(kit).patch_profile(access, ada.id, ProfilePatch::default()).map(drop)),
            ("get", &|access| service(kit).employee(access, ada.id).map(drop)),
            ("list", &|access| service(kit).employees(access, EmployeeFilter::default(), Page::first(9)).map(drop)),
            ("find", &|access| service(kit).by_name(access, "Ada", Page::first(9)).map(drop)),
            ("find", &|access| service(kit).by_account(access, nobody).map(drop)),
        ];
        for (verb, act) in acts {
            let others = ["create", "update", "get", "list", "find"].into_iter().filter(|other| *other != verb);
            let others: Vec<String> = others.map(|other| format!("org.employees.{other}")).collect();
            let lacking = allowed(access.organization(), &others.iter().map(String::as_str).collect::<Vec<_>>());
            let refused = act(&lacking).unwrap_err();
            let missing: Vec<&str> = refused.missing_permissions().iter().map(Permission::as_str).collect();
            assert_eq!(missing, [format!("org.employees.{verb}")]);
            let done = act(&allowed(access.organization(), &[missing[0]]));
            assert!(done.is_ok() || done.unwrap_err().code() == Code::NotFound);
        }
    }

    fn another_organizations_employee_is_as_good_as_none(kit) {
        let (ours, theirs) = (owner(organization(kit)), owner(organization(kit)));
        let ada = account(kit, "ada@example.com");
        let foreign = linked(kit, &theirs, "Ada", ada.id);
        let employees = service(kit);
        for refused in [
            employees.employee(&ours, foreign.id),
            employees.by_account(&ours, ada.id),
            employees.update(&ours, foreign.id, EmployeePatch::default()),
            employees.set_profile(&ours, foreign.id, EmployeeProfile::default()).map(|_| foreign.clone()),
            employees.employee(&ours, EmployeeId::new(kit.ctx.ids().secret())),
        ] {
            assert_eq!(refused.unwrap_err().code(), Code::NotFound);
        }
        assert!(employees.employees(&ours, EmployeeFilter::default(), Page::first(9)).unwrap().items.is_empty());
        assert!(employees.by_name(&ours, "Ada", Page::first(9)).unwrap().items.is_empty());
        assert_eq!(employees.by_account(&theirs, ada.id).unwrap(), foreign);
    }

    fn whoever_is_gone_is_hired_again_on_the_same_record(kit) {
        let (access, ada) = (owner(organization(kit)), account(kit, "ada@example.com"));
        let first = linked(kit, &access, "Ada", ada.id);
        let profile = EmployeeProfile { bio: Some("At the till.".to_owned()), ..EmployeeProfile::default() };
        service(kit).set_profile(&access, first.id, profile.clone()).unwrap();
        let over = EmployeePatch { status: Some(EmployeeStatus::Deleted), ..EmployeePatch::default() };
        let gone = update(kit, &access, first.id, over).unwrap();
        tick(kit);
        let again = EmployeeFields { email: " ADA@Work.Example".to_owned(), kind: Some("INTERN".to_owned()), ..fields("Ada L.") };
        let back = make(kit, &access, again.clone()).unwrap();
        assert_eq!((back.id, back.created_at, back.version), (first.id, first.created_at, gone.version + 1));
        assert_eq!((back.name.as_str(), back.kind.as_str(), back.status), ("Ada L.", "INTERN", EmployeeStatus::Active));
        assert_eq!((back.account, back.profile.as_ref()), (None, Some(&profile)), "as what is said now");
        assert_eq!(service(kit).employee(&access, first.id).unwrap(), back);
        assert_eq!(make(kit, &access, again).unwrap_err().code(), Code::Conflict, "but once");
        let elsewhere = owner(organization(kit));
        assert_ne!(make(kit, &elsewhere, fields("Ada")).unwrap().id, first.id);
    }

    fn employees_come_in_pages_narrowed_by_status_and_kind(kit) {
        let access = owner(organization(kit));
        for (name, kind, status) in [
            ("Eve", "EMPLOYEE", EmployeeStatus::Active),
            ("Dan", "Contractor", EmployeeStatus::Active),
            ("Cid", "CONTRACTOR", EmployeeStatus::Inactive),
            ("Bob", "EMPLOYEE", EmployeeStatus::Deleted),
            ("Ada", "CONTRACTOR", EmployeeStatus::Active),
        ] {
            let fields = EmployeeFields { kind: Some(kind.to_owned()), status: Some(status), ..fields(name) };
            make(kit, &access, fields).unwrap();
            tick(kit);
        }
        let found = |status, kind: Option<&str>, page| {
            let filter = EmployeeFilter { status, kind: kind.map(str::to_owned) };
            let found = service(kit).employees(&access, filter, page).unwrap();
            (names(&found.items).join(" "), found.next)
        };
        assert_eq!(found(None, None, Page::first(9)), ("Eve Dan Cid Ada".to_owned(), None), "those who are gone are not asked for");
        assert_eq!(found(Some(EmployeeStatus::Deleted), None, Page::first(9)).0, "Bob");
        assert_eq!(found(Some(EmployeeStatus::Active), None, Page::first(9)).0, "Eve Dan Ada");
        assert_eq!(found(None, Some("contractor"), Page::first(9)).0, "Dan Cid Ada");
        let (first, next) = found(Some(EmployeeStatus::Active), Some("Contractor"), Page::first(1));
        assert_eq!(first, "Dan");
        assert_eq!(found(Some(EmployeeStatus::Active), Some("Contractor"), Page::after(1, next.unwrap())), ("Ada".to_owned(), None));
        assert_eq!(found(None, Some("ghost"), Page::first(9)).0, "");
        assert_eq!(found(None, None, Page::offset(2, 2)).0, "Cid Ada");
        let bad = EmployeeFilter { kind: Some("\u{0}".to_owned()), ..EmployeeFilter::default() };
        assert_eq!(service(kit).employees(&access, bad, Page::first(9)).unwrap_err().code(), Code::Invalid);
    }

    fn names_that_are_equal_come_before_those_that_contain(kit) {
        let access = owner(organization(kit));
        for (number, name) in ["Ann Lee", "LEE", "Leeroy", "Bob", "lee", "Éléonore Lee", "100% Lee_way"].iter().enumerate() {
            make(kit, &access, EmployeeFields { name: (*name).to_owned(), ..fields(&format!("e{number}")) }).unwrap();
            tick(kit);
        }
        let found = |name: &str, page| {
            let found = service(kit).by_name(&access, name, page).unwrap();
            (names(&found.items).join(", "), found.next)
        };
        let all = "LEE, lee, 100% Lee_way, Ann Lee, Leeroy, Éléonore Lee";
        assert_eq!(found("Lee", Page::first(9)), (all.to_owned(), None));
        assert_eq!(found(" ÉLÉONORE", Page::first(9)).0, "Éléonore Lee");
        assert_eq!(found("% lee_", Page::first(9)).0, "100% Lee_way", "wildcards stand for themselves");
        for nothing in ["%", "_e", "\\", "", " ", "Zoe", "\u{0}"] {
            assert!(!found(nothing, Page::first(9)).0.contains("Ann"), "{nothing:?}");
        }
        for limit in 1..=6 {
            let (mut pages, mut page) = (Vec::new(), Page::first(limit));
            loop {
                let (here, next) = found("lee", page);
                pages.push(here);
                let Some(next) = next else { break };
                page = Page::after(limit, next);
            }
            assert_eq!(pages.join(", "), all, "in pages of {limit}");
        }
        assert_eq!(found("lee", Page::offset(2, 3)).0, "Ann Lee, Leeroy");
        let stray = service(kit).by_name(&access, "lee", Page::after(9, kit.ctx.ids().secret()));
        assert_eq!(stray.unwrap_err().fields()[0].field, "cursor");
    }

    fn whoever_gives_accounts_their_meaning_is_asked(kit) {
        fn appointing(_: &mut Tx<'_>, _: &Access, _: AccountId, role: &str) -> Result<()> {
            if role == "king" { Err(Error::new(Code::Forbidden, "no kings")) } else { Ok(()) }
        }
        fn linking(_: &mut Tx<'_>, _: &Access, _: EmployeeId) -> Result<()> {
            Err(Error::new(Code::Forbidden, "no links"))
        }
        let access = owner(organization(kit));
        let [ada, bob] = ["ada@example.com", "bob@example.com"].map(|email| account(kit, email));
        let guarded = polity_accounts::Service::new(kit.ctx.clone(), Appointing { appointing: std::sync::Arc::new(appointing), linking, ..Appointing::nothing() });
        let promised = EmployeeFields { role: Some("king".to_owned()), ..fields("Ada") };
        let promised = guarded.create(&access, NewEmployee::try_from(promised).unwrap()).unwrap();
        let linked = EmployeeFields { account: Some(bob.id), ..fields("Bob") };
        let linked = guarded.create(&access, NewEmployee::try_from(linked).unwrap()).unwrap();

        let refused = |id, patch| guarded.update(&access, id, patch).unwrap_err().message().to_owned();
        let crown = EmployeePatch { role: Some(Some("king".to_owned())), ..EmployeePatch::default() };
        assert_eq!(refused(linked.id, crown), "no kings", "the role is new");
        let link = EmployeePatch { account: Some(Some(ada.id)), ..EmployeePatch::default() };
        assert_eq!(refused(promised.id, link.clone()), "no kings", "the account is new");
        let harmless = EmployeePatch { role: Some(None), ..link };
        assert_eq!(refused(promised.id, harmless.clone()), "no links");
        let asleep = EmployeePatch { status: Some(EmployeeStatus::Inactive), ..harmless };
        guarded.update(&access, promised.id, asleep).unwrap();
        let awake = EmployeePatch { status: Some(EmployeeStatus::Active), ..EmployeePatch::default() };
        assert_eq!(refused(promised.id, awake), "no links", "the account gains what the groups carry");
        let plain = EmployeePatch { role: Some(Some("page".to_owned())), name: Some("B".to_owned()), ..EmployeePatch::default() };
        assert_eq!(guarded.update(&access, linked.id, plain).unwrap().role.as_deref(), Some("page"));
    }

    fn areas_further_right_find_employees(kit) {
        let (here, there) = (owner(organization(kit)), owner(organization(kit)));
        let ada = account(kit, "ada@example.com");
        let ours = linked(kit, &here, "Ada", ada.id);
        let theirs = linked(kit, &there, "Ada", ada.id);
        let bob = employee(kit, &here, "Bob");
        let read = |f: &dyn Fn(&mut polity_kernel::Conn) -> Result<Vec<Employee>>| kit.ctx.read(f).unwrap();
        let id = here.organization();
        assert_eq!(read(&|conn| Ok(within::employee(conn, id, theirs.id)?.into_iter().collect())), []);
        let mut both = vec![ours.clone(), bob.clone()];
        both.sort_by_key(|employee| employee.id);
        assert_eq!(read(&|conn| within::employees(conn, id, &[bob.id, theirs.id, ours.id])), both);
        assert_eq!(read(&|conn| within::employees(conn, id, &[])), []);
        let mut all = vec![ours.clone(), theirs];
        all.sort_by_key(|employee| employee.organization);
        assert_eq!(read(&|conn| within::employments(conn, ada.id, &[id, there.organization()])), all);
        assert_eq!(read(&|conn| within::employments(conn, ada.id, &[id])), std::slice::from_ref(&ours));
        let of = |conn: &mut polity_kernel::Conn| Ok(within::employee_of(conn, id, ada.id)?.into_iter().collect());
        assert_eq!(read(&of), std::slice::from_ref(&ours));
        update(kit, &here, ours.id, EmployeePatch { status: Some(EmployeeStatus::Pending), ..EmployeePatch::default() }).unwrap();
        assert_eq!(read(&of), [], "only an active link counts");
    }
}

#[test]
fn bad_input_names_its_field() {
    let long = "x".repeat(201);
    let bad = [
        ("name", EmployeeFields { name: " ".to_owned(), ..fields("Ada") }),
        ("name", EmployeeFields { name: long.clone(), ..fields("Ada") }),
        ("name", EmployeeFields { name: "a\u{7}".to_owned(), ..fields("Ada") }),
        ("email", EmployeeFields { email: "ada".to_owned(), ..fields("Ada") }),
        ("role", EmployeeFields { role: Some(long.clone()), ..fields("Ada") }),
        ("kind", EmployeeFields { kind: Some("x".repeat(65)), ..fields("Ada") }),
        (
            "company_role",
            EmployeeFields {
                profile: Some(EmployeeProfile { company_role: Some(long), ..EmployeeProfile::default() }),
                ..fields("Ada")
            },
        ),
    ];
    for (field, fields) in bad {
        let error = NewEmployee::try_from(fields).unwrap_err();
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, field));
    }
}
