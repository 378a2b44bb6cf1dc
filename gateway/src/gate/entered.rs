//! What a list is read with, and how that is proven anew at each of its pages.

use polity_kernel::{Access, Actor, Result};

use crate::areas::Polity;

/// What a caller who was let in reads a list with. A list may be long under way: before each further page the credential is judged anew, and
/// this says whether its actor may still read the same list.
pub trait Entered: Sized + Send + Sync + 'static {
    /// The same as of now.
    ///
    /// # Errors
    /// Those of entering, once the actor may not any more.
    fn again(&self, polity: &Polity, actor: Actor) -> Result<Self>;
}

impl Entered for Actor {
    fn again(&self, _: &Polity, actor: Actor) -> Result<Self> {
        Ok(actor)
    }
}

impl Entered for Access {
    /// Enters the organization that the list is of, even where the actor's current one has become another.
    fn again(&self, polity: &Polity, actor: Actor) -> Result<Self> {
        polity.enter(&actor, &self.organization().into())
    }
}

impl<C: Clone + Send + Sync + 'static> Entered for (Access, C) {
    fn again(&self, polity: &Polity, actor: Actor) -> Result<Self> {
        Ok((self.0.again(polity, actor)?, self.1.clone()))
    }
}

impl<T: Clone + Send + Sync + 'static> Entered for Vec<T> {
    /// A list that was read as a whole is sent as it was.
    fn again(&self, _: &Polity, _: Actor) -> Result<Self> {
        Ok(self.clone())
    }
}
