//! Facts that only travel, shown by a family and read by no rule: each is declared in one place.

use chrono::NaiveDate;

use crate::text;

/// Declares facts of something, and the change of them: a line says all of a fact, from what it may hold to how it is changed.
///
/// ```text
/// facts! {
///     /// What a group shows of itself.
///     pub struct GroupProfile changed by GroupProfilePatch {
///         /// What the group is for.
///         #[validate(length(max = polity_kernel::text::DESCRIPTION), custom(function = "multiline"))]
///         description: String,
///     }
/// }
/// ```
/// Every fact may be absent. With `in crate::schema::accounts` behind the names, the facts are columns of that table, and a row embeds
/// them; without, a row keeps them in one [`Document`](crate::sql::Document).
#[macro_export]
macro_rules! facts {
    (
        $(#[$meta:meta])*
        pub struct $facts:ident changed by $patch:ident $(in $table:path)? {
            $( $(#[doc = $doc:tt])* $(#[serde $serde:tt])? $(#[validate $rule:tt])? $fact:ident: $kind:ty ),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, validator::Validate)]
        $(
            #[derive(diesel::Queryable, diesel::Selectable, diesel::Insertable, diesel::AsChangeset)]
            #[diesel(table_name = $table, treat_none_as_null = true, treat_none_as_default_value = false)]
        )?
        pub struct $facts {
            $( $(#[doc = $doc])* $(#[serde $serde])? $(#[validate $rule])? pub $fact: Option<$kind>, )+
        }

        /// A change of facts. `None` leaves a fact as it is, `Some(None)` clears it.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $patch {
            $( $(#[doc = $doc])* pub $fact: Option<Option<$kind>>, )+
        }

        impl From<$facts> for $patch {
            /// What is given is set, the rest stays.
            fn from(given: $facts) -> Self {
                Self { $( $fact: given.$fact.map(Some) ),+ }
            }
        }

        impl $facts {
            /// The same without space around its texts.
            pub(crate) fn trimmed(self) -> Self {
                Self { $( $fact: $crate::text::facts::Fact::trimmed(self.$fact) ),+ }
            }

            /// The same without space around its texts, if all of it is acceptable.
            pub(crate) fn checked(self) -> $crate::Result<Self> {
                let facts = self.trimmed();
                validator::Validate::validate(&facts)?;
                Ok(facts)
            }

            /// The facts as the patch makes them, without space around its texts; what it sets is still to be checked.
            pub(crate) fn patched(self, patch: $patch) -> Self {
                Self { $( $fact: patch.$fact.map_or(self.$fact, $crate::text::facts::Fact::trimmed) ),+ }
            }
        }
    };
}

/// What a fact may be.
pub trait Fact: Sized {
    /// The fact without what says nothing in it.
    fn trimmed(fact: Option<Self>) -> Option<Self>;
}

impl Fact for String {
    fn trimmed(fact: Option<Self>) -> Option<Self> {
        text::trimmed(fact)
    }
}

impl Fact for NaiveDate {
    fn trimmed(fact: Option<Self>) -> Option<Self> {
        fact
    }
}
