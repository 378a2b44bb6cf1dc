//! Projects of one organization are unknown in another, whatever ids it is handed.

use polity_directory::{ProjectKeys, ProjectMembers, ProjectPatch, ProjectRole, Projects, SecretKeyRef};
use polity_kernel::{Code, Page};
use polity_testkit::both_engines;

use super::open;
use crate::common::{directory, enter, found, id_of, person, whole};

both_engines! {
    fn another_organization_s_project_is_unknown(kit) {
        let (directory, ada, eve) = (directory(kit), person(kit, "ada@acme.example"), person(kit, "eve@other.example"));
        found(&directory, &ada, "acme");
        found(&directory, &eve, "other");
        let (access, there) = (enter(&directory, &ada, "acme"), enter(&directory, &eve, "other"));
        let (ours, theirs) = (open(kit, &directory, &access, "Same"), open(kit, &directory, &there, "Same"));
        let key = SecretKeyRef::Id(theirs.secret_keys.clone().unwrap()[0].id);
        let before = kit.rows();
        let refused = [
            directory.project(&access, theirs.id).map(drop),
            directory.change_project(&access, theirs.id, ProjectPatch::default()).map(drop),
            directory.close_project(&access, theirs.id),
            directory.activate_project(&access, theirs.id),
            directory.secret_keys(&access, theirs.id).map(drop),
            directory.add_secret_key(&access, theirs.id).map(drop),
            directory.withdraw_secret_key(&access, theirs.id, &key).map(drop),
            directory.prefer_secret_key(&access, theirs.id, &key).map(drop),
            directory.prefer_secret_key(&access, ours.id, &key).map(drop),
            directory.project_members(&access, theirs.id, Page::first(9)).map(drop),
            directory.give_project_role(&access, theirs.id, id_of(&ada), ProjectRole::Admin).map(drop),
            directory.take_project_role(&access, theirs.id, id_of(&eve)),
        ];
        for (n, result) in refused.into_iter().enumerate() {
            assert_eq!(result.unwrap_err().code(), Code::NotFound, "number {n}");
        }
        assert_eq!(kit.rows(), before);
        assert_eq!(whole(|page| directory.projects(&access, page)), std::slice::from_ref(&ours));
        assert_eq!(directory.projects(&access, Page::after(9, theirs.id.uuid())).unwrap().items, []);
        assert_eq!(directory.project(&there, theirs.id).unwrap(), theirs);
        directory.close_project(&access, ours.id).unwrap();
        assert_eq!(directory.project(&there, theirs.id).unwrap(), theirs, "closing one leaves the other of its name");
    }
}
