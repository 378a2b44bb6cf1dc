//! Ids: newtypes over UUIDs, so that an account is never passed where a group is meant.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

use crate::Timestamp;

/// Declares an id: a newtype over a UUID that the store, serde and the log know how to write.
///
/// `id!(GroupId, "One group.")` makes `GroupId`, stored as `uuid` on PostgreSQL and a 16-byte BLOB on SQLite.
#[macro_export]
macro_rules! id {
    ($name:ident, $doc:literal) => {
        #[doc = $doc]
        #[derive(
            Clone,
            Copy,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            Hash,
            diesel::expression::AsExpression,
            diesel::deserialize::FromSqlRow,
            serde::Serialize,
            serde::Deserialize,
        )]
        #[diesel(sql_type = $crate::sql::Id)]
        #[serde(transparent)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// Wraps a UUID that is known to name such a thing.
            pub const fn new(id: uuid::Uuid) -> Self {
                Self(id)
            }

            /// The bare UUID.
            pub const fn uuid(self) -> uuid::Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Error;

            /// Only the hyphenated form is an id; braces, URNs and bare hex are not.
            fn from_str(text: &str) -> Result<Self, $crate::Error> {
                $crate::sql::parse_uuid(text).map(Self)
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }

        impl $crate::event::Described for $name {
            fn schema() -> $crate::event::Schema {
                $crate::event::text("uuid")
            }
        }

        impl<DB> diesel::serialize::ToSql<$crate::sql::Id, DB> for $name
        where
            DB: diesel::backend::Backend,
            uuid::Uuid: diesel::serialize::ToSql<$crate::sql::Id, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, DB>,
            ) -> diesel::serialize::Result {
                self.0.to_sql(out)
            }
        }

        impl<DB> diesel::deserialize::FromSql<$crate::sql::Id, DB> for $name
        where
            DB: diesel::backend::Backend,
            uuid::Uuid: diesel::deserialize::FromSql<$crate::sql::Id, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                <uuid::Uuid as diesel::deserialize::FromSql<$crate::sql::Id, DB>>::from_sql(bytes).map(Self)
            }
        }
    };
}

id!(OrganizationId, "One organization; a tenant.");
id!(AccountId, "One person who can sign in.");
id!(ServiceAccountId, "One program that signs in as itself; also its OAuth `client_id`.");
id!(SessionId, "One session of a person at a browser (not the session's secret).");
id!(KeyId, "One API key (not the key's secret).");
id!(SubjectId, "Who did something: an account, a service account or a key.");
id!(ScopeId, "What an epoch counts for: an organization or a credential subject.");

/// Where new ids come from: time-ordered and random in service, foreseeable in tests.
#[derive(Clone, Debug)]
pub struct IdSource(Source);

#[derive(Clone, Debug)]
enum Source {
    Random,
    Counting(Arc<AtomicU64>),
}

impl IdSource {
    /// UUIDv7 from the given time and the system's randomness; UUIDv4 where an id is itself a secret.
    pub fn random() -> Self {
        Self(Source::Random)
    }

    /// Counts up from 1, so that a test can foresee every id. Never for a service: such ids are no secret.
    pub fn counting() -> Self {
        Self(Source::Counting(Arc::new(AtomicU64::new(1))))
    }

    /// A UUIDv7 whose order follows `now` to a quarter of a microsecond (RFC 9562 §6.2, method 3).
    pub fn ordered(&self, now: Timestamp) -> Uuid {
        match &self.0 {
            Source::Random => {
                let mut random = [0_u8; 10];
                fill(&mut random);
                let [high, low] = fraction(now).to_be_bytes();
                random[0] = high;
                random[1] = low;
                uuid::Builder::from_unix_timestamp_millis(now.millis(), &random).into_uuid()
            }
            Source::Counting(next) => {
                Uuid::from_u64_pair(0x0000_0000_0000_7000, 0x8000_0000_0000_0000 | take(next))
            }
        }
    }

    /// A UUIDv4: 122 random bits, for ids that must not be guessed (invitations).
    pub fn secret(&self) -> Uuid {
        match &self.0 {
            Source::Random => {
                let mut random = [0_u8; 16];
                fill(&mut random);
                uuid::Builder::from_random_bytes(random).into_uuid()
            }
            Source::Counting(next) => {
                Uuid::from_u64_pair(0x0000_0000_0000_4000, 0x8000_0000_0000_0000 | take(next))
            }
        }
    }

    /// 256 bits for a token or key; random even where ids count, since a test has no business to foresee a secret.
    pub fn key(&self) -> [u8; 32] {
        let mut random = [0_u8; 32];
        fill(&mut random);
        random
    }

    /// A number of 53 random bits, as much as one in JSON holds everywhere, for callers whose ids are integers; random even where ids
    /// count.
    pub fn number(&self) -> i64 {
        let mut random = [0_u8; 8];
        fill(&mut random);
        i64::from_le_bytes(random) & ((1 << 53) - 1)
    }
}

/// What lies below the millisecond, scaled to the 12 bits that follow it in a UUIDv7.
fn fraction(now: Timestamp) -> u16 {
    u16::try_from(now.micros().rem_euclid(1_000) * 4_096 / 1_000).unwrap_or(0)
}

fn take(next: &AtomicU64) -> u64 {
    next.fetch_add(1, Ordering::Relaxed)
}

/// Fills the buffer from the system's generator.
///
/// A system without randomness cannot serve safely, so its failure ends the process instead of making weak ids.
fn fill(buffer: &mut [u8]) {
    if getrandom::fill(buffer).is_err() {
        tracing::error!("the system gives no randomness; stopping rather than making guessable ids");
        std::process::abort();
    }
}
