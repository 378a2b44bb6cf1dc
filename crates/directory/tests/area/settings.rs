//! Settings: kept, and the role they give to whoever becomes a member, in whatever way.

use polity_accounts::EmailAddress;
use polity_directory::{
    AssignmentRef, InvitationFields, InvitationRef, Invitations, Members, NewInvitation, NewMember, NewRole,
    OrganizationPatch, Organizations, ProductSettingsPatch, RoleAssignments, RoleId, Roles, Service,
    Settings, SettingsPatch, Taker,
};
use polity_kernel::{Access, Actor, Code, IdSource, Level, Limits};
use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::common::{
    account, carried, carrier, clerk, directory, enter, fields, found, id_of, invitation, join, key, limited,
    new, new_role, only, permissions, person, with_domain,
};

fn settle(directory: &Service, access: &Access, settings: SettingsPatch) -> polity_kernel::Result<Settings> {
    let patch = OrganizationPatch { settings, ..OrganizationPatch::default() };
    directory.update(access, patch).map(|organization| organization.settings)
}

fn giving(role: Option<RoleId>) -> SettingsPatch {
    SettingsPatch { default_role_id: Some(role), ..SettingsPatch::default() }
}

/// A change of what is kept for one product.
fn product(members: Value) -> Option<ProductSettingsPatch> {
    let Value::Object(members) = members else { panic!("members of an object") };
    Some(ProductSettingsPatch { namespace: "shop", members })
}

/// The id of a role.
fn role(directory: &Service, access: &Access, word: &str) -> RoleId {
    directory.role(access, &key(word).into()).unwrap().id
}

