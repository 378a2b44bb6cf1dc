//! Members: leafed through, searched with typing errors and accents, changed.

use polity_accounts::{AccountPatch, AccountProfilePatch, People};
use polity_directory::{MemberPatch, MemberQuery, Members, Organizations, RoleAssignments, Roles, Service};
use polity_kernel::{Access, AccountId, Actor, Code, Level, Limits, Page, Timestamp};
use polity_testkit::{Kit, both_engines};

use crate::common::{
    accounts, carrier, directory, enter, found, given, id_of, join, key, limited, permissions, person, tick,
};

/// A member who is called so.
fn called(kit: &Kit, directory: &Service, owner: &Actor, (email, name): (&str, &str)) -> AccountId {
    let member = id_of(&join(kit, directory, owner, "acme", email));
    let patch = AccountPatch {
        profile: AccountProfilePatch { name: Some(Some(name.to_owned())), ..AccountProfilePatch::default() },
        ..AccountPatch::default()
    };
    People::update(&accounts(kit), &Actor::system(), member, patch).unwrap();
    member
}

fn like(text: &str) -> MemberQuery {
    MemberQuery::default().like(text).unwrap()
}

fn by_email(mut query: MemberQuery, email: &str) -> MemberQuery {
    query.email = Some(email.to_owned());
    query
}

fn later(than: Timestamp) -> MemberQuery {
    let mut query = MemberQuery::default();
    query.updated_after = Some(than);
    query
}

/// The names of those found, and that they are as many as counted.
fn names(directory: &Service, access: &Access, query: MemberQuery) -> Vec<String> {
    let found = directory.search_members(access, query).unwrap();
    let people = directory.members(access, found.query(), Page::first(Page::MAX)).unwrap().items;
    assert_eq!(found.count(), u64::try_from(people.len()).unwrap());
    people
        .into_iter()
        .map(|one| one.account.profile.name.clone().unwrap_or_else(|| one.account.email_text().to_owned()))
        .collect()
}

