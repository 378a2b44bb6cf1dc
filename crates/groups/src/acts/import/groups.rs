//! Groups of an import: all is decided first, against what is there and what earlier rows made, and then written at once.

use std::collections::{BTreeMap, BTreeSet};

use polity_accounts::RowOutcome;
use polity_kernel::{Access, Error, FieldKind, Result, Stamp, Tx};
use uuid::Uuid;

use crate::acts::groups;
use crate::acts::import::judged::{Gate, Judged, is_name, judged, outcome};
use crate::acts::placements::{self, Moves};
use crate::events::{GROUPS_IMPORTED, GroupIds};
use crate::nesting::Nesting;
use crate::{
    Group, GroupId, GroupRow, Member, MemberKind, Membership, MembershipFields, NewMembership, store,
};

/// What is known and what has been decided.
struct Plan<'a> {
    access: &'a Access,
    gate: Gate,
    stamp: Stamp,
    /// By external id, as they are to be.
    groups: BTreeMap<String, Group>,
    /// Where groups are nested, as it is to be: parent, child.
    links: BTreeMap<(GroupId, GroupId), Membership>,
    nesting: Nesting,
    made: BTreeSet<GroupId>,
    /// How groups that were there are and are to be.
    changed: Vec<(Group, Group)>,
    nested: BTreeSet<(GroupId, GroupId)>,
    revived: Vec<(Membership, Membership)>,
}

/// One link to be: nothing when it stands.
enum Link {
    New(Membership),
    Revived(Membership, Membership),
}

/// Makes the groups be as the rows say, and says what became of each row.
pub(crate) fn import(
    tx: &mut Tx<'_>,
    access: &Access,
    gate: Gate,
    rows: &[GroupRow],
) -> Result<Vec<RowOutcome>> {
    let mut plan = Plan::read(tx, access, gate, rows)?;
    let mut outcomes: BTreeMap<usize, RowOutcome> = BTreeMap::new();
    let mut waiting: Vec<(usize, &GroupRow)> = rows.iter().enumerate().collect();
    // a parent may stand below its child: as long as some row comes through, others may find their parent
    loop {
        let before = waiting.len();
        let mut still = Vec::new();
        for (place, row) in waiting {
            match row.parent.as_deref() {
                Some(parent) if !plan.groups.contains_key(parent.trim()) => still.push((place, row)),
                _ => drop(outcomes.insert(place, plan.decide(tx, row)?)),
            }
        }
        waiting = still;
        if waiting.len() == before {
            break;
        }
    }
    for (place, _) in waiting {
        outcomes.insert(place, RowOutcome::Failed(no_parent().into()));
    }
    plan.write(tx)?;
    Ok(outcomes.into_values().collect())
}

fn no_parent() -> Error {
    Error::field("parent", FieldKind::NotFound.told("no such group"))
}

impl<'a> Plan<'a> {
    fn read(tx: &mut Tx<'_>, access: &'a Access, gate: Gate, rows: &[GroupRow]) -> Result<Self> {
        let organization = access.organization();
        let named = rows.iter().flat_map(|row| [Some(row.external_id.as_str()), row.parent.as_deref()]);
        let names: BTreeSet<&str> = named.flatten().map(str::trim).filter(|name| is_name(name)).collect();
        let known = store::groups::find_by_external_ids(tx, organization, &Vec::from_iter(names))?;
        let groups: BTreeMap<String, Group> =
            known.into_iter().filter_map(|group| Some((group.external_id.clone()?, group))).collect();
        let id_of = |name: &str| groups.get(name.trim()).map(|group| group.id);

        let children: BTreeSet<GroupId> = rows
            .iter()
            .filter(|row| row.parent.is_some())
            .filter_map(|row| id_of(&row.external_id))
            .collect();
        let ids: Vec<Uuid> = children.iter().map(|child| child.uuid()).collect();
        let places = store::memberships::all_of_these(tx, organization, MemberKind::Group, &ids)?;
        let links: BTreeMap<(GroupId, GroupId), Membership> = places
            .into_iter()
            .map(|place| ((place.group, GroupId::new(place.member.uuid())), place))
            .collect();
        let parents = rows.iter().filter_map(|row| row.parent.as_deref()).filter_map(id_of).collect();
        // what stays where it is is not looked into, and may have much below it
        let moving = rows
            .iter()
            .filter_map(|row| Some((id_of(row.parent.as_deref()?), id_of(&row.external_id)?)))
            .filter(|(parent, child)| parent.is_none_or(|parent| !links.contains_key(&(parent, *child))))
            .map(|(_, child)| child)
            .collect();
        let nesting =
            placements::nesting_around(tx, organization, Moves { parents: &parents, children: &moving })?;
        let stamp = Stamp::of(tx, access.actor());
        let (made, nested) = (BTreeSet::new(), BTreeSet::new());
        let (changed, revived) = (Vec::new(), Vec::new());
        Ok(Self { access, gate, stamp, groups, links, nesting, made, changed, nested, revived })
    }

