//! Pages as they are documented; they are sent in pieces.

use utoipa::ToSchema;

use super::{
    ActivityEntry, ConnectionAttempt, Integration, LegalDocument, Organization, OrganizationConnection,
    OrganizationDomain, OrganizationInvite, OrganizationMember, Role, RoleMembership,
};

/// The documentation of a page of something.
macro_rules! page {
    ($($(#[$doc:meta])* $page:ident of $item:ty;)+) => {$(
        $(#[$doc])*
        #[derive(ToSchema)]
        #[expect(dead_code, reason = "only read by the documentation: the list is streamed")]
        pub(crate) struct $page {
            /// How many there are in all.
            count: i64,
            /// Where the next page is.
            next: Option<String>,
            /// Where the page before is.
            previous: Option<String>,
            /// Those of this page.
            results: Vec<$item>,
        }
    )+};
}

page! {
    /// What was changed, the newest first.
    ActivityPage of ActivityEntry;
    /// Connections, the oldest first.
    ConnectionPage of OrganizationConnection;
    /// The last 200 steps of sign-ins, the newest first.
    AttemptPage of ConnectionAttempt;
    /// E-mail domains, by name.
    DomainPage of OrganizationDomain;
    /// Organizations, the oldest first.
    OrganizationPage of Organization;
    /// Integrations, in order of connecting.
    IntegrationPage of Integration;
    /// Legal documents, the newest first.
    LegalDocumentPage of LegalDocument;
    /// Invitations that wait, expired ones too, the newest first.
    InvitePage of OrganizationInvite;
    /// Members.
    MemberPage of OrganizationMember;
    /// Roles: built-in ones, then the organization's own.
    RolePage of Role;
    /// Those who carry a role, in order of giving.
    RoleMembershipPage of RoleMembership;
}
