//! Assignments: giving account types, taking them away, and seeing who holds which.

use polity_kernel::{Access, AccountId, Code, Error, Page, Paged, Result, Tx, WriteKind};

use crate::acts::types;
use crate::acts::types::type_of;
use crate::events::{ACCOUNT_TYPE_ASSIGNMENT_CREATED, ACCOUNT_TYPE_ASSIGNMENT_UPDATED};
use crate::permissions::{ORG_USER_ACCOUNT_CREATE, ORG_USER_ACCOUNT_DELETE, ORG_USER_ACCOUNT_UPDATE};
use crate::service::Service;
use crate::{AccountType, Assignment, AssignmentStatus, Assignments, store};

impl Assignments for Service {
    fn assign(&self, access: &Access, account: AccountId, code: &str) -> Result<Assignment> {
        let (code, belonging) = (code.to_owned(), self.guard.belonging);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_USER_ACCOUNT_CREATE)?;
            let (of, now) = (type_of(tx, access, &code)?, tx.now());
            store::accounts::find(tx, account)?.ok_or_else(|| Error::not_found("account"))?;
            belonging.require(tx, access.organization(), account, now)?;
            if !of.status.is_usable() {
                return Err(Error::new(Code::Conflict, "the account type is neither published nor in test"));
            }
            access.require_all(&of.gives())?;
            let Some(before) = store::assignments::find(tx, access.organization(), account, &of)? else {
                return begin(tx, access, account, &of);
            };
            if before.clone().judged_at(tx.now()).status.stands() {
                return Err(Error::new(Code::Conflict, "the account has this type already"));
            }
            let after = before.clone().begun_anew(&of, tx.now());
            change(tx, access, &of, &before, &after)?;
            Ok(after.judged_at(tx.now()))
        })
    }

    fn set_status(
        &self,
        access: &Access,
        account: AccountId,
        code: &str,
        status: Option<AssignmentStatus>,
    ) -> Result<Assignment> {
        let (code, belonging) = (code.to_owned(), self.guard.belonging);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_USER_ACCOUNT_UPDATE)?;
            let now = tx.now();
            if status == Some(AssignmentStatus::Active) {
                belonging.require(tx, access.organization(), account, now)?;
            }
            turn(tx, access, account, &code, status)
        })
    }

    fn disable(&self, access: &Access, account: AccountId, code: &str) -> Result<Assignment> {
        let code = code.to_owned();
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_USER_ACCOUNT_DELETE)?;
            turn(tx, access, account, &code, Some(AssignmentStatus::Disabled))
        })
    }

    fn of_account(&self, access: &Access, account: AccountId) -> Result<Vec<Assignment>> {
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            if self.guard.belonging.among(conn, organization, &[account], now)?.is_empty() {
                return Ok(Vec::new());
            }
            types::assignments_of_accounts(conn, organization, &[account], now)
        })
    }

    fn all(&self, access: &Access, page: Page) -> Result<Paged<Assignment>> {
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            let mut found = types::assignments_of_organization(conn, organization, page, now)?;
            let accounts: Vec<AccountId> = found.items.iter().map(|one| one.account).collect();
            let members = self.guard.belonging.among(conn, organization, &accounts, now)?;
            found.items.retain(|one| members.contains(&one.account));
            Ok(found)
        })
    }
}

fn begin(tx: &mut Tx<'_>, access: &Access, account: AccountId, of: &AccountType) -> Result<Assignment> {
    let begun = Assignment::begun(tx.new_id(), account, of, tx.now());
    store::assignments::insert(tx, access.organization(), of, &begun)?;
    tx.record(ACCOUNT_TYPE_ASSIGNMENT_CREATED.made(access, begun.id, &begun))?;
    Ok(begun.judged_at(tx.now()))
}

/// Sets the status of an assignment there is; one that becomes active begins anew.
fn turn(
    tx: &mut Tx<'_>,
    access: &Access,
    account: AccountId,
    code: &str,
    status: Option<AssignmentStatus>,
) -> Result<Assignment> {
    let of = type_of(tx, access, code)?;
    let before = store::assignments::find(tx, access.organization(), account, &of)?
        .ok_or_else(|| Error::not_found("account type assignment"))?;
    let present = before.clone().judged_at(tx.now());
    let Some(status) = status.filter(|status| *status != present.status) else { return Ok(present) };
    let after = if status == AssignmentStatus::Active {
        access.require_all(&of.gives())?;
        before.clone().begun_anew(&of, tx.now())
    } else {
        before.clone().turned(status, tx.now())
    };
    change(tx, access, &of, &before, &after)?;
    Ok(after.judged_at(tx.now()))
}

fn change(
    tx: &mut Tx<'_>,
    access: &Access,
    of: &AccountType,
    before: &Assignment,
    after: &Assignment,
) -> Result<()> {
    store::assignments::update(tx, access.organization(), of, after)?;
    tx.record(ACCOUNT_TYPE_ASSIGNMENT_UPDATED.changed(access, after.id, before, after))
}
