//! The types of events: a closed catalogue, of which each area declares its part.

use std::fmt;
use std::marker::PhantomData;

use super::record::{Nothing, RecordType, Side};
use super::{Event, Origin};

/// A type of event: what is said of the thing before (`B`) and after (`A`). Only [`catalogue!`](crate::catalogue) makes one, and only of
/// one can an [`Event`] be made.
pub struct EventType<B, A> {
    told: Declared,
    sides: PhantomData<fn(B, A)>,
}

/// A type of event as the catalogue tells it.
#[derive(Clone, Copy)]
pub struct Declared {
    /// What it is called: a noun and, behind a dot, what became of it, such as `group.created`.
    pub name: &'static str,
    /// When it is recorded, in a sentence or two.
    pub meaning: &'static str,
    /// By which of its schemas it is written; raised by a change that would break its readers. What was stored before there was a
    /// catalogue has 0, and follows none.
    pub version: i16,
    /// Whether the change may change what somebody may do.
    pub may_change_rights: bool,
    /// What it says of before; absent where it says nothing.
    pub before: Option<RecordType>,
    /// What it says of after; absent where it says nothing.
    pub after: Option<RecordType>,
}

impl Declared {
    /// What it happens to, such as `group`.
    pub fn noun(&self) -> &'static str {
        self.name.split_once('.').map_or(self.name, |(noun, _)| noun)
    }

    /// What became of it, such as `created`.
    pub fn verb(&self) -> &'static str {
        self.name.split_once('.').map_or("", |(_, verb)| verb)
    }
}

impl fmt::Debug for Declared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} v{}", self.name, self.version)
    }
}

impl<B: Side, A: Side> EventType<B, A> {
    /// For [`catalogue!`](crate::catalogue).
    #[doc(hidden)]
    pub const fn declared(name: &'static str, meaning: &'static str) -> Self {
        let told = Declared {
            name,
            meaning,
            version: 1,
            may_change_rights: false,
            before: B::RECORD,
            after: A::RECORD,
        };
        Self { told, sides: PhantomData }
    }

    /// The same, of a change that may change what somebody may do.
    #[must_use]
    pub const fn rights(mut self) -> Self {
        self.told.may_change_rights = true;
        self
    }

    /// The same, written by this one of its schemas.
    #[must_use]
    pub const fn version(mut self, version: i16) -> Self {
        self.told.version = version;
        self
    }

    /// What the catalogue tells of it.
    pub const fn told(&self) -> Declared {
        self.told
    }

    /// That a thing changed, from this to that.
    pub fn changed<'a>(
        &self,
        origin: impl Into<Origin<'a>>,
        id: impl ToString,
        before: impl Into<B>,
        after: impl Into<A>,
    ) -> Event {
        self.event(origin.into(), id, before.into(), after.into())
    }

    #[expect(clippy::needless_pass_by_value, reason = "ids are small, and callers have them by value")]
    fn event(&self, origin: Origin<'_>, id: impl ToString, before: B, after: A) -> Event {
        Event {
            organization: origin.organization,
            actor: origin.actor.clone(),
            of: self.told,
            entity_id: id.to_string(),
            before: before.written(),
            after: after.written(),
        }
    }
}

impl<A: Side> EventType<Nothing, A> {
    /// That a thing is there, and how it is.
    pub fn made<'a>(&self, origin: impl Into<Origin<'a>>, id: impl ToString, after: impl Into<A>) -> Event {
        self.event(origin.into(), id, Nothing, after.into())
    }
}

impl<B: Side> EventType<B, Nothing> {
    /// That a thing is over, and how it was.
    pub fn over<'a>(&self, origin: impl Into<Origin<'a>>, id: impl ToString, before: impl Into<B>) -> Event {
        self.event(origin.into(), id, before.into(), Nothing)
    }
}

impl EventType<Nothing, Nothing> {
    /// That it happened, of which there is nothing more to say.
    pub fn done<'a>(&self, origin: impl Into<Origin<'a>>, id: impl ToString) -> Event {
        self.event(origin.into(), id, Nothing, Nothing)
    }
}

/// Declares the types of events of an area, a line each, and `EVENTS`, which lists them.
///
/// ```text
/// catalogue! {
///     /// A group was made.
///     pub(crate) GROUP_CREATED = "group.created": Nothing => Group;
///     /// Name, profile or status of a group changed.
///     pub(crate) GROUP_UPDATED = "group.updated": Group => Group, rights;
/// }
/// ```
///
/// The constant is the type's name in capitals. Behind a comma stand `rights`, where the change may change what somebody may do, and
/// `version(2)` once its schema was broken.
#[macro_export]
macro_rules! catalogue {
    ($($(#[doc = $meaning:literal])+ pub(crate) $name:ident = $word:literal: $before:ty => $after:ty
        $(, $mark:ident $(($argument:literal))?)*;)+) => {
        $(
            $(#[doc = $meaning])+
            pub(crate) const $name: $crate::event::EventType<$before, $after> =
                $crate::event::EventType::declared($word, concat!($($meaning),+)) $(.$mark($($argument)?))*;
        )+

        /// Every type of event that this area records.
        pub const EVENTS: &[$crate::event::Declared] = &[$($name.told()),+];
    };
}
