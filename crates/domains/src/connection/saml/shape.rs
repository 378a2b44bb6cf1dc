//! How a response is laid out, asked before anything is believed of it: what is read later can then be nothing but what was signed.
//!
//! Only elements with a meaning here are let through, in their places. That leaves no place to hide a second assertion in, or the signed one
//! behind another (signature wrapping).

use std::collections::HashSet;

use super::tree::{Element, Sort, parse};
use super::{ASSERTION, DSIG, PROTOCOL, XENC};
use crate::connection::rejection::Rejection;

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

/// Signatures that are taken, and whether each is RSA's.
const SIGNATURES: [(&str, bool); 6] = [
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", true),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", true),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", true),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", false),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", false),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512", false),
];

const DIGESTS: [&str; 3] = [
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
];

/// Encryption that is taken, and whether it authenticates. What comes of a ciphertext that was changed tells of the plain text, so that without
/// authentication it is decrypted inside a signature alone.
const ENCRYPTIONS: [(&str, bool); 6] = [
    ("http://www.w3.org/2009/xmlenc11#aes128-gcm", true),
    ("http://www.w3.org/2009/xmlenc11#aes192-gcm", true),
    ("http://www.w3.org/2009/xmlenc11#aes256-gcm", true),
    ("http://www.w3.org/2001/04/xmlenc#aes128-cbc", false),
    ("http://www.w3.org/2001/04/xmlenc#aes192-cbc", false),
    ("http://www.w3.org/2001/04/xmlenc#aes256-cbc", false),
];

/// Encryption of keys that is taken: OAEP alone, since what PKCS#1 v1.5 says of a bad key can be used to decrypt a good one.
const KEY_ENCRYPTIONS: [&str; 2] =
    ["http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", "http://www.w3.org/2009/xmlenc11#rsa-oaep"];

/// Types that a value of an attribute may say it is of.
const VALUE_TYPES: [&str; 6] = ["string", "anyType", "anyURI", "boolean", "integer", "dateTime"];

/// A response whose layout is in order.
pub(super) struct Response {
    root: Element,
    /// Whether the response itself is signed, beside or instead of the assertion.
    pub(super) is_signed: bool,
    /// Whether the assertion is signed itself, as far as that can be seen before it is decrypted.
    pub(super) has_signed_assertion: bool,
    /// Whether every signature is RSA's.
    pub(super) all_rsa: bool,
}

/// A signature whose layout is in order.
struct Signature {
    is_rsa: bool,
}

impl Response {
    /// Reads a response.
    pub(super) fn read(xml: &str) -> Result<Self, Rejection> {
        let root = parse(xml, Sort::Message)?;
        if !root.is(PROTOCOL, "Response") {
            return Err(Rejection::SamlLayout);
        }
        require_sound(&root)?;
        require_children(
            &root,
            &[
                (ASSERTION, "Issuer"),
                (DSIG, "Signature"),
                (PROTOCOL, "Status"),
                (ASSERTION, "Assertion"),
                (ASSERTION, "EncryptedAssertion"),
            ],
        )?;
        require_success(&root)?;
        let plain = root.all(ASSERTION, "Assertion").count();
        let encrypted = root.all(ASSERTION, "EncryptedAssertion").count();
        if plain + encrypted != 1 || named(&root, "Assertion") != plain || named(&root, "Response") != 1 {
            return Err(Rejection::SamlLayout);
        }
        let mut all_rsa = true;
        let own = signature(&root)?;
        all_rsa &= own.as_ref().is_none_or(|signature| signature.is_rsa);
        let mut signatures = usize::from(own.is_some());
        let mut has_signed_assertion = false;
        if let Some(assertion) = root.only(ASSERTION, "Assertion") {
            require_assertion(assertion)?;
            let its = signature(assertion)?;
            if its.is_none() && own.is_none() {
                return Err(Rejection::SamlUnsigned);
            }
            has_signed_assertion = its.is_some();
            all_rsa &= its.is_none_or(|signature| signature.is_rsa);
            signatures += usize::from(has_signed_assertion);
        }
        if let Some(encrypted) = root.only(ASSERTION, "EncryptedAssertion") {
            require_encryption(encrypted, own.is_some())?;
        }
        // a signature anywhere else signs what nobody reads
        if named(&root, "Signature") != signatures {
            return Err(Rejection::SamlLayout);
        }
        Ok(Self { is_signed: own.is_some(), has_signed_assertion, all_rsa, root })
    }

