// SPDX-License-Identifier: Apache-2.0
// islands - what scripts add: a list that follows typing, a map, a line that comes and goes.
import assert from "node:assert/strict";
import http from "node:http";
import { noise } from "./pictures.mjs";
import { city, desk, judge, look, new_phone, phone, press, screens, shoot, test, weigh, with_page } from "./support.mjs";

const reports = (words) => city.tell({ sql:
  `SELECT count(*) FROM contents WHERE content::text LIKE '%${words}%'` }).then(([[count]]) => count);

test("the list of services follows what is typed", async () => {
  await with_page(phone, async (page) => {
    await page.goto("/report?lang=vi");
    await page.locator("#q").pressSequentially("ngap");
    assert.deepEqual(await page.locator(".services li:visible b").allInnerTexts(), ["Ngập nước, tắc cống"]);
    await page.locator("#q").fill("zzz");
    assert.ok(await page.locator("#nothing").isVisible());
    assert.equal(await page.locator(".services li:visible").count(), 31);
  });
});

test("a sentence is understood, and the script ranks as the server does", async () => {
  const codes = (html) => [...html.matchAll(/\/report\/([A-Z0-9]+)\?/g)].map(([, code]) => code);
  const meant = { "xe máy bị té vì đường có ổ gà lớn trước chợ": "HT01", "hang xom hat karaoke on ao suot dem": "TT02",
    "co cai ho ga mat nap truoc nha": "HT02", "ổ gà": "HT01", "đường hẻm bị ngập khi mưa": "HT03",
    "rác để cả tuần không ai thu gom, hôi thối": "MT01", "nhà bên cạnh xây lấn qua nhà tôi": "XD01", "kara": "TT02",
    "the neighbours play loud music all night": "TT02", "a lamp post is broken": "HT04", "xe buýt bỏ trạm…": "GT03" };
  await with_page(screens.narrow, async (page) => {
    for (const [words, code] of Object.entries(meant)) {
      const answer = await fetch(`${city.url}/report?lang=vi&q=${encodeURIComponent(words)}`, { headers: { Accept: "text/html" } });
      const told = codes(await answer.text());
      await page.goto("/report?lang=vi");
      await page.locator("#q").fill(words);
      assert.deepEqual(codes(await page.locator("#found ul").innerHTML()), told, words);
      assert.deepEqual([told[0], told.length <= 5], [code, true], words);
      assert.equal(await page.locator(".of-group:visible").count(), 0);
    }
    await look(page, "suggested", ["narrow", "phone", "dark", "desk"]);
    await page.locator("#q").fill("");
    assert.equal(await page.locator(".services li:visible").count(), 31);
  });
});

test("services have pictures, which weigh little", async () => {
  await with_page(desk, async (page) => {
    await page.goto("/report?lang=vi");
    await page.waitForLoadState("networkidle");
    const drawn = await page.locator(".picture use").evaluateAll((all) => all.map((use) => {
      const { width, height } = use.getBBox();
      return `${use.getAttribute("href").split("#")[1]} ${width > 5 && height > 2}`;
    }));
    assert.deepEqual([drawn.length, new Set(drawn).size, drawn.filter((one) => one.endsWith("false"))], [31, 13, []]);
    await look(page, "what-pictures", ["narrow", "phone", "dark", "desk"]);
  });
  const bytes = await weigh("/report?lang=vi");
  assert.ok(bytes <= 60 * 1024, `${bytes} bytes`);
});

test("the map's shapes weigh little", async () => {
  const answer = await fetch(`${city.url}/map/wards.json`, { headers: { "Accept-Encoding": "gzip" } });
  const known = await fetch(`${city.url}/map/wards.json`, { headers: { "If-None-Match": answer.headers.get("etag") } });
  assert.equal(answer.headers.get("content-encoding"), "gzip");
  assert.ok(Number(answer.headers.get("content-length")) < 120000, answer.headers.get("content-length"));
  assert.equal((await answer.json()).wards.length, 168);
  assert.equal(known.status, 304);
});

