// SPDX-License-Identifier: Apache-2.0
// drafts - what a form sends and what stays of it on the device: no more than was meant, no longer than is said.
import assert from "node:assert/strict";
import { city, new_phone, phone, press, test, to_contact, with_page } from "./support.mjs";

const reports = (words) => city.tell({ sql:
  `SELECT count(*) FROM contents WHERE content::text LIKE '%${words}%'` }).then(([[count]]) => count);

/** As far as the page on which all is checked. */
async function to_check(page, said) {
  await to_contact(page, said);
  await page.locator("#name").fill("Nguyễn An");
  await page.locator("#phone").fill(new_phone());
  await press(page, "Tiếp tục");
  await page.getByRole("button", { name: "Gửi phản ánh" }).waitFor();
}

/** The first answers to forms: busy, then none at all, as of a navigation that is stopped. */
async function stop_sending(page) {
  const left = [(route) => route.fulfill({ status: 503, contentType: "text/html", body: "busy" }),
    (route) => route.abort("aborted")];
  await page.route("**/report/**", (route) => {
    const next = route.request().method() === "POST" && left.shift();
    return next ? next(route) : route.continue();
  });
  return () => left.length;
}

test("a button does what it says after a sending that was stopped", async () => {
  await with_page({ ...phone, fresh: true, serviceWorkers: "block" }, async (page) => {
    await to_check(page, "gửi dở rồi sửa");
    const left = await stop_sending(page);
    const stopped = page.waitForEvent("requestfailed");
    await press(page, "Gửi phản ánh");
    await stopped;
    assert.equal(left(), 0);
    await page.getByRole("button", { name: "Sửa Mô tả sự việc" }).evaluate((button) => button.click());
    await page.locator("#description").waitFor();
    assert.equal(await page.locator("h1").innerText(), "Sự việc như thế nào?");
    assert.equal(await reports("gửi dở rồi sửa"), "0");
  });
});

test("who chooses to be anonymous sends no name and number, and keeps none, though they were typed", async () => {
  for (const javaScriptEnabled of [true, false]) {
    await with_page({ ...phone, javaScriptEnabled }, async (page) => {
      const number = new_phone();
      const kept = () => javaScriptEnabled ? page.evaluate(() => JSON.stringify(localStorage)) : "";
      await to_contact(page, `ẩn danh sau khi ghi tên ${javaScriptEnabled}`);
      await page.locator("#name").fill("Nguyễn Văn Ẩn");
      await page.locator("#phone").fill(number);
      await page.locator("#phone").blur();
      if (javaScriptEnabled) assert.match(await kept(), /Nguyễn Văn Ẩn/);
      await page.locator("#who-anonymous").check();
      assert.doesNotMatch(await kept(), /Nguyễn Văn Ẩn/);
      await page.locator("#who").check(); // a change of mind finds what was typed
      assert.equal(await page.locator("#name").inputValue(), "Nguyễn Văn Ẩn");
      assert.ok(await page.locator("#name").isEnabled());
      await page.locator("#who-anonymous").check();
      if (javaScriptEnabled) assert.ok(!await page.locator("#name").isEnabled());
      await press(page, "Tiếp tục");
      await page.getByRole("button", { name: "Gửi phản ánh" }).waitFor();
      const said = await page.content() + await kept();
      assert.ok(!said.includes("Nguyễn Văn Ẩn") && !said.includes(number));
      await press(page, "Quay lại");
      assert.ok(await page.locator("#who-anonymous").isChecked());
      await press(page, "Tiếp tục");
      await press(page, "Gửi phản ánh");
      await page.waitForURL(/\/t\//);
    });
  }
});

test("a draft with its name and number is kept for some days, as is said, and then is gone with its photos", async () => {
  await with_page({ ...phone, fresh: true }, async (page) => {
    const old = "a".repeat(32), young = "b".repeat(32);
    const put = (key, days) => page.evaluate(([name, at]) => localStorage.setItem(`draft ${name}`, JSON.stringify({ at,
      url: "/report/MT01?lang=vi", fields: [["step", "contact"], ["key", name], ["description", "cũ"],
        ["attachment[]", "gone"], ["name", "Nguyễn An"], ["phone", "0903123456"]] })), [key, Date.now() - days * 86400e3]);
    await page.goto("/report?lang=vi");
    await put(old, 8);
    await page.evaluate(() => localStorage.setItem("said /t/X/notes 1", JSON.stringify({ path: "/t/X/notes",
      fields: [["text", "chuyện cũ"]], at: Date.now() - 8 * 86400e3 })));
    await page.reload();
    await page.waitForFunction(() => localStorage.length === 0);
    assert.ok(!await page.locator("#resume").isVisible());
    await put(young, 6);
    await page.reload();
    assert.match(await page.locator("#resume").innerText(), /7 ngày/);
    assert.equal(await page.locator("#resume input[name='attachment[]']").count(), 0, "an upload is good for some hours");
    await press(page, "Viết tiếp");
    assert.equal(await page.locator("#name").inputValue(), "Nguyễn An");
    assert.equal(await page.locator("#problems").count(), 0);
  });
});
