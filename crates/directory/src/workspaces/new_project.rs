//! What somebody says about a new project.

use polity_kernel::text::{canonical, multiline, printable, trimmed};
use polity_kernel::{Error, Result};
use validator::Validate;

use crate::organization::parameter::Parameter;

/// What somebody says about a new project; [`NewProject::try_from`] says whether it will do.
#[derive(Clone, Debug, Default)]
pub struct ProjectFields {
    /// The name people read, 1 to 200 characters.
    pub name: String,
    /// What it is for; at most 2000 characters.
    pub description: Option<String>,
    /// At most 50; see [`Parameter`].
    pub parameters: Vec<Parameter>,
}

/// A project to open, every field of it acceptable but for its parameters, which are judged as it is opened.
#[derive(Clone, Debug, Validate)]
pub struct NewProject {
    #[validate(
        length(min = 1, max = polity_kernel::text::NAME),
        custom(function = "printable")
    )]
    name: String,
    #[validate(
        length(max = polity_kernel::text::DESCRIPTION),
        custom(function = "multiline")
    )]
    description: Option<String>,
    parameters: Vec<Parameter>,
}

impl TryFrom<ProjectFields> for NewProject {
    type Error = Error;

    fn try_from(fields: ProjectFields) -> Result<Self> {
        let new = Self {
            name: canonical(&fields.name),
            description: trimmed(fields.description),
            parameters: fields.parameters,
        };
        new.validate()?;
        Ok(new)
    }
}

impl NewProject {
    /// The name people read.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is for.
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// What programs set for it.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }
}
