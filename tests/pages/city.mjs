// SPDX-License-Identifier: Apache-2.0
// city - the city in the open: figures with their charts, and the list and map of cases.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { city, desk, judge, look, phone, screens, shoot, test, with_page } from "./support.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const seeds = ["city.sql", "../support/list_again.sql"].map((name) => fs.readFileSync(path.join(here, name), "utf8"));

/** Cases and figures of a year. */
export async function fill_city() {
  for (const statement of seeds.join("").split(/;\n/).filter((text) => text.trim()))
    await city.tell({ sql: statement });
}

const last = { when: "last" };

const words = (page) => page.getByRole("main").innerText();

test("figures are those of the ledger, each with its target, formula and cut-off", async () => {
  await with_page({ ...phone, javaScriptEnabled: false }, async (page) => {
    await page.goto("/city?month=2026-03&lang=vi");
    const text = await words(page);
    // city.sql: 900 of 930 answered on time, 20 still open; 45 of 50 ratings are good; 2 letters owed.
    for (const said of ["94,7%", "900 trên 950", "96,7%", "Đạt mục tiêu", "90%", "45 trên 50",
      "Thư xin lỗi còn nợ", "1/3/2026 đến 31/3/2026", "Chốt lúc 00:00, thứ\u00a0Tư\u00a01/4/2026", "Tháng 3/2026"])
      assert.ok(text.includes(said), said);
    assert.equal(await page.locator(".tile .figure.owes").innerText(), "20");
    assert.equal(await page.locator(".tile details").count(), 4);
    await page.getByText("Cách tính Trả lời đúng hẹn").click();
    assert.match(await words(page), /số quá hẹn chưa trả lời lúc chốt/);
    const field = page.locator("table.ranks tbody tr").first();
    assert.match(await field.innerText(), /Hạ tầng kỹ thuật[\s\S]*94,7%/);
    await page.goto("/city?month=2026-02&lang=en");
    assert.match(await words(page), /86.1%[\s\S]*Target missed[\s\S]*362 of 420/);
    await page.goto("/city?month=1999-01&lang=vi");
    assert.match(await words(page), /chưa có phản ánh nào/);
    assert.equal((await page.goto("/city?month=2026-13")).status(), 400);
  });
}, last);

