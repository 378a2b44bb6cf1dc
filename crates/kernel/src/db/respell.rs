//! What no engine's SQL can say of a migration: names and addresses from before each had one spelling
//! (docs/decisions/0029-one-person-one-spelling.md).

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::conn::Conn;
use super::each::each;
use crate::error::Result;
use crate::text::{canonical, compared};

/// The version of the migration this belongs to.
pub(super) const MIGRATION: &str = "00000000000032";

/// Where addresses are looked up, and what keeps an address as it is: somebody else has it in the other spelling already.
const ADDRESSES: [(&str, &str); 3] = [
    ("accounts", "other.email = $1"),
    ("employees", "other.email = $1 AND other.organization_id = employees.organization_id"),
    ("invitations", "other.invitation_id IS NULL"),
];

#[derive(QueryableByName)]
struct Address {
    #[diesel(sql_type = Text)]
    email: String,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    organizations: i64,
}

/// Spells what is compared as it is compared now.
pub(super) fn respell(conn: &mut Conn) -> Result<()> {
    for (table, kept) in ADDRESSES {
        addresses(conn, table, kept)?;
    }
    display_names(conn)
}

fn addresses(conn: &mut Conn, table: &str, kept: &str) -> Result<()> {
    let query = format!("SELECT DISTINCT email FROM {table} WHERE octet_length(email) <> length(email)");
    let found: Vec<Address> = each!(conn, conn => diesel::sql_query(&query).load(conn))?;
    let update = format!(
        "UPDATE {table} SET email = $1 WHERE email = $2 AND NOT EXISTS (SELECT 1 FROM {table} other WHERE {kept})"
    );
    for Address { email } in found {
        let spelled = canonical(&email);
        if spelled != email {
            each!(conn, conn => diesel::sql_query(&update)
                .bind::<Text, _>(&spelled)
                .bind::<Text, _>(&email)
                .execute(conn))?;
        }
    }
    Ok(())
}

fn display_names(conn: &mut Conn) -> Result<()> {
    let query = "SELECT name, count(*) AS organizations FROM organizations GROUP BY name";
    let found: Vec<Named> = each!(conn, conn => diesel::sql_query(query).load(conn))?;
    let count = "INSERT INTO display_names (name, organizations) VALUES ($1, $2)
                 ON CONFLICT (name) DO UPDATE SET organizations = display_names.organizations + excluded.organizations";
    for Named { name, organizations } in found {
        each!(conn, conn => diesel::sql_query(count)
            .bind::<Text, _>(compared(&name))
            .bind::<BigInt, _>(organizations)
            .execute(conn))?;
    }
    Ok(())
}
