//! Two organizations and their people, for tests of who sees whom.

use polity_directory::{Assignee, Members, RoleAssignments, Service};
use polity_kernel::Actor;
use polity_testkit::Kit;

use crate::common::{directory, enter, found, given, id_of, join, key, person, tick};

/// Ada owns acme, where Bob and Cyd are members and Max is a manager; Eve owns other, where Cyd is a member too.
pub(crate) struct Town {
    pub(crate) directory: Service,
    pub(crate) ada: Actor,
    pub(crate) bob: Actor,
    pub(crate) cyd: Actor,
    pub(crate) max: Actor,
    pub(crate) eve: Actor,
}

pub(crate) fn town(kit: &Kit) -> Town {
    let directory = directory(kit);
    let (ada, eve) = (person(kit, "ada@acme.example"), person(kit, "eve@other.example"));
    tick(kit);
    found(&directory, &ada, "acme");
    tick(kit);
    found(&directory, &eve, "other");
    let [bob, cyd, max] = ["bob", "cyd", "max"]
        .map(|name| join(kit, &directory, &ada, "acme", &format!("{name}@acme.example")));
    directory.add_member(&enter(&directory, &eve, "other"), id_of(&cyd).into()).unwrap();
    directory
        .grant(&enter(&directory, &ada, "acme"), given(Assignee::Account(id_of(&max)), &key("manager"), None))
        .unwrap();
    Town { directory, ada, bob, cyd, max, eve }
}
