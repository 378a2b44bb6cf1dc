//! What is believed of an OpenID provider, and of one that speaks OAuth 2.0.

mod bench;
mod oauth2;
mod provider;
mod tokens;
