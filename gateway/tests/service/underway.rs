//! A list that is under way ends at its next page where its caller may not read on, and the client sees that it is not whole.

use std::future::poll_fn;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;

use actix_web::body::{BoxBody, MessageBody as _};
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::web::{Bytes, Data};
use actix_web::{App, rt};
use polity::areas::Polity;
use polity::boot;
use polity::gate::Gate;
use polity::gate::guesses::Patience;
use polity::mount;
use polity_accounts::{AccountFields, AccountPatch, AccountStatus, NewAccount, People};
use polity_directory::{
    ImportedOrganization, ImportedPerson, NewOrganization, OrganizationFields, OrganizationPatch, Status,
};
use polity_identity::{Mint, NewApiKey, Owner};
use polity_kernel::{Access, AccountId, Actor, Level, Limits, PermissionSet, Subject};
use polity_testkit::{Kit, both_engines};
use serde_json::Value;
use tempfile::TempDir;

use crate::common::settings;

/// More members than two pages have.
const MEMBERS: usize = 1_203;

/// An organization of so many members and one owner, and the service around it.
struct Stage {
    polity: Polity,
    gate: Data<Gate>,
    owner: Access,
    _data_dir: TempDir,
}

/// Something that happens while a list is sent to a member of this account.
type Deed = fn(&Stage, AccountId);

impl Stage {
    fn set(kit: &Kit) -> Self {
        let data_dir = TempDir::new().unwrap();
        let settings = settings(kit, &data_dir);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        let identity = boot::identity_settings(&kit.ctx, &settings, address).unwrap();
        let polity = boot::assemble(&kit.ctx, identity, &settings).unwrap();
        let gate = Data::new(Gate::new(polity.clone(), &settings, Patience::default()));
        let person = |number: usize| {
            let fields =
                AccountFields { email: format!("p{number}@acme.example"), ..AccountFields::default() };
            let account = NewAccount::try_from(fields).unwrap();
            let level = if number == 0 { Level::Owner } else { Level::Member };
            ImportedPerson { place: number.to_string(), account, level }
        };
        let fields = OrganizationFields { key: Some("acme".to_owned()), ..OrganizationFields::default() };
        let imported = ImportedOrganization {
            organization: NewOrganization::try_from(fields).unwrap(),
            roles: Vec::new(),
            apps: Vec::new(),
            people: (0..MEMBERS).map(person).collect(),
            groups: Vec::new(),
        };
        polity.directory.import(&Actor::system(), imported).unwrap();
        let owner = polity.enter(&Actor::system(), &"acme".parse().unwrap()).unwrap();
        Self { polity, gate, owner, _data_dir: data_dir }
    }

    fn member(&self, number: usize) -> AccountId {
        let email = format!("p{number}@acme.example").parse().unwrap();
        self.polity.accounts.by_email(&Actor::system(), &email).unwrap().id
    }

    fn token(&self, account: AccountId) -> String {
        let minted = self.polity.identity.mint(&Mint::of(Subject::Person(account))).unwrap();
        // they have taken their membership up
        let person = Actor::new(Subject::Person(account), Limits::default(), PermissionSet::none());
        self.polity.enter(&person, &"acme".parse().unwrap()).unwrap();
        minted.token.reveal().to_owned()
    }

    /// Asks for the list, has this happen once its first piece has come, and reads on.
    fn read(&self, bearer: &str, path: &str, meanwhile: impl FnOnce()) -> Result<String, String> {
        rt::System::new().block_on(async {
            let app = init_service(App::new().app_data(self.gate.clone()).configure(mount::mount)).await;
            let request =
                TestRequest::get().uri(path).insert_header(("authorization", format!("Bearer {bearer}")));
            let answer = call_service(&app, request.to_request()).await;
            assert_eq!(answer.status(), 200, "{path}");
            let mut body = answer.into_body();
            let mut text = next(&mut body).await?.unwrap().to_vec();
            meanwhile();
            while let Some(piece) = next(&mut body).await? {
                text.extend_from_slice(&piece);
            }
            Ok(String::from_utf8(text).unwrap())
        })
    }
}

async fn next(body: &mut BoxBody) -> Result<Option<Bytes>, String> {
    let piece = poll_fn(|context| Pin::new(&mut *body).poll_next(context)).await;
    piece.transpose().map_err(|error| error.to_string())
}

const LISTS: [&str; 3] =
    ["/directory/orgs/acme/members", "/api/v1/account/for-org", "/api/organizations/acme/members?limit=1203"];

both_engines! {
    fn it_is_whole_where_nothing_happens(kit) {
        let stage = Stage::set(kit);
        let token = stage.token(stage.member(1));
        for path in LISTS {
            let text = stage.read(&token, path, || ()).unwrap();
            let list: Value = serde_json::from_str(&text).unwrap();
            let items = list.get("results").unwrap_or(&list).as_array().unwrap().len();
            assert_eq!(items, MEMBERS, "{path}");
        }
    }

    fn it_ends_with_whatever_lets_one_read(kit) {
        let stage = Stage::set(kit);
        let deeds: [(&str, Deed); 3] = [
            ("expelled", |stage, account| assert!(stage.polity.directory.remove_member(&stage.owner, account).unwrap())),
            ("disabled", |stage, account| {
                let patch = AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() };
                drop(People::update(stage.polity.accounts.as_ref(), &Actor::system(), account, patch).unwrap());
            }),
            ("gone", |stage, account| {
                let gone = stage.polity.directory.leave(&actor(account), &"acme".parse().unwrap());
                gone.unwrap();
            }),
        ];
        let mut number = 1;
        for (name, deed) in deeds {
            for path in LISTS {
                number += 1;
                let account = stage.member(number);
                let read = stage.read(&stage.token(account), path, || deed(&stage, account));
                assert!(read.is_err(), "{path} to one who was {name}: {read:?}");
            }
        }
    }

    fn it_ends_with_the_key_that_reads_it(kit) {
        let stage = Stage::set(kit);
        for path in LISTS.into_iter().filter(|path| !path.contains("for-org")) {
            let owner = Owner::from(&stage.owner);
            let new = NewApiKey { name: "reader".to_owned(), ..NewApiKey::default() };
            let (key, secret) = stage.polity.identity.create(&owner, new).unwrap();
            let revoke = || drop(stage.polity.identity.revoke_key(&owner, key.id).unwrap());
            let read = stage.read(secret.reveal(), path, revoke);
            assert!(read.is_err(), "{path}: {read:?}");
        }
    }

    fn it_goes_on_in_a_suspended_organization_which_may_be_read(kit) {
        let stage = Stage::set(kit);
        let token = stage.token(stage.member(1));
        let suspend = || {
            let patch = OrganizationPatch { status: Some(Status::Inactive), ..OrganizationPatch::default() };
            drop(stage.polity.directory.update(&stage.owner, patch).unwrap());
        };
        assert!(stage.read(&token, "/directory/orgs/acme/members", suspend).is_ok());
    }
}

/// A person whose credential narrows nothing.
fn actor(account: AccountId) -> Actor {
    let everybody = ["org.directory.list".parse().unwrap()].into_iter().collect();
    Actor::new(Subject::Person(account), Limits::default(), everybody)
}
