// SPDX-License-Identifier: Apache-2.0
// support - what the pages' tests share: a city, a browser, and how a page is judged.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = path.dirname(fileURLToPath(import.meta.url));
const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const programs = process.env.PAGES_PROGRAMS ?? path.join(here, "../../build/asan/bin");
const shots = process.env.PAGES_SHOTS ?? path.join(here, "../../build/asan/tests/pages");
const pictures = process.env.PAGES_PICTURES; // "phone", "all"; without it none, for time
export const all_pictures = pictures === "all";
// Pages are too short-lived for optimised code: making it takes longer than it saves.
const chromium_flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--js-flags=--no-opt --no-maglev"];

/** Colours and names are judged on these, the layout on all. */
export const screens = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true },
  dark: { viewport: { width: 390, height: 844 }, hasTouch: true, colorScheme: "dark" },
  narrow: { viewport: { width: 320, height: 640 } },
  desk: { viewport: { width: 1280, height: 900 } },
};
export const { phone, narrow, desk } = screens;

/** All tests that the files have, with when they may run: "together" with others, "alone" since they
 * stop a service or count what all have left, or "last", with a city full of cases. */
export const tests = [];
export function test(name, run, { when = "together" } = {}) {
  tests.push({ name, run, when });
}

/** The city under test; one for all tests. */
export const city = {
  url: "",
  tiles: "", // where a map's tiles may come from; "": nowhere
  told: Promise.resolve(),
  async open() {
    if (process.env.PAGES_URL) {
      this.url = process.env.PAGES_URL;
      return;
    }
    this.process = spawn("/usr/bin/python3", [path.join(here, "city.py"), programs], {
      stdio: ["pipe", "pipe", "inherit"] });
    this.lines = readline.createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
    this.url = (await this.answer()).url;
  },
  async answer() {
    const line = await this.lines.next();
    assert.ok(!line.done, "the city has ended");
    return JSON.parse(line.value);
  },
  /** One command of city.py, after those before it; its answer. */
  tell(command) {
    const told = this.told.catch(() => {}).then(async () => {
      this.process.stdin.write(JSON.stringify(command) + "\n");
      const answer = await this.answer();
      assert.equal(answer.failed, undefined);
      return answer.ok;
    });
    this.told = told;
    return told;
  },
  async close() {
    if (!this.process) return;
    const ended = new Promise((resolve) => this.process.on("exit", resolve));
    this.process.stdin.end();
    await ended;
  },
};

const hole = { service_code: "HT01", description: "Ổ gà sâu trước số 12,\nxe máy té <b>nhiều</b> lần",
  address: "12 Lê Lợi", lat: 10.7725, lon: 106.698, attributes: { road: "alley", danger: "yes" } };

/** A telephone number that nobody has used: how much one contact may send has a limit. */
export function new_phone() {
  phones += 1;
  return `0903${String(phones).padStart(6, "0")}`;
}
let phones = 100000;

/** A new case: its reference and the path of its tracking link. */
export async function submit(what = { ...hole, contact: { name: "Nguyễn An", phone: new_phone() } }) {
  const answer = await fetch(`${city.url}/api/v1/cases`, { method: "POST",
    headers: { "Content-Type": "application/json" }, body: JSON.stringify(what) });
  return receipt_of(answer);
}

async function receipt_of(answer) {
  assert.equal(answer.status, 201);
  const receipt = await answer.json();
  const url = new URL(receipt.tracking_url);
  return { reference: receipt.reference, path: url.pathname + url.search };
}

const by_heads = ["apologise", "extend", "suspend", "confirm", "forward"];

/** One of the unit's people does something with a case: "accept", "ask", ... */
export const staff = (reference, verb, ...rest) =>
  city.tell({ ctl: ["case", verb, reference, "--as", by_heads.includes(verb) ? "head:minh" : "officer:lan", ...rest] });

