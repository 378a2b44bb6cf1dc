//! The jobs that send mail: each reads what there is to say, writes the letter, sends it, and notes that it has left.

use polity_directory::jobs::MailInvitation;
use polity_kernel::job::Outcome;
use polity_kernel::{Result, Timestamp};
use polity_legal::jobs::MailSigningLink;

use super::{Delivery, InvitationLetter, Line, SigningLetter, spoken};
use crate::jobs::run::Run;

/// Where an invitation is accepted; its id follows.
const SIGNUP: &str = "/signup/";

/// Where a document is read and signed; the link's secret follows.
const SIGNING: &str = "/sign/";

/// The job `mail.invitation`: tells somebody that they are invited.
pub(crate) fn invitation(run: &Run<'_>) -> Result<Outcome> {
    let MailInvitation { organization, invitation: id, number } = run.attempt.job.work()?;
    let Some(mail) = run.polity.directory.invitation_mail(organization, id, number)? else {
        return Ok(Outcome::Done);
    };
    let invitation = mail.invitation;
    let letter = InvitationLetter {
        to: invitation.email,
        first_name: invitation.first_name.as_deref().and_then(Line::some),
        organization: Line::new(&invitation.organization_name),
        inviter: mail.inviter.as_ref().map(Line::of_person),
        message: invitation.message,
        delegated: invitation.is_delegation,
        link: run.post.link(&format!("{SIGNUP}{id}")),
        until: minute(invitation.expires_at),
    };
    if run.post.send(&run.attempt, &letter.write()?)? == Delivery::Left {
        run.polity.directory.mailed(organization, id, number)?;
    }
    Ok(Outcome::Done)
}

/// The job `mail.signing`: gives the representative the one link that signs.
pub(crate) fn signing(run: &Run<'_>) -> Result<Outcome> {
    let MailSigningLink { organization, document: id, link_number } = run.attempt.job.work()?;
    let Some(mail) = run.polity.legal.signing_mail(organization, id, link_number)? else {
        return Ok(Outcome::Done);
    };
    let letter = SigningLetter {
        to: mail.document.representative,
        company: Line::new(&mail.document.company_name),
        organization: Line::new(&mail.organization_name),
        document: spoken(mail.document.kind),
        link: run.post.link(&format!("{SIGNING}{}", mail.link.exposed())),
        until: minute(mail.document.link_expires_at),
    };
    run.post.send(&run.attempt, &letter.write()?)?;
    Ok(Outcome::Done)
}

