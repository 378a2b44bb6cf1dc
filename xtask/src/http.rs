//! Just enough HTTP/1.1 to ask a service on this machine whether it is ready and what its organizations are.

use std::io::{self, BufRead, BufReader, Read, Write};
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
    /// Where a list goes on: the path of its `Link` header with `rel="next"`.
    pub(crate) next: Option<String>,
    /// The first cookie that is set, as `name=value`.
    pub(crate) cookie: Option<String>,
}

/// A kept-open connection to a service.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Connects, or fails at once when nobody listens.
    pub(crate) fn open(address: SocketAddr) -> Result<Self> {
        Self::patient(address, PATIENCE)
    }

    /// Connects, and waits only so long for each answer.
    pub(crate) fn patient(address: SocketAddr, patience: Duration) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(patience))?;
        stream.set_write_timeout(Some(patience))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Sends a whole request and returns the status of the answer, of which nothing is kept. An answer counts also when it comes before
    /// the request is sent to its end.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> Result<u16> {
        let sent = self.stream.get_mut().write_all(request);
        match read_response(&mut self.stream, &mut Count(0)) {
            Ok(head) => Ok(head.status),
            Err(error) => Err(sent.err().map_or(error, Into::into)),
        }
    }

    /// Asks for a path, with a bearer token where there is one.
    pub(crate) fn get(&mut self, path: &str, token: Option<&str>) -> Result<Response> {
        self.send(path, token)?;
        self.read()
    }

    /// Sends a whole request and returns the answer.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Result<Response> {
        self.stream.get_mut().write_all(request)?;
        self.read()
    }

    fn read(&mut self) -> Result<Response> {
        let mut body = Vec::new();
        let Head { status, next, cookie } = read_response(&mut self.stream, &mut body)?;
        Ok(Response { status, body: String::from_utf8(body)?, next, cookie })
    }

    /// Asks for a path and returns the length of the answer's body in bytes, of which nothing is kept.
    ///
    /// # Errors
    /// Also when the answer is none of 200, or breaks off.
    pub(crate) fn drain(&mut self, path: &str, token: &str) -> Result<u64> {
        self.send(path, Some(token))?;
        let mut count = Count(0);
        match read_response(&mut self.stream, &mut count)?.status {
            200 => Ok(count.0),
            status => Err(format!("GET {path} answers {status}").into()),
        }
    }

    fn send(&mut self, path: &str, token: Option<&str>) -> Result {
        let credential = token.map_or_else(String::new, |token| format!("Authorization: Bearer {token}\r\n"));
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n{credential}\r\n");
        Ok(self.stream.get_mut().write_all(request.as_bytes())?)
    }
}

/// Asks for a path on a connection of its own.
pub(crate) fn get(address: SocketAddr, path: &str) -> Result<Response> {
    Connection::open(address)?.get(path, None)
}

/// Only knows how much it was given.
struct Count(u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What stands before an answer's body.
#[derive(Debug)]
struct Head {
    status: u16,
    next: Option<String>,
    cookie: Option<String>,
}

/// Reads an answer to its end.
fn read_response(stream: &mut impl BufRead, body: &mut impl Write) -> Result<Head> {
    let status_line = read_line(stream)?;
    let status =
        status_line.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or("this is not HTTP")?;
    let mut head = Head { status, next: None, cookie: None };
    let mut length = 0;
    let mut chunked = false;
    loop {
        let line = read_line(stream)?;
        let Some((name, value)) = line.split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse()?,
            "set-cookie" if head.cookie.is_none() => {
                head.cookie = value.trim().split(';').next().map(str::to_owned);
            }
            "transfer-encoding" => chunked = value.contains("chunked"),
            "link" if value.contains("rel=\"next\"") => {
                let target = value.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
                head.next = target.map(|(target, _)| target.to_owned());
            }
            _ => {}
        }
    }
    let ended = if chunked { read_chunks(stream, body) } else { read_exactly(stream, length, body) };
    ended.map(|()| head)
}

fn read_line(stream: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err("the service closed the connection".into());
    }
    Ok(line.trim_end().to_owned())
}

fn read_exactly(stream: &mut impl Read, length: u64, body: &mut impl Write) -> Result {
    if io::copy(&mut stream.take(length), body)? == length {
        Ok(())
    } else {
        Err("the service closed the connection in the middle of an answer".into())
    }
}

fn read_chunks(stream: &mut impl BufRead, body: &mut impl Write) -> Result {
    loop {
        let length = u64::from_str_radix(&read_line(stream)?, 16)?;
        read_exactly(stream, length, body)?;
        read_line(stream)?;
        if length == 0 {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufRead;

    use super::{Count, read_response};

    fn read(stream: &mut impl BufRead) -> Option<(u16, String)> {
        let mut body = Vec::new();
        let head = read_response(stream, &mut body).ok()?;
        Some((head.status, String::from_utf8(body).unwrap()))
    }

    #[test]
    fn a_body_of_known_length_ends_where_it_says() {
        let mut stream = &b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 404 Not Found\r\n\r\n"[..];
        assert_eq!(read(&mut stream), Some((200, "hi".to_owned())));
        assert_eq!(read(&mut stream), Some((404, String::new())));
        assert_eq!(read(&mut stream), None);
    }

    #[test]
    fn a_body_in_chunks_is_put_together_or_counted() {
        let stream =
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n";
        assert_eq!(read(&mut &stream[..]), Some((200, "abc0123456789".to_owned())));
        let mut count = Count(0);
        assert_eq!(read_response(&mut &stream[..], &mut count).unwrap().status, 200);
        assert_eq!(count.0, 13);
    }

    #[test]
    fn a_list_says_where_it_goes_on() {
        let next = |link: &str| {
            let answer = format!("HTTP/1.1 200 OK\r\nLink: {link}\r\n\r\n");
            read_response(&mut answer.as_bytes(), &mut Vec::new()).unwrap().next
        };
        assert_eq!(next("</A/b?cursor=1>; rel=\"next\"").as_deref(), Some("/A/b?cursor=1"));
        assert_eq!(next("</a>; rel=\"prev\""), None);
    }

    #[test]
    fn a_body_that_breaks_off_is_none() {
        for stream in [
            &b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"[..],
            &b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"[..],
        ] {
            assert_eq!(read(&mut &*stream), None);
        }
    }
}
