//! Being one of a list, by a single parameter, so that the statement is the same for a list of any length and stays prepared.
//!
//! PostgreSQL takes an array; SQLite, which has none, a JSON text of hexadecimal ids.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, Bool, Text};
use diesel::sqlite::Sqlite;
use uuid::Uuid;

use super::types::Id;

/// A list, in the form of either engine.
#[derive(Clone, Debug)]
pub struct List(Of);

#[derive(Clone, Debug)]
enum Of {
    Ids(Vec<Uuid>, String),
    Words(Vec<String>, String),
}

/// Whether the column is one of the list.
#[derive(Clone, Debug)]
pub struct Among<C>(pub C, pub List);

impl List {
    /// A list of ids of any length.
    pub fn ids(ids: impl IntoIterator<Item = Uuid>) -> Self {
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let json = joined(ids.iter().map(|id| id.simple().to_string()));
        Self(Of::Ids(ids, json))
    }

    /// A list of words, compared byte by byte.
    pub fn words(words: Vec<String>) -> Self {
        let json = serde_json::Value::from(words.clone()).to_string();
        Self(Of::Words(words, json))
    }
}

/// A JSON list of texts that need no escaping.
fn joined(texts: impl Iterator<Item = String>) -> String {
    let mut json = String::from("[");
    for text in texts {
        json.push_str(if json.len() == 1 { "\"" } else { ",\"" });
        json.push_str(&text);
        json.push('"');
    }
    json.push(']');
    json
}

impl QueryFragment<Pg> for List {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(" = ANY(");
        match &self.0 {
            Of::Ids(ids, _) => out.push_bind_param::<Array<Id>, _>(ids)?,
            Of::Words(words, _) => out.push_bind_param::<Array<Text>, _>(words)?,
        }
        out.push_sql(")");
        Ok(())
    }
}

impl QueryFragment<Sqlite> for List {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let (value, json) = match &self.0 {
            Of::Ids(_, json) => ("unhex(value)", json),
            Of::Words(_, json) => ("value", json),
        };
        out.push_sql(" IN (SELECT ");
        out.push_sql(value);
        out.push_sql(" FROM json_each(");
        out.push_bind_param::<Text, _>(json)?;
        out.push_sql("))");
        Ok(())
    }
}

impl<C, DB> QueryFragment<DB> for Among<C>
where
    DB: diesel::backend::Backend,
    C: QueryFragment<DB>,
    List: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        self.1.walk_ast(out)
    }
}

// ids and words make different statements, which are told apart by their text
impl<C> QueryId for Among<C> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C: Expression> Expression for Among<C> {
    type SqlType = Bool;
}

impl<C> ValidGrouping<()> for Among<C> {
    type IsAggregate = is_aggregate::No;
}

impl<C: AppearsOnTable<Q>, Q> AppearsOnTable<Q> for Among<C> {}

impl<C: SelectableExpression<Q>, Q> SelectableExpression<Q> for Among<C> {}
