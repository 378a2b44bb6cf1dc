//! The three levels a member may have.

use std::fmt;

use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::SmallInt;

/// How far a member stands above the others: a floor of rights that roles add to.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = SmallInt)]
#[repr(i16)]
pub enum Level {
    /// 1: belongs to the organization.
    Member = 1,
    /// 8: runs it.
    Admin = 8,
    /// 15: owns it; an organization always keeps at least one.
    Owner = 15,
}

impl Level {
    /// The number in the store and on the wire.
    pub const fn number(self) -> i16 {
        self as i16
    }

    /// The level of this number, if it is one of the three.
    pub const fn of(number: i16) -> Option<Self> {
        match number {
            1 => Some(Self::Member),
            8 => Some(Self::Admin),
            15 => Some(Self::Owner),
            _ => None,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        })
    }
}

impl serde::Serialize for Level {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i16(self.number())
    }
}

impl<DB> ToSql<SmallInt, DB> for Level
where
    DB: diesel::backend::Backend,
    i16: ToSql<SmallInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        const MEMBER: i16 = Level::Member.number();
        const ADMIN: i16 = Level::Admin.number();
        const OWNER: i16 = Level::Owner.number();
        match self {
            Self::Member => MEMBER.to_sql(out),
            Self::Admin => ADMIN.to_sql(out),
            Self::Owner => OWNER.to_sql(out),
        }
    }
}

impl<DB> FromSql<SmallInt, DB> for Level
where
    DB: diesel::backend::Backend,
    i16: FromSql<SmallInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let number = i16::from_sql(bytes)?;
        Self::of(number).ok_or_else(|| format!("{number} is not a level").into())
    }
}
