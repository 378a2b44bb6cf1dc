//! A desk for the tests: an object store in memory, and whatever the documents' mails would say.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use polity_kernel::{Access, Code, Ctx, Error, Evidence, IdSource, MasterKey, Result, job};
use polity_legal::{
    DocumentType, LegalDocument, LegalDocumentFields, LegalDocuments, LegalWork, NewLegalDocument,
    NewSignature, ObjectStore, Ports, Service, Settings, SignatureFields, SigningMail, SigningProvider,
};
use polity_testkit::Kit;

use crate::common::{Node, node, person};

/// Files in memory, which can be out of reach.
#[derive(Default)]
pub(crate) struct Shelf {
    pub(crate) files: Mutex<BTreeMap<String, Vec<u8>>>,
    pub(crate) is_closed: Mutex<bool>,
}

/// Legal documents of one organization, whose owner acts.
pub(crate) struct Desk {
    pub(crate) node: Node,
    pub(crate) legal: Service,
    pub(crate) shelf: Arc<Shelf>,
    pub(crate) access: Access,
    pub(crate) worker: uuid::Uuid,
}

impl Shelf {
    fn open(&self) -> Result<()> {
        if *self.is_closed.lock().unwrap() {
            return Err(Error::new(Code::Unavailable, "the object store cannot be reached"));
        }
        Ok(())
    }
}

impl ObjectStore for Shelf {
    fn put(&self, key: &str, bytes: &[u8]) -> Result<()> {
        self.open()?;
        self.files.lock().unwrap().insert(key.to_owned(), bytes.to_vec());
        Ok(())
    }

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        self.open()?;
        Ok(self.files.lock().unwrap().get(key).cloned())
    }

    fn delete(&self, key: &str) -> Result<()> {
        self.open()?;
        self.files.lock().unwrap().remove(key);
        Ok(())
    }
}

pub(crate) fn settings() -> Settings {
    Settings {
        vendor_name: "Example Cloud Ltd".to_owned(),
        vendor_address: "2 Harbor Road\nPortsmouth".to_owned(),
        webhook_secret: Some("swordfish-swordfish".into()),
        ..Settings::default()
    }
}

pub(crate) fn service(ctx: &Ctx, shelf: &Arc<Shelf>, settings: &Settings) -> Service {
    let ports = Ports { objects: Arc::clone(shelf) as Arc<dyn ObjectStore>, provider: None };
    Service::new(ctx.clone(), &MasterKey::new([7; 32]), settings, ports).unwrap()
}

pub(crate) fn desk(kit: &Kit) -> Desk {
    let node = node(kit);
    let access = node.found(&person(kit, "ada@acme.example"), "acme");
    let shelf = Arc::new(Shelf::default());
    let legal = service(&kit.ctx, &shelf, &settings());
    Desk { node, legal, shelf, access, worker: IdSource::random().secret() }
}

pub(crate) fn document(kind: DocumentType) -> NewLegalDocument {
    let fields = LegalDocumentFields {
        kind,
        company_name: "Acme Ltd".to_owned(),
        company_address: "1 Main Street\nSpringfield".to_owned(),
        representative_email: "grace@acme.example".to_owned(),
    };
    NewLegalDocument::try_from(fields).unwrap()
}

pub(crate) fn signature(name: &str) -> NewSignature {
    let fields = SignatureFields {
        name: name.to_owned(),
        title: "Head of Operations".to_owned(),
        consent: true,
        evidence: Evidence {
            address: Some(IpAddr::from([192, 0, 2, 7])),
            user_agent: Some("Browser/1.0\r\n".to_owned()),
        },
    };
    NewSignature::try_from(fields).unwrap()
}

impl Desk {
    /// The same desk, whose documents this provider has signed.
    pub(crate) fn signed_by(self, kit: &Kit, provider: Arc<dyn SigningProvider>) -> Self {
        let objects = Arc::clone(&self.shelf) as Arc<dyn ObjectStore>;
        let ports = Ports { objects, provider: Some(provider) };
        let legal = Service::new(kit.ctx.clone(), &MasterKey::new([7; 32]), &settings(), ports).unwrap();
        Self { legal, ..self }
    }

    pub(crate) fn submitted(&self) -> LegalDocument {
        self.legal.submit(&self.access, document(DocumentType::Dpa)).unwrap()
    }

    /// The mail of the document's link of this number, as the job finds it.
    pub(crate) fn mail(&self, document: &LegalDocument, link_number: i64) -> Option<SigningMail> {
        self.legal.signing_mail(document.organization, document.id, link_number).unwrap()
    }

    /// The secret of the document's link of this number.
    pub(crate) fn link(&self, document: &LegalDocument, link_number: i64) -> String {
        self.mail(document, link_number).unwrap().link.exposed().to_owned()
    }

    /// The kinds of the jobs that are due, which count as done from then on.
    pub(crate) fn jobs(&self, kit: &Kit) -> Vec<(String, serde_json::Value)> {
        let mut jobs = Vec::new();
        while let Some(leased) = job::lease(&kit.ctx, self.worker).unwrap() {
            jobs.push((leased.kind.clone(), leased.payload.clone()));
            job::settle(&kit.ctx, self.worker, &leased, Ok(job::Outcome::Done)).unwrap();
        }
        jobs
    }
}
