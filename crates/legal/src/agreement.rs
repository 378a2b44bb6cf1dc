//! What is agreed on: the templates an operator may replace, and the text that comes of one once its blanks are filled in.

use polity_kernel::{Error, FieldKind, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The most bytes of a template.
const LONGEST: usize = 256 * 1024;

/// The blanks that a template may have.
const BLANKS: [&str; 6] =
    ["company_name", "company_address", "representative_email", "vendor_name", "vendor_address", "date"];

/// One piece of an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    /// What the whole is called.
    Title(String),
    /// What a part is called.
    Heading(String),
    /// Running text.
    Paragraph(String),
    /// One point of a list.
    Item(String),
}

/// The text of an agreement, all blanks filled in. Once submitted it never changes, whatever becomes of its template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Agreement(Vec<Block>);

/// A text with blanks, such as `{{company_name}}`. Blocks are parted by empty lines; `# ` begins a title, `## ` a heading, `- ` a point of a
/// list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template(Vec<Block>);

impl Block {
    /// The text of it.
    pub fn text(&self) -> &str {
        match self {
            Self::Title(text) | Self::Heading(text) | Self::Paragraph(text) | Self::Item(text) => text,
        }
    }

    fn of(text: &str) -> Self {
        let lines = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        if let Some(heading) = text.strip_prefix("## ") {
            Self::Heading(lines(heading))
        } else if let Some(title) = text.strip_prefix("# ") {
            Self::Title(lines(title))
        } else if let Some(item) = text.strip_prefix("- ") {
            Self::Item(lines(item))
        } else {
            Self::Paragraph(lines(text))
        }
    }

    fn with(&self, text: String) -> Self {
        match self {
            Self::Title(_) => Self::Title(text),
            Self::Heading(_) => Self::Heading(text),
            Self::Paragraph(_) => Self::Paragraph(text),
            Self::Item(_) => Self::Item(text),
        }
    }
}

impl Agreement {
    /// Its blocks, in order.
    pub fn blocks(&self) -> &[Block] {
        &self.0
    }

    /// All of it as plain text, blocks parted by an empty line: what its hash is of.
    pub fn text(&self) -> String {
        self.0.iter().map(Block::text).collect::<Vec<_>>().join("\n\n")
    }

    /// The SHA-256 of the plain text.
    pub(crate) fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.text().as_bytes()).into()
    }

    /// The same in lower-case hexadecimal, 64 digits: what a signature is evidence of.
    pub fn sha256_hex(&self) -> String {
        self.sha256().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// `Invalid` in this field for a text without a title, one longer than 256 KiB, and a blank that nothing fills in.
    pub(crate) fn parse(field: &'static str, text: &str) -> Result<Self> {
        if text.len() > LONGEST {
            return Err(Error::field(field, FieldKind::TooManyBytes(LONGEST).told("is longer than 256 KiB")));
        }
        let text = text.replace("\r\n", "\n");
        // a point of a list needs no empty line before it
        let text = text.replace("\n- ", "\n\n- ");
        let pieces = text.split("\n\n").map(str::trim).filter(|piece| !piece.is_empty());
        let blocks: Vec<Block> = pieces.map(Block::of).collect();
        if !matches!(blocks.first(), Some(Block::Title(_))) {
            return Err(Error::field(
                field,
                FieldKind::Malformed.told("does not begin with a title (`# …`)"),
            ));
        }
        for block in &blocks {
            filled(block.text(), &|blank| {
                if BLANKS.contains(&blank) {
                    return Ok("");
                }
                Err(Error::field(
                    field,
                    FieldKind::NotFound.told(format!("has a blank that nothing fills in: {blank}")),
                ))
            })?;
        }
        Ok(Self(blocks))
    }

    /// The agreement with these values in its blanks. A value is text and nothing else: no block begins in one, and no blank is
    /// filled in inside one.
    pub(crate) fn filled(&self, values: &[(&str, &str)]) -> Result<Agreement> {
        let value = |blank: &str| {
            let found = values.iter().find(|(name, _)| *name == blank);
            found.map(|(_, value)| *value).ok_or_else(|| Error::internal("a template's blank has no value"))
        };
        let blocks: Result<Vec<Block>> =
            self.0.iter().map(|block| Ok(block.with(filled(block.text(), &value)?))).collect();
        Ok(Agreement(blocks?))
    }
}

/// The text with each `{{blank}}` replaced.
fn filled<'v>(text: &str, value: &dyn Fn(&str) -> Result<&'v str>) -> Result<String> {
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        let Some((blank, behind)) = behind.split_once("}}") else { break };
        made.push_str(before);
        made.push_str(value(blank.trim())?);
        rest = behind;
    }
    made.push_str(rest);
    Ok(made)
}

#[cfg(test)]
mod tests {
    use polity_kernel::Problem;

    use super::*;

    fn template(text: &str) -> Template {
        Template::parse("dpa_template", text).unwrap()
    }

    #[test]
    fn a_template_is_blocks_parted_by_empty_lines() {
        let template = template("# Title\n\n## 1. Part\n\nTwo\nlines.\n- one\n- two\r\n\r\nEnd");
        let Template(blocks) = template;
        assert_eq!(
            blocks,
            [
                Block::Title("Title".to_owned()),
                Block::Heading("1. Part".to_owned()),
                Block::Paragraph("Two lines.".to_owned()),
                Block::Item("one".to_owned()),
                Block::Item("two".to_owned()),
                Block::Paragraph("End".to_owned()),
            ]
        );
    }

    #[test]
    fn a_value_is_text_and_nothing_else() {
        let name = "# {{company_address}}\n\n## Evil";
        let agreement = template("# T\n\n{{ company_name }} of {{company_address}}")
            .filled(&[("company_name", name), ("company_address", "here")]);
        let agreement = agreement.unwrap();
        assert_eq!(agreement.blocks()[1], Block::Paragraph(format!("{name} of here")));
        assert_eq!(agreement.blocks().len(), 2);
    }

    #[test]
    fn a_template_that_cannot_be_meant_is_refused() {
        for (text, problem) in [
            ("", FieldKind::Malformed.told("does not begin with a title (`# …`)")),
            ("Text\n\n# Title", FieldKind::Malformed.told("does not begin with a title (`# …`)")),
            ("# T\n\n{{iban}}", FieldKind::NotFound.told("has a blank that nothing fills in: iban")),
        ] {
            let error = Template::parse("dpa_template", text).unwrap_err();
            let at = &error.fields()[0];
            assert_eq!((at.field.as_str(), Problem::from(at)), ("dpa_template", problem));
        }
        assert!(Template::parse("dpa_template", &"x".repeat(LONGEST + 1)).is_err());
    }

    #[test]
    fn the_hash_is_of_the_plain_text() {
        let agreement = template("# A\n\nb").filled(&[]).unwrap();
        assert_eq!(agreement.text(), "A\n\nb");
        let digest: [u8; 32] = Sha256::digest(b"A\n\nb").into();
        assert_eq!(agreement.sha256(), digest);
    }
}
