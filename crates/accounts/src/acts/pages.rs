//! Pages of lists that only know cursors.

use polity_kernel::{Page, Paged, Result};

/// The page as it is, unless it begins at an offset: of a list that only knows cursors, all before it is read and let go.
pub(crate) fn at_offset<T>(page: Page, mut read: impl FnMut(Page) -> Result<Paged<T>>) -> Result<Paged<T>> {
    let mut left = page.skip();
    if left == 0 {
        return read(page);
    }
    let mut here = Page::first(left);
    loop {
        let skipped = read(here)?;
        left -= here.limit;
        match skipped.next {
            None => return Ok(Paged { items: Vec::new(), next: None }),
            Some(cursor) if left == 0 => return read(Page::after(page.limit, cursor)),
            Some(cursor) => here = Page::after(left, cursor),
        }
    }
}
