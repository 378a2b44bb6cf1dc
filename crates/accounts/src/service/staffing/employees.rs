//! A batch of employees: what the rows speak of is read at once, what is new is written at once.

use std::collections::HashMap;

use polity_kernel::text::parsed_at;
use polity_kernel::{Access, AccountId, Code, Error, Event, Result, Stamp, Tx};

use super::super::employees::{ask, change};
use super::outcome;
use crate::{
    AccountFields, Appointing, EmailAddress, Employee, EmployeeFields, EmployeePatch, NewAccount,
    NewEmployee, ProfilePatch, RowOutcome, StaffRow, store, within,
};

/// What a batch speaks of, as it stands while its rows are taken.
pub(super) struct Intake {
    stamp: Stamp,
    /// Who is on the list already, by address.
    known: HashMap<EmailAddress, Employee>,
    /// Who comes on it by this batch, and where by address.
    new: Vec<Employee>,
    places: HashMap<EmailAddress, usize>,
    /// The accounts the rows name.
    accounts: HashMap<EmailAddress, AccountId>,
    /// Whose accounts they are.
    holders: HashMap<AccountId, EmailAddress>,
}

impl Intake {
    pub(super) fn of(tx: &mut Tx<'_>, access: &Access, rows: &[StaffRow]) -> Result<Self> {
        let organization = access.organization();
        let emails = rows.iter().filter_map(|row| Some(row.email.parse::<EmailAddress>().ok()?.to_string()));
        let known = store::employees::find_by_emails(tx, organization, emails.collect())?;
        let named = rows
            .iter()
            .filter_map(|row| Some(row.account.as_ref()?.parse::<EmailAddress>().ok()?.to_string()));
        let accounts = store::accounts::ids_by_emails(tx, named.collect())?;
        let ids: Vec<AccountId> = accounts.iter().map(|(_, account)| *account).collect();
        let holders = store::employees::find_by_accounts(tx, organization, &ids)?;
        Ok(Self {
            stamp: Stamp::of(tx, access.actor()),
            known: known.into_iter().map(|employee| (employee.email.clone(), employee)).collect(),
            new: Vec::new(),
            places: HashMap::new(),
            accounts: accounts.into_iter().collect(),
            holders: holders.into_iter().filter_map(|holder| Some((holder.account?, holder.email))).collect(),
        })
    }

    /// Takes the rows one by one; who is new is written after the last.
    pub(super) fn take(
        mut self,
        tx: &mut Tx<'_>,
        (access, guard): (&Access, Appointing),
        rows: &[StaffRow],
    ) -> Result<Vec<RowOutcome>> {
        let mut outcomes = Vec::with_capacity(rows.len());
        for row in rows {
            outcomes.push(outcome(self.take_one(tx, (access, guard), row))?);
        }
        store::employees::insert(tx, &self.new)?;
        if !self.new.is_empty() {
            let ids: Vec<_> = self.new.iter().map(|employee| employee.id).collect();
            let event = Event::new(access, "imported", "employees", access.organization());
            tx.record(event.after(serde_json::json!({ "ids": ids })))?;
        }
        Ok(outcomes)
    }

    fn take_one(
        &mut self,
        tx: &mut Tx<'_>,
        (access, guard): (&Access, Appointing),
        row: &StaffRow,
    ) -> Result<RowOutcome> {
        let email: EmailAddress = row.email.parse()?;
        let place = self.places.get(&email).copied();
        let before = match place {
            Some(place) => self.new.get(place),
            None => self.known.get(&email),
        };
        let before = before.cloned();
        let revise = |tx: &mut Tx<'_>| self.revised(tx, (access, guard), before.as_ref(), row);
        let has_account =
            row.account.is_some() || before.as_ref().is_some_and(|before| before.account.is_some());
        // what is made for a row that is refused in the end goes with it
        let after = if has_account { store::attempt(tx, revise)? } else { revise(tx)? };
        if let Some(account) = before.as_ref().and_then(|before| before.account) {
            self.holders.remove(&account);
        }
        if let Some(account) = after.account {
            self.holders.insert(account, email.clone());
        }
        match (place, before) {
            (Some(place), Some(before)) => {
                let changed = after != before;
                if let Some(pending) = self.new.get_mut(place) {
                    *pending = after;
                }
                Ok(if changed { RowOutcome::Changed } else { RowOutcome::Unchanged })
            }
            (None, Some(before)) => {
                if after == before {
                    return Ok(RowOutcome::Unchanged);
                }
                change(tx, access, &before, &after)?;
                self.known.insert(email, after);
                Ok(RowOutcome::Changed)
            }
            (_, None) => {
                self.places.insert(email, self.new.len());
                self.new.push(after);
                Ok(RowOutcome::Created)
            }
        }
    }

    /// The employee as the row makes it, if all others concerned agree.
    fn revised(
        &self,
        tx: &mut Tx<'_>,
        (access, guard): (&Access, Appointing),
        before: Option<&Employee>,
        row: &StaffRow,
    ) -> Result<Employee> {
        let account = row.account.as_ref().map(|email| self.account(tx, access, email, row)).transpose()?;
        let after = match before {
            None => self.begun(tx, access, account, row)?,
            Some(before) => {
                let patch = EmployeePatch {
                    name: row.name.clone(),
                    account: account.map(Some),
                    role: row.role.clone().map(Some),
                    kind: row.kind.clone(),
                    status: row.status,
                    ..EmployeePatch::default()
                };
                let given = row.profile.clone().map(ProfilePatch::from);
                let old = before.profile.clone().unwrap_or_default();
                let profile = given.map(|given| old.patched(given)).transpose()?;
                before.revised(&patch, profile, self.stamp)?
            }
        };
        let holder = after.account.and_then(|account| self.holders.get(&account));
        if holder.is_some_and(|holder| *holder != after.email) {
            return Err(Error::new(Code::Conflict, "another employee has this account"));
        }
        ask(tx, access, guard, (before, &after))?;
        Ok(after)
    }

    fn begun(
        &self,
        tx: &mut Tx<'_>,
        access: &Access,
        account: Option<AccountId>,
        row: &StaffRow,
    ) -> Result<Employee> {
        let new = NewEmployee::try_from(EmployeeFields {
            name: row.name.clone().ok_or_else(|| Error::field("name", "a new employee needs one"))?,
            email: row.email.clone(),
            account,
            role: row.role.clone(),
            kind: row.kind.clone(),
            status: row.status,
            profile: row.profile.clone(),
        })?;
        Ok(new.found(tx.new_id(), access.organization(), self.stamp))
    }

    /// The account with this address, made if it may be.
    fn account(&self, tx: &mut Tx<'_>, access: &Access, email: &str, row: &StaffRow) -> Result<AccountId> {
        let email: EmailAddress = parsed_at("account", email)?;
        if let Some(account) = self.accounts.get(&email) {
            return Ok(*account);
        }
        if !row.create_account {
            return Err(Error::field("account", "no such account"));
        }
        let fields =
            AccountFields { email: email.to_string(), name: row.name.clone(), ..AccountFields::default() };
        let (account, _) = within::find_or_create(
            tx,
            access.actor(),
            Some(access.organization()),
            &NewAccount::try_from(fields)?,
        )?;
        Ok(account.id)
    }
}
