//! What was changed, as this family shows it.

use polity_kernel::sql::Document;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Moment, UserBasic};

/// A change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActivityEntry {
    /// Its id.
    id: Uuid,
    /// Who made it; null for a program and the service itself.
    user: Option<UserBasic>,
    /// What was done, such as `created`.
    activity: String,
    /// What kind of thing it was done to, such as `role`.
    scope: String,
    /// The thing's id.
    item_id: String,
    /// How the thing was and is.
    detail: Detail,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
}

/// How a thing was before a change and is after it.
#[derive(Debug, Serialize, ToSchema)]
struct Detail {
    /// Before; null for what was not there.
    before: Option<Value>,
    /// After; null for what is gone.
    after: Option<Value>,
}

impl From<polity_directory::Activity> for ActivityEntry {
    fn from(polity_directory::Activity { event, person }: polity_directory::Activity) -> Self {
        let state = |document: Option<Document>| document.map(|Document(state)| state);
        Self {
            id: event.id(),
            user: person.map(UserBasic::from),
            activity: event.action,
            scope: event.entity,
            item_id: event.entity_id,
            detail: Detail { before: state(event.before), after: state(event.after) },
            created_at: Moment(event.occurred_at),
        }
    }
}
