// SPDX-License-Identifier: Apache-2.0
// pictures - photos that no other test has, and whether a page shows its own.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import zlib from "node:zlib";

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** A PNG of these pixels, row by row, each row with a byte before it; kind: 0 grey, 6 with holes. */
function png(width, height, kind, pixels) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, kind, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head),
    chunk("IDAT", zlib.deflateSync(pixels, { level: 1 })), chunk("IEND", Buffer.alloc(0))]);
}

/** A grey picture of noise, which no other test has: as a file that a browser takes. */
export function noise(width, height, name) {
  const pixels = crypto.randomBytes((width + 1) * height);
  for (let y = 0; y < height; y++) pixels[y * (width + 1)] = 0;
  return { name, mimeType: "image/png", buffer: png(width, height, 0, pixels) };
}

/** Noise in its upper half, which no other test has, and nothing at all in its lower one. */
export function half_empty(width, height, name) {
  const row = width * 4 + 1, pixels = Buffer.alloc(row * height);
  crypto.randomFillSync(pixels, 0, row * (height >> 1));
  for (let y = 0; y < height >> 1; y++) {
    pixels[y * row] = 0;
    for (let x = 0; x < width; x++) pixels[y * row + 4 + x * 4] = 255;
  }
  return { name, mimeType: "image/png", buffer: png(width, height, 6, pixels) };
}

/** That each of so many pictures has come and can be shown. */
export async function judge_pictures(page, count) {
  const pictures = page.getByRole("main").locator(".thumbs img");
  assert.equal(await pictures.count(), count);
  for (const picture of await pictures.all())
    assert.ok(await picture.evaluate((img) => img.decode().then(() => img.naturalWidth > 1)));
}

/** The same JPEG, which tells where it was taken: north and east. */
export function placed(jpeg, lat, long) {
  const tiff = Buffer.alloc(8 + 18 + 54 + 48);
  let at = 0;
  const put = (bytes, ...values) => values.forEach((value) => { at = tiff.writeUIntLE(value, at, bytes); });
  const entry = (tag, type, count, value) => { put(2, tag, type); put(4, count, value); };
  const rationals = (degrees) => put(4, Math.floor(degrees), 1, 0, 1, Math.round(degrees % 1 * 3600e4), 1e4);
  put(2, 0x4949, 42);
  put(4, 8);
  put(2, 1);
  entry(0x8825, 4, 1, 26);
  put(4, 0);
  put(2, 4);
  entry(1, 2, 2, 0x4e);
  entry(2, 5, 3, 80);
  entry(3, 2, 2, 0x45);
  entry(4, 5, 3, 104);
  put(4, 0);
  rationals(lat);
  rationals(long);
  const head = Buffer.from([0xff, 0xe1, 0, tiff.length + 8]);
  return Buffer.concat([jpeg.subarray(0, 2), head, Buffer.from("Exif\0\0"), tiff, jpeg.subarray(2)]);
}