both_engines! {
    fn what_is_set_is_kept(kit) {
        let directory = directory(kit);
        let ada = person(kit, "ada@acme.example");
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        assert_eq!(directory.organization(&access).unwrap().settings, Settings::default());
        let role = role(&directory, &access, "manager");
        let patch = SettingsPatch {
            members_can_invite: Some(Some(true)),
            enforce_2fa: Some(Some(false)),
            members_can_use_personal_api_keys: Some(false),
            default_role_id: Some(Some(role)),
            product: product(json!({ "colour": "blue", "shares": false })),
        };
        let set = settle(&directory, &access, patch).unwrap();
        assert_eq!((set.default_role_id, set.members_can_use_personal_api_keys), (Some(role), false));
        let kept = json!({ "colour": "blue", "shares": false });
        assert_eq!(set.products.of("shop"), kept.as_object());
        let organization = directory.organization(&enter(&directory, &ada, "acme")).unwrap();
        assert_eq!((&organization.settings, organization.version), (&set, 2));
        let cleared = SettingsPatch {
            members_can_invite: Some(None),
            enforce_2fa: Some(None),
            members_can_use_personal_api_keys: Some(true),
            default_role_id: Some(None),
            product: product(json!({ "colour": null, "shares": null })),
        };
        assert_eq!(settle(&directory, &access, SettingsPatch::default()).unwrap(), set);
        assert_eq!(settle(&directory, &access, cleared).unwrap(), Settings::default());
    }

    fn whoever_joins_in_whatever_way_gets_the_default_role(kit) {
        let directory = directory(kit);
        let ada = person(kit, "ada@acme.example");
        with_domain(&directory, &ada, "acme", "acme.example");
        let access = enter(&directory, &ada, "acme");
        let made = directory.create_role(&access, NewRole::named("Newcomers").unwrap()).unwrap();
        directory.create_role(&access, new_role("clerk", &[])).unwrap();
        settle(&directory, &access, giving(Some(made.id))).unwrap();
        assert_eq!(carried(&directory, &access, &ada), ["owner"], "who was there is given nothing");
        let added = join(kit, &directory, &ada, "acme", "added@other.example");
        assert_eq!(carried(&directory, &access, &added), ["member", "newcomers"]);
        let by_domain = person(kit, "domain@acme.example");
        directory.join(&by_domain, &access.organization().into()).unwrap();
        assert_eq!(carried(&directory, &access, &by_domain), ["member", "newcomers"]);
        let invited = person(kit, "invited@other.example");
        let new = invitation("invited@other.example", Level::Admin, &["clerk"], 3);
        directory.invite(&access, new).unwrap();
        directory.accept(Taker::Person(invited.clone()), &InvitationRef::To(access.organization().into())).unwrap();
        assert_eq!(carried(&directory, &access, &invited), ["admin", "clerk", "newcomers"]);
        let stranger = InvitationFields {
            email: "stranger@other.example".to_owned(),
            first_name: None,
            message: None,
            level: Level::Member,
            projects: Vec::new(),
            mail: false,
            combine: false,
        };
        let id = directory.invite(&access, vec![NewInvitation::try_from(stranger).unwrap()]).map(only).unwrap().id;
        let taken = directory.accept(Taker::Stranger { first_name: "Stan".to_owned(), role_at_organization: None }, &InvitationRef::Id(id)).unwrap();
        assert_eq!(carried(&directory, &access, &crate::common::acting(taken.account.id)), ["member", "newcomers"]);
        let appointed = account(kit, "appointed@other.example");
        let appointment = NewMember { account: appointed, role: Some(key("clerk").into()), employee: None };
        directory.add_member(&access, appointment).unwrap();
        let shown = directory.shown_roles(&access, &[appointed]).unwrap();
        assert_eq!(shown, [(appointed, Some(key("clerk")))], "the role that was given comes first");
        assert_eq!(carried(&directory, &access, &crate::common::acting(appointed)), ["member", "clerk", "newcomers"]);
        let email: EmailAddress = "co@other.example".parse().unwrap();
        directory.update(&access, OrganizationPatch { owner_email: Some(email.to_string()), ..OrganizationPatch::default() }).unwrap();
        let full = directory.roles_in_full(&access, vec![made.clone()]).unwrap().pop().unwrap();
        assert_eq!((full.is_default, full.carriers.len()), (true, 6));
        // one who comes back is new
        directory.remove_member(&access, id_of(&added)).unwrap();
        directory.revoke(&access, &made.key.into(), AssignmentRef::To(carrier(&invited))).unwrap();
        directory.add_member(&access, id_of(&added).into()).unwrap();
        directory.add_member(&access, id_of(&invited).into()).unwrap();
        assert_eq!(carried(&directory, &access, &added), ["member", "newcomers"]);
        assert_eq!(carried(&directory, &access, &invited), ["admin", "clerk"], "one who is here already is not");
    }

    fn a_deleted_role_is_no_default(kit) {
        let directory = directory(kit);
        let ada = person(kit, "ada@acme.example");
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let made = directory.create_role(&access, NewRole::named("Newcomers").unwrap()).unwrap();
        settle(&directory, &access, giving(Some(made.id))).unwrap();
        directory.remove_role(&access, &made.id.into()).unwrap();
        let organization = directory.organization(&enter(&directory, &ada, "acme")).unwrap();
        assert_eq!((organization.settings.default_role_id, organization.version), (None, 3));
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        assert_eq!(carried(&directory, &access, &bob), ["member"]);
        directory.create_role(&access, NewRole::named("Newcomers").unwrap()).unwrap();
        let cyd = join(kit, &directory, &ada, "acme", "cyd@acme.example");
        assert_eq!(carried(&directory, &access, &cyd), ["member"], "another role of the name is another role");
    }

    fn nobody_gives_by_it_what_they_may_not_give(kit) {
        let directory = directory(kit);
        let (ada, eve) = (person(kit, "ada@acme.example"), person(kit, "eve@initech.example"));
        found(&directory, &ada, "acme");
        directory.found(&eve, new(fields("initech"))).unwrap();
        let access = enter(&directory, &ada, "acme");
        let elsewhere = directory.create_role(&enter(&directory, &eve, "initech"), NewRole::named("Theirs").unwrap()).unwrap();
        let strong = directory.create_role(&access, new_role("strong", &["org.license.update"])).unwrap();
        let weak = directory.create_role(&access, new_role("weak", &[])).unwrap();
        for id in [elsewhere.id, role(&directory, &access, "owner"), role(&directory, &access, "member"), IdSource::random().secret().into()] {
            let error = settle(&directory, &access, giving(Some(id))).unwrap_err();
            assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "default_role_id"));
        }
        let clerk = clerk(kit, &directory, &ada, &["org.directory.update"]);
        let of = |actor: &Actor| enter(&directory, actor, "acme");
        let refused = |access: &Access, id| settle(&directory, access, giving(Some(id))).unwrap_err().code();
        assert_eq!(refused(&of(&clerk), weak.id), Code::Forbidden, "who gives no roles");
        let only = permissions(&["org.directory.update", "org.user.roles.update"]);
        let key = limited(&ada, Limits { permissions: Some(only), ..Limits::default() });
        assert_eq!(refused(&of(&key), strong.id), Code::Forbidden, "what one does not have");
        settle(&directory, &of(&key), giving(Some(weak.id))).unwrap();
        settle(&directory, &of(&ada), giving(Some(strong.id))).unwrap();
        let harmless = SettingsPatch { enforce_2fa: Some(Some(true)), ..SettingsPatch::default() };
        settle(&directory, &of(&clerk), harmless).unwrap();
    }
}
