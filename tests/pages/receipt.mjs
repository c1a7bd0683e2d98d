// SPDX-License-Identifier: Apache-2.0
// receipt - what somebody has in hand after sending: the link, the print, and what others see of it.
import assert from "node:assert/strict";
import { city, look, phone, staff, submit, test, with_page } from "./support.mjs";

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

test("the tracking link is understood where the reference is asked for, wherever it was copied from", async () => {
  const { reference, path } = await submit();
  const secret = /k=([^&]+)/.exec(path)[1];
  const link = `${city.url}${path}`, own = `/t/${reference}?k=${secret}&lang=vi`;
  const asked = async (typed) => {
    const answer = await fetch(`${city.url}/track?lang=vi&reference=${encodeURIComponent(typed)}`, { redirect: "manual",
      headers: { Accept: "text/html" } });
    return answer.headers.get("location") ?? answer.status;
  };
  assert.equal(await asked(link), own);
  assert.equal(await asked(`Theo dõi tại ${city.url}/t/${reference.toLowerCase()}?lang=en&k=${secret}&sent=1#kept nhé`), own);
  assert.equal(await asked(`https://elsewhere.example//t/${reference}?k=${secret}`), own, "of another site no more is taken");
  assert.equal(await asked(`${city.url}/t/${reference}?x=k=1`), `/t/${reference}?lang=vi`);
  assert.equal(await asked(`${city.url}/t/${reference}?k=${"a".repeat(40)}`), `/t/${reference}?lang=vi`);
  assert.equal(await asked(`/t/${reference}?k=a%22%3E%0d%0a`), `/t/${reference}?k=a&lang=vi`);
  assert.equal(await asked(`${city.url}/t/`), 404);
  assert.equal(await asked(` ${reference} `), `/t/${reference}?lang=vi`);
  for (const [start, javaScriptEnabled] of [["/track?lang=vi", true], ["/?lang=vi", false]])
    await with_page({ ...phone, javaScriptEnabled }, async (page) => {
      await page.goto(start);
      await page.locator("#reference").fill(`${link}&lang=vi&sent=1`);
      await page.getByRole("main").getByRole("button", { name: "Xem" }).click();
      await page.waitForURL(/\/t\/.*k=/);
      assert.match(await page.locator(".way").innerText(), /Đã tiếp nhận/);
    });
});

test("the address of a receipt promises only while there is something to wait for", async () => {
  const html = async (address) => {
    const answer = await fetch(city.url + address, { headers: { Accept: "text/html" } });
    return { text: await answer.text(), address: answer.url };
  };
  const { reference, path } = await submit();
  const receipt = `${path}&sent=1&lang=vi`;
  assert.match((await html(receipt)).text, /Đã nhận phản ánh[\s\S]*hẹn trả lời bạn trước/);
  await staff(reference, "accept");
  await staff(reference, "answer", "--result", "solved", "--text", "Đã vá.");
  const answered = await html(receipt);
  assert.match(answered.text, /Đã nhận phản ánh[\s\S]*Giữ liên kết này/);
  assert.doesNotMatch(answered.text, /hẹn trả lời bạn trước/);
  const other = await submit();
  await fetch(city.url + other.path.replace("?", "/withdrawal?"), { method: "POST", body: new URLSearchParams({ text: "Nhầm" }) });
  const withdrawn = await html(`${other.path}&sent=1&lang=vi`);
  assert.equal(withdrawn.address, `${city.url}${other.path}&lang=vi`);
  assert.doesNotMatch(withdrawn.text, /Đã nhận phản ánh|hẹn trả lời bạn trước/);
});

test("where a page may not copy, the link is marked to be copied by hand", async () => {
  const { path } = await submit();
  for (const broken of ["undefined", "{ writeText: () => Promise.reject(new Error('no')) }"])
    await with_page({ ...phone, fresh: true }, async (page) => {
      await page.addInitScript(`Object.defineProperty(navigator, "clipboard", { value: ${broken} })`);
      await page.goto(`${path}&sent=1&lang=vi`);
      await page.getByRole("button", { name: "Chép liên kết" }).click();
      await page.getByRole("button", { name: "Liên kết ở trên đã được đánh dấu" }).waitFor();
      assert.equal(await page.evaluate(() => getSelection().toString()), await page.locator(".copy a").innerText());
      await look(page, "receipt-marked", ["narrow", "phone"]);
    });
});
