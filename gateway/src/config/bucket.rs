//! The bucket that an operator names for documents: `s3://key:secret@bucket/prefix?region=eu-central-1`.

use std::fmt;
use std::str::FromStr;

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::Url;

/// A bucket of S3 or of what speaks its language.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// What every key in it begins with, without slashes around it; empty for none.
    pub prefix: String,
    /// Where it is, when it is not Amazon's.
    pub endpoint: Option<String>,
    /// The region that requests are signed for.
    pub region: Option<String>,
    /// The access key and its secret; without them the environment and the machine are asked, as Amazon's own tools do.
    pub credentials: Option<(String, SecretString)>,
}

impl FromStr for Bucket {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const SHAPE: &str = "must be s3://[key:secret@]bucket[/prefix][?endpoint=…&region=…]";
        // the words never quote the text, which holds a secret
        let url = Url::parse(text).map_err(|_| SHAPE)?;
        if url.scheme() != "s3" || url.port().is_some() || url.fragment().is_some() {
            return Err(SHAPE);
        }
        let name = url.host_str().filter(|name| !name.is_empty()).ok_or(SHAPE)?.to_owned();
        let prefix = url.path().trim_matches('/').to_owned();
        if !prefix.is_empty() && !prefix.split('/').all(is_plain) {
            return Err("has a prefix of other than letters, digits, '-', '_' and '.'");
        }
        let mut bucket = Self { name, prefix, endpoint: None, region: None, credentials: credentials(&url)? };
        for (key, value) in url.query_pairs() {
            match key.as_ref() {
                "endpoint" => bucket.endpoint = Some(endpoint(&value)?),
                "region" => bucket.region = Some(value.into_owned()),
                _ => return Err(SHAPE),
            }
        }
        Ok(bucket)
    }
}

/// A step of a key that means itself in a folder as well as in a bucket.
pub(crate) fn is_plain(step: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !step.is_empty() && !step.starts_with('.') && step.bytes().all(plain)
}

fn endpoint(text: &str) -> Result<String, &'static str> {
    let url = Url::parse(text).map_err(|_| "has an endpoint that is no URL")?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err("has an endpoint that is not http(s)://host[:port]");
    }
    Ok(text.trim_end_matches('/').to_owned())
}

fn credentials(url: &Url) -> Result<Option<(String, SecretString)>, &'static str> {
    let Some(secret) = url.password() else {
        return if url.username().is_empty() { Ok(None) } else { Err("has a key but no secret") };
    };
    let decoded = |text| percent_decode_str(text).decode_utf8().map_err(|_| "has a key that is not UTF-8");
    Ok(Some((decoded(url.username())?.into_owned(), SecretString::from(decoded(secret)?.into_owned()))))
}

impl fmt::Display for Bucket {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.credentials.as_ref().map_or(String::new(), |(key, _)| format!("{key}:(hidden)@"));
        write!(f, "s3://{key}{}", self.name)?;
        if !self.prefix.is_empty() {
            write!(f, "/{}", self.prefix)?;
        }
        let given = [("endpoint", &self.endpoint), ("region", &self.region)];
        let given = given.iter().filter_map(|(name, value)| Some(format!("{name}={}", value.as_ref()?)));
        let query = given.collect::<Vec<_>>().join("&");
        if query.is_empty() { Ok(()) } else { write!(f, "?{query}") }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_bucket_is_read_and_shown_without_its_secret() {
        let text =
            "s3://key:tell%2Fnobody@papers/polity/one?endpoint=http://127.0.0.1:8333&region=eu-central-1";
        let bucket: Bucket = text.parse().unwrap();
        assert_eq!(bucket.credentials.as_ref().unwrap().1.expose_secret(), "tell/nobody");
        assert_eq!(bucket.to_string(), text.replace("tell%2Fnobody", "(hidden)"));
        assert!(!format!("{bucket:?}").contains("nobody"));
        assert_eq!("s3://papers".parse::<Bucket>().unwrap().to_string(), "s3://papers");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "papers",
            "https://papers",
            "s3://",
            "s3://key@papers",
            "s3://papers/.hidden",
            "s3://papers?acl=public",
            "s3://papers?endpoint=ftp://x",
        ] {
            assert!(text.parse::<Bucket>().is_err(), "{text}");
        }
    }
}
