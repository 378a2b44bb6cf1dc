//! Tenants: an access to one organization neither shows nor changes anything of another, whatever ids it is handed.

use std::time::Duration;

use polity_accounts::{
    AccountFields, AccountPatch, Assignments, Employee, EmployeeFilter, EmployeeId, Employees, NewAccount,
};
use polity_directory::{
    AccountRef, AppFields, Assignee, Assignees, AssignmentRef, Deletion, Entry, Granted,
    ImportedOrganization, ImportedPerson, Invitation, InvitationFilter, InvitationId, InvitationRef,
    Invitations, MemberInFull, MemberPatch, MemberQuery, Members, NewApp, NewMember, Organization,
    OrganizationFacts, OrganizationFactsPatch, OrganizationFields, OrganizationFilter, OrganizationPatch,
    Organizations, People, Profiles, Role, RoleAssignment, RoleAssignments, RolePatch, Roles, Service, Taker,
    Upkeep,
};
use polity_groups::GroupId;
use polity_kernel::{Access, Actor, Code, Level, Page, event};
use polity_projects::{App, AppId, Apps};
use polity_testkit::{Kit, both_engines};

use crate::common::{
    self, account_type, directory, enter, fields, found, given, group, hire, id_of, invitation, join, joined,
    key, name, new, new_role, permission, person, place,
};

/// One organization with a thing of every kind; `shared` belongs to both.
struct Tenant {
    owner: Actor,
    access: Access,
    member: Actor,
    group: GroupId,
    invited: InvitationId,
    app: AppId,
    employee: EmployeeId,
}

fn tenant(kit: &Kit, directory: &Service, organization: &str, shared: &Actor) -> Tenant {
    let owner = person(kit, &format!("owner@{organization}.example"));
    found(directory, &owner, organization);
    let member = join(kit, directory, &owner, organization, &format!("member@{organization}.example"));
    let access = enter(directory, &owner, organization);
    directory.add_member(&access, id_of(shared).into()).unwrap();
    directory.create_role(&access, new_role("same", &[&format!("{organization}.do")])).unwrap();
    directory.create_role(&access, new_role(&format!("only-{organization}"), &[])).unwrap();
    let team = group(kit, &access, organization);
    account_type(kit, &access, "kind", &[&format!("{organization}.be")], ("extra", &[]));
    for who in [&member, shared] {
        directory.grant(&access, given(Assignee::Account(id_of(who)), &key("manager"), None)).unwrap();
        directory
            .grant(&access, given(Assignee::Account(id_of(who)), &key(&format!("only-{organization}")), None))
            .unwrap();
        place(kit, &access, team, polity_groups::Member::Account(id_of(who)), None);
        common::accounts(kit).assign(&access, id_of(who), "kind").unwrap();
    }
    directory.grant(&access, given(Assignee::Group(team), &key("same"), None)).unwrap();
    let invited = directory
        .invite(&access, invitation("guest@other.example", Level::Admin, &["same"], 7))
        .unwrap()
        .remove(0)
        .id;
    directory.change_profile(&access, OrganizationFactsPatch::default()).unwrap();
    let app = AppFields { kind: "same".into(), external_id: Some("same".into()), ..AppFields::default() };
    let app = common::workspaces(kit).connect(&access, NewApp::try_from(app).unwrap()).unwrap().id;
    let employee = hire(kit, &access, "member", (Some(&member), Some("manager"))).unwrap();
    hire(kit, &access, "shared", (Some(shared), None)).unwrap();
    let access = enter(directory, &owner, organization);
    Tenant { access, owner, member, group: team, invited, app, employee }
}

/// Everything there is to see of an organization.
#[derive(Debug, PartialEq)]
struct Picture {
    organization: Organization,
    members: Vec<MemberInFull>,
    people: Vec<MemberInFull>,
    roles: Vec<Role>,
    assignments: Vec<RoleAssignment>,
    explained: Vec<Vec<Granted>>,
    invitations: Vec<Invitation>,
    apps: Vec<App>,
    profile: OrganizationFacts,
    employees: Vec<Employee>,
    administrators: Vec<MemberInFull>,
    events: usize,
}

