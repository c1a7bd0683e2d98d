// SPDX-License-Identifier: Apache-2.0
// islands - what scripts add: a list that follows typing, a map, a line that comes and goes.
import assert from "node:assert/strict";
import test from "node:test";
import { city, desk, judge, new_phone, phone, shoot, with_page } from "./support.mjs";

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
    await page.locator("#ward").selectOption({ label: "Phường Bến Thành" });
    await page.locator("#map").click({ position: { x: 350, y: 170 } });
    assert.match(await page.locator("#lat").inputValue(), /^10\.7\d+$/);
    assert.match(await page.locator("#long").inputValue(), /^106\.\d+$/);
    assert.ok(await page.locator("#chosen").isVisible());
    await judge(page);
    await shoot(page, "map-desk");
    await page.getByRole("button", { name: "Tiếp tục" }).last().click();
    assert.equal(await page.locator("h1").innerText(), "Chuyện gì đang xảy ra?");
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

/** The service worker has the page that it shows without a line. */
async function ready_offline(page) {
  await page.goto("/?lang=vi");
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

test("an answer that was lost on its way does not make a second case; nor does a double press", async () => {
  await with_page({ ...phone, fresh: true }, async (page) => {
    let lost = 0;
    await page.route("**/report/HT01*", async (route) => {
      if (route.request().method() === "POST" && route.request().postData().includes("go=send") && lost++ === 0) {
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
    await page.locator("#name").fill("An");
    await page.locator("#phone").fill(new_phone());
    await page.getByRole("button", { name: "Gửi phản ánh" }).dblclick();
    await page.getByRole("status").filter({ hasText: "đã được gửi" }).waitFor();
    assert.equal(lost, 2);
    assert.equal(await reports("mat cau tra loi"), "1");
  });
});

test("a draft is offered again, and can be forgotten", async () => {
  await with_page({ ...phone, fresh: true }, async (page) => {
    await page.goto("/report/HT01?lang=vi");
    await page.locator("#address").fill("Chợ Bình Tây");
    await page.getByRole("main").getByRole("button", { name: "Tiếp tục" }).click();
    await page.locator("#description").fill("dang viet do");
    await page.locator("#description").blur();
    await page.goto("/report?lang=vi");
    await page.getByRole("button", { name: "Viết tiếp" }).click();
    assert.equal(await page.locator("#description").inputValue(), "dang viet do");
    await page.goto("/report?lang=vi");
    await judge(page);
    await page.getByRole("button", { name: "Xóa" }).click();
    await page.goto("/report?lang=vi");
    assert.ok(!(await page.locator("#resume").isVisible()));
  });
});
