//! What is believed of a SAML response, and every way known to us of having something else believed.

mod draft;
mod forged;
mod honest;
mod metadata;
mod misused;
mod wrapped;
