//! Staff as an import brings it, row by row, and what became of each row.

use std::fmt;
use std::sync::Arc;

use polity_kernel::{Access, AccountId, Code, Error, FieldError, Result, Tx};

use crate::{Belonging, EmployeeId, EmployeeProfile, EmployeeStatus};

/// Gives this account this role in the organization.
pub type Appoint = dyn Fn(&mut Tx<'_>, &Access, AccountId, &str) -> Result<()> + Send + Sync;

/// What accounts mean to another area: asked inside the transaction of a change, which its failure undoes.
///
/// All refuse before they write anything, so that an import can go on with the next row.
#[derive(Clone)]
pub struct Appointing {
    /// This account is to have this role, since an employee has both and one of them is new.
    pub appointing: Arc<Appoint>,
    /// This role is promised to an employee who has no account yet.
    pub promising: fn(&mut Tx<'_>, &Access, &str) -> Result<()>,
    /// This employee's account is to gain what the employee's groups carry: it was linked, or the employee became active.
    pub linking: fn(&mut Tx<'_>, &Access, EmployeeId) -> Result<()>,
    /// Who may hold account types.
    pub belonging: Belonging,
}

impl Appointing {
    /// For a program without members and roles: an employee's role is a note, and any account holds account types.
    pub fn nothing() -> Self {
        Self {
            appointing: Arc::new(|_, _, _, _| Ok(())),
            promising: |_, _, _| Ok(()),
            linking: |_, _, _| Ok(()),
            belonging: Belonging::EVERYBODY,
        }
    }
}

impl fmt::Debug for Appointing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Appointing").finish_non_exhaustive()
    }
}

/// One employee as an import brings it; known by the `employee_number` of the profile where somebody has it already, else by the
/// e-mail address. What is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub struct StaffRow {
    /// The address at work.
    pub email: String,
    /// The full name; the present one when absent, which a new employee has not.
    pub name: Option<String>,
    /// The e-mail address of the account the person signs in with.
    pub account: Option<String>,
    /// Whether that account is to be made where there is none; with the address at work when no other is given and the employee
    /// has no account yet.
    pub create_account: bool,
    /// The role the account is to have; without an account a promise.
    pub role: Option<String>,
    /// What sort of employee.
    pub kind: Option<String>,
    /// How the employment stands.
    pub status: Option<EmployeeStatus>,
    /// What else is known; fields that are absent stay as they are.
    pub profile: Option<EmployeeProfile>,
}

/// One reporting line as an import brings it.
#[derive(Clone, Debug, Default)]
pub struct ManagerRow {
    /// The e-mail address of who reports.
    pub employee: String,
    /// The e-mail address of whom they report to.
    pub manager: String,
    /// As what; `PRIMARY` when absent.
    pub kind: Option<String>,
    /// What becomes of the employee's other lines of that kind.
    pub others: OtherLines,
}

/// What an import means for the lines of an employee's kind that a row does not speak of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum OtherLines {
    /// They stay.
    #[default]
    Stay,
    /// Those that the same actor drew end, as the ones of an earlier import, but for lines to these addresses. What others drew
    /// stays.
    End {
        /// Managers that the source gives the employee as well.
        but: Vec<String>,
    },
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowOutcome {
    /// It made something new.
    Created,
    /// It changed what was there.
    Changed,
    /// It was so already.
    Unchanged,
    /// It will not do, and this is why; nothing of it was kept.
    Failed(RowRefusal),
    /// It will not do while others are as they are, and this is why; nothing of it was kept. It may do when further rows have
    /// changed them.
    Blocked(RowRefusal),
}

/// Why a row will not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowRefusal {
    /// What kind of failure it is.
    pub code: Code,
    /// The fields at fault, when the row itself is.
    pub fields: Vec<FieldError>,
    /// Why, in words.
    pub message: String,
}

impl RowRefusal {
    /// Why, in words, with the fields called as the source of the rows calls them.
    pub fn in_words(&self, name: impl Fn(&str) -> String) -> String {
        if self.fields.is_empty() {
            return self.message.clone();
        }
        let told = self.fields.iter().map(|at| format!("{}: {}", name(&at.field), at.message));
        told.collect::<Vec<_>>().join("; ")
    }
}

impl From<Error> for RowRefusal {
    fn from(error: Error) -> Self {
        Self { code: error.code(), fields: error.fields().to_vec(), message: error.message().to_owned() }
    }
}
