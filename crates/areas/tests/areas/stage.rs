//! An organization, and what is done to its people and groups in tests.

use polity_accounts::{
    AccountFields, AccountPatch, AccountProfile, AccountProfilePatch, AccountTypeFields, AccountTypePatch,
    Agreement, EmployeeFields, EmployeeProfile, Employees, GrantedRole, ManagerRow, NewAccount,
    NewAccountType, NewEmployee, People, Specifications, StaffRow, TypeStatus, day,
};
use polity_areas::Polity;
use polity_directory::{NewOrganization, NewProject, OrganizationFields, ProjectFields};
use polity_groups::{
    GroupFields, GroupPatch, GroupProfile, GroupRow, Member, MemberKind, MembershipFields, MembershipRow,
    NewGroup, NewMembership,
};
use polity_kernel::{Access, AccountId, Actor, Evidence, Tx, WriteKind};
use polity_licensing::{Granting, LicenseType, NewEstablishment};
use polity_testkit::{Kit, acting};

use crate::ground::polity;

/// An organization and who acts in it.
pub(crate) struct Stage<'k> {
    pub(crate) kit: &'k Kit,
    pub(crate) polity: Polity,
    pub(crate) ada: Actor,
    pub(crate) access: Access,
    pub(crate) bob: AccountId,
}

fn account(polity: &Polity, name: &str) -> AccountId {
    let fields = AccountFields {
        email: format!("{name}@acme.example"),
        email_verified: true,
        profile: AccountProfile { name: Some(name.to_owned()), ..AccountProfile::default() },
        ..AccountFields::default()
    };
    People::create(&*polity.accounts, &Actor::system(), NewAccount::try_from(fields).unwrap()).unwrap().id
}

impl<'k> Stage<'k> {
    /// Ada's organization, of which Bob is no member.
    pub(crate) fn set(kit: &'k Kit) -> Self {
        let polity = polity(kit);
        let (ada, bob) = (account(&polity, "ada"), account(&polity, "bob"));
        let ada = acting(ada);
        let establishment = NewEstablishment {
            organization: NewOrganization::try_from(OrganizationFields {
                key: Some("acme".to_owned()),
                ..OrganizationFields::default()
            })
            .unwrap(),
            project: NewProject::try_from(ProjectFields {
                name: "First".to_owned(),
                ..ProjectFields::default()
            })
            .unwrap(),
            license: Granting::Type(LicenseType::Free),
            eula_accepted: true,
            evidence: Evidence::default(),
        };
        polity.licensing.establish(&ada, establishment).unwrap();
        let access = polity.enter(&ada, &"acme".parse().unwrap()).unwrap();
        Self { kit, polity, ada, access, bob }
    }

    /// Accounts, account types, and who holds them.
    pub(crate) fn people(&self) {
        let (accounts, access, bob) = (&self.polity.accounts, &self.access, self.bob);
        let named = AccountPatch {
            profile: AccountProfilePatch { name: Some(Some("Bob".to_owned())), ..Default::default() },
            ..AccountPatch::default()
        };
        People::update(&**accounts, &Actor::system(), bob, named).unwrap();
        let role = GrantedRole {
            key: "clerk".to_owned(),
            permissions: ["a.b".parse().unwrap()].into(),
            ..GrantedRole::default()
        };
        let fields = AccountTypeFields {
            code: "staff".to_owned(),
            status: Some(TypeStatus::Published),
            specifications: Specifications { expiry: Some("NOW+1YEAR".parse().unwrap()), validity: None },
            agreements: vec![Agreement { id: "terms".to_owned(), ..Agreement::default() }],
            permissions: ["a.b".parse().unwrap()].into(),
            roles: vec![role],
            ..AccountTypeFields::default()
        };
        accounts.create_type(access, NewAccountType::try_from(fields).unwrap()).unwrap();
        let renamed =
            AccountTypePatch { name: Some(Some("Staff".to_owned())), ..AccountTypePatch::default() };
        accounts.update_type(access, "staff", renamed).unwrap();
        accounts.assign(access, bob, "staff").unwrap();
        accounts.disable(access, bob, "staff").unwrap();
    }

    /// Employees and who they report to.
    pub(crate) fn staff(&self) {
        let (accounts, access) = (&self.polity.accounts, &self.access);
        let hired = |name: &str| {
            let fields = EmployeeFields {
                name: name.to_owned(),
                email: format!("{name}@acme.example"),
                ..EmployeeFields::default()
            };
            Employees::create(&**accounts, access, NewEmployee::try_from(fields).unwrap()).unwrap().id
        };
        let (grace, alan) = (hired("grace"), hired("alan"));
        let profile = EmployeeProfile {
            birth_date: day("birth_date", Some("1906-12-09".to_owned())).unwrap(),
            bio: Some("Ships.".to_owned()),
            ..EmployeeProfile::default()
        };
        accounts.set_profile(access, grace, profile).unwrap();
        accounts.set_manager(access, alan, grace, "PRIMARY").unwrap();
        accounts.remove_manager(access, alan, grace, None).unwrap();
        let row = |name: &str| StaffRow {
            email: format!("{name}@acme.example"),
            name: Some(name.to_owned()),
            ..StaffRow::default()
        };
        accounts.import_employees(access, vec![row("edsger"), row("barbara")], None).unwrap();
        let line = ManagerRow {
            employee: "edsger@acme.example".to_owned(),
            manager: "barbara@acme.example".to_owned(),
            ..ManagerRow::default()
        };
        accounts.import_managers(access, vec![line], None).unwrap();
    }

    /// Groups and what is in them.
    pub(crate) fn groups(&self) {
        let (groups, access) = (&self.polity.groups, &self.access);
        let fields = GroupFields {
            name: "Team".to_owned(),
            profile: GroupProfile { description: Some("All.".to_owned()), ..GroupProfile::default() },
            ..GroupFields::default()
        };
        let team = groups.create(access, NewGroup::try_from(fields).unwrap()).unwrap().id;
        groups
            .update(access, team, GroupPatch { name: Some("Crew".to_owned()), ..GroupPatch::default() })
            .unwrap();
        let bob = |kind: &str| {
            let fields = MembershipFields {
                member: Member::Account(self.bob),
                kind: Some(kind.to_owned()),
                expires_at: None,
            };
            NewMembership::try_from(fields).unwrap()
        };
        groups.add(access, team, bob("MEMBER")).unwrap();
        groups.add(access, team, bob("LEAD")).unwrap();
        groups.remove_member(access, team, Member::Account(self.bob)).unwrap();
        let members = vec![bob("MEMBER")];
        let set = move |tx: &mut Tx<'_>, access: &Access| {
            polity_groups::within::set_members(tx, access, team, &members)
        };
        self.polity.ctx.write(access, WriteKind::Grants, set).unwrap();
        let row =
            GroupRow { external_id: "x".to_owned(), name: "Imported".to_owned(), ..GroupRow::default() };
        groups.import_groups(access, vec![row], None).unwrap();
        let row = MembershipRow {
            group: "x".to_owned(),
            member_kind: MemberKind::Account,
            member: "bob@acme.example".to_owned(),
            kind: None,
            expires_at: None,
        };
        groups.import_memberships(access, vec![row], None).unwrap();
        groups.remove(access, team).unwrap();
    }
}
