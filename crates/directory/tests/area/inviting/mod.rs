//! Inviting one address: what is promised, who may promise it, and how it is told.

mod acceptance;
mod bounds;
mod delegating;
mod joined;
mod kept_promises;
mod listed;
mod sending;

use std::sync::Arc;
use std::time::Duration;

use polity_directory::entitlements::ORGANIZATION_INVITE_SETTINGS;
use polity_directory::{
    Directory, Invitation, InvitationFields, InvitationFilter, InvitationRef, InvitationStatus, Invitations,
    MemberPatch, Members, NewInvitation, NewProject, Notifying, OrganizationPatch, Organizations,
    ProjectAccess, ProjectFields, ProjectId, ProjectLevel, RoleAssignments, Roles, Service, SettingsPatch,
    Taker,
};
use polity_kernel::{Access, Actor, Code, Entitled, Entitlements, Feature, Level, Limits, Page, Result, job};
use polity_projects::{ProjectMembers, ProjectRole, Projects};
use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::common::{
    self, carrier, directory, enter, found, given, id_of, invitation, join, joined, key, limited, new_role,
    only, permissions, person,
};

const DAY: Duration = Duration::from_secs(86_400);

const MINUTE: Duration = Duration::from_secs(60);

/// An address as a plain member, told by mail.
pub(crate) fn invitee(email: &str) -> InvitationFields {
    InvitationFields {
        email: email.to_owned(),
        first_name: None,
        message: None,
        level: Level::Member,
        projects: Vec::new(),
        mail: true,
        combine: false,
    }
}

pub(crate) fn new(fields: InvitationFields) -> NewInvitation {
    NewInvitation::try_from(fields).unwrap()
}

fn invite(directory: &Service, access: &Access, email: &str) -> Invitation {
    directory.invite(access, vec![new(invitee(email))]).map(only).unwrap()
}

fn project(kit: &Kit, access: &Access, name: &str) -> ProjectId {
    let fields = ProjectFields { name: name.to_owned(), ..ProjectFields::default() };
    common::workspaces(kit).open_project(access, NewProject::try_from(fields).unwrap()).unwrap().id
}

const fn promise(project: ProjectId, level: ProjectLevel) -> ProjectAccess {
    ProjectAccess { project, level }
}

/// The addresses that wait, the newest first.
fn waiting(directory: &dyn Directory, access: &Access) -> Vec<String> {
    let all = directory.invitations(access, InvitationFilter::Waiting, Page::first(99)).unwrap().items;
    assert_eq!(
        directory.invitation_count(access, InvitationFilter::Waiting).unwrap(),
        u64::try_from(all.len()).unwrap()
    );
    all.iter().map(|invitation| invitation.email.to_string()).collect()
}

/// The jobs that are due since this was last called.
fn due(kit: &Kit) -> Vec<(String, Value)> {
    let worker = kit.ctx.ids().secret();
    let mut due = Vec::new();
    while let Some(leased) = job::lease(&kit.ctx, worker).unwrap() {
        due.push((leased.kind.clone(), leased.payload.clone()));
        job::settle(&kit.ctx, worker, &leased, Ok(job::Outcome::Done)).unwrap();
    }
    due
}

/// The mails that tell of an invitation and are due since this was last called.
fn mails(kit: &Kit) -> Vec<Value> {
    let mail = |(kind, payload): (String, Value)| {
        assert_eq!(kind, "mail.invitation");
        payload
    };
    due(kit).into_iter().map(mail).collect()
}

fn mail(invitation: &Invitation, number: i64) -> Value {
    json!({ "organization": invitation.organization, "invitation": invitation.id, "number": number })
}

/// The directory of organizations that are entitled to these features alone.
fn entitled_to(kit: &Kit, features: &[Feature]) -> Service {
    let features: Vec<String> = features.iter().map(ToString::to_string).collect();
    directory(kit)
        .entitled_by(Arc::new(move |_, _| Ok(Entitled::to(Entitlements::of_features(features.clone())))))
}

fn let_members_invite(directory: &Service, owner: &Actor, whether: Option<bool>) {
    let patch = OrganizationPatch {
        settings: SettingsPatch { members_can_invite: Some(whether), ..SettingsPatch::default() },
        ..OrganizationPatch::default()
    };
    let changed = directory.update(&enter(directory, owner, "acme"), patch).unwrap();
    assert_eq!(changed.settings.members_can_invite, whether);
}