    pub(super) fn root(&self) -> &Element {
        &self.root
    }

    /// The assertion, unless it is encrypted.
    pub(super) fn assertion(&self) -> Option<&Element> {
        self.root.only(ASSERTION, "Assertion")
    }

    /// Which request it says it answers.
    pub(super) fn in_response_to(&self) -> Option<&str> {
        self.root.attribute("InResponseTo")
    }
}

/// Every element once below: ids are told apart, and no element says that it is of another type.
fn require_sound(root: &Element) -> Result<(), Rejection> {
    let mut ids = HashSet::new();
    let mut wrong = None;
    root.each(&mut |element| {
        for attribute in element.attributes() {
            let is_id = (attribute.namespace.is_empty() && attribute.name.eq_ignore_ascii_case("id"))
                || (attribute.namespace == XML && attribute.name == "id");
            if is_id && !ids.insert(attribute.value.clone()) {
                wrong = Some(Rejection::SamlLayout);
            }
            if attribute.namespace == XSI && attribute.name == "type" {
                let word = attribute.value.rsplit(':').next().unwrap_or_default();
                if !element.is(ASSERTION, "AttributeValue") || !VALUE_TYPES.contains(&word) {
                    wrong = Some(Rejection::SamlType);
                }
            }
        }
    });
    wrong.map_or(Ok(()), Err)
}

fn require_children(element: &Element, known: &[(&str, &str)]) -> Result<(), Rejection> {
    let all = element.children.iter().all(|child| known.iter().any(|(ns, name)| child.is(ns, name)));
    if all { Ok(()) } else { Err(Rejection::SamlLayout) }
}

fn require_success(root: &Element) -> Result<(), Rejection> {
    let code = root.only(PROTOCOL, "Status").and_then(|status| status.only(PROTOCOL, "StatusCode"));
    match code.and_then(|code| code.attribute("Value")) {
        Some(SUCCESS) => Ok(()),
        Some(_) => Err(Rejection::SamlStatus),
        None => Err(Rejection::SamlLayout),
    }
}

/// How many elements have this name, in whatever namespace.
fn named(root: &Element, name: &str) -> usize {
    let mut count = 0;
    root.each(&mut |element| count += usize::from(element.name == name));
    count
}

/// Asks that the assertion holds what is understood, each once where once is meant.
pub(super) fn require_assertion(assertion: &Element) -> Result<(), Rejection> {
    require_children(
        assertion,
        &[
            (ASSERTION, "Issuer"),
            (DSIG, "Signature"),
            (ASSERTION, "Subject"),
            (ASSERTION, "Conditions"),
            (ASSERTION, "AuthnStatement"),
            (ASSERTION, "AttributeStatement"),
        ],
    )?;
    let once = ["Issuer", "Subject", "Conditions"];
    let has_once = once.iter().all(|name| assertion.only(ASSERTION, name).is_some());
    if has_once { Ok(()) } else { Err(Rejection::SamlLayout) }
}

/// Reads what was decrypted. It is signed itself, unless what it came in is.
pub(super) fn decrypted(xml: &str, is_inside_signed: bool) -> Result<Element, Rejection> {
    let mut root = parse(xml, Sort::Message)?;
    // whole response or bare assertion, as the library hands it on
    if root.is(PROTOCOL, "Response") {
        let place = root.children.iter().position(|child| child.is(ASSERTION, "Assertion"));
        root = root.children.swap_remove(place.ok_or(Rejection::SamlLayout)?);
    }
    if !root.is(ASSERTION, "Assertion") || named(&root, "Assertion") != 1 {
        return Err(Rejection::SamlLayout);
    }
    require_sound(&root)?;
    require_assertion(&root)?;
    let is_signed = signature(&root)?.is_some();
    if !is_signed && !is_inside_signed {
        return Err(Rejection::SamlUnsigned);
    }
    if named(&root, "Signature") != usize::from(is_signed) {
        return Err(Rejection::SamlLayout);
    }
    Ok(root)
}

