//! The directory's own tables.

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant, Json};

    organizations (organization_id) {
        organization_id -> Id,
        key -> Text,
        alias -> Text,
        name -> Text,
        description -> Nullable<Text>,
        logo_url -> Nullable<Text>,
        external_sales_force_id -> Nullable<Text>,
        status -> Text,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
        profile -> Nullable<Json>,
        created_by -> Nullable<Id>,
        status_changed_at -> Nullable<Instant>,
        status_changed_by -> Nullable<Id>,
        parameters -> Nullable<Json>,
        secret_parameters -> Nullable<Binary>,
        members_can_invite -> Nullable<Bool>,
        enforce_2fa -> Nullable<Bool>,
        members_can_use_personal_api_keys -> Bool,
        default_role_id -> Nullable<Id>,
        product_settings -> Nullable<Json>,
        domain -> Nullable<Text>,
        domain_verified -> Bool,
    }
}

diesel::table! {
    display_names (name) {
        name -> Text,
        organizations -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::Id;

    organization_names (name) {
        name -> Text,
        organization_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    members (organization_id, member_id) {
        organization_id -> Id,
        account_id -> Id,
        member_id -> Id,
        level -> SmallInt,
        joined_at -> Instant,
        expires_at -> Nullable<Instant>,
        version -> BigInt,
        updated_at -> Instant,
        accepted_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant, Json};

    roles (organization_id, role_id) {
        organization_id -> Id,
        role_id -> Id,
        key -> Text,
        name -> Text,
        namespace -> Text,
        description -> Nullable<Text>,
        stage -> Text,
        permissions -> Json,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
        created_by -> Nullable<Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    role_assignments (organization_id, assignment_id) {
        organization_id -> Id,
        assignment_id -> Id,
        role_key -> Text,
        assignee_kind -> Text,
        assignee_id -> Id,
        expires_at -> Nullable<Instant>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant, Json};

    invitations (organization_id, invitation_id) {
        organization_id -> Id,
        invitation_id -> Id,
        email -> Text,
        level -> SmallInt,
        roles -> Json,
        status -> Text,
        invited_by -> Nullable<Id>,
        created_at -> Instant,
        expires_at -> Instant,
        version -> BigInt,
        first_name -> Nullable<Text>,
        message -> Nullable<Text>,
        projects -> Nullable<Json>,
        is_delegation -> Bool,
        mails_asked -> BigInt,
        mails_sent -> BigInt,
        updated_at -> Nullable<Instant>,
        mail_due_at -> Nullable<Instant>,
        invited_by_program -> Nullable<Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    invitation_mails (organization_id, due_at, invitation_id, number) {
        organization_id -> Id,
        due_at -> Instant,
        invitation_id -> Id,
        number -> BigInt,
    }
}

diesel::table! {
    use polity_kernel::sql::Id;

    invitation_places (invitation_id) {
        invitation_id -> Id,
        organization_id -> Id,
    }
}

diesel::table! {
    use polity_kernel::sql::Id;

    delegations (account_id) {
        account_id -> Id,
        organization_id -> Id,
        invitation_id -> Id,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    organizations,
    organization_names,
    members,
    roles,
    role_assignments,
    invitations,
    invitation_places
);
