//! Events: what changed, who did it, and how it was before; written in the transaction of the change itself.

use diesel::prelude::*;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::db::MultiBackend;
use crate::error::{Error, Result};
use crate::id::ScopeId;
use crate::schema::events;
use crate::sql::Document;
use crate::{Access, Actor, OrganizationId, Page, Paged, Timestamp, Tx};

/// One change, for the audit log. Holds no secret: `before` and `after` are what a reader of the thing itself may see.
#[derive(Clone, Debug)]
pub struct Event {
    organization: Uuid,
    actor: Actor,
    action: &'static str,
    entity: &'static str,
    entity_id: String,
    before: Option<Value>,
    after: Option<Value>,
}

impl Event {
    /// A change inside an organization: `("created", "group", id)`.
    #[expect(clippy::needless_pass_by_value, reason = "ids are small, and callers have them by value")]
    pub fn new(access: &Access, action: &'static str, entity: &'static str, id: impl ToString) -> Self {
        Self::in_organization(access.organization(), access.actor(), (action, entity, id.to_string()))
    }

    /// A change inside an organization by an actor who has no access to it (yet): joining, founding.
    pub fn in_organization(
        organization: OrganizationId,
        actor: &Actor,
        (action, entity, entity_id): (&'static str, &'static str, String),
    ) -> Self {
        Self {
            organization: organization.uuid(),
            actor: actor.clone(),
            action,
            entity,
            entity_id,
            before: None,
            after: None,
        }
    }

    /// A change that belongs to no organization (accounts, platform settings), filed under the nil UUID.
    #[expect(clippy::needless_pass_by_value, reason = "ids are small, and callers have them by value")]
    pub fn platform(actor: &Actor, action: &'static str, entity: &'static str, id: impl ToString) -> Self {
        Self::in_organization(OrganizationId::new(Uuid::nil()), actor, (action, entity, id.to_string()))
    }

    /// How it was before.
    #[must_use]
    pub fn before(mut self, state: impl Serialize) -> Self {
        self.before = serde_json::to_value(state).ok();
        self
    }

    /// How it is now.
    #[must_use]
    pub fn after(mut self, state: impl Serialize) -> Self {
        self.after = serde_json::to_value(state).ok();
        self
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
    /// What was done: a past participle such as `created`.
    pub action: String,
    /// What it was done to: a noun such as `group`.
    pub entity: String,
    /// The thing's id.
    pub entity_id: String,
    /// How it was before, if it was.
    pub before: Option<Document>,
    /// How it was afterwards, if it still was.
    pub after: Option<Document>,
}

impl Recorded {
    /// The event's time-ordered id.
    pub fn id(&self) -> Uuid {
        self.event_id.uuid()
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
            events::organization_id.eq(ScopeId::from(event.organization)),
            events::event_id.eq(ScopeId::from(self.new_uuid())),
            events::occurred_at.eq(self.now()),
            events::actor_kind.eq(event.actor.subject().kind()),
            events::actor_id.eq(event.actor.subject().id().map(ScopeId::from)),
            events::action.eq(event.action),
            events::entity.eq(event.entity),
            events::entity_id.eq(event.entity_id),
            events::before.eq(event.before.map(Document)),
            events::after.eq(event.after.map(Document)),
        );
        let conn: &mut crate::Conn = self;
        diesel::insert_into(events::table).values(row).execute(conn).map_err(Error::from)?;
        Ok(())
    }
}
