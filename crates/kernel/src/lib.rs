//! What every area stands on: ids, time, actors, access, errors, pages, the store, events and jobs.
//!
//! Nothing here knows a business noun or HTTP. An area crate reads like this:
//!
//! ```no_run
//! # use polity_kernel::{Access, Ctx, Event, Permission, Result, Stamp, Tx, WriteKind};
//! # use uuid::Uuid;
//! # const ORG_GROUPS_CREATE: Permission = Permission::of("org.groups.create");
//! # struct Group { id: Uuid, made: Stamp }
//! # struct Area { ctx: Ctx, insert: fn(&mut Tx<'_>, &Group) -> Result<()>, created: fn(&Access, &Group) -> Event }
//! # impl Area {
//! # fn create(&self, access: &Access) -> Result<Group> {
//! # let (insert, created) = (self.insert, self.created);
//! self.ctx.write(access, WriteKind::Content, move |tx, access| {
//!     access.require(&ORG_GROUPS_CREATE)?;                                       // permission
//!     let group = Group { id: tx.new_id(), made: Stamp::of(tx, access.actor()) }; // rule
//!     insert(tx, &group)?;                                                       // store
//!     tx.record(created(access, &group))?;                                       // event
//!     Ok(group)
//! })
//! # }
//! # }
//! ```
//!
//! Three invariants hold everywhere:
//!
//! * A method on something inside an organization takes [`Access`], and only `directory.enter` (or an embedder's
//!   [`Access::granted`]) makes one.
//! * A write re-checks the epochs its access watches inside its own transaction, so a right never outlives its revocation
//!   by one write ([`Ctx::write`]).
//! * Time and ids come from [`Ctx`] and [`Tx`], never from the machine directly.

mod access;
mod bounds;
mod clock;
mod ctx;
pub mod db;
pub mod error;
pub mod event;
pub(crate) mod id;
pub mod job;
mod moment;
mod page;
mod schema;
mod seal;
pub mod sql;
pub mod text;

pub use access::actor::{Actor, Home, Limits, Subject};
pub use access::authentication::{Authentication, Method, Methods, RECENT};
pub use access::entitlement::{Entitled, Entitlements, Feature, Resource};
pub use access::epoch::Watched;
pub use access::level::Level;
pub use access::permission::{Permission, PermissionSet};
pub use access::{Access, Entered, Renewal, Standing};
pub use access::{epoch, permission};
pub use bounds::tally::Tally;
pub use bounds::{Bounds, tally};
pub use clock::stamp::Stamp;
pub use clock::{Clock, Timestamp, Uptime};
pub use ctx::{Ctx, WriteKind};
pub use db::{Conn, Db, Tx};
pub use error::{Code, Error, FieldError, FieldKind, Problem, Result, RetryAfter, check_together};
pub use event::Event;
pub use event::evidence::Evidence;
pub use id::{AccountId, IdSource, KeyId, OrganizationId, ServiceAccountId, SessionId, SubjectId};
pub use job::checkpoint::Checkpoint;
pub use job::{Work, checkpoint};
pub use moment::memory::Memory;
pub use page::{Page, Paged, Start};
pub use seal::{Digest, MasterKey, Seal};
pub use text::facts;
