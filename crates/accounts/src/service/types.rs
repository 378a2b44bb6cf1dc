//! Account types: making, seeing, changing and retiring them.

use polity_kernel::event::EventType;
use polity_kernel::{Access, Page, Paged, Result, Tx, WriteKind};

use crate::acts::types::type_of;
use crate::events;
use crate::events::{ACCOUNT_TYPE_CREATED, ACCOUNT_TYPE_RETIRED, ACCOUNT_TYPE_UPDATED};
use crate::permissions::{
    ORG_USER_ACCOUNT_TYPES_CREATE, ORG_USER_ACCOUNT_TYPES_DELETE, ORG_USER_ACCOUNT_TYPES_UPDATE,
};
use crate::service::Service;
use crate::{AccountType, AccountTypePatch, AccountTypes, NewAccountType, TypeStatus, store};

impl AccountTypes for Service {
    fn create_type(&self, access: &Access, new: NewAccountType) -> Result<AccountType> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_USER_ACCOUNT_TYPES_CREATE)?;
            let made = new.found(tx.new_id(), tx.now());
            access.require_all(&made.gives())?;
            store::types::insert(tx, access.organization(), &made)?;
            tx.record(ACCOUNT_TYPE_CREATED.made(access, made.id, &made))?;
            Ok(made)
        })
    }

    fn type_by_code(&self, access: &Access, code: &str) -> Result<AccountType> {
        self.ctx.read(|conn| type_of(conn, access, code))
    }

    fn types(&self, access: &Access, page: Page) -> Result<Paged<AccountType>> {
        self.ctx.read(|conn| store::types::page(conn, access.organization(), page))
    }

    fn update_type(&self, access: &Access, code: &str, patch: AccountTypePatch) -> Result<AccountType> {
        let code = code.to_owned();
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_USER_ACCOUNT_TYPES_UPDATE)?;
            change(tx, access, &ACCOUNT_TYPE_UPDATED, &code, &patch)
        })
    }

    fn retire_type(&self, access: &Access, code: &str) -> Result<AccountType> {
        let code = code.to_owned();
        let patch = AccountTypePatch { status: Some(TypeStatus::Inactive), ..AccountTypePatch::default() };
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_USER_ACCOUNT_TYPES_DELETE)?;
            change(tx, access, &ACCOUNT_TYPE_RETIRED, &code, &patch)
        })
    }
}

fn change(
    tx: &mut Tx<'_>,
    access: &Access,
    event: &EventType<events::AccountType, events::AccountType>,
    code: &str,
    patch: &AccountTypePatch,
) -> Result<AccountType> {
    let before = type_of(tx, access, code)?;
    let after = before.patched(patch.clone(), tx.now())?;
    if after != before {
        access.require_all(&after.adds_to(&before))?;
        store::types::update(tx, access.organization(), &after)?;
        tx.record(event.changed(access, after.id, &before, &after))?;
    }
    Ok(after)
}