/** The bytes of a page with all that it loads by itself, packed. */
export async function weigh(address) {
  const answer = await fetch(city.url + address, { headers: { Accept: "text/html", "Accept-Encoding": "gzip" } });
  const text = await answer.text(), length = ({ headers }) => Number(headers.get("content-length"));
  let bytes = length(answer);
  for (const file of new Set([...text.matchAll(/ (?:href|src)="(\/(?:static|media)\/[^"#]+)/g)].map(([, path]) => path)))
    bytes += length(await fetch(city.url + file, { headers: { "Accept-Encoding": "gzip" } }));
  return bytes;
}

const days_off = new Set(fs.readFileSync(new URL("../../deploy/catalogue/hcmc/calendar_days.csv", import.meta.url), "utf8")
  .split("\n").map((line) => line.split(",")).filter(([, , kind]) => kind === "OFF").map(([, date]) => date));

/** A moment at which people work, that many days ahead. */
export function later(days) {
  const date = new Date(Date.now() + days * 86400e3), day = () => date.toISOString().slice(0, 10);
  while ([0, 6].includes(date.getUTCDay()) || days_off.has(day())) date.setTime(date.getTime() + 86400e3);
  return `${day()} 10:00`;
}

/** Somebody joins a case: a case of one's own, as submit has it. */
export async function join(lead) {
  const answer = await fetch(`${city.url}/api/v1/cases/${lead.reference}/followers`, { method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ description: "Tôi cũng thấy", contact: { name: "Trần Bình", phone: new_phone() } }) });
  return receipt_of(answer);
}

let browser, folder;

export async function open_browser() {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "dunghen-pages-"));
  fs.mkdirSync(shots, { recursive: true });
  browser = await chromium.launch({ executablePath: process.env.PAGES_CHROMIUM ?? "/usr/bin/chromium-headless-shell",
    args: chromium_flags, env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder } });
}

export async function close_browser() {
  await browser?.close();
  if (folder) fs.rmSync(folder, { recursive: true, force: true });
}

/** A context with its page, and what goes wrong there: whatever breaks the policy or a script. */
async function open_page(options) {
  const context = await browser.newContext({ baseURL: city.url, locale: "vi-VN",
    timezoneId: "Asia/Ho_Chi_Minh", ...options });
  const page = await context.newPage();
  const slot = { context, page, troubles: [] };
  page.setDefaultTimeout(30000); // an end for what hangs, not a measure
  page.on("pageerror", (error) => slot.troubles.push(`script: ${error.message}`));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) slot.troubles.push(message.text());
  });
  page.on("request", (request) => {
    const { href, origin } = new URL(request.url());
    if (!href.startsWith(city.url) && origin !== city.tiles) slot.troubles.push(`third party: ${request.url()}`);
  });
  return slot;
}

/** Leaves nothing for the next test that a citizen would find. */
async function clean({ context, page }) {
  for (const other of context.pages()) if (other !== page) await other.close();
  if (page.url().startsWith(city.url))
    await page.evaluate(() => localStorage.clear()).catch(() => {}); // where scripts may run
}

const slots = new Map(); // of each kind those that nobody uses now

/** Pages of before a change of the city, as of its catalogue, do not serve after it: their workers would
 * be replaced while a test goes on, and where the driver is attached to both, some pages then never load. */
export async function forget_pages() {
  const kept = [...slots.values()].flat();
  slots.clear();
  await Promise.all(kept.map(({ context }) => context.close()));
}

/** A page with these options: one that has served before, unless it is to be fresh. What goes wrong
 * there fails the test. */
export async function with_page({ fresh = false, ...options }, run) {
  const key = JSON.stringify(options);
  const slot = (fresh ? null : slots.get(key)?.pop()) ?? await open_page(options);
  let is_good = false;
  try {
    await run(slot.page, slot.context);
    assert.deepEqual(slot.troubles, []);
    await clean(slot);
    is_good = !fresh;
  } finally {
    if (is_good) slots.set(key, [...slots.get(key) ?? [], slot]);
    else await slot.context.close();
  }
}

/** The button of the page itself that has just this name. */
export const press = (page, name) => page.getByRole("main").getByRole("button", { name, exact: true }).click();

/** A report as far as the contact, in Vietnamese. */
export async function to_contact(page, said, service = "MT01") {
  await page.goto(`/report/${service}?lang=vi`);
  await page.locator("#address").fill("Chợ Bến Thành");
  await press(page, "Tiếp tục");
  await page.locator("#description").fill(said);
  await press(page, "Tiếp tục");
  await page.locator("#name, .cases").first().waitFor();
  if (await page.locator(".cases").count() > 0) await press(page, "Không phải, viết tiếp");
}

