//! Memberships of an import: everybody named is looked up at once, all is decided, and then written at once.

use std::collections::{BTreeMap, BTreeSet};

use polity_accounts::{EmailAddress, RowOutcome};
use polity_kernel::{Access, AccountId, Conn, Error, FieldKind, OrganizationId, Result, Stamp, Tx};
use uuid::Uuid;

use crate::acts::groups;
use crate::acts::import::judged::{Gate, Judged, is_name, judged, outcome};
use crate::acts::placements::{self, Moves};
use crate::nesting::Nesting;
use crate::{GroupId, Member, MemberKind, Membership, MembershipFields, MembershipRow, NewMembership, store};

/// What is known and what has been decided.
struct Plan<'a> {
    access: &'a Access,
    gate: Gate,
    stamp: Stamp,
    cast: Cast,
    /// Those of the accounts named that are members of the organization.
    members: BTreeSet<AccountId>,
    /// Who is in what, as it is to be.
    places: BTreeMap<(GroupId, Member), Membership>,
    nesting: Nesting,
    made: BTreeSet<(GroupId, Member)>,
    /// How places that were there are and are to be.
    changed: Vec<(Membership, Membership)>,
}

/// Whom and what the rows name.
#[derive(Default)]
struct Cast {
    groups: BTreeMap<String, GroupId>,
    employees: BTreeMap<EmailAddress, Member>,
    accounts: BTreeMap<EmailAddress, Member>,
}

/// Makes the places be as the rows say, and says what became of each row.
pub(crate) fn import(
    tx: &mut Tx<'_>,
    access: &Access,
    gate: Gate,
    rows: &[MembershipRow],
) -> Result<Vec<RowOutcome>> {
    let mut plan = Plan::read(tx, access, gate, rows)?;
    let mut outcomes = Vec::with_capacity(rows.len());
    for row in rows {
        outcomes.push(plan.decide(tx, row)?.unwrap_or_else(RowOutcome::Failed));
    }
    plan.write(tx)?;
    Ok(outcomes)
}

impl<'a> Plan<'a> {
    fn read(tx: &mut Tx<'_>, access: &'a Access, gate: Gate, rows: &[MembershipRow]) -> Result<Self> {
        let organization = access.organization();
        let cast = Cast::read(tx, organization, rows)?;
        let wanted: BTreeSet<(GroupId, Member)> =
            rows.iter().filter_map(|row| cast.place(row).ok()).collect();
        let stamp = Stamp::of(tx, access.actor());
        let accounts: BTreeSet<AccountId> =
            wanted.iter().filter_map(|(_, member)| member.account()).collect();
        let members = gate.belonging.among(tx, organization, &Vec::from_iter(accounts), stamp.at)?;
        let mut places = BTreeMap::new();
        for kind in [MemberKind::Account, MemberKind::Employee, MemberKind::Group] {
            let members: BTreeSet<Uuid> = wanted
                .iter()
                .filter(|(_, member)| member.kind() == kind)
                .map(|(_, member)| member.uuid())
                .collect();
            let known = store::memberships::all_of_these(tx, organization, kind, &Vec::from_iter(members))?;
            places.extend(known.into_iter().map(|place| ((place.group, place.member), place)));
        }
        // what stays where it is is not looked into, and may have much below it
        let moving: Vec<(GroupId, GroupId)> = wanted
            .iter()
            .filter(|place| !places.contains_key(place))
            .filter_map(|(parent, member)| match member {
                Member::Group(child) => Some((*parent, *child)),
                Member::Account(_) | Member::Employee(_) => None,
            })
            .collect();
        let parents = moving.iter().map(|(parent, _)| *parent).collect();
        let children = moving.iter().map(|(_, child)| *child).collect();
        let nesting =
            placements::nesting_around(tx, organization, Moves { parents: &parents, children: &children })?;
        let made = BTreeSet::new();
        Ok(Self { access, gate, stamp, cast, members, places, nesting, made, changed: Vec::new() })
    }

