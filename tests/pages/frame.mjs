// SPDX-License-Identifier: Apache-2.0
// frame - what all pages share: policy, languages, weight, errors.
import assert from "node:assert/strict";
import zlib from "node:zlib";
import { city, desk, phone, shoot, test, with_page } from "./support.mjs";

const html = { Accept: "text/html", "Accept-Encoding": "gzip" };

test("the start page speaks both languages", async () => {
  await with_page(phone, async (page) => {
    for (const [lang, words] of [["vi", "kiến\u00a0nghị"], ["en", "Report a problem"]]) {
      await page.goto(`/?lang=${lang}`);
      assert.match(await page.locator("h1").innerText(), new RegExp(words));
      assert.equal(await page.locator("html").getAttribute("lang"), lang);
    }
  });
});

test("the browser's language decides, a link changes it and keeps the page", async () => {
  await with_page({ ...desk, locale: "en-GB" }, async (page) => {
    await page.goto("/track");
    await page.getByRole("link", { name: "Tiếng Việt" }).click();
    assert.equal(await page.locator("h1").innerText(), "Tra cứu phản ánh");
    await page.getByRole("link", { name: "English" }).click();
    assert.equal(await page.locator("h1").innerText(), "Track a report");
  });
});

test("the first page with all that it loads is at most 60 kB", async () => {
  await with_page({ ...phone, fresh: true }, async (page, context) => {
    const client = await context.newCDPSession(page);
    let bytes = 0;
    await client.send("Network.enable");
    client.on("Network.loadingFinished", (event) => { bytes += event.encodedDataLength; });
    await page.goto("/", { waitUntil: "networkidle" });
    assert.ok(bytes > 3000 && bytes <= 60 * 1024, `${bytes} bytes`);
  });
});

test("lines leave room for stacked marks, controls have the page's font", async () => {
  await with_page(phone, async (page) => {
    await page.goto("/");
    const low = await page.evaluate(() => [...document.querySelectorAll("h1,h2,p,a,b,li,label,button,input")]
      .map((e) => ({ tag: e.tagName, style: getComputedStyle(e) }))
      .filter(({ style }) => parseFloat(style.lineHeight) < 1.3 * parseFloat(style.fontSize))
      .map(({ tag }) => tag));
    assert.deepEqual(low, []);
    const fonts = await page.evaluate(() => new Set([...document.querySelectorAll("body,button,input")]
      .map((e) => getComputedStyle(e).fontFamily)).size);
    assert.equal(fonts, 1);
    await page.evaluate(() => {
      document.querySelector("h1").textContent = "ẴẪỖỄ ỊỆỘ ẴẪỖỄ ỊỆỘ ẴẪỖỄ ỊỆỘ ẴẪỖỄ ỊỆỘ";
      document.querySelector(".button").textContent = "ẴẪỖỄ ỊỆỘ";
    });
    await shoot(page, "stacked-marks");
  });
});

test("paper is white, whatever the screen is: what is printed is dark on it", async () => {
  await with_page({ ...phone, colorScheme: "dark" }, async (page) => {
    await page.goto("/?lang=vi");
    const colours = () => page.evaluate(() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]);
    assert.deepEqual(await colours(), ["rgb(237, 243, 242)", "rgb(16, 24, 23)"]);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    assert.deepEqual(await colours(), ["rgb(16, 32, 31)", "rgb(255, 255, 255)"]);
    await page.emulateMedia({ media: null, colorScheme: "dark" });
  });
});

test("pages forbid what is not theirs, static files are kept for ever", async () => {
  const page = await fetch(`${city.url}/`, { headers: html });
  const policy = page.headers.get("content-security-policy");
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*|http/);
  assert.equal(page.headers.get("x-content-type-options"), "nosniff");
  assert.equal(page.headers.get("content-encoding"), "gzip");
  const text = await page.text();
  assert.doesNotMatch(text, /<style|style=|onclick|<script>/);
  const style = /\/static\/style\.[0-9a-f]+\.css/.exec(text)[0];
  const packed = await fetch(city.url + style, { headers: { "Accept-Encoding": "gzip" } });
  assert.match(packed.headers.get("cache-control"), /immutable/);
  assert.equal(packed.headers.get("content-encoding"), "gzip");
  const plain = await fetch(city.url + style, { headers: { "Accept-Encoding": "identity" } });
  assert.equal(plain.headers.get("content-encoding"), null);
  assert.equal(await plain.text(), await packed.text());
  const weight = zlib.gzipSync(text).length;
  assert.ok(weight < 8000, `${weight} bytes`);
});

test("a path that leads nowhere has a page for people and a problem for programs", async () => {
  await with_page(phone, async (page) => {
    const answer = await page.goto("/no/such/page");
    assert.equal(answer.status(), 404);
    assert.equal(await page.locator("h1").innerText(), "Không tìm thấy trang");
    assert.equal((await page.goto("/static/none.css")).status(), 404);
  });
  const program = await fetch(`${city.url}/no/such/page`, { headers: { Accept: "*/*" } });
  assert.equal(program.status, 404);
  assert.match(program.headers.get("content-type"), /problem\+json/);
  const strange = await fetch(`${city.url}//elsewhere.example/x`, { headers: html });
  assert.doesNotMatch(await strange.text(), /href="\/\/elsewhere/);
});

test("cookies of other sites are no matter, and what is too long has a page that says so", async () => {
  const ask = (path, cookies) => fetch(city.url + path, { headers: { ...html, Cookie: `a=${"x".repeat(cookies)}` } });
  assert.equal((await ask("/report?lang=vi", 11500)).status, 200);
  for (const [answer, status, words] of [[await ask("/report?lang=vi", 13000), 431, /cookie của các trang khác/],
    [await ask(`/report?lang=en&q=${"x".repeat(15000)}`, 1), 414, /The address is too long/]]) {
    assert.equal(answer.status, status);
    assert.match(await answer.text(), words);
  }
});

test("the keyboard alone reaches the content and the form", async () => {
  await with_page(desk, async (page) => {
    await page.goto("/");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    const reached = [];
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press("Tab");
      reached.push(await page.evaluate(() => document.activeElement.getAttribute("href") ??
        document.activeElement.id));
    }
    assert.ok(reached.includes("/report?lang=vi") && reached.includes("reference"), reached.join());
  });
});
