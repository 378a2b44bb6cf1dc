//! What events say of account types and of who holds them.

use polity_kernel::{AccountId, Permission, Timestamp, record};

use crate::{AccountTypeId, AssignmentId, AssignmentStatus, TypeStatus};

record! {
    /// A kind of account that an organization gives.
    pub(crate) struct AccountType of of: crate::AccountType {
        /// Its id.
        id: AccountTypeId,
        /// The name the organization knows it by.
        code: String = of.code.to_string(),
        /// The name people read.
        name: String,
        /// What it is for.
        description: Option<String>,
        /// Whether it can be assigned.
        status: TypeStatus,
        /// What a holder must satisfy.
        requirements: Requirements = Requirements::from(&of.requirements),
        /// How long an assignment lasts.
        specifications: Specifications = Specifications::from(&of.specifications),
        /// What a holder must agree to, in order.
        agreements: Vec<Agreement> = of.agreements.iter().map(Agreement::from).collect(),
        /// Ids of the subscriptions that come with it.
        subscriptions: Vec<String>,
        /// What holders may do.
        permissions: Vec<Permission> = of.permissions.iter().cloned().collect(),
        /// The roles holders have.
        roles: Vec<GrantedRole> = of.roles.iter().map(GrantedRole::from).collect(),
        /// When it was made.
        created_at: Timestamp,
        /// When it last changed.
        updated_at: Timestamp,
        /// Raised by each change.
        version: i64,
    }
}

record! {
    /// What a person must satisfy to hold an account of a type.
    pub(crate) struct Requirements of of: crate::Requirements {
        /// Identity papers checked.
        ekyc: bool,
        /// A second factor by time-based code.
        totp: bool,
        /// An e-mail address.
        email: bool,
        /// A means of payment.
        payment: bool,
        /// An employer.
        employer: bool,
    }
}

record! {
    /// How long an assignment lasts.
    pub(crate) struct Specifications of of: crate::Specifications {
        /// When an assignment made now expires.
        expiry: Option<String> = of.expiry.as_ref().map(ToString::to_string),
        /// How long what it stands for is valid.
        validity: Option<String> = of.validity.as_ref().map(ToString::to_string),
    }
}

record! {
    /// An agreement a holder has to accept.
    pub(crate) struct Agreement of of: crate::Agreement {
        /// Its id in the store of agreements.
        id: String,
        /// Its title.
        name: Option<String>,
        /// What it is about.
        description: Option<String>,
        /// How it stood when it was last looked up.
        status: Option<String>,
        /// Which kind of agreement it is.
        kind: Option<String>,
    }
}

record! {
    /// A role that holders of a type always have.
    pub(crate) struct GrantedRole of of: crate::GrantedRole {
        /// What the role is called in addresses.
        key: String,
        /// The name people read.
        name: Option<String>,
        /// What it is for.
        description: Option<String>,
        /// The product or area it belongs to.
        namespace: Option<String>,
        /// What it gives.
        permissions: Vec<Permission> = of.permissions.iter().cloned().collect(),
    }
}

record! {
    /// One account type held by one account.
    pub(crate) struct Assignment of held: crate::Assignment {
        /// Its id.
        id: AssignmentId,
        /// Who holds it.
        account: AccountId,
        /// Which type.
        code: String = held.code.to_string(),
        /// How it stands.
        status: AssignmentStatus,
        /// When it was first made.
        created_at: Timestamp,
        /// Since when it gives what its type says.
        effective_at: Timestamp,
        /// Until when; absent: without end.
        expires_at: Option<Timestamp>,
        /// When it last changed.
        updated_at: Timestamp,
        /// Raised by each change.
        version: i64,
    }
}
