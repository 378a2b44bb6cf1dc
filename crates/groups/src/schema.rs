//! The tables of this area.

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant, Json};

    groups (organization_id, group_id) {
        organization_id -> Id,
        group_id -> Id,
        name -> Text,
        kind -> Text,
        external_id -> Nullable<Text>,
        status -> Text,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
        profile -> Nullable<Json>,
        created_by -> Nullable<Id>,
        status_changed_at -> Nullable<Instant>,
        status_changed_by -> Nullable<Id>,
        kind_key -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    group_members (organization_id, group_id, member_id, member_kind) {
        organization_id -> Id,
        group_id -> Id,
        member_id -> Id,
        member_kind -> Text,
        kind -> Text,
        expires_at -> Nullable<Instant>,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
        created_by -> Nullable<Id>,
        kind_key -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(group_members, groups);
