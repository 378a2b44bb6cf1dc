//! The keys of a client.

use serde_json::Value;

use crate::Client;

/// A client's keys, for assertions.
pub(crate) fn keys_of(client: &Client) -> &[Value] {
    client
        .jwks
        .as_ref()
        .and_then(|jwks| jwks.get("keys"))
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}
