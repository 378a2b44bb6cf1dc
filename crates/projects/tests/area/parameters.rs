//! What programs set for a project: secrets are kept and never shown again.

use polity_directory::{NewProject, Parameter, ProjectFields};
use polity_kernel::{Access, Code, Result};
use polity_projects::{ProjectPatch, Projects};
use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::areas::{Areas, directory};
use crate::common::{enter, found, person};
use crate::projects::{log, open};

const SECRET: &str = "hush-71d0-quite-unlikely-elsewhere";

fn parameter(name: &str, value: Value, sensitive: bool) -> Parameter {
    Parameter { name: name.to_owned(), value, sensitive, credential: false }
}

fn set(
    directory: &Areas,
    access: &Access,
    id: polity_directory::ProjectId,
    sent: Vec<Parameter>,
) -> Result<Value> {
    let patch = ProjectPatch { parameters: Some(sent), ..ProjectPatch::default() };
    directory
        .projects
        .change_project(access, id, patch)
        .map(|project| serde_json::to_value(project.parameters).unwrap())
}

both_engines! {
    fn a_secret_is_masked_and_nowhere_to_be_read(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let credential = Parameter { credential: true, ..parameter("key", json!([SECRET]), false) };
        let parameters = vec![
            parameter("region", json!({ "b": [1, null], "a": true }), false),
            parameter("token", json!(SECRET), true),
            credential,
        ];
        let fields = ProjectFields { name: "Shop".into(), parameters, ..ProjectFields::default() };
        let new = NewProject::try_from(fields).unwrap();
        assert!(!format!("{new:?}").contains(SECRET));
        let shop = directory.projects.open_project(&access, new).unwrap();
        assert_eq!(
            serde_json::to_value(&shop.parameters).unwrap(),
            json!([
                { "name": "region", "value": { "a": true, "b": [1, null] }, "sensitive": false, "credential": false },
                { "name": "token", "value": "(sensitive)", "sensitive": true, "credential": false },
                { "name": "key", "value": "(sensitive)", "sensitive": false, "credential": true },
            ])
        );
        assert_eq!(directory.projects.project(&access, shop.id).unwrap(), shop, "as it was opened");
        set(&directory, &access, shop.id, vec![parameter("token", json!("(sensitive)"), true)]).unwrap();
        assert!(log(kit, &access).contains("(sensitive)") && !log(kit, &access).contains(SECRET));
        let (dump, hex) = (kit.dump(), SECRET.bytes().map(|byte| format!("{byte:02x}")).collect::<String>());
        for text in [SECRET, &hex] {
            assert!(!dump.windows(text.len()).any(|part| part == text.as_bytes()));
        }
    }

    fn the_mask_keeps_what_there_is_and_nothing_else(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &access, "Shop");
        let masked = || vec![parameter("token", json!("(sensitive)"), true)];
        let before = directory.projects.project(&access, shop.id).unwrap();
        let refused = set(&directory, &access, shop.id, masked()).unwrap_err();
        assert_eq!((refused.code(), refused.fields()[0].field.as_str()), (Code::Invalid, "parameters.token"));
        assert_eq!(directory.projects.project(&access, shop.id).unwrap(), before);

        let shown = set(&directory, &access, shop.id, vec![parameter("token", json!(SECRET), true)]).unwrap();
        assert_eq!(set(&directory, &access, shop.id, masked()).unwrap(), shown);
        let renamed = ProjectPatch { name: Some("Store".into()), ..ProjectPatch::default() };
        let after = directory.projects.change_project(&access, shop.id, renamed).unwrap();
        assert_eq!(serde_json::to_value(&after.parameters).unwrap(), shown, "another change leaves them");
        assert!(set(&directory, &access, shop.id, masked()).is_ok(), "and what they stand for");
        assert_eq!(set(&directory, &access, shop.id, vec![]).unwrap(), json!([]));
        assert!(set(&directory, &access, shop.id, masked()).is_err(), "what was taken away is not kept");
    }

    fn what_will_not_do_opens_nothing(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let before = kit.rows();
        for (sent, field) in [
            (vec![parameter("", json!(1), false)], "parameters"),
            (vec![parameter("a", json!("x".repeat(8 * 1024)), false)], "parameters.a"),
            (vec![parameter("a", json!(1), false), parameter("a", json!(2), true)], "parameters.a"),
            ((0..51).map(|n| parameter(&n.to_string(), json!(n), false)).collect(), "parameters"),
        ] {
            let fields = ProjectFields { name: "Shop".into(), parameters: sent, ..ProjectFields::default() };
            let refused = directory.projects.open_project(&access, NewProject::try_from(fields).unwrap()).unwrap_err();
            assert_eq!((refused.code(), refused.fields()[0].field.as_str()), (Code::Invalid, field));
        }
        assert_eq!(kit.rows(), before);
    }
}
