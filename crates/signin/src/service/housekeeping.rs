//! What is done now and then: links that have expired forgotten.

use polity_kernel::Result;

use crate::service::Service;
use crate::{Housekeeping, store};

impl Housekeeping for Service {
    fn tidy(&self) -> Result<()> {
        self.ctx.write_platform(|tx| {
            let now = tx.now();
            store::proofs::forget(tx, now)?;
            Ok(())
        })
    }
}
