//! The permissions this area asks for inside an organization.

use polity_kernel::Permission;

/// See the legal documents.
pub const ORG_LEGAL_DOCUMENTS_LIST: Permission = Permission::of("org.legal_documents.list");
/// See one legal document, and download it once it is signed.
pub const ORG_LEGAL_DOCUMENTS_GET: Permission = Permission::of("org.legal_documents.get");
/// Submit a legal document for signature.
pub const ORG_LEGAL_DOCUMENTS_CREATE: Permission = Permission::of("org.legal_documents.create");
/// Mail the representative a new signing link.
pub const ORG_LEGAL_DOCUMENTS_UPDATE: Permission = Permission::of("org.legal_documents.update");