/** What every page must keep on every screen: no sideways scrolling, one h1. */
export async function judge_layout(page) {
  const { width, headings } = await page.evaluate(() => ({ headings: document.querySelectorAll("h1").length,
    width: document.documentElement.scrollWidth - document.documentElement.clientWidth }));
  assert.ok(width <= 0, `${page.url()} is ${width} px too wide`);
  assert.equal(headings, 1, page.url());
}

/** The same with letters twice as large, as telephones have them for who sees badly, and all that can be
 * opened open: WCAG 1.4.4 and 1.4.10. Only tables may be scrolled sideways, in frames of their own. */
export async function judge_large(page) {
  const wide = await page.evaluate(() => {
    const root = document.documentElement, closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
    root.style.fontSize = "200%";
    const found = root.scrollWidth - root.clientWidth;
    const out = [...document.querySelectorAll("main *, header *, footer *")].filter((one) => found > 0 && !one.closest(".scroll, .map, .unseen, .trap, .skip") &&
      one.getBoundingClientRect().right > root.clientWidth + .5).map((one) => `${one.tagName}.${one.className} ${one.textContent.slice(0, 20)}`);
    root.style.fontSize = "";
    for (const one of closed) one.open = false;
    return { found, out: out.slice(0, 4) };
  });
  assert.ok(wide.found <= 0, `${page.url()} in large letters is ${wide.found} px too wide at ${page.viewportSize().width}: ${wide.out.join("; ")}`);
}

const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** The same, and that axe finds nothing; in other colours only they are judged again. */
export async function judge(page, { colours_only = false } = {}) {
  await judge_layout(page);
  if (!await page.evaluate(() => "axe" in globalThis)) await page.evaluate(axe);
  const violations = await page.evaluate(async (runOnly) => {
    // What is still fading in has other colours than it will have.
    await Promise.allSettled(document.getAnimations().map((one) => one.finished));
    const found = await globalThis.axe.run(document, { runOnly, resultTypes: ["violations"] });
    // On a map a spot is where it is (WCAG 2.5.8, "essential"): spots may be close to each other.
    const is_ours = (v, n) => v.id !== "target-size" || !n.target.join().includes(".spot-mark");
    return found.violations.map((v) => ({ id: v.id, nodes: v.nodes.filter((n) => is_ours(v, n)) }))
      .filter((v) => v.nodes.length > 0).map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" ")}`);
  }, colours_only ? ["color-contrast"] : standards);
  assert.deepEqual(violations, [], page.url());
}

const clients = new WeakMap();

/** The whole page as a picture, when there are to be some; the browser's own way, which takes half the
 * time of the library's. */
export async function shoot(page, name) {
  if (!pictures) return;
  // Not detached: that would also end a line that is cut off.
  if (!clients.has(page)) clients.set(page, await page.context().newCDPSession(page));
  const { data } = await clients.get(page).send("Page.captureScreenshot",
    { format: "png", captureBeyondViewport: true, optimizeForSpeed: true });
  fs.writeFileSync(path.join(shots, `${name}.png`), Buffer.from(data, "base64"));
}

const colours = new WeakMap(); // of each page, since it was last looked at

/** Only what is another than now, since each makes the browser lay out the page again. */
async function put_on(page, viewport, colorScheme) {
  const { width, height } = page.viewportSize();
  if (width !== viewport.width || height !== viewport.height) await page.setViewportSize(viewport);
  if (colours.get(page) !== colorScheme) await page.emulateMedia({ colorScheme });
  colours.set(page, colorScheme);
}

/** The page as it stands, judged and pictured on each of these screens without loading it again; it
 * ends as it began. In full: also by axe, which the other language of a page does not need. */
export async function look(page, name, names = Object.keys(screens), { in_full = true } = {}) {
  const before = page.viewportSize();
  for (const screen of names) {
    const { viewport, colorScheme = "light" } = screens[screen];
    await put_on(page, viewport, colorScheme);
    if (screen === "phone" && in_full) await judge(page);
    else if (screen === "dark") await judge(page, { colours_only: true });
    else await judge_layout(page);
    if (screen === "phone" || screen === "narrow") await judge_large(page);
    if (all_pictures || screen === "phone") await shoot(page, `${name}-${screen}`);
  }
  await put_on(page, before, "light");
}
