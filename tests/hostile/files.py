# SPDX-License-Identifier: Apache-2.0
"""files - photos and papers as citizens send them, and things that only look like them."""
import struct
import zlib

from sending import png, png_chunk

# A grey square of 8 by 8 pixels, baseline.
JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300" + "10" * 64 +
    "ffc0000b080008000801011100ffc40014000100000000000000000000000000000003ffc40014100100000000000000000000000000000000"
    "ffda0008010100003f0037ffd9")
PDF = (b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 1\n0000000000 65535 f \n"
       b"trailer\n<< /Size 1 >>\nstartxref\n9\n%%EOF\n")
SCRIPT = b"<html><script>alert(1)</script></html>"


def photo(chance, side=48):
    """No two are alike."""
    colour = [bytes(chance.getrandbits(8) for _ in range(3)) for _ in range(4)]
    row = [b"\0" + b"".join(colour[(x // 12 + y // 12) % 4] for x in range(side)) for y in range(side)]
    return png(side, side, b"".join(row))


def box(name, data):
    return struct.pack(">I", len(data) + 8) + name + data


FILM = (box(b"ftyp", b"isom\0\0\2\0isommp41")
        + box(b"moov", box(b"mvhd", b"." * 12) + box(b"udta", box(b"\xa9xyz", b"+10.7700+106.7000/")))
        + box(b"mdat", b"moving pictures"))


def mutated(chance, data):
    """A few bytes changed, taken out or put in."""
    data = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data))
        how = chance.random()
        if how < 0.6:
            data[at] = chance.getrandbits(8)
        elif how < 0.8:
            del data[at:at + chance.randint(1, 16)]
        else:
            data[at:at] = chance.randbytes(chance.randint(1, 16))
        if not data:
            break
    return bytes(data)


def long_box(chance):
    sizes = (0, 1, 7, 0xFFFFFFFF, 0x7FFFFFFF, chance.getrandbits(32))
    return FILM[:24] + struct.pack(">I", chance.choice(sizes)) + b"moov" + chance.randbytes(40)


# What is no file that a case may have: name, and how to make it.
BAD = {
    "flood of pixels": lambda chance: png(60000, 60000, b""),
    "bomb": lambda chance: png(20000, 20000, b"\0" * 4_000_000),
    "bomb within the pixels": lambda chance: png(2000, 2000, b"\0" * 9_000_000),
    "no rows": lambda chance: png(40, 40, b""),
    "photo cut off": lambda chance: photo(chance)[:chance.randint(40, 130)],
    "JPEG cut off": lambda chance: JPEG[:chance.randint(4, len(JPEG) - 3)],
    "page renamed": lambda chance: b"<!DOCTYPE html>" + SCRIPT,
    "drawing renamed": lambda chance: b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
    "program renamed": lambda chance: b"\x7fELF\x02\x01\x01" + chance.randbytes(500),
    "archive renamed": lambda chance: b"PK\3\4" + chance.randbytes(500),
    "shell renamed": lambda chance: b"#!/bin/sh\nrm -rf /\n",
    "noise": lambda chance: chance.randbytes(chance.randint(1, 5000)),
    "noise as JPEG": lambda chance: JPEG[:20] + chance.randbytes(2000),
    "photo and page in one": lambda chance: photo(chance) + SCRIPT,
    "JPEG and page in one": lambda chance: JPEG + SCRIPT,
    "paper that acts": lambda chance: PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript >>"),
    "film of false lengths": long_box,
    "nothing": lambda chance: b"",
}
# What may be good or bad.
DOUBTFUL = {
    "bomb of text": lambda chance: png(8, 8, b"\0" * 200, png_chunk(b"zTXt", b"x\0\0" + zlib.compress(b"a" * 3_000_000))),
    "photo changed": lambda chance: mutated(chance, photo(chance)),
    "JPEG changed": lambda chance: mutated(chance, JPEG),
    "paper changed": lambda chance: mutated(chance, PDF),
    "film changed": lambda chance: mutated(chance, FILM),
    "sound": lambda chance: b"ID3\3\0\0" + bytes([0, 0, chance.randrange(128), chance.randrange(128)])
                            + chance.randbytes(300),
    "Ogg": lambda chance: b"OggS\0\2" + chance.randbytes(400),
}