test("the page's figures are those of the API and of its CSV", async () => {
  const api = await (await fetch(`${city.url}/api/v1/statistics?by=field&month=2026-03`)).json();
  assert.deepEqual([api.total.on_time, api.total.satisfied, api.total.apology_letters_owed, api.total.rated],
    [0.9474, 0.9, 20, 50]);
  const page = await (await fetch(`${city.url}/city?month=2026-03&lang=vi`, { headers: { Accept: "text/html" } })).text();
  const links = [...page.matchAll(/href="([^"]+\.csv[^"]*)"/g)].map((found) => found[1].replace(/&amp;/g, "&"));
  assert.equal(links.length, 4);
  for (const link of links) {
    const answer = await fetch(city.url + link);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("content-type"), /text\/csv/);
    const lines = (await answer.text()).trim().split("\r\n");
    assert.ok(lines.at(-1).includes("930,900"), `${link}: ${lines.at(-1)}`);
    assert.equal(new Set(lines.map((line) => line.replace(/"[^"]*"/g, "").split(",").length)).size, 1, link);
  }
}, last);

test("a file that is downloaded says that it is UTF-8, one that a program asks for is the figures alone", async () => {
  const begin = async (link) => Buffer.from(await (await fetch(city.url + link)).arrayBuffer()).subarray(0, 4).toString("latin1");
  const page = await (await fetch(`${city.url}/city?month=2026-03&lang=vi`, { headers: { Accept: "text/html" } })).text();
  for (const by of ["field", "unit", "service"]) {
    const [, link] = new RegExp(`href="([^"]+\\.csv[^"]*by=${by}[^"]*)"`).exec(page);
    assert.equal(await begin(link.replace(/&amp;/g, "&")), `\xEF\xBB\xBF${by[0]}`);
    assert.equal(await begin(`/api/v1/statistics.csv?by=${by}&month=2026-03`), by.slice(0, 4));
  }
  assert.equal((await fetch(`${city.url}/api/v1/statistics?bom=true`)).status, 400);
}, last);

test("a month and all units can be chosen with the keyboard alone; the language link keeps them", async () => {
  await with_page(desk, async (page) => {
    await page.goto("/city?lang=vi");
    await page.getByLabel("Tháng", { exact: true }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(/month=20\d\d-\d\d/);
    const month = /month=([0-9-]+)/.exec(page.url())[1];
    await page.getByRole("link", { name: "English" }).click();
    assert.match(page.url(), new RegExp(`month=${month}`));
    assert.equal(await page.getByLabel("Month", { exact: true }).inputValue(), month);
    await page.goto("/city?month=2026-03&lang=vi");
    assert.equal(await page.locator("table.ranks").last().locator("tbody tr").count(), 12);
    await page.getByRole("link", { name: /Xem tất cả \d+ đơn vị/ }).click();
    await page.locator("table.ranks").last().locator("tbody tr").nth(12).waitFor();
  });
}, last);

test("the years below a chart's columns do not run together, whatever month it begins with", async () => {
  await with_page(screens.narrow, async (page) => {
    for (const [month, years] of [["2026-03", ["2025", "2026"]], ["2026-11", ["2026"]], ["2026-10", ["2025", "2026"]]]) {
      await page.goto(`/city?month=${month}&lang=vi`);
      const boxes = await page.locator(".columns").first().locator("small").evaluateAll((all) => all.map((one) => {
        const { left, right } = one.getBoundingClientRect();
        return { year: one.textContent, left, right };
      }));
      assert.deepEqual(boxes.map(({ year }) => year), years);
      for (let i = 1; i < boxes.length; i++) assert.ok(boxes[i].left - boxes[i - 1].right >= 4, month);
    }
  });
}, last);

test("cases can be narrowed and leafed through without scripts, and lead to their public page", async () => {
  await with_page({ ...phone, javaScriptEnabled: false }, async (page) => {
    await page.goto("/city/cases?lang=vi");
    assert.equal(await page.locator(".cases li").count(), 20);
    await page.getByLabel("Lĩnh vực").selectOption("HT03");
    await page.getByLabel("Nơi").selectOption("26740");
    await page.getByLabel("Tình trạng").selectOption("open");
    await page.getByRole("button", { name: "Lọc" }).click();
    await page.waitForURL(/status=open/);
    const seen = new Set();
    for (;;) {
      for (const link of await page.locator(".cases h3 a").all()) seen.add(await link.getAttribute("href"));
      const next = page.getByRole("link", { name: "Xem tiếp" });
      if (await next.count() === 0) break;
      const href = await next.getAttribute("href");
      await next.click();
      await page.waitForURL((url) => url.href.endsWith(href));
    }
    const [[count]] = await city.tell({ sql: `SELECT count(*) FROM cases WHERE service = 'HT03'
      AND area = '26740' AND answered_at IS NULL AND closed_at IS NULL` });
    assert.equal(String(seen.size), count);
    assert.match(await words(page), /Đang quá hẹn|Còn trong hạn/);
    await page.getByRole("link", { name: "English" }).click();
    assert.equal(await page.locator("#service").inputValue(), "HT03");
    assert.equal(await page.locator("#state").inputValue(), "open");
    await page.locator(".cases h3 a").first().click();
    await page.waitForURL(/\/t\//);
    assert.equal((await page.goto("/city/cases?service=NONE&area=%22%3E&status=x&cursor=zz")).status(), 200);
    assert.equal(await page.locator(".cases li").count(), 20);
  });
}, last);

test("texts show once they are published, secret fields never", async () => {
  await with_page({ ...phone, javaScriptEnabled: false }, async (page) => {
    await page.goto("/city/cases?lang=vi&service=HT01&area=26740&status=closed");
    const text = await words(page);
    assert.ok(text.includes("Hố ga mất nắp <b>trước</b> trường học") && text.includes("Đã thay nắp mới."));
    assert.equal((text.match(/Hố ga/g) ?? []).length, 1);
    await page.getByLabel("Từ trong nội dung").fill("ho ga truong");
    await page.getByRole("button", { name: "Lọc" }).click();
    await page.waitForURL(/q=ho/);
    assert.equal(await page.locator(".cases li").count(), 1);
    await page.getByRole("link", { name: "English" }).click();
    await page.waitForURL(/lang=en/);
    assert.equal(await page.locator("#q").inputValue(), "ho ga truong");
    assert.equal(await page.locator(".cases li").count(), 1);
    await page.goto("/city/cases?lang=vi&q=zzz%22%3E%26");
    assert.match(await words(page), /Không có phản ánh nào/);
    const hidden = await city.tell({ sql: "SELECT code FROM services WHERE open311 = 'blackbox'" });
    for (const [code] of hidden) assert.equal(await page.locator(`#service option[value="${code}"]`).count(), 0);
  });
}, last);

test("the list and its map are good on every screen", async () => {
  for (const [lang, seen] of [["vi", ["desk", "phone", "narrow"]], ["en", ["dark"]]]) {
    await with_page(screens[seen[0]], async (page) => {
      await page.goto(`/city/cases?lang=${lang}&area=26740&service=HT03`);
      await page.locator("#open-cases-map").click();
      await page.locator("#map-count:not(:empty)").waitFor();
      const [[count]] = await city.tell({ sql: `SELECT count(*) FROM cases
        WHERE service = 'HT03' AND area = '26740' AND lat IS NOT NULL` });
      assert.match(await page.locator("#map-count").innerText(), new RegExp(`: ${count}\\s*$`));
      const spot = page.locator(".spot-mark.late").first(); // told by its sign, too
      assert.match(await spot.innerText(), /^!/);
      assert.match(await spot.getAttribute("aria-label"), lang === "vi" ? /^\d+: .*quá hẹn/ : /^\d+: .*past/);
      await spot.focus();
      await page.keyboard.press("Enter");
      await page.locator(".spot a").first().waitFor();
      assert.match(await page.locator(".spot li").first().innerText(), /\d+\/\d+\/\d+ · .+ · [A-Z0-9-]{9,}/);
      await page.waitForFunction(() => document.activeElement.matches(".spot a"));
      await look(page, `cases-${lang}`, seen);
      await page.locator(".spot a").first().click();
      await page.waitForURL(/\/t\/.*lang=/);
    });
  }
}, last);

/** Where things are, once the map has come to rest. */
async function boxes(page) {
  await page.locator(".leaflet-pan-anim").waitFor({ state: "detached" });
  return page.evaluate(() => Object.fromEntries(Object.entries({ map: "#map", list: ".leaflet-popup-content-wrapper",
    close: ".leaflet-popup-close-button", zoom: ".leaflet-control-zoom" }).map(([name, selector]) => {
    const { left, top, right, bottom } = document.querySelector(selector).getBoundingClientRect();
    return [name, [left, top, right, bottom].map(Math.round)];
  })));
}

const is_within = (a, b) => a[0] >= b[0] && a[1] >= b[1] && a[2] <= b[2] && a[3] <= b[3];
const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

/** All that is asked for happens at one place. */
async function one_place(route) {
  const answer = await route.fetch(), found = await answer.json();
  await route.fulfill({ response: answer, json: { ...found, cases: found.cases.map((one) => ({ ...one, lat: 10.7765, lon: 106.7005 })) } });
}

test("a spot's list is within the map and beside its buttons on every telephone, and read by day and by night", async () => {
  for (const [width, lang] of [[320, "vi"], [360, "en"], [390, "vi"]]) {
    await with_page({ ...screens.narrow, viewport: { width, height: 640 }, fresh: true }, async (page) => {
      if (lang === "vi") await page.route("**/api/v1/cases?*", one_place);
      await page.goto(`/city/cases?lang=${lang}&area=26740&service=HT03`);
      await page.locator("#open-cases-map").click();
      await page.locator("#map-count:not(:empty)").waitFor();
      await page.locator(".spot-mark.late").first().focus();
      await page.keyboard.press("Enter");
      await page.locator(".spot a").first().waitFor();
      const at = await boxes(page), told = JSON.stringify(at);
      assert.ok(is_within(at.list, at.map) && is_within(at.close, at.map), told);
      assert.ok(!overlap(at.list, at.zoom) && !overlap(at.close, at.zoom), told);
      const cut = await page.locator(".spot").evaluate((list) => list.scrollWidth - list.clientWidth);
      assert.ok(cut <= 0, `${cut} px of the list are cut off`);
      assert.equal(await page.locator(".leaflet-popup-close-button").getAttribute("aria-label"),
        lang === "vi" ? "Đóng danh sách ở chỗ này" : "Close the list of this place");
      assert.ok(await page.evaluate(() => document.activeElement.matches(".spot a")));
      await judge(page);
      await shoot(page, `spot-${width}`);
      await page.emulateMedia({ colorScheme: "dark" });
      assert.equal(await page.locator(".leaflet-popup-content-wrapper").evaluate((box) => getComputedStyle(box).backgroundColor),
        "rgb(16, 24, 23)");
      await judge(page);
      await shoot(page, `spot-${width}-dark`);
      await page.emulateMedia({ colorScheme: "light" });
      await page.keyboard.press("Escape");
      await page.locator(".spot").waitFor({ state: "detached" });
      await page.waitForFunction(() => document.activeElement.matches(".spot-mark"));
      await page.keyboard.press("Enter");
      await page.locator(".leaflet-popup-close-button").click();
      await page.locator(".spot").waitFor({ state: "detached" });
    });
  }
}, last);

test("as many words as the field of the list of cases takes are searched for, whatever their marks", async () => {
  for (const [letter, count] of [["ộ", 100], ["a", 100]]) {
    const words = letter.repeat(count);
    const html = await (await fetch(`${city.url}/city/cases?lang=vi&q=${encodeURIComponent(words)}`)).text();
    assert.ok(html.includes(`value="${words}"`) && html.includes("Không có phản ánh nào như vậy"), letter);
  }
});
