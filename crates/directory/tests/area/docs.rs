//! The documents: what they show is what runs.

const EXAMPLE: &str = include_str!("../../examples/embedding.rs");
const EMBEDDING: &str = include_str!("../../../../docs/embedding.md");

/// Between the first of these marks and the next of those.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let (_, rest) = text.split_once(from).unwrap();
    rest.split_once(to).unwrap().0.trim()
}

#[test]
fn the_program_of_the_embedding_guide_is_the_example() {
    let shown = between(EMBEDDING, "```rust\n", "\n```");
    // all but what it says of itself and its own test
    let run = between(
        EXAMPLE,
        "#![expect(clippy::print_stdout, reason = \"an example shows what it comes to\")]",
        "#[cfg(test)]",
    );
    assert_eq!(shown, run);
}
