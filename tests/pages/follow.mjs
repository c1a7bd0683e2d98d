// SPDX-License-Identifier: Apache-2.0
// follow - a case by its reference, by its link, late, answered.
import assert from "node:assert/strict";
import { city, phone, submit, test, with_page } from "./support.mjs";

test("the link shows the promise, the way, and what was said", async () => {
  const { reference, path } = await submit();
  await with_page(phone, async (page) => {
    await page.goto(path);
    const text = await page.locator("main").innerText();
    for (const words of [reference, "ngày làm việc", "Hẹn trả lời trước", "Bộ phận Đường bộ",
      "xe máy té <b>nhiều</b> lần", "12 Lê Lợi", "Hẻm", "Phường Bến Thành cùng phối hợp"])
      assert.ok(text.includes(words), words);
    await page.getByRole("link", { name: "English" }).click();
    assert.match(await page.locator("main").innerText(), /working days? left[\s\S]*Alley/);
  });
});

test("the reference alone shows the public part alone", async () => {
  const { reference } = await submit();
  await with_page({ ...phone, javaScriptEnabled: false }, async (page) => {
    await page.goto("/track");
    await page.getByLabel("Mã phản ánh").fill(` ${reference.toLowerCase().replace("-", " ")} `);
    await page.getByRole("button", { name: "Xem" }).click();
    const text = await page.locator("main").innerText();
    assert.ok(text.includes(reference) && text.includes("Bộ phận Đường bộ"));
    assert.ok(!text.includes("xe máy") && !text.includes("Lê Lợi") && !text.includes("Nguyễn An"));
  });
});

test("a wrong reference is said beside the field, a wrong link like an unknown one", async () => {
  const { reference } = await submit();
  await with_page(phone, async (page) => {
    const rows = [["/track?reference=abc", "Không có phản ánh nào"],
      ["/track?reference=", "Hãy nhập mã"], ["/t/abc", "Không có phản ánh nào"],
      [`/t/${reference}?k=wrong`, "Liên kết này không đúng"], ["/t/22222-22222?k=wrong", "Liên kết này không đúng"]];
    for (const [path, words] of rows) {
      const answer = await page.goto(path);
      assert.equal(answer.status(), 404);
      assert.match(await page.locator("#problems").innerText(), new RegExp(words));
      assert.match(await page.locator("#reference-error").innerText(), new RegExp(words));
      assert.match(await page.title(), /^Lỗi:/);
    }
  });
});

test("a late case says by how much, an answered one shows its answer", async () => {
  const { reference, path } = await submit();
  const [answered] = /\/t\/\S+/.exec(await city.tell({ ctl: ["try"] }));
  await city.tell({ sql: `UPDATE cases SET received_at = now() - interval '9 days', due_at = now() - interval '4 days' WHERE reference = '${reference}'` });
  await with_page(phone, async (page) => {
    await page.goto(path);
    assert.match(await page.locator(".promise.late").innerText(), /Trễ hẹn \d ngày làm việc/);
    await page.goto(answered);
    assert.match(await page.locator(".answer").innerText(), /Đã giải quyết xong[\s\S]*Đây là câu trả lời mẫu/);
    assert.match(await page.locator(".promise").innerText(), /Đã trả lời đúng hẹn/);
  });
});

test("programs get JSON at the same address", async () => {
  const { reference, path } = await submit();
  const answer = await fetch(city.url + path, { headers: { Accept: "application/json" } });
  assert.equal((await answer.json()).reference, reference);
});
