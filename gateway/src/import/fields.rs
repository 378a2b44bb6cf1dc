//! What the file calls the fields that areas speak of.

/// The name in the file of a field that an area speaks of; each pair is the area's name and the file's.
pub(super) fn in_file(field: &str, renamed: &[(&str, &str)]) -> String {
    let field = field.strip_prefix("profile.").unwrap_or(field);
    let (name, rest) = field.split_at(field.find('.').unwrap_or(field.len()));
    let told = renamed.iter().find(|(area, _)| *area == name).map_or(name, |(_, file)| file);
    format!("{told}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_called_what_it_is_in_the_file() {
        let renamed = [("kind", "type"), ("values", "appData")];
        for (field, told) in [
            ("kind", "type"),
            ("email", "email"),
            ("values.region", "appData.region"),
            ("profile.bio", "bio"),
            ("kindness", "kindness"),
        ] {
            assert_eq!(in_file(field, &renamed), told);
        }
    }
}
