# SPDX-License-Identifier: Apache-2.0
"""sending - what tests and benches send: forms with files, pictures; and ports to listen on."""
import random
import socket
import struct
import uuid
import zlib


def free_port():
    """Below those that the kernel gives to clients, which would take it while nobody listens."""
    while True:
        port = random.randrange(12000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def form(fields=(), files=(), boundary=None):
    """Body and headers of a form as a browser writes it: (name, value) and (name, file name, bytes)."""
    boundary = boundary or uuid.uuid4().hex
    body = b""
    for name, value in fields:
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for name, file_name, content in files:
        body += (f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
                 "Content-Type: application/octet-stream\r\n\r\n").encode("utf-8", "surrogateescape") + content + b"\r\n"
    return body + f"--{boundary}--\r\n".encode(), {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def png_chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, rows, *more):
    """Of 8-bit RGB; rows are what is compressed, right or wrong; more: chunks before it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + b"".join(more) + png_chunk(b"IDAT", zlib.compress(rows, 1))
            + png_chunk(b"IEND", b""))