fn picture(kit: &Kit, directory: &Service, tenant: &Tenant) -> Picture {
    let (access, page) = (&tenant.access, Page::first(99));
    let roles = directory.roles(access).unwrap();
    let of_role = |role: &Role| {
        directory.assignments(access, &role.key.clone().into(), Assignees::All, page).unwrap().items
    };
    let members = directory.members(access, &MemberQuery::everybody(), page).unwrap().items;
    Picture {
        organization: directory.organization(access).unwrap(),
        people: directory.members(access, &MemberQuery::everybody().and_roles(), page).unwrap().items,
        assignments: roles.iter().flat_map(of_role).collect(),
        explained: members
            .iter()
            .map(|member| directory.explain(access, member.account.id).unwrap())
            .collect(),
        invitations: directory.invitations(access, InvitationFilter::All, page).unwrap().items,
        apps: common::workspaces(kit).apps(access, page).unwrap().items,
        profile: directory.profile(access).unwrap(),
        employees: common::accounts(kit).employees(access, EmployeeFilter::default(), page).unwrap().items,
        administrators: directory
            .members(access, &MemberQuery::everybody().at_least(Level::Admin), page)
            .unwrap()
            .items,
        events: kit.ctx.read(|conn| event::latest(conn, access.organization(), 999)).unwrap().len(),
        members,
        roles,
    }
}

/// Two organizations and what they share.
fn two(kit: &Kit, directory: &Service) -> (Tenant, Tenant, Actor) {
    let shared = person(kit, "shared@other.example");
    let ours = tenant(kit, directory, "ours", &shared);
    kit.pass(Duration::from_millis(1));
    (ours, tenant(kit, directory, "theirs", &shared), shared)
}

