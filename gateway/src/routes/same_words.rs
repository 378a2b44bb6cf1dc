//! Words of a family against words of an area.

/// Both ways between two lists of the same words.
macro_rules! same_words {
    ($area:ident = $wire:ident { $($word:ident)+ }) => {
        impl From<$area> for $wire {
            fn from(word: $area) -> Self {
                match word { $($area::$word => Self::$word),+ }
            }
        }

        impl From<$wire> for $area {
            fn from(word: $wire) -> Self {
                match word { $($wire::$word => Self::$word),+ }
            }
        }
    };
}
