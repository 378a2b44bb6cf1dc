//! The tables of signing in.

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    passwords (account_id) {
        account_id -> Id,
        hash -> Text,
        set_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    mailed_proofs (account_id, purpose) {
        account_id -> Id,
        purpose -> Text,
        request_id -> Id,
        email -> Text,
        digest -> Binary,
        sealed -> Binary,
        asked_at -> Instant,
        expires_at -> Instant,
        attempts -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    sessions (session_id) {
        session_id -> Id,
        account_id -> Id,
        digest -> Binary,
        methods -> BigInt,
        connection_id -> Nullable<Id>,
        network -> Nullable<Text>,
        program -> Nullable<Text>,
        created_at -> Instant,
        auth_time -> Instant,
        last_used_at -> Instant,
        expires_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    totps (account_id) {
        account_id -> Id,
        sealed -> Binary,
        last_step -> BigInt,
        created_at -> Instant,
        expires_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    recovery_codes (account_id, digest) {
        account_id -> Id,
        digest -> Binary,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    linked_identities (connection_id, issuer, subject) {
        connection_id -> Id,
        issuer -> Text,
        subject -> Text,
        identity_id -> Id,
        organization_id -> Id,
        account_id -> Id,
        email -> Nullable<Text>,
        linked_at -> Instant,
        last_used_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    passkeys (account_id, passkey_id) {
        account_id -> Id,
        passkey_id -> Id,
        credential_id -> Binary,
        public_key -> Binary,
        sign_count -> BigInt,
        name -> Text,
        created_at -> Instant,
        last_used_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    passkey_ceremonies (digest) {
        digest -> Binary,
        account_id -> Nullable<Id>,
        expires_at -> Instant,
    }
}
