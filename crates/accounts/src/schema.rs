//! The tables of this area.

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    accounts (account_id) {
        account_id -> Id,
        email -> Nullable<Text>,
        email_verified -> Bool,
        name -> Nullable<Text>,
        picture -> Nullable<Text>,
        platform_administrator -> Bool,
        status -> Text,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
        created_by -> Nullable<Id>,
        status_changed_at -> Nullable<Instant>,
        status_changed_by -> Nullable<Id>,
        number -> BigInt,
        role_at_organization -> Nullable<Text>,
        last_login_at -> Nullable<Instant>,
        proven_at -> Nullable<Instant>,
        made_by_organization -> Nullable<Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    account_identities (issuer, subject) {
        issuer -> Text,
        subject -> Text,
        account_id -> Id,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant, Json};

    account_types (organization_id, account_type_id) {
        organization_id -> Id,
        account_type_id -> Id,
        code -> Text,
        name -> Text,
        description -> Nullable<Text>,
        status -> Text,
        requirements -> Json,
        specifications -> Json,
        agreements -> Json,
        subscriptions -> Json,
        permissions -> Json,
        roles -> Json,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    account_type_assignments (organization_id, assignment_id) {
        organization_id -> Id,
        assignment_id -> Id,
        account_id -> Id,
        account_type_id -> Id,
        status -> Text,
        effective_at -> Instant,
        expires_at -> Nullable<Instant>,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant, Json};

    employees (organization_id, employee_id) {
        organization_id -> Id,
        employee_id -> Id,
        name -> Text,
        name_key -> Text,
        email -> Text,
        account_id -> Nullable<Id>,
        role -> Nullable<Text>,
        kind -> Text,
        kind_key -> Text,
        status -> Text,
        profile -> Nullable<Json>,
        created_by -> Nullable<Id>,
        status_changed_at -> Nullable<Instant>,
        status_changed_by -> Nullable<Id>,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    employee_managers (organization_id, employee_id, kind_key, manager_id) {
        organization_id -> Id,
        employee_id -> Id,
        kind_key -> Text,
        manager_id -> Id,
        kind -> Text,
        height -> Integer,
        created_at -> Instant,
        created_by -> Nullable<Id>,
        sole -> Bool,
    }
}

diesel::joinable!(account_identities -> accounts (account_id));
diesel::allow_tables_to_appear_in_same_query!(account_identities, accounts);
diesel::allow_tables_to_appear_in_same_query!(account_type_assignments, account_types);
diesel::allow_tables_to_appear_in_same_query!(employee_managers, employees);
