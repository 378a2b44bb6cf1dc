//! Events: what changed, who did it, and how it was before; written in the transaction of the change itself.

pub(crate) mod evidence;
mod kind;
mod record;
mod schema;

use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use crate::db::MultiBackend;
use crate::error::{Error, Result};
use crate::id::ScopeId;
use crate::schema::events;
use crate::sql::Document;
use crate::{Access, Actor, OrganizationId, Page, Paged, Timestamp, Tx};

pub use kind::{Declared, EventType};
pub use record::{Nothing, Record, RecordType, Side};
pub use schema::{Described, Schema};
#[doc(hidden)]
pub use schema::{Property, object, one_of, text};

/// One change, for the log, the feed and whoever listens. An [`EventType`] makes it.
#[derive(Debug)]
pub struct Event {
    organization: OrganizationId,
    actor: Actor,
    of: Declared,
    entity_id: String,
    before: Result<Option<Value>>,
    after: Result<Option<Value>>,
}

/// Where a change is made, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    organization: OrganizationId,
    actor: &'a Actor,
}

impl<'a> Origin<'a> {
    /// In an organization to which the actor has no access (yet): joining, founding, what polity does itself.
    pub const fn within(organization: OrganizationId, actor: &'a Actor) -> Self {
        Self { organization, actor }
    }

    /// The organization it is made in; the nil UUID for none.
    pub const fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// Who makes it.
    pub const fn actor(&self) -> &'a Actor {
        self.actor
    }

    /// In no organization (accounts, platform settings): filed under the nil UUID.
    pub const fn platform(actor: &'a Actor) -> Self {
        Self { organization: OrganizationId::new(Uuid::nil()), actor }
    }
}

impl<'a> From<&'a Access> for Origin<'a> {
    fn from(access: &'a Access) -> Self {
        Self { organization: access.organization(), actor: access.actor() }
    }
}

/// An event as it stands in the log.
#[derive(Clone, Debug, Queryable)]
pub struct Recorded {
    organization_id: ScopeId,
    event_id: ScopeId,
    /// When the change was made.
    pub occurred_at: Timestamp,
    /// `person`, `service`, `key` or `system`.
    pub actor_kind: String,
    actor_id: Option<ScopeId>,
    /// What was done: the verb of its type, such as `created`.
    pub action: String,
    /// What it was done to: the noun of its type, such as `group`.
    pub entity: String,
    /// The thing's id.
    pub entity_id: String,
    /// How it was before, if it was.
    pub before: Option<Document>,
    /// How it was afterwards, if it still was.
    pub after: Option<Document>,
    /// By which of its type's schemas it was written; 0 for what is older than the catalogue, and follows none.
    pub version: i16,
}

impl Recorded {
    /// The event's time-ordered id.
    pub fn id(&self) -> Uuid {
        self.event_id.uuid()
    }

    /// What its type is called, such as `group.created`.
    pub fn name(&self) -> String {
        format!("{}.{}", self.entity, self.action)
    }

    /// The organization; the nil UUID for platform events.
    pub fn organization(&self) -> OrganizationId {
        OrganizationId::new(self.organization_id.uuid())
    }

    /// The actor's id; polity itself has none.
    pub fn actor_id(&self) -> Option<Uuid> {
        self.actor_id.map(ScopeId::uuid)
    }
}

/// Which events are wanted; what is absent does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those about things of this kind, such as `group`.
    pub entity: Option<String>,
    /// Only those about things with this id.
    pub entity_id: Option<String>,
    /// Only those of this actor.
    pub actor: Option<Uuid>,
    /// Only those of then or later.
    pub from: Option<Timestamp>,
    /// Only those of then or earlier.
    pub until: Option<Timestamp>,
}

impl Filter {
    fn query(&self, organization: OrganizationId) -> events::BoxedQuery<'_, MultiBackend> {
        let mut query = events::table
            .filter(events::organization_id.eq(ScopeId::from(organization.uuid())))
            .into_boxed::<MultiBackend>();
        if let Some(entity) = &self.entity {
            query = query.filter(events::entity.eq(entity));
        }
        if let Some(entity_id) = &self.entity_id {
            query = query.filter(events::entity_id.eq(entity_id));
        }
        if let Some(actor) = self.actor {
            query = query.filter(events::actor_id.eq(ScopeId::from(actor)));
        }
        if let Some(from) = self.from {
            query = query.filter(events::occurred_at.ge(from));
        }
        if let Some(until) = self.until {
            query = query.filter(events::occurred_at.le(until));
        }
        query
    }
}

/// How many events of an organization are wanted. Costs time in proportion to all it has.
pub fn count(conn: &mut crate::Conn, organization: OrganizationId, filter: &Filter) -> Result<u64> {
    let found: i64 = filter.query(organization).count().get_result(conn)?;
    Ok(found.unsigned_abs())
}

/// A page of the events of an organization that are wanted, latest first: behind its cursor are earlier ones.
pub fn page(
    conn: &mut crate::Conn,
    organization: OrganizationId,
    filter: &Filter,
    page: &Page,
) -> Result<Paged<Recorded>> {
    let mut query = filter.query(organization);
    if !page.cursor().is_nil() {
        query = query.filter(events::event_id.lt(ScopeId::from(page.cursor())));
    }
    let rows = query
        .order(events::event_id.desc())
        .limit(page.limit + 1)
        .offset(page.skip())
        .load::<Recorded>(conn)?;
    Ok(Paged::of(rows, page, Recorded::id))
}

/// The newest events of an organization, latest first, at most `limit`.
pub fn latest(conn: &mut crate::Conn, organization: OrganizationId, limit: i64) -> Result<Vec<Recorded>> {
    Ok(events::table
        .filter(events::organization_id.eq(ScopeId::from(organization.uuid())))
        .order(events::event_id.desc())
        .limit(limit)
        .load(conn)?)
}

/// Deletes up to `limit` events of a deleted organization and returns how many went.
pub fn purge(conn: &mut crate::Conn, organization: OrganizationId, limit: i64) -> Result<usize> {
    let of_it = events::organization_id.eq(ScopeId::from(organization.uuid()));
    let some: Vec<ScopeId> = events::table.filter(of_it).select(events::event_id).limit(limit).load(conn)?;
    let gone =
        diesel::delete(events::table.filter(of_it).filter(events::event_id.eq_any(some))).execute(conn)?;
    Ok(gone)
}

impl Tx<'_> {
    /// Writes the event with this transaction: it is in the log exactly if the change is in the store.
    pub fn record(&mut self, event: Event) -> Result<()> {
        let row = (
            events::organization_id.eq(ScopeId::from(event.organization.uuid())),
            events::event_id.eq(ScopeId::from(self.new_uuid())),
            events::occurred_at.eq(self.now()),
            events::actor_kind.eq(event.actor.subject().kind()),
            events::actor_id.eq(event.actor.subject().id().map(ScopeId::from)),
            events::action.eq(event.of.verb()),
            events::entity.eq(event.of.noun()),
            events::entity_id.eq(event.entity_id),
            events::before.eq(event.before?.map(Document)),
            events::after.eq(event.after?.map(Document)),
            events::version.eq(event.of.version),
        );
        let conn: &mut crate::Conn = self;
        diesel::insert_into(events::table).values(row).execute(conn).map_err(Error::from)?;
        Ok(())
    }
}
