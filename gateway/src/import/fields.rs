//! What a failure says, with fields named as the file names them.

/// The reason, which names fields as an area knows them, in the file's words: each pair is the area's name and the file's.
pub(super) fn as_in_file(reason: &str, renamed: &[(&str, &str)]) -> String {
    let part = |part: &str| {
        let part = part.strip_prefix("profile.").unwrap_or(part);
        let told = renamed.iter().find_map(|(field, name)| {
            let rest = part.strip_prefix(field)?;
            rest.starts_with([':', '.']).then(|| format!("{name}{rest}"))
        });
        told.unwrap_or_else(|| part.to_owned())
    };
    reason.split("; ").map(part).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_names_what_is_in_the_file() {
        let renamed = [("kind", "type"), ("values", "appData")];
        for (reason, told) in [
            ("kind: is longer than 64 characters", "type: is longer than 64 characters"),
            ("email: is none; kind: is long", "email: is none; type: is long"),
            ("values.region: is given twice", "appData.region: is given twice"),
            ("profile.bio: is long", "bio: is long"),
            ("kindness: is long", "kindness: is long"),
            ("no such employee", "no such employee"),
        ] {
            assert_eq!(as_in_file(reason, &renamed), told);
        }
    }
}
