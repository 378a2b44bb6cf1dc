//! The area's own tables.

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant, Json};

    apps (organization_id, app_id) {
        organization_id -> Id,
        app_id -> Id,
        kind -> Text,
        kind_key -> Text,
        external_id -> Nullable<Text>,
        name -> Text,
        internal -> Bool,
        status -> Text,
        data -> Json,
        secrets -> Nullable<Binary>,
        created_by -> Nullable<Id>,
        created_at -> Instant,
        status_changed_at -> Nullable<Instant>,
        status_changed_by -> Nullable<Id>,
        updated_at -> Instant,
        version -> BigInt,
        environments -> Nullable<Json>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::Id;

    app_lookups (digest, organization_id, app_id) {
        digest -> Binary,
        organization_id -> Id,
        app_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant, Json};

    projects (organization_id, project_id) {
        organization_id -> Id,
        project_id -> Id,
        alias -> Text,
        name -> Text,
        name_key -> Text,
        description -> Nullable<Text>,
        parameters -> Json,
        secrets -> Nullable<Binary>,
        created_by -> Nullable<Id>,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
        number -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::Id;

    project_numbers (number) {
        number -> BigInt,
        organization_id -> Id,
        project_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    project_members (organization_id, project_id, account_id) {
        organization_id -> Id,
        project_id -> Id,
        account_id -> Id,
        project_member_id -> Id,
        role -> Text,
        created_by -> Nullable<Id>,
        created_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    project_keys (organization_id, project_id, key_id) {
        organization_id -> Id,
        project_id -> Id,
        key_id -> Id,
        secret -> Binary,
        is_default -> Bool,
        created_by -> Nullable<Id>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::Id;

    project_key_lookups (digest) {
        digest -> Binary,
        organization_id -> Id,
        project_id -> Id,
        key_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    active_projects (account_id) {
        account_id -> Id,
        organization_id -> Id,
        project_id -> Id,
        chosen_at -> Instant,
    }
}

diesel::allow_tables_to_appear_in_same_query!(projects, project_members, active_projects);
