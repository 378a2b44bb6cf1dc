//! The events of groups: their types, and what each says.

use polity_kernel::event::Nothing;
use polity_kernel::{SubjectId, Timestamp, catalogue, record};
use uuid::Uuid;

use crate::{GroupId, GroupStatus, MemberKind};

catalogue! {
    /// A group was made.
    pub(crate) GROUP_CREATED = "group.created": Nothing => Group;
    /// A group's name, profile, status or the like changed.
    pub(crate) GROUP_UPDATED = "group.updated": Group => Group, rights;
    /// A group was removed, with what was in it and its own place in other groups.
    pub(crate) GROUP_DELETED = "group.deleted": Group => Nothing, rights;
    /// An import made groups. The id is the organization's.
    pub(crate) GROUPS_IMPORTED = "groups.imported": Nothing => GroupIds;
    /// Somebody, or another group, came into a group. The id is the group's, as with all that happens to members of groups.
    pub(crate) GROUP_MEMBER_ADDED = "group.member_added": Nothing => GroupMember, rights;
    /// Somebody, or another group, is in a group as something else, until another time or again.
    pub(crate) GROUP_MEMBER_UPDATED = "group.member_updated": GroupMember => GroupMember, rights;
    /// Somebody, or another group, went out of a group.
    pub(crate) GROUP_MEMBER_REMOVED = "group.member_removed": GroupMember => Nothing, rights;
    /// A group was given these members in the place of all it had.
    pub(crate) GROUP_MEMBERS_REPLACED = "group.members_replaced": Nothing => GroupMembersReplaced, rights;
    /// An import put somebody, or other groups, into groups. The id is the organization's.
    pub(crate) GROUPS_MEMBERS_IMPORTED = "groups.members_imported": Nothing => GroupMemberIds, rights;
}

record! {
    /// A group.
    pub(crate) struct Group of group: crate::Group {
        /// Its id.
        id: GroupId,
        /// The name people read.
        name: String,
        /// What sort of group it is: `TEAM`, `DEPARTMENT` or any other word.
        kind: String,
        /// What it shows of itself; absent until something is said of it.
        profile: Option<GroupProfile> = group.profile.as_ref().map(GroupProfile::from),
        /// What an outside system knows it by.
        external_id: Option<String>,
        /// How it stands.
        status: GroupStatus,
        /// When its status last changed.
        status_changed_at: Option<Timestamp>,
        /// Who changed it.
        status_changed_by: Option<SubjectId>,
        /// When it was made.
        created_at: Timestamp,
        /// Who made it.
        created_by: Option<SubjectId>,
        /// When it last changed.
        updated_at: Timestamp,
        /// Raised by each change.
        version: i64,
    }
}

record! {
    /// What a group shows of itself.
    pub(crate) struct GroupProfile of profile: crate::GroupProfile {
        /// A picture's address, a character or the name of an icon.
        icon: Option<String>,
        /// What the group is for.
        description: Option<String>,
    }
}

record! {
    /// One member's place in one group.
    pub(crate) struct GroupMember of membership: crate::Membership {
        /// In which group.
        group: GroupId,
        /// Who or what is in it.
        member: WhoIsIn = WhoIsIn::from(&membership.member),
        /// As what: `MEMBER`, `MAINTAINER` or any other word.
        kind: String,
        /// Until when; absent: without end.
        expires_at: Option<Timestamp>,
        /// Since when.
        created_at: Timestamp,
        /// Who put it there.
        created_by: Option<SubjectId>,
        /// When it last changed.
        updated_at: Timestamp,
        /// Raised by each change.
        version: i64,
    }
}

record! {
    /// An account, an employee or another group.
    pub(crate) struct WhoIsIn of member: crate::Member {
        /// What it is.
        kind: MemberKind = member.kind(),
        /// Its id.
        id: Uuid = member.uuid(),
    }
}

record! {
    /// What was different when a group was given its members anew.
    pub(crate) struct GroupMembersReplaced of changes: crate::Changes {
        /// Who came in.
        added: Vec<GroupMember> = changes.added.iter().map(GroupMember::from).collect(),
        /// Who went out, as they were in.
        removed: Vec<GroupMember> = changes.removed.iter().map(GroupMember::from).collect(),
        /// Who is in as something else, until another time or again.
        changed: Vec<GroupMember> = changes.changed.iter().map(GroupMember::from).collect(),
    }
}

record! {
    /// Groups that were made together.
    pub(crate) struct GroupIds {
        /// Their ids.
        ids: Vec<GroupId>,
    }
}

record! {
    /// Places in groups that were made together.
    pub(crate) struct GroupMemberIds {
        /// For each the group's id and, behind a slash, the member's.
        ids: Vec<String>,
    }
}
