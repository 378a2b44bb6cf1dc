//! A batch of employees: what the rows speak of is read at once, what is new is written at once.

use std::collections::{HashMap, HashSet};

use polity_kernel::text::{parsed_at, printable};
use polity_kernel::{Access, AccountId, Code, Error, FieldKind, Result, Stamp, Tx};

use crate::acts::employees::{ask, change};
use crate::acts::proven;
use crate::acts::staff::rounds::{in_rounds, outcome};
use crate::events::{EMPLOYEES_IMPORTED, EmployeeIds};
use crate::{
    AccountFields, AccountProfile, Appointing, EmailAddress, Employee, EmployeeFields, EmployeeId,
    EmployeePatch, NewAccount, NewEmployee, ProfilePatch, RowOutcome, StaffRow, store,
};

/// The field of what an employee is counted as.
const NUMBER: &str = "employee_number";

/// What a batch speaks of, as it stands while its rows are taken.
pub(crate) struct Intake<'a> {
    access: &'a Access,
    guard: &'a Appointing,
    stamp: Stamp,
    /// Who is on the list, those in the store before those who come on it by this batch.
    staff: Vec<Employee>,
    /// How many of them are in the store.
    stored: usize,
    /// Where in the staff somebody is, by address and by number.
    by_email: HashMap<EmailAddress, usize>,
    by_number: HashMap<String, Vec<usize>>,
    /// The accounts the rows name.
    accounts: HashMap<EmailAddress, AccountId>,
    /// Whose accounts they are.
    holders: HashMap<AccountId, EmployeeId>,
}

impl<'a> Intake<'a> {
    pub(crate) fn of(
        tx: &mut Tx<'_>,
        access: &'a Access,
        guard: &'a Appointing,
        rows: &[StaffRow],
    ) -> Result<Self> {
        let organization = access.organization();
        let emails = rows.iter().filter_map(|row| Some(row.email.parse::<EmailAddress>().ok()?.to_string()));
        let mut staff = store::employees::find_by_emails(tx, organization, emails.collect())?;
        let met: HashSet<EmployeeId> = staff.iter().map(|employee| employee.id).collect();
        let numbers: Vec<String> = rows.iter().filter_map(number_in).map(str::to_owned).collect();
        if !numbers.is_empty() {
            let counted = store::employees::find_by_numbers(tx, organization, numbers)?;
            staff.extend(counted.into_iter().filter(|employee| !met.contains(&employee.id)));
        }
        let named = rows.iter().filter_map(|row| {
            let account = row.account.as_ref().or_else(|| row.create_account.then_some(&row.email));
            Some(account?.parse::<EmailAddress>().ok()?.to_string())
        });
        let accounts = store::accounts::ids_by_emails(tx, named.collect())?;
        let ids: Vec<AccountId> = accounts.iter().map(|(_, account)| *account).collect();
        let holders = store::employees::find_by_accounts(tx, organization, &ids)?;
        let mut intake = Self {
            access,
            guard,
            stamp: Stamp::of(tx, access.actor()),
            stored: staff.len(),
            staff: Vec::new(),
            by_email: HashMap::new(),
            by_number: HashMap::new(),
            accounts: accounts.into_iter().collect(),
            holders: holders.into_iter().filter_map(|holder| Some((holder.account?, holder.id))).collect(),
        };
        for employee in staff {
            intake.put(None, employee);
        }
        Ok(intake)
    }

