//! The log of an organization, with the people in it.

use std::collections::BTreeSet;

use polity_accounts::Account;
use polity_kernel::event::{Filter, Recorded};
use polity_kernel::{Access, AccountId, Page, Paged, Result, event};

use crate::permissions::ORG_ACTIVITY_LIST;
use crate::service::Service;
use crate::{Activities, Activity};

/// The kind of an actor that is a person.
const PERSON: &str = "person";

impl Activities for Service {
    fn activity_count(&self, access: &Access, filter: &Filter) -> Result<u64> {
        access.require(&ORG_ACTIVITY_LIST)?;
        self.ctx.read(|conn| event::count(conn, access.organization(), filter))
    }

    fn activity(&self, access: &Access, filter: &Filter, page: Page) -> Result<Paged<Activity>> {
        access.require(&ORG_ACTIVITY_LIST)?;
        self.ctx.read(|conn| {
            let events = event::page(conn, access.organization(), filter, &page)?;
            let ids: BTreeSet<AccountId> = events.items.iter().filter_map(person_of).collect();
            let ids: Vec<AccountId> = ids.into_iter().collect();
            let people = polity_accounts::within::accounts(conn, &ids)?;
            Ok(events.map(|event| Activity { person: who(&people, &event), event }))
        })
    }
}

fn person_of(event: &Recorded) -> Option<AccountId> {
    if event.actor_kind == PERSON { event.actor_id().map(AccountId::new) } else { None }
}

fn who(people: &[Account], event: &Recorded) -> Option<Account> {
    let id = person_of(event)?;
    people.iter().find(|person| person.id == id).cloned()
}
