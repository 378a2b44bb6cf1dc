//! Whether the account that a column names is in use: asked inside other areas' statements, in words of the table's own area.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Bool;

/// Whether this column holds the id of an active account.
#[derive(Clone, Copy, Debug, QueryId)]
pub struct InUse<C>(pub C);

impl<C: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for InUse<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(
            "EXISTS (SELECT 1 FROM accounts WHERE accounts.status = 'active' AND accounts.account_id = ",
        );
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<C: Expression> Expression for InUse<C> {
    type SqlType = Bool;
}

impl<C> ValidGrouping<()> for InUse<C> {
    type IsAggregate = is_aggregate::No;
}

impl<C: AppearsOnTable<Q>, Q> AppearsOnTable<Q> for InUse<C> {}

impl<C: SelectableExpression<Q>, Q> SelectableExpression<Q> for InUse<C> {}
