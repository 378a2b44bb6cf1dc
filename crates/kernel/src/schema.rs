//! The kernel's own tables.

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql::Id;

    epochs (scope) {
        scope -> Id,
        epoch -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql::{Id, Instant, Json};

    events (organization_id, event_id) {
        organization_id -> Id,
        event_id -> Id,
        occurred_at -> Instant,
        actor_kind -> Text,
        actor_id -> Nullable<Id>,
        action -> Text,
        entity -> Text,
        entity_id -> Text,
        before -> Nullable<Json>,
        after -> Nullable<Json>,
        version -> SmallInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql::{Id, Instant, Json};

    jobs (job_id) {
        job_id -> Id,
        kind -> Text,
        payload -> Json,
        run_at -> Instant,
        attempts -> Integer,
        leased_by -> Nullable<Id>,
        leased_until -> Nullable<Instant>,
        dead -> Bool,
        failure -> Nullable<Text>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql::{Id, Instant, Json};

    tallies (scope) {
        scope -> Id,
        instants -> Json,
        until -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql::Id;

    checkpoints (organization_id, source) {
        organization_id -> Id,
        source -> Binary,
        position -> BigInt,
    }
}