    fn decide(&mut self, tx: &mut Tx<'_>, row: &MembershipRow) -> Judged<RowOutcome> {
        let (group, member) = match judged(self.cast.place(row))? {
            Ok(place) => place,
            Err(why) => return Ok(Err(why)),
        };
        if member.account().is_some_and(|account| !self.members.contains(&account)) {
            let none = FieldKind::NotFound.told("is no member of the organization");
            return Ok(Err(Error::field("member", none).into()));
        }
        let place = (group, member);
        let before = self.places.get(&place).cloned();
        let after = match judged(self.wanted(row, group, member, before.as_ref()))? {
            Ok(after) => after,
            Err(why) => return Ok(Err(why)),
        };
        // whoever is in at this instant gains nothing
        if !before.as_ref().is_some_and(|before| before.is_live(self.stamp.at))
            && let Err(why) = self.gate.placing(tx, self.access, group)?
        {
            return Ok(Err(why));
        }
        if let (None, Member::Group(child)) = (&before, member)
            && let Err(why) = judged(self.nesting.nest(group, child))?
        {
            return Ok(Err(why));
        }
        let outcome = outcome(before.as_ref(), &after);
        match before {
            None => drop(self.made.insert(place)),
            Some(before) if before != after && !self.made.contains(&place) => {
                self.changed.push((before, after.clone()));
            }
            Some(_) => {}
        }
        self.places.insert(place, after);
        Ok(Ok(outcome))
    }

    /// The place as the row says; what it leaves out is as it is.
    fn wanted(
        &self,
        row: &MembershipRow,
        group: GroupId,
        member: Member,
        before: Option<&Membership>,
    ) -> Result<Membership> {
        let live = before.filter(|before| before.is_live(self.stamp.at));
        let kind = row.kind.clone().or_else(|| before.map(|before| before.kind.clone()));
        let expires_at = row.expires_at.or_else(|| live.and_then(|live| live.expires_at));
        let new = NewMembership::try_from(MembershipFields { member, kind, expires_at })?;
        Ok(match before {
            Some(before) => before.as_given(&new, self.stamp.at),
            None => new.begin(group, self.stamp),
        })
    }

    /// Writes what was decided; what is new is told of in one event.
    fn write(self, tx: &mut Tx<'_>) -> Result<()> {
        let Self { access, places, made, changed, .. } = self;
        let made: Vec<Membership> = made.iter().filter_map(|place| places.get(place).cloned()).collect();
        groups::insert_memberships(tx, access, &made)?;
        changed.iter().try_for_each(|(before, after)| groups::change_membership(tx, access, before, after))
    }
}

impl Cast {
    fn read(conn: &mut Conn, organization: OrganizationId, rows: &[MembershipRow]) -> Result<Self> {
        let members =
            |kind| rows.iter().filter(move |row| row.member_kind == kind).map(|row| row.member.as_str());
        let emails = |kind| {
            let emails: BTreeSet<EmailAddress> = members(kind).filter_map(|text| text.parse().ok()).collect();
            Vec::from_iter(emails)
        };
        let names = rows.iter().map(|row| row.group.as_str()).chain(members(MemberKind::Group));
        let names: BTreeSet<&str> = names.map(str::trim).filter(|name| is_name(name)).collect();
        let groups = store::groups::find_by_external_ids(conn, organization, &Vec::from_iter(names))?;
        let employees =
            polity_accounts::within::employees_by_email(conn, organization, &emails(MemberKind::Employee))?;
        let accounts = polity_accounts::within::accounts_by_email(conn, &emails(MemberKind::Account))?;
        Ok(Self {
            groups: groups.into_iter().filter_map(|group| Some((group.external_id?, group.id))).collect(),
            employees: employees
                .into_iter()
                .map(|employee| (employee.email, Member::Employee(employee.id)))
                .collect(),
            accounts: accounts
                .into_iter()
                .filter_map(|account| Some((account.email?, Member::Account(account.id))))
                .collect(),
        })
    }

    /// The group and the member that the row names.
    fn place(&self, row: &MembershipRow) -> Result<(GroupId, Member)> {
        let group = self
            .group(&row.group)
            .ok_or_else(|| Error::field("group", FieldKind::NotFound.told("no such group")))?;
        let known = match row.member_kind {
            MemberKind::Group => self.group(&row.member).map(Member::Group),
            MemberKind::Employee => self.employees.get(&row.email()?).copied(),
            MemberKind::Account => self.accounts.get(&row.email()?).copied(),
        };
        let member = known.ok_or_else(|| {
            Error::field("member", FieldKind::NotFound.told(format!("no such {}", row.member_kind)))
        })?;
        Ok((group, member))
    }

    fn group(&self, external_id: &str) -> Option<GroupId> {
        self.groups.get(external_id.trim()).copied()
    }
}
