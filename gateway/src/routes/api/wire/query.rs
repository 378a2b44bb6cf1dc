//! Which members, roles and changes are wanted, by the parameters of the query.

use polity_directory::MemberQuery;
use polity_kernel::event::Filter;
use polity_kernel::{FieldKind, Timestamp};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::routes::api::Fault;

/// Which members are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchQuery {
    /// `-joined_at`, the default, or `joined_at`; anything else counts as the default.
    order: Option<String>,
    /// Words like those of a name or address, typing errors allowed; at most 200 characters. The likest come first.
    #[param(max_length = 200)]
    search: Option<String>,
    /// Only the member with this address.
    email: Option<String>,
    /// Only those whose membership changed later than this.
    #[param(format = DateTime)]
    updated_after: Option<String>,
}

impl SearchQuery {
    /// Who is query.
    pub(crate) fn query(&self) -> Result<MemberQuery, Fault> {
        let updated_after =
            self.updated_after.as_deref().map(|text| moment("updated_after", text)).transpose()?;
        let email = self.email.as_deref().map(str::trim).filter(|email| !email.is_empty());
        let newest_first = self.order.as_deref() != Some("joined_at");
        let mut query = MemberQuery::default().like(self.search.as_deref().unwrap_or_default())?;
        (query.email, query.updated_after) = (email.map(str::to_owned), updated_after);
        (query.newest_first, query.with_last_login) = (newest_first, true);
        Ok(query)
    }
}

/// Which roles are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RoleQuery {
    /// Those that every organization has, in place of the organization's own.
    #[serde(default)]
    pub(crate) built_in: bool,
}

/// Which changes are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ActivityQuery {
    /// Only those of things of this kind, such as `role`.
    scope: Option<String>,
    /// Only those of the thing with this id.
    item_id: Option<String>,
    /// Only those of the person with this account id.
    #[param(format = Uuid)]
    user: Option<String>,
    /// Only those of then or later.
    #[param(format = DateTime)]
    after: Option<String>,
    /// Only those of then or earlier.
    #[param(format = DateTime)]
    before: Option<String>,
}

impl ActivityQuery {
    /// What is wanted.
    pub(crate) fn filter(self) -> Result<Filter, Fault> {
        Ok(Filter {
            entity: self.scope,
            entity_id: self.item_id,
            actor: self.user.map(|text| id("user", &text)).transpose()?,
            from: self.after.map(|text| moment("after", &text)).transpose()?,
            until: self.before.map(|text| moment("before", &text)).transpose()?,
        })
    }
}

fn id(name: &str, text: &str) -> Result<Uuid, Fault> {
    text.trim().parse().map_err(|_| Fault::of_field(name, FieldKind::Malformed.told("Must be a valid UUID.")))
}

fn moment(name: &str, text: &str) -> Result<Timestamp, Fault> {
    Timestamp::parse(text.trim())
        .ok_or_else(|| Fault::of_field(name, FieldKind::Malformed.told("Enter a valid date/time.")))
}
