//! Pages of a list: by keyset cursor, which costs the same anywhere, or by offset where a family asks for it.

use uuid::Uuid;

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// At most this many items; between 1 and [`Page::MAX`].
    pub limit: i64,
    /// Where to start.
    pub start: Start,
}

/// Where a page starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At the beginning.
    First,
    /// Behind the item with this id: lists are ordered by time-ordered id.
    After(Uuid),
    /// This many items in; costs time in proportion.
    Offset(i64),
}

impl Page {
    /// The most items one page holds.
    pub const MAX: i64 = 1_000;

    /// The first `limit` items, clamped to what a page may hold.
    pub fn first(limit: i64) -> Self {
        Self { limit: limit.clamp(1, Self::MAX), start: Start::First }
    }

    /// The `limit` items behind the one with this id.
    pub fn after(limit: i64, id: Uuid) -> Self {
        Self { limit: limit.clamp(1, Self::MAX), start: Start::After(id) }
    }

    /// The `limit` items from `offset` on; a negative offset is 0.
    pub fn offset(limit: i64, offset: i64) -> Self {
        Self { limit: limit.clamp(1, Self::MAX), start: Start::Offset(offset.max(0)) }
    }

    /// The id the page starts behind; the nil UUID, which is before all others, at the beginning.
    pub fn cursor(&self) -> Uuid {
        match self.start {
            Start::After(id) => id,
            Start::First | Start::Offset(_) => Uuid::nil(),
        }
    }

    /// How many items to skip; 0 for keyset pages.
    pub fn skip(&self) -> i64 {
        match self.start {
            Start::Offset(offset) => offset,
            Start::First | Start::After(_) => 0,
        }
    }
}

/// A page's items and where the next one starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged<T> {
    /// The items, in list order.
    pub items: Vec<T>,
    /// The id to go on behind; absent on the last page.
    pub next: Option<Uuid>,
}

impl<T> Paged<T> {
    /// No items, and none to follow.
    pub const fn empty() -> Self {
        Self { items: Vec::new(), next: None }
    }

    /// Makes a page of rows fetched with `limit + 1`: the surplus row only tells that there are more.
    pub fn of(mut rows: Vec<T>, page: &Page, id: impl Fn(&T) -> Uuid) -> Self {
        let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(id) } else { None };
        Self { items: rows, next }
    }

    /// The same page with each item turned into another.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Paged<U> {
        Paged { items: self.items.into_iter().map(turn).collect(), next: self.next }
    }
}
