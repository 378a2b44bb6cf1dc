//! What an organization sets for its people and programs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::role::RoleId;

/// What an organization sets for its people and programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether members below admin may invite, where the organization is entitled to say so; absent: nothing was said, and they may.
    pub members_can_invite: Option<bool>,
    /// Whether people who sign in must show two factors to enter (docs/decisions/0040); absent: nothing was said, and one is enough.
    pub enforce_2fa: Option<bool>,
    /// Whether members below admin may use personal API keys, where the organization is entitled to say so; see
    /// [`Entry::require_own_key`](crate::Entry::require_own_key).
    pub members_can_use_personal_api_keys: bool,
    /// The role given to whoever becomes a member, in whatever way; absent: none. It is one that is there and comes with no level.
    pub default_role_id: Option<RoleId>,
    /// What is kept for products to read, and binds nobody here.
    pub products: ProductSettings,
}

/// A change of settings. `None` leaves a thing as it is, `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct SettingsPatch {
    /// Whether members below admin may invite.
    pub members_can_invite: Option<Option<bool>>,
    /// Whether people who sign in must show two factors to enter.
    pub enforce_2fa: Option<Option<bool>>,
    /// Whether members below admin may use personal API keys.
    pub members_can_use_personal_api_keys: Option<bool>,
    /// The role given to whoever becomes a member. Needs `org.user.roles.update` and what of polity's permissions it gives.
    pub default_role_id: Option<Option<RoleId>>,
    /// What is kept for one product; absent: as it is.
    pub product: Option<ProductSettingsPatch>,
}

/// What an organization sets for single products: a document for each, by its namespace, which is the name of the family that knows what
/// stands in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductSettings(BTreeMap<String, Map<String, Value>>);

/// A change of what is kept for one product, as a merge patch: null clears (RFC 7396). Whoever makes it has judged it.
#[derive(Clone, Debug)]
pub struct ProductSettingsPatch {
    /// Whose settings they are.
    pub namespace: &'static str,
    /// The members to set; those of which the value is null go.
    pub members: Map<String, Value>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            members_can_invite: None,
            enforce_2fa: None,
            members_can_use_personal_api_keys: true,
            default_role_id: None,
            products: ProductSettings::default(),
        }
    }
}

impl Settings {
    /// The settings as the patch makes them.
    pub(crate) fn patched(&self, patch: &SettingsPatch) -> Self {
        let mut products = self.products.clone();
        if let Some(product) = &patch.product {
            products.merge(product);
        }
        Self {
            members_can_invite: patch.members_can_invite.unwrap_or(self.members_can_invite),
            enforce_2fa: patch.enforce_2fa.unwrap_or(self.enforce_2fa),
            members_can_use_personal_api_keys: patch
                .members_can_use_personal_api_keys
                .unwrap_or(self.members_can_use_personal_api_keys),
            default_role_id: patch.default_role_id.unwrap_or(self.default_role_id),
            products,
        }
    }
}

impl ProductSettings {
    /// What is kept for this product; absent: nothing yet.
    pub fn of(&self, namespace: &str) -> Option<&Map<String, Value>> {
        self.0.get(namespace)
    }

    /// All that is kept: a document for each product, by its name.
    pub(crate) fn document(&self) -> Value {
        let documents = self.0.iter().map(|(name, kept)| (name.clone(), Value::Object(kept.clone())));
        Value::Object(documents.collect())
    }

    /// Whether nothing is kept for any product.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn merge(&mut self, patch: &ProductSettingsPatch) {
        let mut kept = self.0.remove(patch.namespace).unwrap_or_default();
        for (name, value) in &patch.members {
            if value.is_null() {
                kept.remove(name);
            } else {
                kept.insert(name.clone(), value.clone());
            }
        }
        if !kept.is_empty() {
            self.0.insert(patch.namespace.to_owned(), kept);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn patch(namespace: &'static str, members: Value) -> SettingsPatch {
        let Value::Object(members) = members else { panic!("members of an object") };
        SettingsPatch {
            product: Some(ProductSettingsPatch { namespace, members }),
            ..SettingsPatch::default()
        }
    }

    #[test]
    fn one_products_settings_leave_anothers_alone() {
        let settings = Settings::default().patched(&patch("api", json!({ "shares": true, "method": "" })));
        let settings = settings.patched(&patch("v1", json!({ "shares": false })));
        let settings = settings.patched(&patch("api", json!({ "shares": null, "unknown": null })));
        assert_eq!(
            serde_json::to_value(&settings.products).unwrap(),
            json!({ "api": { "method": "" }, "v1": { "shares": false } })
        );
        let settings = settings.patched(&patch("v1", json!({ "shares": null })));
        assert_eq!(settings.products.of("v1"), None, "nothing is kept of nothing");
    }
}