/// An instant as a letter tells it, in the one form that is read the same everywhere: `2026-11-25 09:30 UTC`.
pub(crate) fn minute(at: Timestamp) -> String {
    let text = at.rfc3339();
    format!("{} {} UTC", text.get(..10).unwrap_or(&text), text.get(11..16).unwrap_or_default())
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::HashMap;
    use std::time::Duration;

    use polity_directory::{
        InvitationFields, InvitationId, NewInvitation, NewOrganization, OrganizationFields,
    };
    use polity_kernel::job::{self, LEASE};
    use polity_kernel::{Access, Actor, Level, Limits, MasterKey, PermissionSet, Subject};
    use polity_legal::{DocumentType, LegalDocumentFields, NewLegalDocument};
    use polity_testkit::{Kit, both_engines};
    use tempfile::TempDir;

    use super::*;
    use crate::areas::Polity;
    use crate::boot;
    use crate::config::Settings;
    use crate::outside::mail::{Attempt, Post};

    /// A service with an organization and its owner, whose mail is written to a folder.
    pub(in crate::outside::mail) struct Ground {
        pub(in crate::outside::mail) polity: Polity,
        access: Access,
        post: Post,
        _folder: TempDir,
    }

    impl Ground {
        pub(in crate::outside::mail) fn new(kit: &Kit) -> Self {
            let folder = TempDir::new().unwrap();
            let told = ("POLITY_DATA_DIR".to_owned(), folder.path().to_str().unwrap().to_owned());
            let settings = Settings::load(&HashMap::from([told]), None).unwrap();
            let identity = polity_identity::Settings {
                issuer: "http://polity.test".to_owned(),
                audience: "http://polity.test".to_owned(),
                token_ttl: Duration::from_secs(60),
                registration: polity_identity::Registration::Open,
                trusted: Vec::new(),
                master: MasterKey::new([7; 32]),
            };
            let polity = boot::assemble(&kit.ctx, identity, &settings).unwrap();
            let fields = polity_accounts::AccountFields {
                email: "grace@acme.example".to_owned(),
                profile: polity_accounts::AccountProfile {
                    name: Some("Grace".to_owned()),
                    ..polity_accounts::AccountProfile::default()
                },
                ..Default::default()
            };
            let new = polity_accounts::NewAccount::try_from(fields).unwrap();
            let grace =
                polity_accounts::People::create(polity.accounts.as_ref(), &Actor::system(), new).unwrap();
            let grace = Actor::new(Subject::Person(grace.id), Limits::default(), PermissionSet::all());
            let fields = OrganizationFields { key: Some("acme".to_owned()), ..Default::default() };
            polity.directory.found(&grace, NewOrganization::try_from(fields).unwrap()).unwrap();
            let access = polity.enter(&grace, &"acme".parse().unwrap()).unwrap();
            let post = Post::new(&settings, "https://polity.test".to_owned());
            Self { polity, access, post, _folder: folder }
        }

        pub(in crate::outside::mail) fn invite(&self) -> InvitationId {
            let fields = InvitationFields {
                email: "ada@other.example".to_owned(),
                first_name: Some("Ada".to_owned()),
                message: Some("Come in.".to_owned()),
                level: Level::Member,
                projects: Vec::new(),
                mail: true,
                combine: false,
            };
            let new = vec![NewInvitation::try_from(fields).unwrap()];
            self.polity.directory.invite(&self.access, new).unwrap().remove(0).id
        }

        /// Runs the next job with `work`, without settling it.
        pub(in crate::outside::mail) fn run(
            &self,
            kit: &Kit,
            kind: &str,
            work: fn(&Run<'_>) -> Result<Outcome>,
        ) {
            let worker = kit.ctx.ids().secret();
            let job = job::lease(&kit.ctx, worker).unwrap().unwrap();
            assert_eq!(job.kind, kind);
            let attempt = Attempt { ctx: &kit.ctx, worker, job: &job };
            let run = Run { polity: &self.polity, post: &self.post, attempt };
            assert_eq!(work(&run).unwrap(), Outcome::Done);
        }

        pub(in crate::outside::mail) fn letters(&self) -> Vec<String> {
            let entries = std::fs::read_dir(self.post.folder().unwrap()).into_iter().flatten();
            let read =
                |entry: std::io::Result<std::fs::DirEntry>| std::fs::read_to_string(entry.unwrap().path());
            entries.map(|entry| read(entry).unwrap().replace("\r\n", "\n")).collect()
        }
    }

    both_engines! {
        fn an_invitation_is_told_of_once_with_a_link_that_leads_to_it(kit) {
            let ground = Ground::new(kit);
            let id = ground.invite();
            ground.run(kit, "mail.invitation", invitation);
            kit.pass(LEASE + Duration::from_secs(1));
            ground.run(kit, "mail.invitation", invitation);
            let letters = ground.letters();
            assert_eq!(letters.len(), 1);
            let link = format!("\nhttps://polity.test/signup/{id}\n");
            assert!(letters[0].contains(&link) && letters[0].contains("Hello Ada,"), "{}", letters[0]);
            assert!(ground.polity.directory.follow(None, id).unwrap().invitation.mails_sent == 1);
        }

        fn an_invitation_that_was_withdrawn_is_not_told_of(kit) {
            let ground = Ground::new(kit);
            let id = ground.invite();
            ground.polity.directory.withdraw(&ground.access, id).unwrap();
            ground.run(kit, "mail.invitation", invitation);
            assert!(ground.letters().is_empty());
        }

        fn the_link_to_sign_opens_its_document(kit) {
            let ground = Ground::new(kit);
            let fields = LegalDocumentFields {
                kind: DocumentType::Dpa,
                company_name: "Acme & Sons".to_owned(),
                company_address: "1 Harbor Lane".to_owned(),
                representative_email: "ada@acme.example".to_owned(),
            };
            ground.polity.legal.submit(&ground.access, NewLegalDocument::try_from(fields).unwrap()).unwrap();
            ground.run(kit, "mail.signing", signing);
            let letters = ground.letters();
            assert!(letters[0].contains("Subject: Please sign the data processing agreement of Acme & Sons"));
            let link = letters[0].lines().find_map(|line| line.strip_prefix("https://polity.test/sign/"));
            assert_eq!(ground.polity.legal.opened(link.unwrap()).unwrap().0.company_name, "Acme & Sons");
        }
    }
}
