//! What is in groups, and which groups something is in, as this family shows them.

use polity_groups::{GroupId, MemberFilter, MemberKind, Placement, PlacementFields};
use polity_kernel::{Code, Error, FieldKind, OrganizationId, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{CreationInfo, Group};

/// One entity's place in one group.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Membership {
    /// The id of the employee, account or group that is in the group.
    entity: Uuid,
    /// Which of the three.
    entity_type: EntityType,
    /// In which group.
    #[schema(value_type = Uuid)]
    group_id: GroupId,
    /// As what: `MEMBER`, `LEAD`, `OWNER` or any other word.
    #[serde(rename = "type")]
    kind: String,
    /// Who put it there, and when.
    created: CreationInfo,
}

/// What can be in a group.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum EntityType {
    /// Somebody on the staff list.
    Employee,
    /// A person who can sign in.
    Account,
    /// Another group.
    Group,
}

/// One group that an entity is in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EntityGroup {
    /// The group's id.
    #[schema(value_type = Uuid)]
    group_id: GroupId,
    /// As what: `MEMBER`, `LEAD`, `OWNER` or any other word.
    #[serde(rename = "type")]
    kind: String,
    /// The group.
    group: Group,
}

/// A group that an entity is to be in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlacementBody {
    /// The group's id.
    #[schema(value_type = Uuid)]
    group_id: String,
    /// As what: `MEMBER` (when absent), `LEAD`, `OWNER` or any other word.
    #[serde(rename = "type")]
    #[schema(format = "kind")]
    kind: Option<String>,
}

/// Which members of a group are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MemberQuery {
    /// Only entities of this kind (`EMPLOYEE`, `ACCOUNT` or `GROUP`, in any case), or only the one with this id.
    #[param(
        pattern = r"^([Ee][Mm][Pp][Ll][Oo][Yy][Ee][Ee]|[Aa][Cc][Cc][Oo][Uu][Nn][Tt]|[Gg][Rr][Oo][Uu][Pp]|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$"
    )]
    entity: Option<String>,
    /// Only those who are in as this, in any case.
    #[param(pattern = r"^[^\x00-\x1F\x7F-\x9F]*$")]
    membership: Option<String>,
    /// Whether to show who is in through nested groups instead of the nested groups, each entity once.
    #[serde(default)]
    pub(crate) transitive: bool,
}

impl Membership {
    /// The place.
    pub(crate) fn new(place: polity_groups::Membership) -> Self {
        Self {
            entity: place.member.uuid(),
            entity_type: place.member.kind().into(),
            group_id: place.group,
            kind: place.kind,
            created: CreationInfo::new(place.created_at, place.created_by),
        }
    }
}

impl EntityGroup {
    /// The group, and what the entity is there.
    pub(crate) fn new(
        group: polity_groups::Group,
        organization: OrganizationId,
        place: polity_groups::Membership,
    ) -> Self {
        Self { group_id: place.group, kind: place.kind, group: Group::new(group, organization) }
    }
}

impl PlacementBody {
    /// The places in a list of them; the first that will not do is named by where it stands: `[1].groupId`.
    pub(crate) fn parsed(list: Vec<Self>) -> Result<Vec<Placement>> {
        if list.len() > Placement::MAX {
            return Err(Error::field(
                "body",
                FieldKind::TooMany(Placement::MAX).told(format!("names more than {} groups", Placement::MAX)),
            ));
        }
        let place = |(at, body): (usize, Self)| {
            let unknown =
                |_| Error::field(format!("[{at}].groupId"), FieldKind::Malformed.told("is not an id"));
            let group = body.group_id.parse().map_err(unknown)?;
            let placement = Placement::try_from(PlacementFields { group, kind: body.kind });
            placement.map_err(|error| error.at(format!("[{at}].type")))
        };
        list.into_iter().enumerate().map(place).collect()
    }
}

impl MemberQuery {
    /// What the members must be.
    pub(crate) fn parsed(self) -> Result<MemberFilter> {
        let kind = self.entity.as_deref().and_then(|word| word.to_lowercase().parse::<MemberKind>().ok());
        let id = self.entity.as_deref().filter(|_| kind.is_none()).map(entity).transpose()?;
        Ok(MemberFilter { member_kind: kind, member_id: id, kind: self.membership })
    }
}

fn entity(text: &str) -> Result<Uuid> {
    polity_kernel::sql::parse_uuid(text)
        .map_err(|_| Error::new(Code::Invalid, "entity: must be EMPLOYEE, ACCOUNT, GROUP or an id"))
}

same_words!(MemberKind = EntityType { Employee Account Group });
