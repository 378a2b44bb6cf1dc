//! Rebuilds the kernel when a migration comes, goes or changes: embedding alone does not notice new folders.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