    /// Takes the rows one by one; who is new is written after the last.
    pub(crate) fn take(mut self, tx: &mut Tx<'_>, rows: &[StaffRow]) -> Result<Vec<RowOutcome>> {
        let mut outcomes = vec![None; rows.len()];
        // who is found by number first: they may leave an address to somebody new
        let counted = |(_, row): &(usize, &StaffRow)| !self.counted(row).is_empty();
        let first: Vec<usize> = rows.iter().enumerate().filter(counted).map(|(place, _)| place).collect();
        let all: Vec<usize> = (0..rows.len()).collect();
        for places in [first, all] {
            let waiting = places.into_iter().filter(|place| outcomes.get(*place) == Some(&None)).collect();
            in_rounds(&mut outcomes, waiting, |place| {
                let Some(row) = rows.get(place) else { return Ok(None) };
                // an address that is another's may be free when a later row has changed that one's
                if self.is_torn(row) {
                    return Ok(None);
                }
                outcome(self.take_one(tx, row)).map(Some)
            })?;
        }
        let new = self.staff.get(self.stored..).unwrap_or_default();
        store::employees::insert(tx, new)?;
        if !new.is_empty() {
            let ids: Vec<_> = new.iter().map(|employee| employee.id).collect();
            let access = self.access;
            tx.record(EMPLOYEES_IMPORTED.made(access, access.organization(), EmployeeIds { ids }))?;
        }
        let torn = || RowOutcome::Blocked(torn().into());
        Ok(outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(torn)).collect())
    }

    fn take_one(&mut self, tx: &mut Tx<'_>, row: &StaffRow) -> Result<RowOutcome> {
        let place = self.meant(row)?;
        let before = place.and_then(|place| self.staff.get(place)).cloned();
        let revise = |tx: &mut Tx<'_>| self.revised(tx, before.as_ref(), row);
        let has_account = row.account.is_some()
            || row.create_account
            || before.as_ref().is_some_and(|before| before.account.is_some());
        // what is made for a row that is refused in the end goes with it
        let after = if has_account { store::attempt(tx, revise)? } else { revise(tx)? };
        let outcome = match &before {
            None => RowOutcome::Created,
            Some(before) if *before == after => return Ok(RowOutcome::Unchanged),
            Some(before) => {
                if place < Some(self.stored) {
                    change(tx, self.access, before, &after)?;
                }
                RowOutcome::Changed
            }
        };
        self.put(place, after);
        Ok(outcome)
    }

    /// Whom the row speaks of: who has its number or, where nobody has, its address. Somebody new when absent.
    fn meant(&self, row: &StaffRow) -> Result<Option<usize>> {
        let by_email = self.by_email.get(&row.email.parse()?).copied();
        match (self.counted(row), by_email) {
            ([], found) => Ok(found),
            (counted, Some(found)) if counted.contains(&found) => Ok(Some(found)),
            ([one], None) => Ok(Some(*one)),
            (_, None) => Err(Error::field(
                NUMBER,
                FieldKind::Taken.told("is that of several employees, and the address is nobody's"),
            )),
            (_, Some(_)) => Err(torn()),
        }
    }

    /// Whether the number is one employee's and the address another's.
    fn is_torn(&self, row: &StaffRow) -> bool {
        let counted = self.counted(row);
        // most rows are of nobody who has a number, and need no second look at the address
        let found = if counted.is_empty() { None } else { row.email.parse::<EmailAddress>().ok() };
        found.and_then(|email| self.by_email.get(&email)).is_some_and(|found| !counted.contains(found))
    }

    /// Those who have the row's number.
    fn counted(&self, row: &StaffRow) -> &[usize] {
        let counted = number_in(row).and_then(|number| self.by_number.get(number));
        counted.map(Vec::as_slice).unwrap_or_default()
    }

    /// Puts somebody in a place, or behind the others, and has them found there.
    fn put(&mut self, place: Option<usize>, after: Employee) {
        let seat = place.unwrap_or(self.staff.len());
        if let Some(before) = self.staff.get(seat) {
            self.by_email.remove(&before.email);
            if let Some(counted) = number_of(before).and_then(|number| self.by_number.get_mut(number)) {
                counted.retain(|one| *one != seat);
            }
            if let Some(account) = before.account {
                self.holders.remove(&account);
            }
        }
        self.by_email.insert(after.email.clone(), seat);
        if let Some(number) = number_of(&after) {
            self.by_number.entry(number.to_owned()).or_default().push(seat);
        }
        if let Some(account) = after.account {
            self.holders.insert(account, after.id);
        }
        match self.staff.get_mut(seat) {
            Some(present) => *present = after,
            None => self.staff.push(after),
        }
    }

    /// The employee as the row makes it, if all others concerned agree.
    fn revised(&self, tx: &mut Tx<'_>, before: Option<&Employee>, row: &StaffRow) -> Result<Employee> {
        let own = before.and_then(|before| before.account);
        let named =
            row.account.as_ref().or_else(|| (row.create_account && own.is_none()).then_some(&row.email));
        let account = named.map(|email| self.account(tx, email, row)).transpose()?;
        let after = match before {
            None => self.begun(tx, account, row)?,
            Some(before) => {
                let patch = EmployeePatch {
                    name: row.name.clone(),
                    email: Some(row.email.clone()),
                    account: account.map(Some),
                    role: row.role.clone().map(Some),
                    kind: row.kind.clone(),
                    status: row.status,
                    ..EmployeePatch::default()
                };
                let given = row.profile.clone().map(ProfilePatch::from);
                let old = before.profile.clone().unwrap_or_default();
                let profile = given.map(|given| old.patched(given).checked()).transpose()?;
                before.revised(&patch, profile, self.stamp)?
            }
        };
        let holder = after.account.and_then(|account| self.holders.get(&account));
        if holder.is_some_and(|holder| *holder != after.id) {
            return Err(Error::new(Code::Conflict, "another employee has this account"));
        }
        ask(tx, self.access, self.guard, before, &after)?;
        Ok(after)
    }

    fn begun(&self, tx: &mut Tx<'_>, account: Option<AccountId>, row: &StaffRow) -> Result<Employee> {
        let new = NewEmployee::try_from(EmployeeFields {
            name: row
                .name
                .clone()
                .ok_or_else(|| Error::field("name", FieldKind::Required.told("a new employee needs one")))?,
            email: row.email.clone(),
            account,
            role: row.role.clone(),
            kind: row.kind.clone(),
            status: row.status,
            profile: row.profile.clone(),
        })?;
        Ok(new.found(tx.new_id(), self.access.organization(), self.stamp))
    }

    /// The account with this address, made if it may be.
    fn account(&self, tx: &mut Tx<'_>, email: &str, row: &StaffRow) -> Result<AccountId> {
        let email: EmailAddress = parsed_at("account", email)?;
        if let Some(account) = self.accounts.get(&email) {
            return Ok(*account);
        }
        if !row.create_account {
            return Err(Error::field("account", FieldKind::NotFound.told("no such account")));
        }
        let fields = AccountFields {
            email: email.to_string(),
            profile: AccountProfile::called(row.name.clone()),
            ..AccountFields::default()
        };
        let (account, _) = proven::find_or_create(
            tx,
            self.access.actor(),
            Some(self.access.organization()),
            &NewAccount::try_from(fields)?,
        )?;
        Ok(account.id)
    }
}

/// What the row counts the employee as.
fn number_in(row: &StaffRow) -> Option<&str> {
    let number = row.profile.as_ref()?.employee_number.as_deref()?.trim();
    // what cannot be kept is refused later, and nobody has it
    Some(number).filter(|number| !number.is_empty() && printable(number).is_ok())
}

fn number_of(employee: &Employee) -> Option<&str> {
    employee.profile.as_ref()?.employee_number.as_deref()
}

fn torn() -> Error {
    Error::field(NUMBER, FieldKind::Mismatch.told("is another employee's than the address"))
}
