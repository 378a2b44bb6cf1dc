//! Whatever members do to each other, an organization that has had an owner keeps one, and nobody makes themselves one.
