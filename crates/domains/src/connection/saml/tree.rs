//! An XML document as a tree, bounded, and without what no honest message holds.

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::{NsReader, XmlVersion};

use crate::connection::rejection::Rejection;

/// The deepest nesting.
const DEEPEST: usize = 32;

/// The most elements of one document.
const MOST_ELEMENTS: usize = 5_000;

/// The most attributes of one element.
const MOST_ATTRIBUTES: usize = 64;

/// An element with everything in it.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// Its namespace; empty for none.
    pub(super) namespace: String,
    /// Its name without prefix.
    pub(super) name: String,
    attributes: Vec<Attribute>,
    pub(super) children: Vec<Element>,
    /// The text directly in it, all pieces together.
    text: String,
}

/// An attribute; declarations of namespaces are none.
#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) value: String,
}

/// What a document may hold beside elements and text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// Nothing: a message.
    Message,
    /// Comments: metadata, which people write.
    Metadata,
}

impl Element {
    pub(super) fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace == namespace && self.name == name
    }

    /// The value of the attribute of this name that is in no namespace.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|a| a.namespace.is_empty() && a.name == name);
        found.map(|attribute| attribute.value.as_str())
    }

    pub(super) fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The text in it, without space around it.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    pub(super) fn all<'e>(&'e self, namespace: &'e str, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| child.is(namespace, name))
    }

    /// The only child of this name; absent where there is none, and where there are several.
    pub(super) fn only<'e>(&'e self, namespace: &'e str, name: &'e str) -> Option<&'e Self> {
        let mut found = self.all(namespace, name);
        found.next().filter(|_| found.next().is_none())
    }

    /// It and everything below it. Recursion is as deep as a document may be.
    pub(super) fn each(&self, visit: &mut dyn FnMut(&Self)) {
        visit(self);
        for child in &self.children {
            child.each(visit);
        }
    }
}

/// Reads a document.
pub(super) fn parse(xml: &str, sort: Sort) -> Result<Element, Rejection> {
    let mut reader = NsReader::from_str(xml);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    let mut elements = 0_usize;
    loop {
        let event = reader.read_event().map_err(|_| Rejection::SamlMalformed)?;
        match event {
            Event::Start(start) | Event::Empty(start) if root.is_some() && open.is_empty() => {
                drop(start);
                return Err(Rejection::SamlMalformed);
            }
            Event::Start(start) => {
                elements += 1;
                if open.len() >= DEEPEST || elements > MOST_ELEMENTS {
                    return Err(Rejection::SamlTooDeep);
                }
                open.push(element(&reader, &start)?);
            }
            Event::Empty(start) => {
                elements += 1;
                if open.len() >= DEEPEST || elements > MOST_ELEMENTS {
                    return Err(Rejection::SamlTooDeep);
                }
                let empty = element(&reader, &start)?;
                close(empty, &mut open, &mut root);
            }
            Event::End(_) => {
                let closed = open.pop().ok_or(Rejection::SamlMalformed)?;
                close(closed, &mut open, &mut root);
            }
            Event::Text(text) => write(&text.xml10_content(), &mut open)?,
            Event::CData(text) if sort == Sort::Metadata => write(&text.xml10_content(), &mut open)?,
            Event::CData(_) => return Err(Rejection::SamlComment),
            Event::GeneralRef(reference) => write(&resolved(&reference)?, &mut open)?,
            Event::Comment(_) if sort == Sort::Metadata => {}
            Event::Comment(_) | Event::PI(_) => return Err(Rejection::SamlComment),
            Event::DocType(_) => return Err(Rejection::SamlDtd),
            Event::Decl(_) if root.is_none() && open.is_empty() => {}
            Event::Decl(_) => return Err(Rejection::SamlMalformed),
            Event::Eof => break,
        }
    }
    root.filter(|_| open.is_empty()).ok_or(Rejection::SamlMalformed)
}

fn close(element: Element, open: &mut [Element], root: &mut Option<Element>) {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None => *root = Some(element),
    }
}

fn write(text: &str, open: &mut [Element]) -> Result<(), Rejection> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(Rejection::SamlMalformed),
    }
    Ok(())
}

fn element(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<Element, Rejection> {
    let (namespace, name) = reader.resolver().resolve_element(start.name());
    let mut element =
        Element { namespace: bound(&namespace)?, name: name.into_inner().to_owned(), ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| Rejection::SamlMalformed)?;
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
        let (namespace, name) = (bound(&namespace)?, name.into_inner().to_owned());
        let value =
            attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Rejection::SamlDtd)?.into_owned();
        let twice = element.attributes.iter().any(|a| a.namespace == namespace && a.name == name);
        if twice {
            return Err(Rejection::SamlMalformed);
        }
        if element.attributes.len() >= MOST_ATTRIBUTES {
            return Err(Rejection::SamlTooDeep);
        }
        element.attributes.push(Attribute { namespace, name, value });
    }
    Ok(element)
}

fn bound(namespace: &ResolveResult<'_>) -> Result<String, Rejection> {
    match namespace {
        ResolveResult::Bound(namespace) => Ok(namespace.into_inner().to_owned()),
        ResolveResult::Unbound => Ok(String::new()),
        ResolveResult::Unknown(_) => Err(Rejection::SamlMalformed),
    }
}

/// A character, or one of the five entities that need no declaration (XML 1.0 §4.6).
fn resolved(reference: &BytesRef<'_>) -> Result<String, Rejection> {
    if let Some(c) = reference.resolve_char_ref().map_err(|_| Rejection::SamlMalformed)? {
        return Ok(c.to_string());
    }
    let text = match &*reference.xml10_content() {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return Err(Rejection::SamlDtd),
    };
    Ok(text.to_owned())
}
