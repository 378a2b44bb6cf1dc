//! Which organizations somebody may see.

use polity_kernel::{
    Access, AccountId, Actor, Code, Conn, Ctx, Limits, OrganizationId, Page, Paged, Result, Timestamp,
};

use crate::organization::Organization;
use crate::part::Part;
use crate::permissions::ORG_DIRECTORY_GET;
use crate::{Entry, store};

/// The organizations that can be an actor's at all; entering says which of them are.
#[derive(Clone, Copy)]
pub enum Reach {
    /// Every one: a platform administrator's.
    All,
    /// Those a person or a service account is a member of, and the one that a service account belongs to.
    Of(AccountId, Option<OrganizationId>),
    /// The one a credential is limited to, or a key belongs to.
    One(OrganizationId),
    /// A program's that belongs to none.
    Nothing,
}

/// A part of the organizations in question, ordered by id: at most so many behind that one.
pub type Candidates<'c> = &'c dyn Fn(&mut Conn, Reach, Part) -> Result<Vec<OrganizationId>>;

impl Reach {
    /// All that the actor may see.
    pub fn of(actor: &Actor) -> Self {
        if let Some(only) = actor.limits().organization {
            return Self::One(only);
        }
        if actor.is_platform_administrator() {
            return Self::All;
        }
        Self::own(actor)
    }

    /// Without those that only a platform administrator's powers show.
    pub(crate) fn own(actor: &Actor) -> Self {
        if let Some(only) = actor.limits().organization {
            return Self::One(only);
        }
        let home = actor.home().map(|home| home.organization);
        match (actor.subject().member(), home) {
            (Some(member), home) => Self::Of(member, home),
            (None, Some(home)) => Self::One(home),
            (None, None) => Self::Nothing,
        }
    }
}

/// Whether nothing is hidden from the actor: a platform administrator whose credential narrows nothing.
pub(crate) fn sees_all(actor: &Actor) -> bool {
    actor.is_platform_administrator() && *actor.limits() == Limits::default()
}

/// Whether an actor who is a member of an organization sees it: every level may, and the credential takes nothing of that away.
pub(crate) fn sees_its_own(actor: &Actor) -> bool {
    let limits = actor.limits();
    let keeps = limits.permissions.as_ref().is_none_or(|only| only.contains(&ORG_DIRECTORY_GET));
    keeps && limits.role.is_none() && limits.level.is_none() && limits.organization.is_none()
}

/// A page of the organizations within reach, and one more if there is one.
pub(crate) fn page_of(
    conn: &mut Conn,
    reach: Reach,
    now: Timestamp,
    page: &Page,
) -> Result<Vec<OrganizationId>> {
    match reach {
        Reach::All => store::organizations::page(conn, page),
        Reach::Of(account, None) => store::members::memberships::organizations_page(conn, account, now, page),
        Reach::Of(_, Some(_)) | Reach::One(_) | Reach::Nothing => {
            own(conn, reach, now, Part { after: page.cursor().into(), limit: page.limit + 1 })
        }
    }
}

/// The organizations within reach themselves.
pub(crate) fn own(conn: &mut Conn, reach: Reach, now: Timestamp, part: Part) -> Result<Vec<OrganizationId>> {
    match reach {
        Reach::All => {
            let page = Page { limit: part.limit, ..Page::after(1, part.after.uuid()) };
            let mut ids = store::organizations::page(conn, &page)?;
            ids.truncate(usize::try_from(part.limit).unwrap_or(usize::MAX));
            Ok(ids)
        }
        Reach::Of(member, home) => {
            let found = store::members::memberships::organizations_of(conn, member, now, part)?;
            Ok(with_home(found, home, part))
        }
        Reach::One(only) => Ok(Some(only).filter(|only| *only > part.after).into_iter().collect()),
        Reach::Nothing => Ok(Vec::new()),
    }
}

/// A part of the organizations of a member, with the one that they belong to in its place.
pub fn with_home(
    mut found: Vec<OrganizationId>,
    home: Option<OrganizationId>,
    part: Part,
) -> Vec<OrganizationId> {
    if let Some(home) = home.filter(|home| *home > part.after)
        && let Err(place) = found.binary_search(&home)
    {
        found.insert(place, home);
        found.truncate(usize::try_from(part.limit).unwrap_or(usize::MAX));
    }
    found
}

pub(crate) fn count<T>(list: &[T]) -> i64 {
    i64::try_from(list.len()).unwrap_or(i64::MAX)
}

/// A page of those candidates that are kept. Pages are filled, so that one with a successor is never empty.
pub fn filled(
    ctx: &Ctx,
    reach: Reach,
    page: &Page,
    candidates: Candidates<'_>,
    keeps: &dyn Fn(OrganizationId) -> Result<bool>,
) -> Result<Paged<Organization>> {
    let (now, limit) = (ctx.now(), page.limit + 1);
    let wanted = page.limit + 1 + page.skip();
    let mut kept = Vec::new();
    let mut after = OrganizationId::new(page.cursor());
    loop {
        let some = ctx.read(|conn| candidates(conn, reach, Part { after, limit }))?;
        ctx.foresee(|| some.iter().map(|id| id.uuid()).collect())?;
        let exhausted = count(&some) < limit;
        for id in some {
            after = id;
            if keeps(id)? {
                kept.push(id);
            }
            if count(&kept) == wanted {
                break;
            }
        }
        if exhausted || count(&kept) == wanted {
            break;
        }
    }
    kept.drain(..usize::try_from(page.skip()).unwrap_or(usize::MAX).min(kept.len()));
    let ids = Paged::of(kept, page, |id| id.uuid());
    let items = ctx.read(|conn| store::organizations::find_all(conn, &ids.items, now))?;
    Ok(Paged { items, next: ids.next })
}

/// Whether the actor may see the organization.
pub fn may_see(entry: &dyn Entry, actor: &Actor, organization: OrganizationId) -> Result<bool> {
    if sees_all(actor) {
        return Ok(true);
    }
    let access = let_in(entry, actor, organization)?;
    Ok(access.is_some_and(|access| access.require(&ORG_DIRECTORY_GET).is_ok()))
}

/// The way into an organization; absent where there is none for the actor.
pub fn let_in(entry: &dyn Entry, actor: &Actor, organization: OrganizationId) -> Result<Option<Access>> {
    match entry.look_in(actor, &organization.into()) {
        Ok(access) => Ok(Some(access)),
        Err(error) if error.code() == Code::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
