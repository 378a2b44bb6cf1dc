"""Real servers for tests, each until standard input closes: `servers.py smtp FOLDER [USER PASSWORD]`, `servers.py s3 FOLDER KEY SECRET`,
`servers.py dns FOLDER`.

Prints the port it can be reached at on 127.0.0.1 as soon as it can.
"""

import asyncio
import json
import os
import socket
import socketserver
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request


class Keeper:
    """Keeps every letter as a file; what it does besides is chosen by the recipient's name."""

    def __init__(self, folder):
        self.folder = folder
        self.seen = {}

    def times(self, name):
        self.seen[name] = self.seen.get(name, 0) + 1
        return self.seen[name]

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "nobody":
            return "550 5.1.1 no such mailbox"
        if name == "busy" and self.times(name) == 1:
            return "451 4.3.2 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].split("@")[0]
        if name == "spam":
            return "554 5.7.1 not wanted"
        if name == "full" and self.times(name) == 1:
            return "452 4.2.2 mailbox full"
        told = f"MAIL {envelope.mail_from}\nRCPT {' '.join(envelope.rcpt_tos)}\n".encode()
        path = os.path.join(self.folder, f"{len(os.listdir(self.folder))}.eml")
        with open(path, "wb") as file:
            file.write(told + envelope.content)
        if name == "gone":
            server.transport.abort()
        return "250 OK"


async def smtp(folder, user=None, password=None):
    from aiosmtpd.smtp import SMTP, AuthResult

    def judge(server, session, envelope, mechanism, data):
        told = (data.login, data.password)
        return AuthResult(success=told == (user.encode(), password.encode()), handled=False)

    options = {"hostname": "127.0.0.1", "enable_SMTPUTF8": True}
    if user:
        options.update(authenticator=judge, auth_required=True, auth_require_tls=False)
    keeper = Keeper(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(keeper, **options), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


def ports(count):
    """Ports that nobody listens at just now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    found = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return found


def answers(port):
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1)
        return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def s3(folder, key, secret):
    config = os.path.join(folder, "identities.json")
    identity = {
        "name": "test",
        "credentials": [{"accessKey": key, "secretKey": secret}],
        "actions": ["Admin", "Read", "Write", "List"],
    }
    with open(config, "w") as file:
        json.dump({"identities": [identity]}, file)
    data = os.path.join(folder, "data")
    os.mkdir(data)
    names = ["master", "volume", "filer", "s3"]
    chosen = ports(2 * len(names))
    told = [f"-{name}.port={port}" for name, port in zip(names, chosen)]
    told += [f"-{name}.port.grpc={port}" for name, port in zip(names, chosen[len(names) :])]
    weed = os.path.join(os.path.dirname(sys.executable), "weed")
    log = open(os.path.join(folder, "log"), "wb")
    server = subprocess.Popen(
        [weed, "server", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3"]
        + [f"-s3.config={config}", "-s3.autoCreateBucket", "-s3.iam=false", "-s3.port.iceberg=0"]
        + ["-s3.port.lance=0", "-master.volumeSizeLimitMB=64", "-volume.max=8", "-master.telemetry=false"]
        + told,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )
    try:
        limit = time.monotonic() + 60
        while not answers(chosen[3]):
            if server.poll() is not None or time.monotonic() > limit:
                sys.exit(open(log.name).read())
            time.sleep(0.05)
        print(chosen[3], flush=True)
        sys.stdin.read()
    finally:
        server.kill()
        server.wait()


def answer(folder, data):
    """What a resolver says of a name by its second label, behind `_polity-challenge`; nothing for one that is silent."""
    from dnslib import CNAME, DNSRecord, NS, QTYPE, RCODE, RR, SOA, TXT

    query = DNSRecord.parse(data)
    reply = query.reply()
    name = query.q.qname
    kind = str(name).lower().split(".")[1]

    def say(*texts, of=name):
        reply.add_answer(RR(of, QTYPE.TXT, rdata=TXT(list(texts)), ttl=3600))

    start = RR("example.", QTYPE.SOA, rdata=SOA("ns.example.", "root.example.", (1, 60, 60, 60, 60)), ttl=3600)
    if kind == "found":
        say("right")
    elif kind == "split":
        say("ri", "gh", "t")
    elif kind == "several":
        say("v=spf1 -all")
        say("right")
    elif kind == "bytes":
        say(b"\xff\xfe")
        say("right")
    elif kind == "large":
        if query.header.ad:
            say(*["x" * 255] * 10)
            say("right")
        else:
            reply.header.tc = 1
    elif kind == "changing":
        with open(os.path.join(folder, "changing")) as file:
            say(file.read())
    elif kind == "nxdomain":
        reply.header.rcode = RCODE.NXDOMAIN
        reply.add_auth(start)
    elif kind == "nodata":
        reply.add_auth(start)
    elif kind == "referral":
        reply.header.ra = 0
        reply.add_auth(RR("example.", QTYPE.NS, rdata=NS("ns.elsewhere.example."), ttl=3600))
    elif kind == "servfail":
        reply.header.rcode = RCODE.SERVFAIL
    elif kind == "refused":
        reply.header.rcode = RCODE.REFUSED
    elif kind == "alias":
        reply.add_answer(RR(name, QTYPE.CNAME, rdata=CNAME("Proof.Elsewhere.Example."), ttl=3600))
        say("right", of="proof.elsewhere.example.")
    elif kind == "half":
        # the alias alone: its target has to be asked for
        reply.add_answer(RR(name, QTYPE.CNAME, rdata=CNAME("x.found.example."), ttl=3600))
    elif kind == "dangling":
        reply.header.rcode = RCODE.NXDOMAIN
        reply.add_answer(RR(name, QTYPE.CNAME, rdata=CNAME("x.nxdomain.example."), ttl=3600))
    elif kind == "other":
        say("right", of="_polity-challenge.found.example.")
    elif kind == "question":
        say("right")
        reply.q.qname = "_polity-challenge.found.example."
    elif kind == "id":
        say("right")
        reply.header.id = (query.header.id + 1) % 65536
    else:
        return b""
    return reply.pack()


class Datagram(socketserver.BaseRequestHandler):
    def handle(self):
        data, sender = self.request
        said = answer(self.server.folder, data)
        with self.server.lock, open(os.path.join(self.server.folder, "asked"), "a") as file:
            file.write("x")
        if said:
            sender.sendto(said, self.client_address)


class Stream(socketserver.StreamRequestHandler):
    def handle(self):
        length = int.from_bytes(self.rfile.read(2), "big")
        # marks what came by a stream for `answer`
        data = bytearray(self.rfile.read(length))
        data[3] |= 0x20
        said = answer(self.server.folder, bytes(data))
        if said:
            self.wfile.write(len(said).to_bytes(2, "big") + said)


def dns(folder):
    while True:
        server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Datagram)
        port = server.server_address[1]
        try:
            streams = socketserver.ThreadingTCPServer(("127.0.0.1", port), Stream)
            break
        except OSError:
            # somebody else has the port for streams
            server.server_close()
    for one in (server, streams):
        one.folder = folder
        one.lock = threading.Lock()
        threading.Thread(target=one.serve_forever, daemon=True).start()
    print(port, flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    if sys.argv[1] == "dns":
        dns(*sys.argv[2:])
    elif sys.argv[1] == "smtp":
        asyncio.run(smtp(*sys.argv[2:]))
    else:
        s3(*sys.argv[2:])
