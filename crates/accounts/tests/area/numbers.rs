//! The number of an account, for callers whose ids are integers.

use std::collections::BTreeSet;

use polity_accounts::{AccountFields, AccountPatch, AccountProfilePatch, NewAccount, People};
use polity_kernel::Actor;
use polity_testkit::both_engines;

both_engines! {
    fn it_is_random_its_own_and_stays(kit) {
        let service = crate::service(kit);
        let made: Vec<_> = (0..50).map(|index| {
            let fields = AccountFields { email: format!("p{index}@acme.example"), ..AccountFields::default() };
            People::create(&service, &Actor::system(), NewAccount::try_from(fields).unwrap()).unwrap()
        }).collect();
        let numbers: BTreeSet<i64> = made.iter().map(|account| account.number).collect();
        assert_eq!(numbers.len(), 50);
        assert!(numbers.iter().all(|number| (0..1 << 53).contains(number)));
        assert!(numbers.iter().any(|number| *number > 1 << 40), "they do not count up from 1");
        let patch = AccountPatch { profile: AccountProfilePatch { name: Some(Some("Ada".to_owned())), ..AccountProfilePatch::default() }, ..AccountPatch::default() };
        let changed = People::update(&service, &Actor::system(), made[0].id, patch).unwrap();
        assert_eq!(changed.number, made[0].number);
        let read = People::account(&service, &Actor::system(), made[0].id).unwrap();
        assert_eq!(read.number, made[0].number);
    }
}
