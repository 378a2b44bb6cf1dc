//! Employees: making, seeing, finding and changing them.

use polity_kernel::text::{canonical, printable};
use polity_kernel::{
    Access, AccountId, Conn, Error, FieldKind, OrganizationId, Page, Paged, Result, Stamp, WriteKind,
};
use uuid::Uuid;

use crate::acts::employees::{ask, change, describe, revive, unknown};
use crate::acts::pages::at_offset;
use crate::events::EMPLOYEE_CREATED;
use crate::permissions::{
    ORG_EMPLOYEES_CREATE, ORG_EMPLOYEES_FIND, ORG_EMPLOYEES_GET, ORG_EMPLOYEES_LIST, ORG_EMPLOYEES_UPDATE,
};
use crate::reporting_lines::key_of;
use crate::service::Service;
use crate::store::names::Place;
use crate::{
    Employee, EmployeeFilter, EmployeeId, EmployeePatch, EmployeeProfile, Employees, NewEmployee,
    ProfilePatch, store,
};

impl Employees for Service {
    fn create(&self, access: &Access, new: NewEmployee) -> Result<Employee> {
        let guard = self.guard.clone();
        // without an account there is nobody whose rights could change
        let kind = if new.account().is_some() { WriteKind::Grants } else { WriteKind::Content };
        self.ctx.write(access, kind, move |tx, access| {
            access.require(&ORG_EMPLOYEES_CREATE)?;
            if let Some(gone) = store::employees::hold_deleted(tx, access.organization(), new.email())? {
                return revive(tx, access, &guard, &gone, &new);
            }
            let employee = new.found(tx.new_id(), access.organization(), Stamp::of(tx, access.actor()));
            ask(tx, access, &guard, None, &employee)?;
            store::employees::insert(tx, std::slice::from_ref(&employee))?;
            tx.record(EMPLOYEE_CREATED.made(access, employee.id, &employee))?;
            Ok(employee)
        })
    }

    fn employee(&self, access: &Access, id: EmployeeId) -> Result<Employee> {
        access.require(&ORG_EMPLOYEES_GET)?;
        self.ctx.read(|conn| store::employees::find(conn, access.organization(), id))?.ok_or_else(unknown)
    }

    fn employees(&self, access: &Access, filter: EmployeeFilter, page: Page) -> Result<Paged<Employee>> {
        access.require(&ORG_EMPLOYEES_LIST)?;
        filter.kind.as_deref().map_or(Ok(()), printable).map_err(|why| Error::refused("kind", &why))?;
        self.ctx.read(|conn| store::employees::page(conn, access.organization(), &filter, page))
    }

    fn by_name(&self, access: &Access, name: &str, page: Page) -> Result<Paged<Employee>> {
        access.require(&ORG_EMPLOYEES_FIND)?;
        let key = key_of(&canonical(name));
        // nobody is called nothing, or what cannot be a name
        if key.is_empty() || printable(&key).is_err() {
            return Ok(Paged { items: Vec::new(), next: None });
        }
        let organization = access.organization();
        self.ctx.read(|conn| at_offset(page, |page| by_name(conn, organization, &key, page)))
    }

    fn by_account(&self, access: &Access, account: AccountId) -> Result<Employee> {
        access.require(&ORG_EMPLOYEES_FIND)?;
        let organization = access.organization();
        self.ctx
            .read(|conn| store::employees::find_by_account(conn, organization, account))?
            .ok_or_else(unknown)
    }

    fn update(&self, access: &Access, id: EmployeeId, patch: EmployeePatch) -> Result<Employee> {
        let guard = self.guard.clone();
        let touches_rights = patch.account.is_some() || patch.role.is_some() || patch.status.is_some();
        let kind = if touches_rights { WriteKind::Grants } else { WriteKind::Content };
        self.ctx.write(access, kind, move |tx, access| {
            access.require(&ORG_EMPLOYEES_UPDATE)?;
            let before = store::employees::hold(tx, access.organization(), id)?.ok_or_else(unknown)?;
            let after = before.patched(&patch, Stamp::of(tx, access.actor()))?;
            ask(tx, access, &guard, Some(&before), &after)?;
            change(tx, access, &before, &after)?;
            Ok(after)
        })
    }

    fn set_profile(
        &self,
        access: &Access,
        id: EmployeeId,
        profile: EmployeeProfile,
    ) -> Result<EmployeeProfile> {
        self.ctx.write(access, WriteKind::Content, move |tx, access| {
            let profile = profile.clone();
            describe(tx, access, id, |_| profile.checked())
        })
    }

    fn patch_profile(&self, access: &Access, id: EmployeeId, patch: ProfilePatch) -> Result<EmployeeProfile> {
        self.ctx.write(access, WriteKind::Content, move |tx, access| {
            let patch = patch.clone();
            describe(tx, access, id, |before| before.patched(patch).checked())
        })
    }
}

/// Equal names first, then names that have it in them; the cursor's own name tells which of the two parts it was in.
fn by_name(conn: &mut Conn, organization: OrganizationId, key: &str, page: Page) -> Result<Paged<Employee>> {
    let cursor = EmployeeId::new(page.cursor());
    let cursor_key = if page.cursor() == Uuid::nil() {
        None
    } else {
        let known = store::names::name_key(conn, organization, cursor)?;
        Some(known.ok_or_else(|| Error::field("cursor", FieldKind::NotFound.told("is not in this list")))?)
    };
    let (equal, after) = match &cursor_key {
        Some(known) if known != key => (Vec::new(), Place { name_key: known, id: cursor }),
        _ => {
            let equal = store::names::named(conn, organization, key, page)?;
            if equal.next.is_some() {
                return Ok(equal);
            }
            (equal.items, Place { name_key: "", id: EmployeeId::new(Uuid::nil()) })
        }
    };
    let left = page.limit - i64::try_from(equal.len()).unwrap_or(page.limit);
    let others = store::names::naming(conn, organization, key, after, left)?;
    let all: Vec<Employee> = equal.into_iter().chain(others).collect();
    Ok(Paged::of(all, &page, |employee| employee.id.uuid()))
}
