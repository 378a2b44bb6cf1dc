//! Memberships as they are asked for inside other areas' statements, in words of the tables' own area.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, HasSqlType, SmallInt};
use polity_kernel::sql::{Among, Id, Instant, List};
use polity_kernel::{AccountId, Conn, Level, Result, Timestamp, each};

use crate::schema::members;

/// Whether the account that the second column holds is a member, now, of the organization that the first one holds.
#[derive(Clone, Copy, Debug)]
pub struct IsMember<O, A> {
    /// Holds the organization's id.
    pub organization: O,
    /// Holds the account's id.
    pub account: A,
    /// The present instant.
    pub now: Timestamp,
}

/// Whether this column holds the id of an organization whose membership the account has taken up; one that was deleted is none, though
/// rows may be left.
#[derive(Clone, Copy, Debug)]
pub struct TakenUpBy<O> {
    /// Holds the organization's id.
    pub organization: O,
    /// Whose memberships.
    pub account: AccountId,
    /// The level the account has there at least.
    pub least: Level,
    /// The present instant.
    pub now: Timestamp,
}

/// Whether this column holds the id of an organization that the account is a member of now.
#[derive(Clone, Copy, Debug)]
pub struct OrganizationOf<O> {
    /// Holds the organization's id.
    pub organization: O,
    /// Whose memberships.
    pub account: AccountId,
    /// The present instant.
    pub now: Timestamp,
}

impl<O, A, DB> QueryFragment<DB> for IsMember<O, A>
where
    O: QueryFragment<DB>,
    A: QueryFragment<DB>,
    DB: Backend + HasSqlType<Instant>,
    Timestamp: ToSql<Instant, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("EXISTS (SELECT 1 FROM members WHERE members.organization_id = ");
        self.organization.walk_ast(out.reborrow())?;
        out.push_sql(" AND members.account_id = ");
        self.account.walk_ast(out.reborrow())?;
        live(&mut out, &self.now)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<O, DB> QueryFragment<DB> for TakenUpBy<O>
where
    O: QueryFragment<DB>,
    DB: Backend + HasSqlType<Id> + HasSqlType<Instant> + HasSqlType<SmallInt>,
    AccountId: ToSql<Id, DB>,
    Level: ToSql<SmallInt, DB>,
    Timestamp: ToSql<Instant, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.organization.walk_ast(out.reborrow())?;
        out.push_sql(
            " IN (SELECT members.organization_id FROM members INNER JOIN organizations \
             ON organizations.organization_id = members.organization_id WHERE members.account_id = ",
        );
        out.push_bind_param::<Id, _>(&self.account)?;
        out.push_sql(" AND members.level >= ");
        out.push_bind_param::<SmallInt, _>(&self.least)?;
        out.push_sql(" AND members.accepted_at IS NOT NULL");
        live(&mut out, &self.now)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<O, DB> QueryFragment<DB> for OrganizationOf<O>
where
    O: QueryFragment<DB>,
    DB: Backend + HasSqlType<Id> + HasSqlType<Instant>,
    AccountId: ToSql<Id, DB>,
    Timestamp: ToSql<Instant, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.organization.walk_ast(out.reborrow())?;
        out.push_sql(" IN (SELECT members.organization_id FROM members WHERE members.account_id = ");
        out.push_bind_param::<Id, _>(&self.account)?;
        live(&mut out, &self.now)?;
        out.push_sql(")");
        Ok(())
    }
}

/// The further condition that a membership has not ended.
fn live<'b, DB>(out: &mut AstPass<'_, 'b, DB>, now: &'b Timestamp) -> QueryResult<()>
where
    DB: Backend + HasSqlType<Instant>,
    Timestamp: ToSql<Instant, DB>,
{
    out.push_sql(" AND (members.expires_at IS NULL OR members.expires_at > ");
    out.push_bind_param::<Instant, _>(now)?;
    out.push_sql(")");
    Ok(())
}

/// What makes a condition out of a fragment whose columns are these.
macro_rules! condition {
    ($name:ident<$($column:ident),+>) => {
        impl<$($column: QueryId),+> QueryId for $name<$($column),+> {
            type QueryId = $name<$($column::QueryId),+>;
            const HAS_STATIC_QUERY_ID: bool = $($column::HAS_STATIC_QUERY_ID &&)+ true;
        }

        impl<$($column: Expression),+> Expression for $name<$($column),+> {
            type SqlType = Bool;
        }

        impl<$($column),+> ValidGrouping<()> for $name<$($column),+> {
            type IsAggregate = is_aggregate::No;
        }

        impl<$($column: AppearsOnTable<Q>,)+ Q> AppearsOnTable<Q> for $name<$($column),+> {}

        impl<$($column: SelectableExpression<Q>,)+ Q> SelectableExpression<Q> for $name<$($column),+> {}
    };
}

condition!(IsMember<O, A>);
condition!(TakenUpBy<O>);
condition!(OrganizationOf<O>);

/// Those of these accounts that run an organization, or did: as an admin or owner. In no order.
pub(crate) fn running(conn: &mut Conn, accounts: &[AccountId]) -> Result<Vec<AccountId>> {
    let list = List::ids(accounts.iter().map(|id| id.uuid()));
    Ok(each!(conn, conn => members::table
        .filter(Among(members::account_id, list))
        .filter(members::level.gt(Level::Member))
        .select(members::account_id)
        .distinct()
        .load(conn))?)
}