fn refused<T>(result: Result<T>) -> Code {
    result.err().unwrap().code()
}

both_engines! {
    fn an_invitation_says_what_it_promises(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let acme = found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let shop = project(kit, &access, "Shop");
        let sent = directory.invite(&access, vec![new(InvitationFields {
            first_name: Some(" Bob ".into()),
            message: Some("Come in.".into()),
            level: Level::Admin,
            projects: vec![promise(shop, ProjectLevel::Member)],
            ..invitee(" Bob@Other.Example ")
        })]).map(only).unwrap();
        assert_eq!((sent.organization, sent.organization_key.as_str(), sent.email.as_str()), (acme.id, "acme", "bob@other.example"));
        assert_eq!((sent.first_name.as_deref(), sent.message.as_deref(), sent.level), (Some("Bob"), Some("Come in."), Level::Admin));
        assert_eq!(sent.projects, [promise(shop, ProjectLevel::Member)]);
        assert_eq!((sent.invited_by, sent.is_delegation), (Some(id_of(&ada)), false));
        assert_eq!((sent.created_at, sent.updated_at, sent.expires_at), (Kit::START, Kit::START, Kit::START.after(3 * DAY)));
        assert_eq!((sent.mails_asked, sent.mails_sent, sent.mail_due_at), (1, 0, Some(Kit::START)));
        assert_eq!(mails(kit), [mail(&sent, 1)]);

        assert_eq!(directory.follow(None, sent.id).unwrap().invitation, sent);
        assert_eq!(directory.invitations(&access, InvitationFilter::Waiting, Page::first(9)).unwrap().items, std::slice::from_ref(&sent));
        assert_eq!(directory.invitations(&access, InvitationFilter::All, Page::first(9)).unwrap().items, std::slice::from_ref(&sent), "the other family\'s list");
        assert_eq!(directory.invitations_of(&person(kit, "bob@other.example")).unwrap(), [sent]);
    }

    fn no_mail_is_asked_for_where_none_is_wanted(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let sent = directory.invite(&enter(&directory, &ada, "acme"), vec![new(InvitationFields { mail: false, ..invitee("bob@other.example") })]).map(only).unwrap();
        assert_eq!((sent.mails_asked, mails(kit)), (0, Vec::new()));
    }

    fn an_address_has_one_that_waits(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let first = directory.invite(&access, invitation("bob@other.example", Level::Admin, &["manager"], 1)).unwrap().remove(0);
        let second = invite(&directory, &access, "bob@other.example");
        kit.pass(4 * DAY);
        let third = invite(&directory, &access, "BOB@other.example");
        assert_eq!(waiting(&directory, &access), ["bob@other.example"]);
        for gone in [first.id, second.id] {
            assert_eq!(refused(directory.follow(None, gone)), Code::NotFound);
            assert_eq!(refused(directory.withdraw(&access, gone)), Code::NotFound);
            assert_eq!(refused(directory.resend(&access, gone)), Code::NotFound);
        }
        let member = directory.accept(Taker::Person(person(kit, "bob@other.example")), &InvitationRef::To(common::name("acme"))).map(joined).unwrap();
        assert_eq!(member.level, Level::Member, "only the last one counts");
        assert_eq!(waiting(&directory, &access), [""; 0]);
        assert_eq!(refused(directory.follow(None, third.id)), Code::Conflict);
    }

    fn combining_keeps_what_is_more(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let shop = project(kit, &access, "Shop");
        common::tick(kit);
        let stock = project(kit, &access, "Stock");
        let again = |level, projects, combine| {
            directory.invite(&access, vec![new(InvitationFields { level, projects, combine, ..invitee("bob@other.example") })]).map(only).unwrap()
        };
        directory.invite(&access, invitation("bob@other.example", Level::Member, &["manager"], 1)).unwrap();
        let sent = again(Level::Admin, vec![promise(shop, ProjectLevel::Admin), promise(stock, ProjectLevel::None)], true);
        assert_eq!((sent.level, sent.roles.as_slice()), (Level::Admin, [key("manager")].as_slice()));
        let sent = again(Level::Member, vec![promise(shop, ProjectLevel::Member), promise(stock, ProjectLevel::Member)], true);
        assert_eq!(sent.level, Level::Admin);
        assert_eq!(sent.projects, [promise(shop, ProjectLevel::Admin), promise(stock, ProjectLevel::Member)]);
        let sent = again(Level::Member, Vec::new(), false);
        assert_eq!((sent.level, sent.roles, sent.projects), (Level::Member, Vec::new(), Vec::new()));

        again(Level::Admin, Vec::new(), false);
        kit.pass(4 * DAY);
        assert_eq!(again(Level::Member, Vec::new(), true).level, Level::Member, "what has expired promises nothing");
    }

    fn combining_promises_nothing_above_one_s_own(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let (owner, member) = (enter(&directory, &ada, "acme"), enter(&directory, &bob, "acme"));
        let combined = || directory.invite(&member, vec![new(InvitationFields { combine: true, ..invitee("zoe@other.example") })]).map(only);
        directory.invite(&owner, vec![new(InvitationFields { level: Level::Admin, ..invitee("zoe@other.example") })]).map(only).unwrap();
        assert_eq!(refused(combined()), Code::Forbidden);
        directory.invite(&owner, invitation("zoe@other.example", Level::Member, &["manager"], 1)).unwrap();
        assert_eq!(refused(combined()), Code::Forbidden);
    }

    fn members_invite_members(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let member = enter(&directory, &bob, "acme");
        invite(&directory, &member, "zoe@other.example");
        for level in [Level::Admin, Level::Owner] {
            let above = directory.invite(&member, vec![new(InvitationFields { level, ..invitee("yan@other.example") })]).map(only);
            assert_eq!(refused(above), Code::Forbidden);
        }
        assert_eq!(refused(directory.invite(&member, invitation("yan@other.example", Level::Member, &[], 1))), Code::Forbidden, "the other family asks for the permission");
        let patch = MemberPatch { level: Some(Level::Admin), expires_at: None };
        directory.change_member(&enter(&directory, &ada, "acme"), id_of(&bob), patch).unwrap();
        let admin = enter(&directory, &bob, "acme");
        directory.invite(&admin, vec![new(InvitationFields { level: Level::Admin, ..invitee("yan@other.example") })]).map(only).unwrap();
        let above = directory.invite(&admin, vec![new(InvitationFields { level: Level::Owner, ..invitee("yan@other.example") })]).map(only);
        assert_eq!(refused(above), Code::Forbidden);
    }

    fn a_credential_invites_only_if_it_may(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        directory.create_role(&enter(&directory, &ada, "acme"), new_role("reader", &["org.members.list"])).unwrap();
        let by = |limits| directory.invite(&enter(&directory, &limited(&bob, limits), "acme"), vec![new(invitee("zoe@other.example"))]).map(only);
        let only = |names: &[&str]| Limits { permissions: Some(permissions(names)), ..Limits::default() };
        assert!(by(only(&["org.directory.members.create"])).is_ok());
        assert!(by(Limits { level: Some(Level::Member), ..Limits::default() }).is_ok());
        for limits in [only(&["org.directory.members.list"]), Limits { role: Some("reader".into()), ..Limits::default() }] {
            assert_eq!(common::missing(&by(limits).unwrap_err()), ["org.directory.members.create"]);
        }
        let admin = limited(&ada, Limits { level: Some(Level::Member), ..Limits::default() });
        let above = directory.invite(&enter(&directory, &admin, "acme"), vec![new(InvitationFields { level: Level::Admin, ..invitee("zoe@other.example") })]);
        assert_eq!(refused(above), Code::Forbidden);
    }

    fn an_organization_says_whether_members_invite(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let run = join(kit, &directory, &ada, "acme", "run@acme.example");
        directory.grant(&enter(&directory, &ada, "acme"), given(carrier(&run), &key("manager"), None)).unwrap();
        let by = |directory: &Service, whom: &Actor| directory.invite(&enter(directory, whom, "acme"), vec![new(invitee("zoe@other.example"))]).map(only);
        for (whether, may) in [(Some(true), true), (None, true), (Some(false), false)] {
            let_members_invite(&directory, &ada, whether);
            assert_eq!(by(&directory, &bob).is_ok(), may, "{whether:?}");
            assert!(by(&directory, &run).is_ok() && by(&directory, &ada).is_ok(), "who has the permission always may");
        }
        assert!(by(&entitled_to(kit, &[]), &bob).is_ok(), "one that may not say has said nothing");
        assert_eq!(refused(by(&entitled_to(kit, &[ORGANIZATION_INVITE_SETTINGS]), &bob)), Code::Forbidden);
    }

    fn nobody_promises_a_project_that_is_not_theirs(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        for organization in ["acme", "other"] {
            found(&directory, &ada, organization);
        }
        let (access, foreign) = (enter(&directory, &ada, "acme"), enter(&directory, &ada, "other"));
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let [shop, stock] = ["Shop", "Stock"].map(|name| project(kit, &access, name));
        let elsewhere = project(kit, &foreign, "Elsewhere");
        common::workspaces(kit).give_project_role(&access, shop, id_of(&bob), ProjectRole::Admin).unwrap();
        common::workspaces(kit).give_project_role(&access, stock, id_of(&bob), ProjectRole::User).unwrap();
        let by = |access: &Access, project, level| {
            directory.invite(access, vec![new(InvitationFields { projects: vec![promise(project, level)], ..invitee("zoe@other.example") })]).map(only)
        };
        let member = enter(&directory, &bob, "acme");
        assert!(by(&member, shop, ProjectLevel::Admin).is_ok());
        assert!(by(&access, stock, ProjectLevel::Admin).is_ok());
        for (access, project) in [(&member, stock), (&member, elsewhere), (&access, elsewhere)] {
            for level in [ProjectLevel::None, ProjectLevel::Member] {
                let error = by(access, project, level).unwrap_err();
                assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "projects"));
            }
        }
        let unlicensed = entitled_to(kit, &[]);
        let by = |level| unlicensed.invite(&enter(&unlicensed, &ada, "acme"), vec![new(InvitationFields { projects: vec![promise(shop, level)], ..invitee("zoe@other.example") })]).map(only);
        assert_eq!(refused(by(ProjectLevel::Member)), Code::NotEntitled);
        assert!(by(ProjectLevel::None).is_ok());
    }

    fn a_member_s_address_is_not_invited(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        assert_eq!(refused(directory.invite(&access, vec![new(invitee("ADA@acme.example"))]).map(only)), Code::AlreadyMember);
        let sent = invite(&directory, &access, "bob@other.example");
        directory.add_member(&access, id_of(&person(kit, "bob@other.example")).into()).unwrap();
        kit.pass(MINUTE);
        assert_eq!(refused(directory.resend(&access, sent.id)), Code::AlreadyMember);
    }

    fn several_are_invited_all_or_none(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let many = |list: Vec<InvitationFields>| directory.invite(&access, list.into_iter().map(new).collect());
        assert_eq!(many(Vec::new()).unwrap(), []);
        let error = many(vec![invitee("bob@other.example"), invitee("ada@acme.example")]).unwrap_err();
        assert_eq!((error.code(), error.item()), (Code::AlreadyMember, Some(1)));
        let shop = ProjectId::new(kit.ctx.ids().secret());
        let error = many(vec![invitee("bob@other.example"), InvitationFields { projects: vec![promise(shop, ProjectLevel::None)], ..invitee("zoe@other.example") }]).unwrap_err();
        assert_eq!((error.code(), error.item(), error.fields()[0].field.as_str()), (Code::Invalid, Some(1), "projects"));
        assert_eq!((waiting(&directory, &access), mails(kit)), (Vec::new(), Vec::new()), "nothing was kept or sent");

        let sent = many((0..20).map(|n| invitee(&format!("p{n}@other.example"))).collect()).unwrap();
        let emails: Vec<_> = sent.iter().map(|invitation| invitation.email.to_string()).collect();
        assert_eq!(emails, (0..20).map(|n| format!("p{n}@other.example")).collect::<Vec<_>>(), "in order");
        assert_eq!((waiting(&directory, &access).len(), mails(kit).len()), (20, 20));
    }

    fn one_above_one_s_own_level_spoils_the_list(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let member = enter(&directory, &join(kit, &directory, &ada, "acme", "bob@acme.example"), "acme");
        let list = vec![invitee("yan@other.example"), InvitationFields { level: Level::Admin, ..invitee("zoe@other.example") }];
        assert_eq!(refused(directory.invite(&member, list.into_iter().map(new).collect())), Code::Forbidden);
        assert_eq!(waiting(&directory, &member), [""; 0]);
    }
}
