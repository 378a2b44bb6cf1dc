//! Just enough HTTP/1.1 to ask a service on this machine whether it is ready and what its organizations are.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::shell::Result;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer.
#[derive(Debug)]
pub(crate) struct Response {
    /// The status code.
    pub(crate) status: u16,
    /// The body as text.
    pub(crate) body: String,
}

/// A kept-open connection to a service.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Connects, or fails at once when nobody listens.
    pub(crate) fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Asks for a path, with a bearer token where there is one.
    pub(crate) fn get(&mut self, path: &str, token: Option<&str>) -> Result<Response> {
        let credential = token.map_or_else(String::new, |token| format!("Authorization: Bearer {token}\r\n"));
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n{credential}\r\n");
        self.stream.get_mut().write_all(request.as_bytes())?;
        read_response(&mut self.stream)
    }
}

/// Asks for a path on a connection of its own.
pub(crate) fn get(address: SocketAddr, path: &str) -> Result<Response> {
    Connection::open(address)?.get(path, None)
}

fn read_response(stream: &mut impl BufRead) -> Result<Response> {
    let status_line = read_line(stream)?;
    let status =
        status_line.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or("this is not HTTP")?;
    let mut length = 0;
    let mut chunked = false;
    loop {
        let line = read_line(stream)?.to_ascii_lowercase();
        match line.split_once(':') {
            Some(("content-length", value)) => length = value.trim().parse()?,
            Some(("transfer-encoding", value)) => chunked = value.contains("chunked"),
            Some(_) => {}
            None => break,
        }
    }
    let body = if chunked { read_chunks(stream)? } else { read_exactly(stream, length)? };
    Ok(Response { status, body: String::from_utf8(body)? })
}

fn read_line(stream: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err("the service closed the connection".into());
    }
    Ok(line.trim_end().to_owned())
}

fn read_exactly(stream: &mut impl Read, length: usize) -> Result<Vec<u8>> {
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(body)
}

fn read_chunks(stream: &mut impl BufRead) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let length = usize::from_str_radix(&read_line(stream)?, 16)?;
        body.append(&mut read_exactly(stream, length)?);
        read_line(stream)?;
        if length == 0 {
            return Ok(body);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read_response;

    #[test]
    fn a_body_of_known_length_ends_where_it_says() {
        let mut stream = &b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 404 Not Found\r\n\r\n"[..];
        let first = read_response(&mut stream).unwrap();
        assert_eq!((first.status, first.body.as_str()), (200, "hi"));
        let second = read_response(&mut stream).unwrap();
        assert_eq!((second.status, second.body.as_str()), (404, ""));
        assert!(read_response(&mut stream).is_err());
    }

    #[test]
    fn a_body_in_chunks_is_put_together() {
        let mut stream =
            &b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n"
                [..];
        assert_eq!(read_response(&mut stream).unwrap().body, "abc0123456789");
    }
}