both_engines! {
    fn the_other_s_ids_are_unknown(kit) {
        let directory = directory(kit);
        let (ours, theirs, _) = two(kit, &directory);
        let before = picture(kit, &directory, &theirs);
        let (access, page) = (&ours.access, Page::first(99));
        let (them, own) = (id_of(&theirs.member), Assignee::Account(id_of(&ours.member)));
        let (role, manager) = (key("only-theirs"), key("manager"));
        let level = MemberPatch { level: Some(Level::Admin), expires_at: None };
        let refused = [
            directory.member(access, them).map(drop),
            directory.change_member(access, them, level).map(drop),
            directory.role(access, &role.clone().into()).map(drop),
            directory.update_role(access, &role.clone().into(), RolePatch::default()).map(drop),
            directory.remove_role(access, &role.clone().into()),
            directory.assignments(access, &role.clone().into(), Assignees::All, page).map(drop),
            directory.roles_of(access, them).map(drop),
            directory.explain(access, them).map(drop),
            directory.set_roles(access, them, &[]).map(drop),
            directory.grant(access, given(Assignee::Account(them), &manager, None)).map(drop),
            directory.grant(access, given(Assignee::Account(them), &key("admin"), None)).map(drop),
            directory.grant(access, given(Assignee::Group(theirs.group), &manager, None)).map(drop),
            directory.grant(access, given(own, &role, None)).map(drop),
            directory.revoke(access, &role.clone().into(), AssignmentRef::To(own)),
            directory.revoke(access, &key("member").into(), AssignmentRef::To(Assignee::Account(them))),
            directory.withdraw(access, theirs.invited),
            common::workspaces(kit).disconnect(access, theirs.app).map(drop),
        ];
        for (n, result) in refused.into_iter().enumerate() {
            assert_eq!(result.unwrap_err().code(), Code::NotFound, "number {n}");
        }
        let promise = directory.invite(access, invitation("x@other.example", Level::Member, &["only-theirs"], 1));
        assert_eq!(promise.unwrap_err().code(), Code::Invalid);
        let as_theirs = NewMember { account: id_of(&ours.member), role: Some(manager.clone().into()), employee: Some(theirs.employee) };
        assert_eq!(directory.add_member(access, as_theirs).unwrap_err().code(), Code::Invalid);
        assert_eq!(directory.shown_roles(access, &[them]).unwrap(), [(them, None)]);
        assert!(!directory.remove_member(access, them).unwrap());
        directory.revoke(access, &manager.into(), AssignmentRef::To(Assignee::Account(them))).unwrap();
        directory.revoke(access, &key("same").into(), AssignmentRef::To(Assignee::Group(theirs.group))).unwrap();
        assert_eq!(picture(kit, &directory, &theirs), before);
    }

    fn a_page_behind_the_other_s_id_shows_one_s_own(kit) {
        let directory = directory(kit);
        let (theirs, ours, _) = two(kit, &directory);
        // what is theirs was made first, so everything of ours is behind it
        let (access, mine) = (&ours.access, picture(kit, &directory, &ours));
        let them = directory.member(&theirs.access, id_of(&theirs.owner)).unwrap().member.id.uuid();
        assert_eq!(directory.members(access, &MemberQuery::everybody(), Page::after(99, them)).unwrap().items, mine.members);
        assert_eq!(directory.members(access, &MemberQuery::everybody().and_roles(), Page::after(99, them)).unwrap().items, mine.people);
        let theirs_first = directory.assignments(&theirs.access, &key("manager").into(), Assignees::All, Page::first(1)).unwrap().items[0].id;
        let managers = directory.assignments(access, &key("manager").into(), Assignees::All, Page::after(99, theirs_first.uuid())).unwrap().items;
        assert_eq!(managers, directory.assignments(access, &key("manager").into(), Assignees::All, Page::first(99)).unwrap().items);
        let nil = uuid::Uuid::nil();
        assert_eq!(directory.invitations(access, InvitationFilter::All, Page::after(99, nil)).unwrap().items, mine.invitations);
        let after = directory.invitations(access, InvitationFilter::All, Page::after(99, theirs.invited.uuid())).unwrap().items;
        assert!(after.iter().all(|invitation| invitation.organization == access.organization()));
    }

    fn lists_hold_one_s_own_alone(kit) {
        let directory = directory(kit);
        let (ours, theirs, _) = two(kit, &directory);
        let seen = picture(kit, &directory, &ours);
        let organization = ours.access.organization();
        assert!(seen.members.iter().all(|member| member.member.organization == organization && member.account.id != id_of(&theirs.member)));
        assert!(seen.invitations.iter().all(|invitation| invitation.organization == organization));
        assert!(seen.assignments.iter().all(|given| given.assignee != Assignee::Group(theirs.group)));
        assert!(seen.roles.iter().all(|role| role.key != key("only-theirs")));
        let defined = directory.permissions(&ours.access).unwrap();
        assert!(defined.contains(&permission("ours.do")) && !defined.contains(&permission("theirs.do")));
        assert!(seen.apps.iter().all(|app| app.organization == organization && app.id != theirs.app));
        assert!(seen.employees.iter().all(|employee| employee.organization == organization));
        assert!(seen.people.iter().all(|person| person.account_types.len() < 2), "a kind of account of each would make two");
    }

    fn who_is_in_both_has_each_one_s_rights_there(kit) {
        let directory = directory(kit);
        let (ours, theirs, shared) = two(kit, &directory);
        for (there, elsewhere) in [("ours", "theirs"), ("theirs", "ours")] {
            let access = enter(&directory, &shared, there);
            for right in ["do", "be"] {
                assert!(access.require(&permission(&format!("{there}.{right}"))).is_ok());
                assert!(access.require(&permission(&format!("{elsewhere}.{right}"))).is_err());
            }
        }
        let before = picture(kit, &directory, &theirs);
        directory.grant(&ours.access, given(Assignee::Account(id_of(&shared)), &key("owner"), None)).unwrap();
        assert_eq!(enter(&directory, &shared, "theirs").level(), Some(Level::Member));
        directory.remove_member(&ours.access, id_of(&shared)).unwrap();
        assert_eq!(directory.enter(&shared, &name("ours")).unwrap_err().code(), Code::NotFound);
        assert_eq!(picture(kit, &directory, &theirs), before, "what they have elsewhere stays");
    }

    fn what_has_the_same_name_is_another_s(kit) {
        let directory = directory(kit);
        let (ours, theirs, _) = two(kit, &directory);
        let before = picture(kit, &directory, &theirs);
        let patch = RolePatch { permissions: Some(vec!["ours.more".into()]), ..RolePatch::default() };
        directory.update_role(&ours.access, &key("same").into(), patch).unwrap();
        directory.remove_role(&ours.access, &key("same").into()).unwrap();
        directory.invite(&ours.access, invitation("guest@other.example", Level::Member, &[], 1)).unwrap();
        directory.join(&person(kit, "guest@other.example"), &name("ours")).unwrap();
        assert_eq!(picture(kit, &directory, &theirs), before);
    }

    fn the_other_s_names_stay_theirs(kit) {
        let directory = directory(kit);
        let (ours, theirs, _) = two(kit, &directory);
        let claim = |domain: &str| OrganizationPatch { domain: Some(Some(domain.into())), ..OrganizationPatch::default() };
        directory.update(&theirs.access, claim("theirs.example")).unwrap();
        let word = OrganizationPatch { domain_verified: Some(true), ..OrganizationPatch::default() };
        directory.update(&enter(&directory, &Actor::system(), "theirs"), word).unwrap();
        let before = picture(kit, &directory, &theirs);
        let alias = OrganizationPatch { alias: Some("theirs".into()), ..OrganizationPatch::default() };
        assert_eq!(directory.update(&ours.access, alias).unwrap_err().code(), Code::Conflict);
        assert_eq!(directory.update(&ours.access, claim("theirs.example")).unwrap_err().code(), Code::Conflict);
        directory.update(&ours.access, claim("ours.example")).unwrap();
        directory.update(&ours.access, OrganizationPatch { domain: Some(None), ..OrganizationPatch::default() }).unwrap();
        assert_eq!(picture(kit, &directory, &theirs), before);
    }

    fn an_outsider_is_let_into_neither_by_any_door(kit) {
        let directory = directory(kit);
        let (ours, theirs, _) = two(kit, &directory);
        let id = theirs.access.organization();
        for word in ["theirs".parse().unwrap(), id.into()] {
            assert_eq!(directory.enter(&ours.owner, &word).unwrap_err().code(), Code::NotFound);
            assert_eq!(directory.join(&ours.owner, &word).unwrap_err().code(), Code::NotFound);
            assert_eq!(directory.leave(&ours.owner, &word).unwrap_err().code(), Code::NotFound);
            assert_eq!(directory.accept(Taker::Person(ours.owner.clone()), &InvitationRef::To(word.clone())).map(joined).unwrap_err().code(), Code::NotFound);
        }
        let people = directory.people(&ours.owner, Page::first(9)).unwrap().items;
        assert!(people.iter().all(|account| ![id_of(&theirs.owner), id_of(&theirs.member)].contains(&account.id)));
        let of = AccountRef::Id(id_of(&theirs.member));
        assert_eq!(directory.person(&ours.owner, &of).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.change_person(&ours.owner, &of, AccountPatch::default()).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.employments(&ours.owner, id_of(&theirs.member)).unwrap_err().code(), Code::NotFound);
        let places = directory.memberships(&ours.owner, &[id_of(&theirs.member)]).unwrap();
        assert_eq!(places, [(id_of(&theirs.member), vec![])]);
        let same = common::workspaces(kit).organizations_by_app(&ours.owner, polity_projects::AppLookup::ExternalId { kind: "same", id: "same" }, Page::first(9)).unwrap().items;
        assert_eq!(same.iter().map(|one| one.id).collect::<Vec<_>>(), [ours.access.organization()]);
        assert_eq!(directory.organizations(&ours.owner, OrganizationFilter::All, Page::first(9)).unwrap_err().code(), Code::Forbidden);
        assert_eq!(directory.purge(id).unwrap_err().code(), Code::Internal, "nobody's rows go while it is there");
    }

    fn deleting_and_purging_one_leaves_the_other(kit) {
        let directory = directory(kit);
        let (ours, theirs, _) = two(kit, &directory);
        let before = picture(kit, &directory, &theirs);
        directory.remove(&ours.access, Deletion::Permitted).unwrap();
        while directory.purge(ours.access.organization()).unwrap() == polity_kernel::job::Outcome::Again {}
        assert_eq!(picture(kit, &directory, &theirs), before);
    }

    fn an_import_reaches_one_organization(kit) {
        let directory = directory(kit);
        let (_, theirs, _) = two(kit, &directory);
        let before = picture(kit, &directory, &theirs);
        let fields_of = |email: &str| AccountFields { email: email.to_owned(), ..AccountFields::default() };
        let listed = ImportedPerson {
            place: "people/1".into(),
            account: NewAccount::try_from(fields_of("member@theirs.example")).unwrap(),
            level: Level::Owner,
        };
        let organization = new(OrganizationFields { name: Some("Ours".into()), ..fields("ours") });
        let imported = ImportedOrganization {
            organization,
            roles: vec![new_role("same", &["ours.new"])],
            apps: Vec::new(),
            people: vec![listed],
            groups: Vec::new(),
        };
        let changes = directory.import(&Actor::system(), imported).unwrap();
        assert_eq!((changes.members_created, changes.roles_changed), (1, 1));
        assert_eq!(picture(kit, &directory, &theirs), before);
    }
}