/// The signature that stands in the element, over exactly the element.
fn signature(of: &Element) -> Result<Option<Signature>, Rejection> {
    let Some(signature) = of.all(DSIG, "Signature").next() else { return Ok(None) };
    let signature = of.only(DSIG, "Signature").filter(|only| std::ptr::eq(*only, signature));
    let signature = signature.ok_or(Rejection::SamlLayout)?;
    require_children(signature, &[(DSIG, "SignedInfo"), (DSIG, "SignatureValue"), (DSIG, "KeyInfo")])?;
    let info = signature.only(DSIG, "SignedInfo").ok_or(Rejection::SamlLayout)?;
    let algorithm = |element: Option<&Element>| {
        element.and_then(|element| element.attribute("Algorithm")).map(str::to_owned)
    };
    let canonical = algorithm(info.only(DSIG, "CanonicalizationMethod"));
    if canonical.as_deref() != Some(EXCLUSIVE) {
        return Err(Rejection::SamlAlgorithm);
    }
    let method = algorithm(info.only(DSIG, "SignatureMethod"));
    let known = SIGNATURES.iter().find(|(name, _)| method.as_deref() == Some(name));
    let (_, is_rsa) = known.ok_or(Rejection::SamlAlgorithm)?;
    let reference = info.only(DSIG, "Reference").ok_or(Rejection::SamlReference)?;
    require_reference(of, reference)?;
    Ok(Some(Signature { is_rsa: *is_rsa }))
}

fn require_reference(of: &Element, reference: &Element) -> Result<(), Rejection> {
    let id = of.attribute("ID").filter(|id| !id.is_empty()).ok_or(Rejection::SamlReference)?;
    if reference.attribute("URI").and_then(|uri| uri.strip_prefix('#')) != Some(id) {
        return Err(Rejection::SamlReference);
    }
    let transforms = reference.only(DSIG, "Transforms").ok_or(Rejection::SamlReference)?;
    require_children(transforms, &[(DSIG, "Transform")])?;
    let words: Vec<_> = transforms.children.iter().map(|child| child.attribute("Algorithm")).collect();
    if words != [Some(ENVELOPED), Some(EXCLUSIVE)] {
        return Err(Rejection::SamlReference);
    }
    let digest = reference.only(DSIG, "DigestMethod").and_then(|digest| digest.attribute("Algorithm"));
    if digest.is_some_and(|digest| DIGESTS.contains(&digest)) {
        return Ok(());
    }
    Err(Rejection::SamlAlgorithm)
}

fn require_encryption(encrypted: &Element, is_inside_signed: bool) -> Result<(), Rejection> {
    require_children(encrypted, &[(XENC, "EncryptedData"), (XENC, "EncryptedKey")])?;
    let content = encrypted.only(XENC, "EncryptedData");
    let method = content.and_then(|content| content.only(XENC, "EncryptionMethod"));
    let method = method.and_then(|method| method.attribute("Algorithm"));
    let known = ENCRYPTIONS.iter().find(|(name, _)| method == Some(name));
    let (_, authenticates) = known.ok_or(Rejection::SamlEncryptionAlgorithm)?;
    if !authenticates && !is_inside_signed {
        return Err(Rejection::SamlUnsignedCbc);
    }
    let (mut wrong, mut weak) = (false, false);
    let mut keys = 0;
    encrypted.each(&mut |element| {
        if element.is(XENC, "EncryptedKey") {
            keys += 1;
            let method = element.only(XENC, "EncryptionMethod").and_then(|m| m.attribute("Algorithm"));
            weak |= !method.is_some_and(|method| KEY_ENCRYPTIONS.contains(&method));
        }
        wrong |= element.name == "CipherReference" || element.name == "RetrievalMethod";
    });
    match () {
        () if wrong || keys != 1 => Err(Rejection::SamlEncryption),
        () if weak => Err(Rejection::SamlEncryptionAlgorithm),
        () => Ok(()),
    }
}
