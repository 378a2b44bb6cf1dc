//! Projects of one organization are unknown in another, whatever ids it is handed.

use polity_kernel::{Code, Page};
use polity_projects::{ProjectKeys, ProjectMembers, ProjectPatch, ProjectRole, Projects, SecretKeyRef};
use polity_testkit::both_engines;

use crate::areas::directory;
use crate::common::{enter, found, id_of, person, whole};
use crate::projects::open;

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
            directory.projects.project(&access, theirs.id).map(drop),
            directory.projects.change_project(&access, theirs.id, ProjectPatch::default()).map(drop),
            directory.projects.close_project(&access, theirs.id),
            directory.projects.activate_project(&access, theirs.id),
            directory.projects.secret_keys(&access, theirs.id).map(drop),
            directory.projects.add_secret_key(&access, theirs.id).map(drop),
            directory.projects.withdraw_secret_key(&access, theirs.id, &key).map(drop),
            directory.projects.prefer_secret_key(&access, theirs.id, &key).map(drop),
            directory.projects.prefer_secret_key(&access, ours.id, &key).map(drop),
            directory.projects.project_members(&access, theirs.id, Page::first(9)).map(drop),
            directory.projects.give_project_role(&access, theirs.id, id_of(&ada), ProjectRole::Admin).map(drop),
            directory.projects.take_project_role(&access, theirs.id, id_of(&eve)),
        ];
        for (n, result) in refused.into_iter().enumerate() {
            assert_eq!(result.unwrap_err().code(), Code::NotFound, "number {n}");
        }
        assert_eq!(kit.rows(), before);
        assert_eq!(whole(|page| directory.projects.projects(&access, page)), std::slice::from_ref(&ours));
        assert_eq!(directory.projects.projects(&access, Page::after(9, theirs.id.uuid())).unwrap().items, []);
        assert_eq!(directory.projects.project(&there, theirs.id).unwrap(), theirs);
        directory.projects.close_project(&access, ours.id).unwrap();
        assert_eq!(directory.projects.project(&there, theirs.id).unwrap(), theirs, "closing one leaves the other of its name");
    }
}
