"""A SAML identity provider for tests, by the library pysaml2.

Started as `python pysaml2_idp.py KEY CERTIFICATE`; tells its address on standard output. `POST /service` takes the service provider's metadata;
`POST /shape` says who signs in and what is signed and encrypted; `GET /metadata`; `GET /sso?SAMLRequest=…` answers the form that a browser posts.
"""

import html
import json
import sys
import tempfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import functools

import saml2.entity
import saml2.sigver
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT, saml
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.server import Server

KEY, CERTIFICATE = sys.argv[1:3]

# the library encrypts with Triple DES unless it is told otherwise, which it cannot be told by its settings
AES = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"
saml2.entity.pre_encryption_part = functools.partial(saml2.sigver.pre_encryption_part, msg_enc=AES)
encrypt = saml2.sigver.CryptoBackendXmlSec1.encrypt_assertion


def with_aes(self, statement, enc_key, template, key_type="", node_xpath=None, node_id=None):
    return encrypt(self, statement, enc_key, template, "aes-256", node_xpath, node_id)


saml2.sigver.CryptoBackendXmlSec1.encrypt_assertion = with_aes
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
state = {"service": None, "shape": {}}


def config():
    settings = {
        "entityid": f"{address}/metadata",
        "key_file": KEY,
        "cert_file": CERTIFICATE,
        "encryption_keypairs": [{"key_file": KEY, "cert_file": CERTIFICATE}],
        "xmlsec_binary": "/usr/bin/xmlsec1",
        "signing_algorithm": RSA_SHA256,
        "digest_algorithm": SHA256,
        "service": {
            "idp": {
                "endpoints": {"single_sign_on_service": [(f"{address}/sso", BINDING_HTTP_REDIRECT)]},
                "name_id_format": [saml.NAMEID_FORMAT_PERSISTENT, saml.NAMEID_FORMAT_EMAILADDRESS],
                "policy": {"default": {"lifetime": {"minutes": 5}, "attribute_restrictions": None}},
                "want_authn_requests_signed": False,
            }
        },
    }
    if state["service"]:
        settings["metadata"] = {"inline": [state["service"]]}
    return IdPConfig().load(settings)


def answer(request, relay_state):
    server = Server(config=config())
    shape = state["shape"]
    asked = server.parse_authn_request(request, BINDING_HTTP_REDIRECT)
    arguments = server.response_args(asked.message)
    person = shape["person"]
    response = server.create_authn_response(
        identity={name: value for name, value in person.items() if name != "id"},
        userid=person["id"],
        name_id=saml.NameID(format=saml.NAMEID_FORMAT_PERSISTENT, text=person["id"]),
        sign_assertion=shape.get("sign") in ("assertion", "both"),
        sign_response=shape.get("sign") in ("response", "both"),
        encrypt_assertion=shape.get("encrypt", False),
        encrypted_advice_attributes=False,
        sign_alg=RSA_SHA256,
        digest_alg=SHA256,
        authn={"class_ref": saml.AUTHN_PASSWORD_PROTECTED, "authn_auth": address},
        **arguments,
    )
    return server.apply_binding(BINDING_HTTP_POST, str(response), arguments["destination"], relay_state, response=True)["data"]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        asked = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        try:
            if asked.path == "/metadata":
                return self.reply(200, str(entity_descriptor(config())), "application/samlmetadata+xml")
            self.reply(200, answer(query["SAMLRequest"], query.get("RelayState", "")), "text/html")
        except Exception as error:  # told to the test that asked
            self.reply(500, html.escape(repr(error)), "text/plain")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path == "/service":
            state["service"] = body
        else:
            state["shape"] = json.loads(body)
        self.reply(200, "", "text/plain")

    def reply(self, status, text, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
address = f"http://127.0.0.1:{listening.server_address[1]}"
print(address, flush=True)
listening.serve_forever()