test("a place is marked on the map, and tells its ward", async () => {
  await with_page(desk, async (page) => {
    await page.goto("/report/HT01?lang=vi");
    await page.getByRole("button", { name: "Chọn trên bản đồ" }).click();
    await page.locator("#map path").first().waitFor({ state: "attached" });
    await page.waitForFunction(() => document.activeElement.id === "map"); // it is drawn
    await page.waitForFunction(() => { // without a move of the map; names fade
      const names = document.querySelectorAll(".ward-name").length;
      return names > 0 && names < 60;
    });
    await page.locator("#ward").selectOption({ label: "Phường Bến Thành" });
    await page.locator("#map").click({ position: { x: 350, y: 170 } });
    assert.match(await page.locator("#lat").inputValue(), /^10\.7\d+$/);
    assert.match(await page.locator("#long").inputValue(), /^106\.\d+$/);
    assert.ok(await page.locator("#chosen").isVisible());
    await judge(page);
    await shoot(page, "map-desk");
    await page.getByRole("button", { name: "Tiếp tục" }).last().click();
    assert.equal(await page.locator("h1").innerText(), "Sự việc như thế nào?");
  });
});

test("my position marks the place and its ward; the keyboard can do it, too", async () => {
  await with_page({ ...phone, fresh: true, permissions: ["geolocation"],
    geolocation: { latitude: 10.7725, longitude: 106.698 } }, async (page) => {
    await page.goto("/report/HT01?lang=vi");
    await page.getByRole("button", { name: "Dùng vị trí của tôi" }).click();
    await page.locator("#map path").first().waitFor({ state: "attached" });
    await page.waitForFunction(() => document.querySelector("#ward").selectedOptions[0].textContent.includes("Bến Thành"));
    await judge(page);
    await shoot(page, "map-phone");
    await page.getByRole("button", { name: "Bỏ chỗ đã đánh dấu" }).click();
    assert.equal(await page.locator("#lat").inputValue(), "");
    await page.locator("#map").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("#lat").value !== "");
  });
});

test("the keyboard sees where it marks: a cross in the middle of the map, and words that say so", async () => {
  await with_page(screens.narrow, async (page) => {
    const cross = () => page.locator("#map").evaluate((map) => {
      const { content, width, left, top } = getComputedStyle(map, "::after");
      return { is_there: content !== "none", width, middle: [left, top] };
    });
    await page.goto("/report/HT01?lang=vi");
    assert.ok(!await page.locator("#map-keys").isVisible());
    await page.locator("#open-map").click();
    await page.waitForFunction(() => document.activeElement.id === "map");
    assert.equal((await cross()).is_there, false, "who points needs none");
    assert.match(await page.locator("#map-keys").innerText(), /mũi tên.*Enter.*giữa bản đồ/);
    assert.match(await page.locator("#map").getAttribute("aria-describedby"), /map-keys/);
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Tab");
    await page.waitForFunction(() => document.activeElement.id === "map");
    assert.deepEqual([(await cross()).is_there, (await cross()).width], [true, "44px"]);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("#lat").value !== "");
    const off = await page.evaluate(() => {
      const map = document.querySelector("#map").getBoundingClientRect();
      const mark = [...document.querySelectorAll("#map path")].at(-1).getBoundingClientRect();
      return Math.hypot(map.x + map.width / 2 - mark.x - mark.width / 2, map.y + map.height / 2 - mark.y - mark.height / 2);
    });
    assert.ok(off < 3, `marked ${off} px beside the cross`);
    await look(page, "map-keys", ["narrow", "phone", "dark", "desk"]);
  });
});

/** The case with these words: its attachments' widths, and its answers. */
const sent = (words) => city.tell({ sql: `SELECT string_agg(a.width::text, ',' ORDER BY a.number),
  k.content::jsonb ->> 'attributes' FROM contents k LEFT JOIN attachments a ON a.case_id = k.case_id
  WHERE k.content::text LIKE '%${words}%' GROUP BY k.case_id, k.content::text` });

/** The service worker has the page that it shows without a line. */
async function ready_offline(page, lang = "vi") {
  await page.goto(`/?lang=${lang}`);
  await page.evaluate(() => navigator.serviceWorker.ready);
}

