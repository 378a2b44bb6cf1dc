//! Mail: written from templates, and handed to a mail server or written as files by jobs after commit.
//!
//! A job that sends mail is one attempt: however often it runs, its letter leaves at most once. Just before the server is given the
//! text, the job notes so in itself ([`job::note`](polity_kernel::job::note)); a run that finds the note does not send again. A failure that certainly
//! happened before the server took the letter on takes the note back, and the job is tried again later. What is then left is a
//! process that dies, or a line that breaks, in the moment between: such a letter may be lost, never doubled. The `Message-ID` is made from the
//! job's id, so that it is the same in every run.

mod invitation;
pub(crate) mod jobs;
pub(crate) mod joined;
mod letter;
mod line;
pub(crate) mod notices;
mod post;
pub(crate) mod proving;
mod signing;
mod smtp;
mod spool;

pub use invitation::InvitationLetter;
pub use joined::JoinedLetter;
pub use letter::Letter;
pub use line::Line;
pub use notices::Notice;
pub use post::{Attempt, Delivery, Post};
pub use proving::ProvingLetter;
pub use signing::SigningLetter;
pub(crate) use signing::spoken;
