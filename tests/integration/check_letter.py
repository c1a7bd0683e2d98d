#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check_letter - whether a letter's PDF is what an archive keeps (PDF/A-2b), as far as qpdf shows it.

check_letter.py FILE signed|unsigned

Reads the file's objects through qpdf, which knows nothing of how we write them,
and checks what ISO 19005-2 asks of such a file: fonts embedded and complete,
metadata that says so, colours that are defined, nothing active, an identity,
and a signature over the whole file.
"""
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as tree

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
problems = []


def expect(condition, what):
    if not condition:
        problems.append(what)


def run(*command):
    return subprocess.run(command, check=True, capture_output=True).stdout


class File:
    def __init__(self, path):
        self.path = path
        self.bytes = open(path, "rb").read()
        document = json.loads(run("qpdf", "--json=2", path))
        self.objects = document["qpdf"][1]
        self.trailer = self.objects["trailer"]["value"]

    def get(self, value):
        """An object itself where value refers to one."""
        while isinstance(value, str) and re.fullmatch(r"\d+ \d+ R", value):
            value = self.objects["obj:" + value]
        if isinstance(value, dict) and set(value) <= {"value", "stream"}:
            value = value.get("value", value.get("stream", {}).get("dict"))
        return value

    def stream(self, reference, filtered=True):
        number = reference.split()[0]
        return run("qpdf", "--show-object=" + number, "--raw-stream-data" if not filtered
                   else "--filtered-stream-data", self.path)

    def dictionaries(self):
        for name in self.objects:
            value = self.get(self.objects[name])
            if isinstance(value, dict):
                yield value


def check_file(file):
    run("qpdf", "--check", file.path)
    expect(re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}", file.bytes), "header with four high bytes")
    expect("/Encrypt" not in file.trailer, "not encrypted")
    identity = file.trailer.get("/ID", [])
    expect(len(identity) == 2 and len(identity[0]) > 16, "the trailer's /ID")
    for dictionary in file.dictionaries():
        for key in ("/JS", "/JavaScript", "/AA", "/OpenAction", "/EmbeddedFiles", "/XFA"):
            expect(key not in dictionary, "nothing active: " + key)
        expect(dictionary.get("/Interpolate") is not True, "no interpolation of pictures")
        expect("/LZWDecode" not in str(dictionary.get("/Filter")), "no LZW")


def check_fonts(file):
    fonts = [d for d in file.dictionaries() if d.get("/Type") == "/Font"]
    expect(fonts, "fonts")
    for font in fonts:
        name = font["/BaseFont"]
        expect(re.match(r"/[A-Z]{6}\+LiberationSerif", name), "a subset of our fonts: " + name)
        if font["/Subtype"] == "/Type0":
            expect("/ToUnicode" in font, name + ": /ToUnicode")
            continue
        descriptor = file.get(font["/FontDescriptor"])
        expect("/FontFile2" in descriptor, name + ": embedded")
        if font["/Subtype"] == "/CIDFontType2":
            expect(font.get("/CIDToGIDMap") == "/Identity", name + ": /CIDToGIDMap")
        else:
            expect("/ToUnicode" in font, name + ": /ToUnicode")
            expect(font.get("/Encoding") == "/WinAnsiEncoding", name + ": /Encoding")


def check_metadata(file, catalogue):
    reference = catalogue["/Metadata"]
    expect("/Filter" not in file.get(reference), "metadata is not compressed")
    xmp = file.stream(reference, filtered=False)
    expect(xmp.startswith(b"<?xpacket begin="), "an XMP packet")
    root = tree.fromstring(xmp)
    text = {e.tag: (e.text or "").strip() for e in root.iter()}
    expect(text.get(PDFAID + "part") == "2", "pdfaid:part 2")
    expect(text.get(PDFAID + "conformance") == "B", "pdfaid:conformance B")
    info = file.get(file.trailer["/Info"])
    titles = [e.text for e in root.iter(RDF + "li")]
    expect(info["/Title"].removeprefix("u:") == titles[0], "the same title twice")


def check_colours(file, catalogue):
    intent = file.get(catalogue["/OutputIntents"][0])
    expect(intent["/S"] == "/GTS_PDFA1", "an output intent of PDF/A")
    profile = file.stream(intent["/DestOutputProfile"])
    expect(file.get(intent["/DestOutputProfile"])["/N"] == 3, "three components")
    expect(int.from_bytes(profile[:4], "big") == len(profile), "the profile's length")
    expect(profile[12:24] == b"mntrRGB XYZ " and profile[36:40] == b"acsp", "an RGB profile")


def check_signature(file, catalogue, signed):
    signatures = [d for d in file.dictionaries() if d.get("/Type") == "/Sig"]
    expect(len(signatures) == (1 if signed else 0), "as many signatures as there should be")
    expect(("/AcroForm" in catalogue) == signed, "a form for a signature alone")
    if not signed or not signatures:
        return
    signature = signatures[0]
    expect(signature["/SubFilter"] == "/ETSI.CAdES.detached", "PAdES")
    first, before, after, rest = signature["/ByteRange"]
    expect(first == 0 and after + rest == len(file.bytes), "signs from the first byte to the last")
    expect(re.fullmatch(rb"<[0-9a-f]+>", file.bytes[before:after]), "all but its own contents")
    der = bytes.fromhex(file.bytes[before + 1:after - 1].decode())
    expect(bytes.fromhex("06092a864886f70d010905") not in der, "no signing time in the CMS")
    expect(bytes.fromhex("060b2a864886f70d010910022f") in der, "signing-certificate-v2")
    for widget in (d for d in file.dictionaries() if d.get("/Subtype") == "/Widget"):
        expect(widget["/F"] & 4 and not widget["/F"] & 0x23, "the field prints and is not hidden")
        expect("/N" in widget["/AP"], "the field has an appearance")


def main():
    file = File(sys.argv[1])
    catalogue = file.get(file.trailer["/Root"])
    check_file(file)
    check_fonts(file)
    check_metadata(file, catalogue)
    check_colours(file, catalogue)
    check_signature(file, catalogue, sys.argv[2] == "signed")
    expect(catalogue.get("/Lang", "").removeprefix("u:") in ("vi", "en"), "/Lang")
    for problem in problems:
        print(f"{sys.argv[1]}: wanted: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
