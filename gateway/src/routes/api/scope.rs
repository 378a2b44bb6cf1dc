//! Scopes of API keys: what a credential that is limited to some permissions must hold (contract api, facts 0.2).
//!
//! The words and the permissions they stand for are [`polity_identity::Scope`]'s, so that they mean the same wherever a credential is
//! made; a handler asks for one by `Scope::OrganizationRead.asked(&access, &PERMISSION)` before it calls.

pub(super) use polity_identity::Scope;

#[cfg(test)]
mod tests {
    use polity_legal::permissions::{
        ORG_LEGAL_DOCUMENTS_CREATE, ORG_LEGAL_DOCUMENTS_GET, ORG_LEGAL_DOCUMENTS_LIST,
        ORG_LEGAL_DOCUMENTS_UPDATE,
    };

    use super::*;

    #[test]
    fn the_scopes_of_legal_documents_are_what_their_area_asks_for() {
        let (read, write) = (Scope::LegalRead.permissions(), Scope::LegalWrite.permissions());
        assert!(read.lacking([&ORG_LEGAL_DOCUMENTS_LIST, &ORG_LEGAL_DOCUMENTS_GET]).is_empty());
        assert!(
            write
                .lacking([
                    &ORG_LEGAL_DOCUMENTS_LIST,
                    &ORG_LEGAL_DOCUMENTS_GET,
                    &ORG_LEGAL_DOCUMENTS_CREATE,
                    &ORG_LEGAL_DOCUMENTS_UPDATE
                ])
                .is_empty()
        );
        assert_eq!((read.iter().count(), write.iter().count()), (2, 4));
    }
}
