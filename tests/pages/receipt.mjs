// SPDX-License-Identifier: Apache-2.0
// receipt - what somebody has in hand after sending: the link, the print, and what others see of it.
import assert from "node:assert/strict";
import { city, phone, staff, submit, test, with_page } from "./support.mjs";

test("a printed receipt has nothing of the other reports that the device knows", async () => {
  const [mine, other] = [await submit(), await submit()];
  await with_page({ ...phone, fresh: true }, async (page) => {
    await page.goto(`${mine.path}&lang=vi`);
    await page.evaluate(({ reference, path }) => new Promise((done) => {
      const open = indexedDB.open("dunghen", 3);
      open.onsuccess = () => {
        const writing = open.result.transaction("sent", "readwrite");
        writing.objectStore("sent").put({ key: "0".repeat(32), service: "Ổ gà", reference, href: path, at: Date.now() });
        writing.oncomplete = done;
      };
    }), other);
    await page.evaluate((path) => localStorage.setItem(`said ${path}/notes 1`,
      JSON.stringify({ path: `${path}/none`, fields: [["text", "Chỉ để trên máy"]], at: Date.now() })), `/t/${mine.reference}`);
    await page.reload();
    await page.locator("#sent li").waitFor();
    assert.ok(await page.locator("#unsaid").isVisible());
    await page.emulateMedia({ media: "print" });
    const printed = await page.locator("body").innerText();
    await page.emulateMedia({ media: null });
    assert.ok(printed.includes(mine.reference));
    assert.ok(!printed.includes(other.reference) && !printed.includes("Chỉ để trên máy"), printed);
  });
});

test("the start page promises of privacy what everybody sees", async () => {
  const html = async (path) => (await fetch(city.url + path, { headers: { Accept: "text/html" } })).text();
  const promises = { vi: [/ô khoảng 100 mét/, /Nội dung, ảnh và câu trả lời chỉ được công khai sau khi đơn vị đã kiểm tra/],
    en: [/square of about 100 metres/, /Text, photos and answer are public only after the unit has checked them/] };
  for (const [lang, words] of Object.entries(promises))
    for (const said of words) assert.match(await html(`/?lang=${lang}`), said);
  const { reference } = await submit();
  const public_page = () => html(`/t/${reference}?lang=vi`);
  await staff(reference, "accept");
  await staff(reference, "answer", "--result", "solved", "--text", "Đã vá, báo ông An.");
  assert.ok(!/Ổ gà sâu|Đã vá/.test(await public_page()));
  await staff(reference, "publish", "--description", "Ổ gà trước chợ", "--answer", "Đã vá.");
  assert.match(await public_page(), /Đã vá\.[\s\S]*Ổ gà trước chợ/);
  assert.ok(!/ông An|xe máy té/.test(await public_page()));
});
