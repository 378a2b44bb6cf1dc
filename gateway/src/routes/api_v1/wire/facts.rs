//! Profiles on the wire: one line shows a fact, takes it, and takes a change of it.

use chrono::NaiveDate;
use polity_kernel::Result;

/// Declares how a profile of an area is shown and taken, and how a change of one is taken: each fact with the sort of text it is.
macro_rules! profile {
    (
        $(#[doc = $about:tt])*
        $profile:ident of $kept:ty;
        $(#[doc = $about_change:tt])*
        $change:ident of $patch:ty;
        $( $(#[doc = $doc:tt])* $fact:ident: $sort:tt ),+ $(,)?
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct $profile {
            $(
                $(#[doc = $doc])*
                #[serde(skip_serializing_if = "Option::is_none")]
                #[schema(format = $sort)]
                $fact: Option<String>,
            )+
        }

        $(#[doc = $about_change])*
        #[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct $change {
            $(
                $(#[doc = $doc])*
                #[serde(default, deserialize_with = "crate::ask::fields::sent")]
                #[schema(value_type = Option<String>, format = $sort)]
                $fact: Option<Option<String>>,
            )+
        }

        impl From<$kept> for $profile {
            fn from(profile: $kept) -> Self {
                Self { $( $fact: profile.$fact.map($crate::routes::api_v1::wire::facts::Fact::shown) ),+ }
            }
        }

        impl $profile {
            /// The profile to keep.
            pub(crate) fn parsed(self) -> polity_kernel::Result<$kept> {
                use $crate::routes::api_v1::wire::facts::Fact;
                type Kept = $kept;
                Ok(Kept { $( $fact: Fact::parsed(stringify!($fact), self.$fact)? ),+ })
            }
        }

        impl $change {
            /// The change.
            pub(crate) fn parsed(self) -> polity_kernel::Result<$patch> {
                use $crate::routes::api_v1::wire::facts::Fact;
                type Patch = $patch;
                Ok(Patch {
                    $( $fact: self.$fact.map(|fact| Fact::parsed(stringify!($fact), fact)).transpose()? ),+
                })
            }
        }
    };
}
pub(super) use profile;

/// A fact that is a text on the wire.
pub(super) trait Fact: Sized {
    /// The fact that a text says; a fault of this field where it says none that may be.
    fn parsed(field: &'static str, text: Option<String>) -> Result<Option<Self>>;

    /// The text that says it.
    fn shown(self) -> String;
}

impl Fact for String {
    fn parsed(_: &'static str, text: Option<String>) -> Result<Option<Self>> {
        Ok(text)
    }

    fn shown(self) -> String {
        self
    }
}

impl Fact for NaiveDate {
    fn parsed(field: &'static str, text: Option<String>) -> Result<Option<Self>> {
        polity_accounts::day(field, text)
    }

    fn shown(self) -> String {
        self.to_string()
    }
}