both_engines! {
    fn the_likest_comes_first_without_regard_to_case_and_accents(kit) {
        let directory = directory(kit);
        let ada = person(kit, "ada@acme.example");
        found(&directory, &ada, "acme");
        for one in [
            ("a@x.example", "Zoë Müller"), ("b@x.example", "Zoe Muller"), ("c@x.example", "MÜLLER Anton"),
            ("d@x.example", "Hans Mueller"), ("e@x.example", "Jürgen Großmann"), ("f@x.example", "Łukasz Żak"),
            ("g@x.example", "Иван Петров"), ("h@x.example", "山田太郎"), ("i@x.example", "Peter Mill"),
        ] {
            called(kit, &directory, &ada, one);
        }
        let access = enter(&directory, &ada, "acme");
        let found = |text: &str| names(&directory, &access, like(text)).join(", ");
        let all = "MÜLLER Anton, Zoe Muller, Zoë Müller";
        assert!(found("müller").starts_with(all), "{}", found("müller"));
        for same in ["MULLER", "Mu\u{308}ller", "muller"] {
            assert_eq!(found(same), found("müller"), "{same}");
        }
        assert!(found("muller").ends_with("Hans Mueller"), "a letter more is less like: {}", found("muller"));
        assert_eq!(found("zoe muller"), "Zoe Muller, Zoë Müller");
        assert_eq!((found("grossmann"), found("GROSMAN")), ("Jürgen Großmann".to_owned(), "Jürgen Großmann".to_owned()));
        assert_eq!((found("lukasz"), found("иван"), found("太郎")), ("Łukasz Żak".to_owned(), "Иван Петров".to_owned(), "山田太郎".to_owned()));
        assert!(found("e@x.example").starts_with("Jürgen Großmann, "), "the address itself comes first");
        assert_eq!((found("zebra"), found("%"), found("'")), (String::new(), String::new(), String::new()));
    }

    fn what_is_found_is_paged_as_it_was_found(kit) {
        let directory = directory(kit);
        let ada = person(kit, "ada@acme.example");
        found(&directory, &ada, "acme");
        let all: Vec<AccountId> = (0..5).map(|number| {
            called(kit, &directory, &ada, (&format!("p{number}@x.example"), &format!("Pat {number}")))
        }).collect();
        let access = enter(&directory, &ada, "acme");
        let found = directory.search_members(&access, like("pat")).unwrap();
        let page = |offset| -> Vec<AccountId> {
            let page = directory.members(&access, found.query(), Page::offset(2, offset)).unwrap();
            page.items.into_iter().map(|one| one.account.id).collect()
        };
        assert_eq!((page(0), page(2), page(4), page(6)), (all[..2].to_vec(), all[2..4].to_vec(), all[4..].to_vec(), Vec::new()));
        let after = |account: AccountId| directory.members(&access, found.query(), Page::after(2, account.uuid())).unwrap();
        let second = after(all[1]);
        assert_eq!(second.items.iter().map(|one| one.account.id).collect::<Vec<_>>(), all[2..4]);
        assert_eq!((second.next, after(all[3]).next), (Some(all[3].uuid()), None));
        directory.remove_member(&access, all[1]).unwrap();
        assert_eq!(page(0), all[..1], "who left since is left out");
        let both = by_email(like("pat"), "P3@x.example");
        assert_eq!(names(&directory, &access, both), ["Pat 3"]);
        for nobody in ["nobody@x.example", "no address", ""] {
            let query = by_email(MemberQuery::default(), nobody);
            assert_eq!(names(&directory, &access, query), Vec::<String>::new());
        }
        assert_eq!(MemberQuery::default().like(&"x".repeat(201)).unwrap_err().fields()[0].field, "search");
        let bob = enter(&directory, &limited(&ada, Limits { permissions: Some(permissions(&["org.members.get"])), ..Limits::default() }), "acme");
        assert_eq!(directory.search_members(&bob, like("pat")).unwrap_err().code(), Code::Forbidden);
        assert_eq!(directory.members(&bob, found.query(), Page::first(1)).unwrap_err().code(), Code::Forbidden);
    }

    fn a_change_of_a_membership_is_found_by_its_time(kit) {
        let directory = directory(kit);
        let ada = person(kit, "ada@acme.example");
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        join(kit, &directory, &ada, "acme", "cyd@acme.example");
        let access = enter(&directory, &ada, "acme");
        let last = kit.ctx.now();
        tick(kit);
        let since = || names(&directory, &access, later(last));
        assert_eq!(since(), Vec::<String>::new());
        let before = directory.member(&access, id_of(&bob)).unwrap();
        assert_eq!(before.member.updated_at, before.member.joined_at);
        let change = |level| directory.change_member(&access, id_of(&bob), MemberPatch { level: Some(level), expires_at: None }).unwrap();
        assert_eq!(change(Level::Member), before, "nothing changed");
        let after = change(Level::Admin);
        assert_eq!((after.member.updated_at, after.member.joined_at), (kit.ctx.now(), before.member.joined_at));
        assert_eq!(since(), ["bob@acme.example"]);
        assert_eq!(directory.member(&access, id_of(&bob)).unwrap(), after);
    }

    fn levels_are_set_by_others_and_everybody_may_go(kit) {
        let directory = directory(kit);
        let ada = person(kit, "ada@acme.example");
        let root = found(&directory, &ada, "acme");
        let (bob, cyd) = (join(kit, &directory, &ada, "acme", "bob@acme.example"), join(kit, &directory, &ada, "acme", "cyd@acme.example"));
        let of = |actor: &Actor| enter(&directory, actor, "acme");
        let set = |actor: &Actor, other: &Actor, level| directory.change_member(&of(actor), id_of(other), MemberPatch { level: Some(level), expires_at: None });
        assert_eq!(set(&ada, &ada, Level::Member).unwrap_err().code(), Code::LastOwner);
        assert_eq!(set(&bob, &cyd, Level::Admin).unwrap_err().code(), Code::Forbidden);
        assert_eq!(set(&ada, &bob, Level::Admin).unwrap().member.level, Level::Admin);
        assert_eq!(set(&bob, &cyd, Level::Owner).unwrap_err().code(), Code::Forbidden);
        assert_eq!(set(&bob, &ada, Level::Member).unwrap_err().code(), Code::Forbidden);
        let nothing = directory.change_member(&of(&bob), id_of(&ada), MemberPatch::default()).unwrap();
        assert_eq!(nothing.member.level, Level::Owner, "nothing asked");
        let remove = |actor: &Actor, other: &Actor| directory.remove_member(&of(actor), id_of(other)).map_err(|error| error.code());
        assert_eq!(remove(&cyd, &bob), Err(Code::Forbidden));
        assert_eq!(remove(&ada, &ada), Err(Code::LastOwner));
        let reading = Limits { permissions: Some(permissions(&["org.members.get"])), ..Limits::default() };
        assert_eq!(remove(&limited(&cyd, reading), &cyd), Err(Code::Forbidden), "a key that only reads");
        assert_eq!(remove(&cyd, &cyd), Ok(true));
        assert_eq!(remove(&bob, &cyd), Ok(false), "he is none any more");
        assert_eq!(remove(&bob, &ada), Err(Code::Forbidden));
        assert_eq!(remove(&ada, &bob), Ok(true));
        let access = of(&ada);
        directory.create_role(&access, crate::common::new_role("clerk", &[])).unwrap();
        assert!(directory.grant(&access, given(carrier(&bob), &key("clerk"), None)).is_err(), "he is none any more");
        assert_eq!(directory.organization(&access).unwrap().id, root.id);
    }
}
