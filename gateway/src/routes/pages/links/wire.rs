//! What the forms of the pages hold that mailed links open.

use polity_kernel::{Error, Evidence};
use polity_legal::SignatureFields;
use polity_signin::SignUpFields;
use serde::Deserialize;
use utoipa::ToSchema;

/// A password, to prove who one is or to have from now on.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct PasswordForm {
    /// The password.
    #[schema(format = "password", required)]
    pub(super) password: String,
}

/// Who has lost their password.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct ResetForm {
    /// The address of the account.
    #[schema(format = "email", required)]
    pub(super) email: String,
}

/// Whoever signs a document.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct SigningForm {
    /// What they are called.
    #[schema(required)]
    pub(super) name: String,
    /// What they are there.
    #[schema(required)]
    pub(super) title: String,
    /// `yes`, or nothing is signed.
    #[schema(required)]
    consent: String,
}

/// Whoever takes an invitation up. A password never comes back.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct SignupForm {
    /// What they are called; of who has no account.
    pub(super) first_name: String,
    /// What they do there, in their own words.
    #[serde(rename = "role_at_organization")]
    pub(super) role: String,
    /// The account's password, or the one that it is to have.
    #[schema(format = "password", required)]
    password: String,
}

impl SigningForm {
    /// The signature, given from there.
    pub(super) fn signature(&self, evidence: Evidence) -> SignatureFields {
        SignatureFields {
            name: self.name.clone(),
            title: self.title.clone(),
            consent: self.consent == "yes",
            evidence,
        }
    }
}

impl SignupForm {
    /// The form for somebody whom whoever invites calls so.
    pub(super) fn named(first_name: String) -> Self {
        Self { first_name, ..Self::default() }
    }

    /// What is said, the password taken out of it.
    pub(super) fn fields(&mut self) -> SignUpFields {
        SignUpFields {
            first_name: Some(self.first_name.clone()),
            password: Some(std::mem::take(&mut self.password)),
            role_at_organization: Some(self.role.clone()),
        }
    }

    /// The failure, as the password's.
    pub(super) fn at_password(error: Error) -> Error {
        error.at("password")
    }
}
