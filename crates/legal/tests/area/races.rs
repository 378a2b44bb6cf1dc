//! Two people sign at once: one does.

use std::sync::{Arc, Barrier};
use std::time::Duration;

use polity_kernel::db::Options;
use polity_kernel::{Code, Ctx, Db, IdSource};
use polity_legal::{DocumentStatus, DocumentType, LegalDocuments, Signing};
use polity_testkit::{Kit, both_engines};

use crate::desk::{Desk, desk, document, service, settings, signature};

/// How many run in a race.
const RIVALS: usize = 8;

/// What each rival comes to, all let go at the same moment, half of them on a second gateway.
fn at_once<T: Send>(
    kit: &Kit,
    desk: &Desk,
    act: impl Fn(&polity_legal::Service, usize) -> T + Sync,
) -> Vec<T> {
    let db = Db::open(kit.db().url(), &Options::default()).unwrap();
    let other = Ctx::new(db, kit.clock.clone(), IdSource::random());
    let other = service(&other, &desk.shelf, &settings());
    let nodes = [&desk.legal, &other];
    let (line, act) = (Arc::new(Barrier::new(RIVALS)), &act);
    std::thread::scope(|scope| {
        let run = |rival: usize| {
            let (line, node) = (Arc::clone(&line), nodes[rival % 2]);
            scope.spawn(move || {
                line.wait();
                act(node, rival)
            })
        };
        let threads: Vec<_> = (0..RIVALS).map(run).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

both_engines! {
    fn of_several_who_sign_at_once_one_does(kit) {
        let desk = desk(kit);
        let dpa = desk.submitted();
        let link = desk.link(&dpa, 1);
        let results = at_once(kit, &desk, |legal, n| legal.sign(&link, signature(&format!("Signer {n}"))));
        for refused in results.iter().filter_map(|result| result.as_ref().err()) {
            assert_eq!(refused.code(), Code::Conflict, "{refused:?}");
        }
        let winners: Vec<_> = results.iter().filter_map(|result| result.as_ref().ok()).collect();
        assert_eq!(winners.len(), 1);
        let signed = desk.legal.legal_document(&desk.access, dpa.id).unwrap();
        assert_eq!((signed.status, &signed.signature), (DocumentStatus::Signed, &winners[0].0.signature));
        assert_eq!(desk.shelf.files.lock().unwrap().len(), 1);
    }

    fn of_several_who_submit_at_once_one_does(kit) {
        let desk = desk(kit);
        let results = at_once(kit, &desk, |legal, _| legal.submit(&desk.access, document(DocumentType::Dpa)));
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert_eq!(desk.legal.legal_documents(&desk.access).unwrap().len(), 1);
        assert_eq!(desk.jobs(kit).len(), 1, "one mail");
    }

    fn a_signature_and_a_new_link_do_not_pass_each_other(kit) {
        let desk = desk(kit);
        let dpa = desk.submitted();
        let link = desk.link(&dpa, 1);
        kit.pass(Duration::from_secs(60));
        let results = at_once(kit, &desk, |legal, n| match n {
            0 => legal.sign(&link, signature("Grace Example")).map(drop),
            _ => legal.renew_link(&desk.access, dpa.id).map(drop),
        });
        let present = desk.legal.legal_document(&desk.access, dpa.id).unwrap();
        assert_eq!(present.signature.is_some(), results[0].is_ok(), "{:?}", results[0]);
    }
}
