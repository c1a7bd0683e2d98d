#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""outside - the world that notifier talks to: a mail server with TLS and login, a gateway for SMS
and Zalo, front ends. One process, controlled over HTTP.

  outside.py DIR    makes DIR/ca.pem, listens on free ports, writes DIR/ports.json when ready

  POST /sms, /zalo, /hook/NAME      what notifier asks for
  POST /front/NAME/servicerequestupdates.json   likewise, as a client of Open311 takes updates: each
                      update_id once, then it says that the update already exists; what comes again
                      is seen as again/NAME
  PUT  /behave/WHAT   body: how WHAT (mail, sms, zalo, hook/NAME, front/NAME) answers from now on:
                      ok | 500 | 400 | 401 | 410 | 429 | stall | drop | says:JSON | exists |
                      silent (takes what comes or does not, and never says which) |
                      flaky (a bit of everything, the same in each run)
  PUT  /forget        nothing was seen, and everything is answered well
  GET  /seen/WHAT     a JSON array of all that was taken, in its order, repetitions too
  GET  /told/WHAT?N   5000 of these from the N-th on: what a person has got (mail, sms)
"""
import asyncio
import hashlib
import json
import pathlib
import random
import ssl
import subprocess
import sys
import urllib.parse
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

USER, PASSWORD = b"notifier", b"m\xe1\xba\xadt kh\xe1\xba\xa9u"
HOST = "127.0.0.1"


class World:
    def __init__(self):
        self.behaviour = {}
        self.seen = {}
        self.updates = {}  # of clients of Open311: the ids that each has
        self.chance = random.Random(4711)

    def behave(self, what):
        how = self.behaviour.get(what, "ok")
        if how == "flaky":
            how = self.chance.choices(["ok", "500", "429", "drop", "500 after", "drop after", "stall"],
                                      [300, 20, 10, 10, 20, 20, 1])[0]
        if how == "silent":
            how = self.chance.choice(["stall", "stall after"])
        return how

    def take(self, what, thing):
        self.seen.setdefault(what, []).append(thing)


WORLD = World()


# ---- mail ----

def read_mail(envelope):
    """What a mail program would show, and whether it could."""
    mail = message_from_bytes(envelope.content, policy=policy.default)
    parts = {}
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            parts[part.get_content_subtype()] = part.get_content()
    files = [(f.get_filename(), f.get_content_type(), hashlib.blake2b(f.get_content(), digest_size=32).hexdigest())
             for f in mail.iter_attachments()] if mail.is_multipart() else []
    return {"from": mail["From"], "to": mail["To"], "rcpt": envelope.rcpt_tos,
            "sender": envelope.mail_from, "subject": mail["Subject"], "key": mail["Message-ID"],
            "unsubscribe": mail["List-Unsubscribe"], "one_click": mail["List-Unsubscribe-Post"],
            "references": mail["References"], "text": parts.get("plain"), "html": parts.get("html"),
            "files": files, "defects": [str(d) for d in mail.defects],
            "longest": max(len(line) for line in envelope.content.split(b"\r\n")),
            "ascii": envelope.content.isascii()}


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if WORLD.behaviour.get("mail") == "reject":
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        how = WORLD.behave("mail")
        if how == "stall":
            await asyncio.sleep(3600)
        if how in ("500", "429"):
            return "451 4.3.0 try again later"
        if how == "drop":
            server.transport.abort()
            return "421 gone"
        mail = read_mail(envelope)
        mail["tls"] = session.ssl is not None
        mail["login"] = session.authenticated
        WORLD.take("mail", mail)
        if how == "stall after":
            await asyncio.sleep(3600)
        if how == "500 after":
            return "451 4.3.0 try again later"
        if how == "drop after":
            server.transport.abort()
        return "250 taken"


def told(what, thing):
    """What a person has got."""
    if what == "mail":
        return {name: thing[name] for name in ("to", "key", "subject", "text", "files")}
    body = json.loads(thing["body"])
    return {"to": body["to"], "key": thing["key"], "subject": "", "text": body["text"], "files": []}


def authenticate(server, session, envelope, mechanism, auth_data):
    good = auth_data.login == USER and auth_data.password == PASSWORD
    return AuthResult(success=good, handled=False)


# ---- HTTP ----

STATUS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 409: "Conflict", 410: "Gone",
          429: "Too Many Requests", 500: "Internal Server Error"}


def answer(status, body=b"{}", more=()):
    lines = [f"HTTP/1.1 {status} {STATUS[status]}", "Content-Type: application/json",
             f"Content-Length: {len(body)}", *more]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def taken(what, request, writer):
    """Plays the gateway; None: the connection ends."""
    how = WORLD.behave(what)
    if how == "stall":
        await asyncio.sleep(3600)
    if how == "drop":
        return None
    if how == "429":
        return answer(429, more=["Retry-After: 1"])
    if how in ("500", "400", "401", "410"):
        return answer(int(how))
    if how == "exists":
        return answer(409, b'{"message":"Duplicate update"}')
    if request["key"] in WORLD.updates.setdefault(what, set()):
        WORLD.take("again/" + what.removeprefix("front/"), request)
        return answer(400, b'[{"code":400,"description":"Bad request: already exists"}]')
    if what.startswith("front/"):
        WORLD.updates[what].add(request["key"])
    WORLD.take(what, request)
    if how == "stall after":
        await asyncio.sleep(3600)
    if how == "500 after":
        return answer(500)
    if how == "drop after":
        return None
    if how.startswith("says:"):
        return answer(200, how[5:].encode())
    return answer(200, b'{"CodeResult":"100"}')


async def serve(method, path, headers, body, writer):
    what = path.split("?")[0].lstrip("/")
    if what.startswith("behave/") and method == "PUT":
        WORLD.behaviour[what.removeprefix("behave/")] = body.decode()
        return answer(200)
    if what == "forget" and method == "PUT":
        WORLD.behaviour.clear()
        WORLD.seen.clear()
        WORLD.updates.clear()
        return answer(200)
    if what.startswith("told/"):
        what, first = what.removeprefix("told/"), int(path.split("?")[1])
        page = WORLD.seen.get(what, [])[first:first + 5000]
        return answer(200, json.dumps([told(what, thing) for thing in page]).encode())
    if what.startswith("seen/"):
        return answer(200, json.dumps(WORLD.seen.get(what.removeprefix("seen/"), [])).encode())
    request = {"method": method, "path": path, "headers": headers, "body": body.decode(),
               "key": headers.get("idempotency-key") or headers.get("webhook-id")}
    if what.startswith("front/"):
        request["form"] = dict(urllib.parse.parse_qsl(body.decode(), strict_parsing=True))
        request["key"] = request["form"]["update_id"]
        what = what.removesuffix("/servicerequestupdates.json")
    return await taken(what, request, writer)


async def connection(reader, writer):
    try:
        while True:
            first = await reader.readline()
            if not first:
                break
            method, path, _ = first.decode().split(" ", 2)
            headers = {}
            while (line := (await reader.readline()).decode().rstrip("\r\n")):
                name, value = line.split(":", 1)
                headers[name.lower()] = value.strip()
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            out = await serve(method, path, headers, body, writer)
            if out is None:
                writer.transport.abort()
                return
            writer.write(out)
            await writer.drain()
            if headers.get("connection", "").lower() == "close":
                break
        writer.close()
    except (ConnectionError, asyncio.IncompleteReadError, ValueError):
        writer.transport.abort()


# ---- both ----

def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj",
                    "/CN=outside", "-addext", f"subjectAltName=IP:{HOST},DNS:localhost", "-keyout",
                    folder / "key.pem", "-out", folder / "ca.pem"], check=True,
                   stderr=subprocess.DEVNULL)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    return context


def open_mail(context, implicit):
    common = dict(hostname=HOST, port=0, authenticator=authenticate, auth_required=True,
                  data_size_limit=64 << 20)
    more = {"ssl_context": context, "auth_require_tls": False} if implicit else {
        "tls_context": context, "require_starttls": True}
    return Controller(Handler(), **common, **more)


async def main(folder):
    loop = asyncio.get_running_loop()
    context = make_certificate(folder)
    ports = {}
    for name, implicit in (("starttls", False), ("smtps", True)):
        controller = open_mail(context, implicit)
        server = await loop.create_server(
            controller.factory, HOST, 0,
            ssl=context if implicit else None)
        ports[name] = server.sockets[0].getsockname()[1]
    http = await asyncio.start_server(connection, HOST, 0, limit=1 << 20)
    ports["http"] = http.sockets[0].getsockname()[1]
    https = await asyncio.start_server(connection, HOST, 0, ssl=context, limit=1 << 20)
    ports["https"] = https.sockets[0].getsockname()[1]
    (folder / "ports.new").write_text(json.dumps(ports))
    (folder / "ports.new").rename(folder / "ports.json")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(pathlib.Path(sys.argv[1])))
