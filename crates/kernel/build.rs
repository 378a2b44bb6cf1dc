//! Rebuilds the kernel when a migration comes, goes or changes: embedding alone does not notice new folders.
#![expect(clippy::print_stdout, reason = "a build script speaks to cargo by printing")]

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
