//! Names that nobody has, or has by chance: first names from everywhere, last names put together from two words.

const FIRST: [&str; 100] = [
    "Abena", "Adil", "Agnes", "Aiko", "Alba", "Amir", "Anouk", "Anton", "Arjun", "Astrid", "Ayla", "Bela",
    "Benedikt", "Birgit", "Bram", "Caio", "Camila", "Carys", "Cem", "Chidi", "Clara", "Cyrus", "Dagny",
    "Daniela", "Davit", "Delia", "Deniz", "Dmitri", "Edda", "Eero", "Elena", "Emeka", "Enzo", "Esra",
    "Fatou", "Felix", "Fiona", "Freya", "Gael", "Georgi", "Gita", "Goran", "Greta", "Hana", "Hector",
    "Helmi", "Hiro", "Ida", "Ilya", "Imani", "Ines", "Ivo", "Jamal", "Jana", "Jorge", "Juno", "Kaito",
    "Kalina", "Karim", "Kofi", "Lale", "Lars", "Leila", "Linnea", "Luca", "Magda", "Malik", "Marit", "Mateo",
    "Mei", "Milan", "Mira", "Nadia", "Naveen", "Nils", "Noor", "Olga", "Omar", "Oona", "Oskar", "Paloma",
    "Petra", "Pilar", "Quentin", "Rafael", "Rania", "Ravi", "Rosa", "Ruben", "Saana", "Samir", "Selma",
    "Silas", "Tamar", "Tariq", "Thea", "Tomas", "Uma", "Vera", "Yusuf",
];

const LAST_BEGINS: [&str; 40] = [
    "Alder", "Amber", "Ash", "Barley", "Birch", "Black", "Bramble", "Bright", "Brook", "Cedar", "Clear",
    "Clover", "Cold", "Copper", "Dove", "Dun", "Elder", "Ember", "Fallow", "Fern", "Flint", "Fox", "Gold",
    "Gray", "Green", "Hazel", "Heather", "Iron", "Juniper", "Kestrel", "Larch", "Linden", "Maple", "Marsh",
    "Moss", "Oak", "Otter", "Raven", "Reed", "Silver",
];

const LAST_ENDS: [&str; 25] = [
    "bank", "beck", "borne", "bridge", "brook", "burn", "by", "croft", "dale", "fell", "field", "ford",
    "gate", "grove", "ham", "holm", "ley", "mere", "moor", "ridge", "stead", "thorpe", "vale", "wick",
    "wood",
];

/// How many different names there are.
pub(super) const ALL: u32 = (FIRST.len() * LAST_BEGINS.len() * LAST_ENDS.len()) as u32;

/// The first and the last name of this number; after [`ALL`] they come again.
pub(super) fn of(number: u32) -> (&'static str, String) {
    // neighbors are to have nothing in common; the step and the number of names have no common divisor
    let place = (u64::from(number) * 61_803 % u64::from(ALL)) as usize;
    let (first, last) = (place % FIRST.len(), place / FIRST.len());
    let (begin, end) = (last % LAST_BEGINS.len(), last / LAST_BEGINS.len());
    let pick = |words: &[&'static str], index: usize| words.get(index).copied().unwrap_or_default();
    (pick(&FIRST, first), format!("{}{}", pick(&LAST_BEGINS, begin), pick(&LAST_ENDS, end)))
}

/// A number below `limit` that seems to be chance, the same each time.
pub(super) fn mixed(number: u32, limit: u32) -> u32 {
    (number.wrapping_mul(0x9E37_79B1) >> 8) % limit.max(1)
}