test("a report written to its end is kept without a line, and sent once when it is back", async () => {
  await with_page({ ...phone, fresh: true }, async (page, context) => {
    await ready_offline(page);
    await page.goto("/report/HT01?lang=vi");
    await page.locator("#address").fill("Chợ Bến Thành");
    await page.getByRole("main").getByRole("button", { name: "Tiếp tục" }).click();
    await page.locator("#description").fill("mat mang o buoc cuoi");
    await page.getByRole("main").getByRole("button", { name: "Tiếp tục" }).click();
    await page.locator("#name").fill("An");
    await page.locator("#phone").fill(new_phone());
    await page.getByRole("main").getByRole("button", { name: "Tiếp tục" }).click();
    await context.setOffline(true);
    await page.getByRole("main").getByRole("button", { name: "Gửi phản ánh" }).click();
    await page.getByRole("status").filter({ hasText: "Không có mạng" }).waitFor();
    await shoot(page, "offline-kept");
    assert.equal(await reports("mat mang o buoc cuoi"), "0");
    await context.setOffline(false);
    await page.getByRole("status").filter({ hasText: "đã được gửi" }).waitFor();
    await page.getByRole("link", { name: "Xem" }).click();
    await page.waitForURL(/\/t\//);
    assert.equal(await reports("mat mang o buoc cuoi"), "1");
  });
});

test("a report begun with a line goes on without one, on one page", async () => {
  await with_page({ ...phone, fresh: true }, async (page, context) => {
    await ready_offline(page);
    await page.goto("/report/HT01?lang=vi");
    await page.locator("#address").fill("Chợ An Đông");
    await context.setOffline(true);
    await page.getByRole("main").getByRole("button", { name: "Tiếp tục" }).click();
    await page.waitForSelector("#offline");
    assert.equal(await page.locator("#address").inputValue(), "Chợ An Đông");
    assert.equal(await page.locator("#service").inputValue(), "HT01");
    await judge(page);
    await shoot(page, "offline-form");
    await page.locator("#description").fill("viet khi khong co mang");
    await page.locator("#name").fill("An");
    await page.locator("#phone").fill(new_phone());
    await page.getByRole("button", { name: "Gửi phản ánh" }).click();
    await page.getByRole("status").filter({ hasText: "Không có mạng" }).waitFor();
    await context.setOffline(false);
    await page.getByRole("status").filter({ hasText: "đã được gửi" }).waitFor();
    assert.equal(await reports("viet khi khong co mang"), "1");
  });
});

const offline = {
  vi: { next: "Tiếp tục", send: "Gửi phản ánh", ready: /^Ảnh sẽ gửi: 2 \(/, none: "Không có mạng", sent: "đã được gửi",
    said: "hai ảnh không có mạng", uploaded: "Ảnh đã tải lên: 1", late: "ảnh đã tải lên trước" },
  en: { next: "Continue", send: "Send the report", ready: /^Photos to be sent: 2 \(/, none: "There is no network",
    sent: "has been sent", said: "two photos without a line", uploaded: "Photos uploaded already: 1", late: "photo came before" },
};

test("photos that were chosen before the line was gone wait with the report, and are sent once", async () => {
  for (const [lang, screen] of [["vi", phone], ["en", desk]]) {
    const w = offline[lang];
    await with_page({ ...screen, fresh: true }, async (page, context) => {
      await ready_offline(page, lang);
      await page.goto(`/report/HT01?lang=${lang}`);
      await page.locator("#address").fill("Chợ An Đông");
      await press(page, w.next);
      await page.locator("#description").fill(w.said);
      await page.locator("#photos").setInputFiles([noise(2000, 300, "một.png"), noise(50, 40, "hai.png")]);
      await page.locator("#photos-said").filter({ hasText: w.ready }).waitFor();
      await context.setOffline(true);
      await press(page, w.next);
      await page.waitForSelector("#offline");
      await page.locator("#thumbs canvas").nth(1).waitFor();
      assert.match(await page.locator("#photos-said").innerText(), w.ready);
      assert.equal(await page.locator("#description").inputValue(), w.said);
      await look(page, `offline-photos-${lang}`, lang === "vi" ? undefined : ["phone", "desk"]);
      await page.locator("#name").fill("An");
      await page.locator("#phone").fill(new_phone());
      await press(page, w.send);
      await page.getByRole("status").filter({ hasText: w.none }).waitFor();
      await page.goto(`/track?lang=${lang}`); // another page; the report waits all the same
      await context.setOffline(false);
      await page.getByRole("status").filter({ hasText: w.sent }).waitFor();
      assert.deepEqual(await sent(w.said), [["1600,50", ""]]);
    });
  }
});

test("photos and answers that were sent before the line was gone are not lost on the one page", async () => {
  for (const [lang, screen] of [["vi", phone], ["en", desk]]) {
    const w = offline[lang];
    await with_page({ ...screen, fresh: true }, async (page, context) => {
      await ready_offline(page, lang);
      await page.goto(`/report/HT01?lang=${lang}`);
      await page.locator("#address").fill("Chợ Bình Tây");
      await press(page, w.next);
      await page.locator("#description").fill(w.late);
      await page.locator("input[name='attribute[road]']").first().check();
      await page.locator("#photos").setInputFiles([noise(70, 40, "ba.png")]);
      await press(page, w.next);
      await page.locator("#name").fill("An");
      await page.locator("#phone").fill(new_phone());
      await context.setOffline(true);
      await press(page, w.next);
      await page.waitForSelector("#offline");
      assert.equal(await page.locator("#photos-said").innerText(), w.uploaded);
      await judge(page);
      await press(page, w.send);
      await page.getByRole("status").filter({ hasText: w.none }).waitFor();
      await context.setOffline(false);
      await page.getByRole("status").filter({ hasText: w.sent }).waitFor();
      const [[widths, answers]] = await sent(w.late);
      assert.equal(widths, "70");
      assert.match(answers, /"road"/);
    });
  }
});

test("an answer that was lost on its way does not make a second case; nor does a double press", async () => {
  await with_page({ ...phone, fresh: true }, async (page) => {
    let lost = 0;
    await page.route("**/report/HT01*", async (route) => {
      if (route.request().method() === "POST" && /go=send|name="go"\r\n\r\nsend/.test(route.request().postDataBuffer().toString("latin1")) && lost++ === 0) {
        await route.fetch({ maxRedirects: 0 });
        await route.abort();
      } else {
        await route.continue();
      }
    });
    const answer = async () => page.goto("/offline?lang=vi");
    await answer();
    await page.locator("#service").selectOption("HT01");
    await page.locator("#address").fill("Chợ");
    await page.locator("#description").fill("mat cau tra loi");
    await page.locator("#photos").setInputFiles([noise(80, 40, "bốn.png")]);
    await page.locator("#name").fill("An");
    await page.locator("#phone").fill(new_phone());
    await page.getByRole("button", { name: "Gửi phản ánh" }).dblclick();
    await page.getByRole("status").filter({ hasText: "đã được gửi" }).waitFor();
    assert.equal(lost, 2);
    assert.deepEqual(await sent("mat cau tra loi"), [["80", ""]]);
  });
});

/** A report on the one page for when there is no line; the name is left out by who is anonymous. */
async function write_offline(page, service, said, contact) {
  await page.goto("/offline?lang=vi");
  await page.locator("#service").selectOption(service);
  await page.locator("#address").fill("Chợ Tân Định");
  await page.locator("#description").fill(said);
  if (!contact) await page.locator("#who-anonymous").check();
  for (const [name, value] of Object.entries(contact ?? {})) await page.locator(`#${name}`).fill(value);
}

test("of all that was sent when the line was back there is a receipt, until it is taken off", async () => {
  await with_page({ ...phone, fresh: true }, async (page, context) => {
    await ready_offline(page);
    await context.setOffline(true);
    const press = () => page.getByRole("button", { name: "Gửi phản ánh" }).click();
    await write_offline(page, "HT01", "thứ nhất trong hai");
    await press();
    await page.getByRole("status").filter({ hasText: "Không có mạng" }).waitFor();
    await write_offline(page, "HT03", "thứ hai trong hai", { name: "An", email: "an@example.org" });
    await press();
    await page.getByRole("status").filter({ hasText: "Không có mạng" }).waitFor();
    await context.setOffline(false);
    await page.locator("#sent li").nth(1).waitFor();
    await page.goto("/track?lang=vi"); // they stay
    await page.locator("#sent li").nth(1).waitFor();
    const rows = await city.tell({ sql: `SELECT c.reference, c.anonymous FROM cases c JOIN contents t ON t.case_id = c.id
      WHERE t.content::text LIKE '%trong hai%' ORDER BY c.received_at` });
    assert.deepEqual(await page.locator("#sent li a").allInnerTexts(), rows.map(([reference]) => reference));
    assert.deepEqual(rows.map(([, anonymous]) => anonymous), ["t", "f"]);
    assert.match(await page.locator("#sent").innerText(), /Ổ gà[\s\S]*Ngập nước/);
    await look(page, "sent", ["narrow", "phone", "dark", "desk"]);
    await page.locator("#sent li a").first().click();
    await page.waitForURL(/\/t\//);
    assert.match(await page.getByRole("main").innerText(), /thứ nhất trong hai/);
    for (const left of [1, 0]) {
      await page.locator("#sent button").first().click();
      await page.waitForFunction((n) => document.querySelectorAll("#sent li").length === n, left);
    }
    await page.goto("/?lang=vi");
    assert.ok(!await page.locator("#sent").isVisible());
  });
});

test("who chose to be anonymous is so without a line; e-mail and position are there, too", async () => {
  await with_page({ ...phone, fresh: true, permissions: ["geolocation"],
    geolocation: { latitude: 10.7725, longitude: 106.698 } }, async (page, context) => {
    await ready_offline(page);
    await page.goto("/report/HT01?lang=vi");
    await page.locator("#address").fill("Chợ Bà Chiểu");
    await press(page, "Tiếp tục");
    await page.locator("#description").fill("ẩn danh, mất mạng giữa chừng");
    await press(page, "Tiếp tục");
    await page.locator("#who-anonymous").check();
    await context.setOffline(true);
    await press(page, "Tiếp tục");
    await page.waitForSelector("#offline");
    assert.ok(await page.locator("#who-anonymous").isChecked());
    assert.ok(!await page.locator("#name").isVisible());
    await press(page, "Dùng vị trí của tôi");
    await page.waitForFunction(() => document.querySelector("#lat").value === "10.772500");
    await look(page, "offline-anonymous", ["narrow", "phone", "dark", "desk"]);
    await press(page, "Gửi phản ánh");
    await page.getByRole("status").filter({ hasText: "Không có mạng" }).waitFor();
    await context.setOffline(false);
    await page.getByRole("status").filter({ hasText: "đã được gửi" }).waitFor();
    assert.deepEqual(await city.tell({ sql: `SELECT c.anonymous, c.area FROM cases c JOIN contents t ON t.case_id = c.id
      WHERE t.content::text LIKE '%mất mạng giữa chừng%'` }), [["t", "26743"]]);
  });
});

test("a service with questions of its own keeps its draft without a line, and is finished with one", async () => {
  await with_page({ ...phone, fresh: true }, async (page, context) => {
    await ready_offline(page);
    await context.setOffline(true);
    await write_offline(page, "DD01", "hồ sơ đất quá hạn, viết khi mất mạng", { name: "An", phone: new_phone() });
    assert.ok(!await page.locator("#who-field").isVisible(), "never anonymous");
    assert.ok(await page.locator("#asks").isVisible() && !await page.locator("#send").isVisible());
    await look(page, "offline-asks", ["narrow", "phone", "dark", "desk"]);
    await page.getByRole("button", { name: "Giữ bản nháp" }).click();
    await page.getByRole("status").filter({ hasText: "Bản nháp được giữ trên máy này 7 ngày" }).waitFor();
    await context.setOffline(false);
    await page.goto("/?lang=vi");
    await page.getByRole("status").filter({ hasText: "cần trả lời thêm" }).getByRole("link").click();
    await page.getByRole("button", { name: "Viết tiếp" }).click();
    assert.equal(await page.locator("h1").innerText(), "Sự việc như thế nào?");
    assert.equal(await page.locator("#description").inputValue(), "hồ sơ đất quá hạn, viết khi mất mạng");
    await page.getByRole("main").getByRole("button", { name: "Tiếp tục" }).click();
    assert.ok(await page.locator("#problems a").count() > 0, "its questions are asked");
  });
});

test("the page for when there is no line has the catalogue of now", async () => {
  const call = async (name) => city.tell({ sql: `UPDATE services SET name_vi = '${name}' WHERE code = 'HT04';
    UPDATE catalogue SET version = version + 1` });
  const [[before]] = await city.tell({ sql: "SELECT name_vi FROM services WHERE code = 'HT04'" });
  await with_page({ ...phone, fresh: true }, async (page, context) => {
    await ready_offline(page);
    try {
      await call("Đèn đường, tên mới");
      const shown = async () => (await fetch(`${city.url}/report?lang=vi`)).text();
      while (!(await shown()).includes("Đèn đường, tên mới")); // intake knows
      await page.goto("/report?lang=vi");
      await page.evaluate(async () => { // as the browser does some time after a page
        const registration = await navigator.serviceWorker.ready;
        await registration.update();
        const worker = registration.installing ?? registration.waiting ?? registration.active;
        const is_ready = () => worker.state === "activated";
        if (!is_ready()) await new Promise((done) => worker.addEventListener("statechange", () => is_ready() && done()));
      });
      assert.equal(await page.evaluate(async () => (await caches.keys()).length), 1);
      await context.setOffline(true);
      await page.goto("/report?lang=vi");
      assert.equal(await page.locator("#service option[value=HT04]").innerText(), "Đèn đường, tên mới");
      await context.setOffline(false);
    } finally {
      await call(before);
    }
  });
}, { when: "alone" });

/** A server of tiles, which has the same picture everywhere. */
async function serve_tiles() {
  const asked = [], { buffer } = noise(256, 256, "x.png");
  const server = http.createServer((request, answer) => {
    asked.push(request.url);
    answer.writeHead(200, { "Content-Type": "image/png" }).end(buffer);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { asked, origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

test("tiles lie under the wards if the operator names a server of them, and pictures come from nowhere else", async () => {
  const policy = async () => (await fetch(`${city.url}/report/HT01`, { headers: { Accept: "text/html" } }))
    .headers.get("content-security-policy");
  assert.match(await policy(), / img-src 'self';/);
  const tiles = await serve_tiles();
  const again = async (env) => {
    await city.tell({ stop: "intake" });
    await city.tell({ start: "intake", env });
  };
  await again({ DUNGHEN_TILE_URL: `${tiles.origin}/{z}/{x}/{y}.png`, DUNGHEN_TILE_CREDIT: "© Sở <b>bản đồ</b>" });
  city.tiles = tiles.origin;
  try {
    assert.ok((await policy()).includes(` img-src 'self' ${tiles.origin};`));
    await with_page({ ...desk, fresh: true }, async (page) => {
      await page.goto("/report/HT01?lang=vi");
      await page.getByRole("button", { name: "Chọn trên bản đồ" }).click();
      await page.locator("img.leaflet-tile-loaded").first().waitFor();
      assert.match(tiles.asked[0], /^\/\d+\/\d+\/\d+\.png$/);
      assert.equal(await page.locator(".leaflet-control-attribution").innerText(), "© Sở <b>bản đồ</b>");
      await page.locator("#map").click({ position: { x: 350, y: 170 } });
      await page.waitForFunction(() => document.querySelector("#ward").value !== "");
      await shoot(page, "map-tiles");
    });
  } finally {
    city.tiles = "";
    await again({});
    tiles.close();
  }
}, { when: "alone" });

test("a draft is offered again with its photos, and can be forgotten", async () => {
  await with_page({ ...phone, fresh: true }, async (page) => {
    await page.goto("/report/HT01?lang=vi");
    await page.locator("#address").fill("Chợ Bình Tây");
    await page.getByRole("main").getByRole("button", { name: "Tiếp tục" }).click();
    await page.locator("#photos").setInputFiles([noise(90, 40, "năm.png")]);
    await page.locator("#thumbs canvas").first().waitFor();
    await page.locator("#description").fill("dang viet do");
    await page.locator("#description").blur();
    await page.goto("/report?lang=vi");
    await page.getByRole("button", { name: "Viết tiếp" }).click();
    assert.equal(await page.locator("#description").inputValue(), "dang viet do");
    assert.equal(await page.locator("#keep-photo-1").count(), 1);
    await page.goto("/report?lang=vi");
    await judge(page);
    await page.getByRole("button", { name: "Xóa" }).click();
    await page.goto("/report?lang=vi");
    assert.ok(!(await page.locator("#resume").isVisible()));
  });
});