    /// Decides a row whose parent, if it has one, is known.
    fn decide(&mut self, tx: &mut Tx<'_>, row: &GroupRow) -> Result<RowOutcome> {
        let before = self.groups.get(row.external_id.trim()).cloned();
        let after = match judged(self.wanted(tx, row, before.as_ref()))? {
            Ok(after) => after,
            Err(why) => return Ok(RowOutcome::Failed(why)),
        };
        let resting = before.as_ref().filter(|before| before.status != after.status);
        if let Some(group) = resting.filter(|group| !self.made.contains(&group.id))
            && let Err(why) = self.gate.placing(tx, self.access, group.id)?
        {
            return Ok(RowOutcome::Failed(why));
        }
        let link = match self.link(tx, row, after.id)? {
            Ok(link) => link,
            Err(why) => return Ok(RowOutcome::Failed(why)),
        };
        let outcome = match (outcome(before.as_ref(), &after), &link) {
            (RowOutcome::Unchanged, Some(_)) => RowOutcome::Changed,
            (outcome, _) => outcome,
        };
        self.take(before, after, link);
        Ok(outcome)
    }

    /// The group as the row says.
    fn wanted(&self, tx: &mut Tx<'_>, row: &GroupRow, before: Option<&Group>) -> Result<Group> {
        match before {
            Some(before) => before.patched(&row.patch(), self.stamp),
            None => Ok(row.group()?.found(tx.new_id(), self.stamp)),
        }
    }

    /// What is to be done so that the group is nested where the row says.
    fn link(&mut self, tx: &mut Tx<'_>, row: &GroupRow, child: GroupId) -> Judged<Option<Link>> {
        let parent = row.parent.as_deref().and_then(|name| self.groups.get(name.trim()));
        let Some(parent) = parent.map(|group| group.id) else { return Ok(Ok(None)) };
        let known = self.links.get(&(parent, child)).cloned();
        if known.as_ref().is_some_and(|known| known.is_live(self.stamp.at)) {
            return Ok(Ok(None));
        }
        // a group of this call carries nothing of its own yet, and what it is nested in was asked for it
        if !self.made.contains(&parent)
            && let Err(why) = self.gate.placing(tx, self.access, parent)?
        {
            return Ok(Err(why));
        }
        let fields = MembershipFields { member: Member::Group(child), kind: None, expires_at: None };
        let new = NewMembership::try_from(fields)?;
        if let Some(known) = known {
            let revived = known.as_given(&new, self.stamp.at);
            return Ok(Ok(Some(Link::Revived(known, revived))));
        }
        let nested = judged(self.nesting.nest(parent, child))?;
        Ok(nested.map(|()| Some(Link::New(new.begin(parent, self.stamp)))))
    }

    /// Takes note of what was decided of a row.
    fn take(&mut self, before: Option<Group>, after: Group, link: Option<Link>) {
        match before {
            None => drop(self.made.insert(after.id)),
            Some(before) if before != after && !self.made.contains(&after.id) => {
                self.changed.push((before, after.clone()));
            }
            Some(_) => {}
        }
        let child = after.id;
        if let Some(name) = after.external_id.clone() {
            self.groups.insert(name, after);
        }
        match link {
            Some(Link::New(link)) => {
                self.nested.insert((link.group, child));
                self.links.insert((link.group, child), link);
            }
            Some(Link::Revived(known, revived)) => {
                self.links.insert((revived.group, child), revived.clone());
                self.revived.push((known, revived));
            }
            None => {}
        }
    }

    /// Writes what was decided; what is new is told of in one event.
    fn write(self, tx: &mut Tx<'_>) -> Result<()> {
        let Self { access, groups, links, made, changed, nested, revived, .. } = self;
        let organization = access.organization();
        let made: Vec<Group> = groups.into_values().filter(|group| made.contains(&group.id)).collect();
        store::groups::insert_all(tx, organization, &made)?;
        if !made.is_empty() {
            let ids: Vec<GroupId> = made.iter().map(|group| group.id).collect();
            tx.record(GROUPS_IMPORTED.made(access, organization, GroupIds { ids }))?;
        }
        for (before, after) in &changed {
            groups::change(tx, access, before, after)?;
        }
        let nested: Vec<Membership> = nested.iter().filter_map(|link| links.get(link).cloned()).collect();
        groups::insert_memberships(tx, access, &nested)?;
        revived.iter().try_for_each(|(before, after)| groups::change_membership(tx, access, before, after))
    }
}
