//! A license key that names its organization serves one, whatever that is called later.

use polity_directory::{Deletion, OrganizationPatch, Organizations};
use polity_kernel::{Access, Code, Error, Evidence, Result};
use polity_licensing::{Granting, LicenseType, Licensing, NewEstablishment};
use polity_testkit::both_engines;

use crate::common::{Node, node, person};
use crate::issuer::{growth, vendor};

fn call(node: &Node, access: &Access, alias: &str) {
    let patch = OrganizationPatch { alias: Some(alias.to_owned()), ..OrganizationPatch::default() };
    node.directory.update(access, patch).unwrap();
}

fn in_use<T: std::fmt::Debug>(result: Result<T>) {
    let error: Error = result.unwrap_err();
    assert_eq!(error.code(), Code::Invalid, "{error:?}");
    assert_eq!(error.fields()[0].message, "is in use by another organization");
}

both_engines! {
    fn an_alias_that_is_handed_on_takes_no_license_key_along(kit) {
        let node = node(kit);
        let ada = person(kit, "ada@acme.example");
        let [first, second] = ["first", "second"].map(|key| node.found(&ada, key));
        let key = vendor().sign(&growth("acme", "l-1"));
        call(&node, &first, "acme");
        node.licensing.apply_key(&first, &key).unwrap();
        call(&node, &first, "former");
        call(&node, &second, "acme");
        let before = kit.rows();
        in_use(node.licensing.apply_key(&second, &key));
        assert_eq!(kit.rows(), before);
        assert_eq!(node.licensing.license(&second).unwrap().kind, LicenseType::Free);
        // not even when the first has another license by now; it may have its key again
        node.licensing.take_type(&first, LicenseType::Free).unwrap();
        in_use(node.licensing.apply_key(&second, &key));
        call(&node, &second, "latter");
        call(&node, &first, "acme");
        assert_eq!(node.licensing.apply_key(&first, &key).unwrap().kind, LicenseType::Growth);
    }

    fn a_new_customer_does_not_come_by_the_key_of_another(kit) {
        let node = node(kit);
        let ada = person(kit, "ada@acme.example");
        let key = vendor().sign(&growth("acme", "l-1"));
        let founding = || NewEstablishment {
            license: Granting::Key(key.clone()),
            organization: polity_directory::NewOrganization::try_from(polity_directory::OrganizationFields {
                name: Some("Acme".to_owned()), ..Default::default()
            }).unwrap(),
            project: polity_directory::NewProject::try_from(polity_directory::ProjectFields {
                name: "Production".to_owned(), ..Default::default()
            }).unwrap(),
            eula_accepted: true,
            evidence: Evidence::default(),
        };
        node.licensing.establish(&ada, founding()).unwrap();
        let first = node.enter(&ada, "acme");
        call(&node, &first, "former");
        let before = kit.rows();
        in_use(node.licensing.establish(&ada, founding()));
        assert_eq!(kit.rows(), before);
        // once the first is gone, purged or not, its key serves whoever it names then
        node.directory.remove(&first, Deletion::Permitted).unwrap();
        node.licensing.establish(&ada, founding()).unwrap();
    }

    fn a_key_for_everybody_serves_everybody(kit) {
        let node = node(kit);
        let ada = person(kit, "ada@acme.example");
        let key = vendor().sign(&growth("*", "l-1"));
        for name in ["first", "second"] {
            node.licensing.apply_key(&node.found(&ada, name), &key).unwrap();
        }
    }
}
