//! Reporting: who reports to whom, and the ways up and down from there.

use std::collections::HashMap;

use polity_kernel::{Access, Conn, OrganizationId, Page, Paged, Permission, Result, WriteKind};
use uuid::Uuid;

use crate::acts::employees::unknown;
use crate::acts::lines;
use crate::acts::pages::at_offset;
use crate::permissions::{ORG_EMPLOYEES_FIND, ORG_EMPLOYEES_GET, ORG_EMPLOYEES_LIST, ORG_EMPLOYEES_UPDATE};
use crate::reporting_lines::{Ends, key_of, kind_of};
use crate::service::Service;
use crate::store::walk::{Met, Scope};
use crate::{Employee, EmployeeId, Report, ReportFilter, Reporting, ReportingLine, reports, store};

impl Reporting for Service {
    fn managers(&self, access: &Access, employee: EmployeeId) -> Result<Vec<(ReportingLine, Employee)>> {
        access.require(&ORG_EMPLOYEES_GET)?;
        let organization = access.organization();
        self.ctx.read(|conn| {
            let found = store::lines::managers(conn, organization, employee)?;
            if found.is_empty() {
                store::employees::find(conn, organization, employee)?.ok_or_else(unknown)?;
            }
            Ok(found)
        })
    }

    fn lines_of(&self, access: &Access, employees: &[EmployeeId]) -> Result<Vec<ReportingLine>> {
        let may = |permission: &Permission| access.permissions().contains(permission);
        if !may(&ORG_EMPLOYEES_LIST) && !may(&ORG_EMPLOYEES_FIND) {
            access.require(&ORG_EMPLOYEES_GET)?;
        }
        self.ctx.read(|conn| store::lines::of(conn, access.organization(), employees))
    }

    fn set_manager(
        &self,
        access: &Access,
        employee: EmployeeId,
        manager: EmployeeId,
        kind: &str,
    ) -> Result<ReportingLine> {
        let kind = kind_of(kind)?;
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            access.require(&ORG_EMPLOYEES_UPDATE)?;
            lines::set(tx, access, Ends { employee, manager }, &kind)
        })
    }

    fn remove_manager(
        &self,
        access: &Access,
        employee: EmployeeId,
        manager: EmployeeId,
        kind: Option<&str>,
    ) -> Result<()> {
        let kind = kind.map(kind_of).transpose()?;
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            access.require(&ORG_EMPLOYEES_UPDATE)?;
            lines::remove(tx, access, Ends { employee, manager }, kind.as_deref())
        })
    }

    fn reports(
        &self,
        access: &Access,
        manager: EmployeeId,
        filter: ReportFilter,
        page: Page,
    ) -> Result<Paged<Report>> {
        access.require(&ORG_EMPLOYEES_LIST)?;
        let kind = filter.kind.as_deref().map(kind_of).transpose()?;
        let levels = filter.depth.levels();
        let scope = Scope {
            organization: access.organization(),
            top: manager,
            kind_key: kind.as_deref().map(key_of),
        };
        self.ctx.read(|conn| at_offset(page, |page| below(conn, &scope, levels, page)))
    }

    fn chain(&self, access: &Access, employee: EmployeeId, kind: Option<&str>) -> Result<Vec<Employee>> {
        access.require(&ORG_EMPLOYEES_GET)?;
        let kind = kind.map(kind_of).transpose()?;
        let organization = access.organization();
        self.ctx.read(|conn| {
            let chain = store::climb::chain(conn, organization, employee, kind.as_deref())?;
            if chain.is_empty() {
                store::employees::find(conn, organization, employee)?.ok_or_else(unknown)?;
            }
            Ok(chain)
        })
    }
}

/// A page of those below the top.
fn below(conn: &mut Conn, scope: &Scope, levels: u32, page: Page) -> Result<Paged<Report>> {
    let cursor = Some(page.cursor()).filter(|cursor| *cursor != Uuid::nil()).map(EmployeeId::new);
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let found = reports::walk(conn, scope.clone(), levels, cursor, limit + 1);
    // below nobody there is nobody, and no cursor either
    if found.as_ref().map_or(true, Vec::is_empty) {
        store::employees::find(conn, scope.organization, scope.top)?.ok_or_else(unknown)?;
    }
    let paged = Paged::of(found?, &page, |met| met.line.employee.uuid());
    let items = reported(conn, scope.organization, paged.items)?;
    Ok(Paged { items, next: paged.next })
}

/// Those who were met, with all their lines: only whoever has several need be asked about.
fn reported(conn: &mut Conn, organization: OrganizationId, met: Vec<Met>) -> Result<Vec<Report>> {
    let ids: Vec<EmployeeId> = met.iter().map(|met| met.line.employee).collect();
    let of_several: Vec<EmployeeId> =
        met.iter().filter(|met| !met.sole).map(|met| met.line.employee).collect();
    let mut lines: HashMap<EmployeeId, Vec<ReportingLine>> =
        met.into_iter().filter(|met| met.sole).map(|met| (met.line.employee, vec![met.line])).collect();
    if !of_several.is_empty() {
        for line in store::lines::of(conn, organization, &of_several)? {
            lines.entry(line.employee).or_default().push(line);
        }
    }
    let employees = store::employees::in_order(conn, organization, &ids)?;
    let report =
        |employee: Employee| Report { lines: lines.remove(&employee.id).unwrap_or_default(), employee };
    Ok(employees.into_iter().map(report).collect())
}
