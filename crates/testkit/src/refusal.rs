//! Tables that the engine itself refuses to write, so that a transaction fails in its middle.

use diesel::connection::SimpleConnection;
use polity_kernel::{Conn, Result};

use crate::Engine;

/// What makes a table refuse to be written.
const ON: [&str; 2] = ["insert", "update"];

/// Has the engine refuse rows of this table.
pub(crate) fn begin(conn: &mut Conn, engine: Engine, table: &str) -> Result<()> {
    for on in ON {
        let name = format!("refuse_{on}_{table}");
        let trigger = match engine {
            Engine::Sqlite => {
                format!(
                    "CREATE TRIGGER {name} BEFORE {on} ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END"
                )
            }
            Engine::Postgres => format!(
                "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$; \
                 CREATE TRIGGER {name} BEFORE {on} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
            ),
        };
        conn.batch_execute(&trigger)?;
    }
    Ok(())
}

/// Has it take them again.
pub(crate) fn end(conn: &mut Conn, engine: Engine, table: &str) -> Result<()> {
    for on in ON {
        let name = format!("refuse_{on}_{table}");
        let trigger = match engine {
            Engine::Sqlite => format!("DROP TRIGGER {name}"),
            Engine::Postgres => format!("DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}()"),
        };
        conn.batch_execute(&trigger)?;
    }
    Ok(())
}
