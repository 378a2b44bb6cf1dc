//! The rule of nesting: no group contains itself, and ways from the bottom to the top stay short.

use std::collections::{BTreeMap, BTreeSet};

use polity_kernel::{Code, Error, Result};

use crate::{GroupId, MAX_DEPTH};

/// Groups and what contains them: as much of it as the links in question touch.
#[derive(Debug, Default)]
pub(crate) struct Nesting {
    parents: Ways,
    children: Ways,
}

type Ways = BTreeMap<GroupId, BTreeSet<GroupId>>;

impl Nesting {
    /// Takes note of a link that stands.
    pub(crate) fn note(&mut self, parent: GroupId, child: GroupId) {
        self.parents.entry(child).or_default().insert(parent);
        self.children.entry(parent).or_default().insert(child);
    }

    /// Takes note of a new link; `Cycle` when the child contains the parent, `Conflict` beyond [`MAX_DEPTH`].
    ///
    /// All that is above the parent and all that is below the child must have been noted.
    pub(crate) fn nest(&mut self, parent: GroupId, child: GroupId) -> Result<()> {
        self.nest_in_all(&BTreeSet::from([parent]), child)
    }

    /// Takes note of new links to one child, as [`Nesting::nest`] does; what is below the child is looked at once.
    pub(crate) fn nest_in_all(&mut self, parents: &BTreeSet<GroupId>, child: GroupId) -> Result<()> {
        let (_, depth) = reach(&self.children, child);
        for parent in parents {
            let (above, height) = reach(&self.parents, *parent);
            if *parent == child || above.contains(&child) {
                return Err(Error::new(Code::Cycle, "the group would contain itself"));
            }
            if height + 1 + depth > MAX_DEPTH {
                return Err(Error::new(Code::Conflict, format!("groups nest at most {MAX_DEPTH} deep")));
            }
            self.note(*parent, child);
        }
        Ok(())
    }
}

/// Everything the ways lead to from a group, and the steps of the longest.
fn reach(ways: &Ways, from: GroupId) -> (BTreeSet<GroupId>, i32) {
    let (mut reached, mut steps) = (BTreeSet::new(), 0);
    let mut here = BTreeSet::from([from]);
    while steps <= MAX_DEPTH {
        here = here.iter().filter_map(|group| ways.get(group)).flatten().copied().collect();
        if here.is_empty() {
            break;
        }
        reached.extend(&here);
        steps += 1;
    }
    (reached, steps)
}
