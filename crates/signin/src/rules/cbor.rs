//! CBOR (RFC 8949) as authenticators write it: definite lengths, no tags, a few levels.

/// How deep lists and maps may lie in each other: an attestation has three levels.
const DEEPEST: usize = 8;

/// A value that was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Item<'b> {
    Number(i64),
    Bytes(&'b [u8]),
    Text(&'b str),
    List(Vec<Item<'b>>),
    Map(Vec<Entry<'b>>),
    /// A boolean, null or fraction, which nothing here asks for.
    Other,
}

/// A key of a map and what it stands for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry<'b> {
    key: Item<'b>,
    value: Item<'b>,
}

/// Reads items one after the other.
pub(crate) struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Item<'b> {
    /// What stands in a map for this key, which it has once.
    pub(crate) fn get(&self, key: &Item<'_>) -> Option<&Item<'b>> {
        let Self::Map(entries) = self else { return None };
        let mut found = entries.iter().filter(|entry| entry.key == *key);
        found.next().map(|entry| &entry.value).filter(|_| found.next().is_none())
    }

    pub(crate) fn number(&self) -> Option<i64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    pub(crate) fn bytes(&self) -> Option<&'b [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }
}

impl<'b> Reader<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been read.
    pub(crate) fn rest(&self) -> &'b [u8] {
        self.rest
    }

    /// The next item; absent where there is none, or none of a form that is read.
    pub(crate) fn item(&mut self) -> Option<Item<'b>> {
        self.item_at(0)
    }

    fn item_at(&mut self, depth: usize) -> Option<Item<'b>> {
        if depth > DEEPEST {
            return None;
        }
        let [first] = *self.take(1)? else { return None };
        let (major, info) = (first >> 5, first & 31);
        let argument = self.argument(info)?;
        let number = i64::try_from(argument).ok();
        let length = usize::try_from(argument).ok();
        match major {
            0 => number.map(Item::Number),
            1 => number.map(|number| Item::Number(-1 - number)),
            2 => self.take(length?).map(Item::Bytes),
            3 => std::str::from_utf8(self.take(length?)?).ok().map(Item::Text),
            4 => self.list(length?, depth),
            5 => self.map(length?, depth),
            7 => Some(Item::Other),
            _ => None,
        }
    }

    /// The number behind the first byte; of a fraction, its bytes.
    fn argument(&mut self, info: u8) -> Option<u64> {
        let length = match info {
            0..=23 => return Some(u64::from(info)),
            24..=27 => 1 << (info - 24),
            _ => return None,
        };
        Some(self.take(length)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// As many items as are said; nothing is set aside for more than there are.
    fn list(&mut self, length: usize, depth: usize) -> Option<Item<'b>> {
        let mut items = Vec::new();
        for _ in 0..length {
            items.push(self.item_at(depth + 1)?);
        }
        Some(Item::List(items))
    }

    fn map(&mut self, length: usize, depth: usize) -> Option<Item<'b>> {
        let mut entries = Vec::new();
        for _ in 0..length {
            let key = self.item_at(depth + 1)?;
            let value = self.item_at(depth + 1)?;
            entries.push(Entry { key, value });
        }
        Some(Item::Map(entries))
    }

    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Option<Item<'_>> {
        let mut reader = Reader::new(bytes);
        reader.item().filter(|_| reader.rest().is_empty())
    }

    #[test]
    fn items_are_read() {
        assert_eq!(read(&[0x17]), Some(Item::Number(23)));
        assert_eq!(read(&[0x39, 0x01, 0x00]), Some(Item::Number(-257)));
        assert_eq!(read(&[0x42, 1, 2]), Some(Item::Bytes(&[1, 2])));
        assert_eq!(read(&[0x63, b'f', b'm', b't']), Some(Item::Text("fmt")));
        assert_eq!(read(&[0x82, 0xf5, 0xf9, 0x3c, 0]), Some(Item::List(vec![Item::Other, Item::Other])));
        let map = [0xa2, 1, 2, 0x20, 0x40];
        assert_eq!(read(&map).unwrap().get(&Item::Number(-1)).unwrap().bytes(), Some(&[][..]));
        assert_eq!(read(&[0xa2, 1, 2, 1, 3]).unwrap().get(&Item::Number(1)), None, "twice");
    }

    #[test]
    fn what_no_authenticator_writes_is_nothing() {
        let deep = [[0x81; 20].as_slice(), &[0]].concat();
        let cases: [&[u8]; 10] = [
            &[],
            &[0x18],
            &[0x42, 1],
            &[0x61, 0xff],
            &[0x5f, 0x41, 1, 0xff],
            &[0xc0, 0],
            &[0x82, 0],
            &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x1c],
            &deep,
        ];
        for bytes in cases {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }
}
