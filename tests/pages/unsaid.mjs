// SPDX-License-Identifier: Apache-2.0
// unsaid - what a citizen has written and that has not arrived: said of a case without a line, or in another window.
import assert from "node:assert/strict";
import { noise } from "./pictures.mjs";
import { city, desk, look, new_phone, phone, press, staff, submit, test, with_page } from "./support.mjs";

const status = (page, hasText) => page.getByRole("status").filter({ hasText }).waitFor();
const events = async (reference, type) => Number((await city.tell({ sql: `SELECT count(*) FROM events e
  JOIN cases c ON c.id = e.case_id WHERE e.type = '${type}' AND c.reference = '${reference}'` }))[0][0]);

const words = {
  vi: { open: "Bổ sung thông tin", label: "Điều bạn muốn nói thêm", send: "Gửi bổ sung", none: "Những gì bạn viết đã được giữ",
    sent: "Những gì bạn viết, giữ trên máy này, đã được gửi", look: "Xem", done: "Đã thêm vào phản ánh" },
  en: { open: "Add something", label: "What you want to add", send: "Send", none: "What you wrote is kept",
    sent: "What you wrote, kept on this device, has been sent", look: "See it", done: "added" },
};

/** With the worker, as everybody has it who has been here before. */
async function go(page, address) {
  await page.goto(address);
  await page.evaluate(() => navigator.serviceWorker.ready);
}

/** Whether what is told can be seen where somebody is on the page. */
const is_in_sight = (page) => page.locator("#status").evaluate((box) => {
  const { top, bottom } = box.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
});

test("a note with a photo that is sent without a line stays, and goes once when it is back", async () => {
  for (const [lang, screen] of [["vi", phone], ["en", desk]]) {
    const { reference, path } = await submit(), w = words[lang];
    await with_page({ ...screen, fresh: true }, async (page, context) => {
      await go(page, `${path}&lang=${lang}`);
      await page.getByText(w.open, { exact: true }).click();
      await page.getByLabel(w.label).fill("Viết lúc mất mạng");
      await page.locator("#photos").setInputFiles([noise(90, 40, "bảy.png")]);
      await page.locator("#thumbs canvas").first().waitFor();
      await context.setOffline(true);
      await press(page, w.send);
      await status(page, w.none);
      assert.ok(await is_in_sight(page));
      assert.equal(await page.getByLabel(w.label).inputValue(), "Viết lúc mất mạng");
      assert.equal(await page.getByRole("button", { name: w.send, exact: true }).count(), 0);
      assert.match(page.url(), /\/t\/[^/]+$/);
      await look(page, `unsaid-kept-${lang}`, ["phone", "narrow"]);
      await page.goto(`/track?lang=${lang}`); // another page; it waits all the same
      await status(page, w.none);
      await context.setOffline(false);
      await status(page, w.sent);
      await page.getByRole("status").getByRole("link").click();
      await page.waitForURL(/done=notes/);
      assert.match(await page.locator(".way").innerText(), /Viết lúc mất mạng/);
      await page.getByText(w.open, { exact: true }).click();
      assert.equal(await page.getByLabel(w.label).inputValue(), "");
    });
    assert.equal(await events(reference, "noted"), 1);
  }
});

test("an answer whose receipt was lost is given once", async () => {
  const { reference, path } = await submit();
  await staff(reference, "accept");
  await staff(reference, "ask", "--question", "Ở đâu?");
  await with_page({ ...phone, fresh: true }, async (page) => {
    let lost = 0;
    await page.route("**/answer?*", async (route) => {
      if (lost++ > 0) return route.continue();
      await route.fetch({ maxRedirects: 0 });
      return route.abort();
    });
    await page.goto(`${path}&lang=vi`);
    await page.getByLabel("Câu trả lời của bạn").fill("Cuối hẻm");
    await press(page, "Gửi câu trả lời");
    await status(page, words.vi.sent);
    assert.equal(lost, 2);
  });
  assert.equal(await events(reference, "info_given"), 1);
});

test("a withdrawal waits for another press; what was written stays meanwhile", async () => {
  const { reference, path } = await submit();
  await with_page({ ...phone, fresh: true }, async (page, context) => {
    await go(page, `${path}&lang=vi`);
    await page.locator("summary", { hasText: "Rút phản ánh" }).click();
    await page.getByLabel("Lý do").fill("Tự sửa rồi");
    await context.setOffline(true);
    await press(page, "Rút phản ánh");
    await status(page, "chưa gửi được");
    assert.ok(await is_in_sight(page));
    assert.equal(await page.getByLabel("Lý do").inputValue(), "Tự sửa rồi");
    await page.reload();
    await status(page, "còn được giữ trên máy, chưa gửi");
    await context.setOffline(false);
    assert.equal(await events(reference, "withdrawn"), 0);
    await page.getByRole("status").getByRole("link").click();
    assert.equal(await page.getByLabel("Lý do").inputValue(), "Tự sửa rồi");
    await look(page, "unsaid-again", ["phone"]);
    await press(page, "Rút phản ánh");
    await page.waitForURL(/done=withdrawal/);
    assert.ok(!await page.locator("#unsaid").isVisible());
  });
  assert.equal(await events(reference, "withdrawn"), 1);
});

test("what was typed is there again: a rating in its form, a note that nobody takes any more to be read", async () => {
  const { reference, path } = await submit();
  await staff(reference, "accept");
  await with_page({ ...phone, fresh: true }, async (page, context) => {
    await go(page, `${path}&lang=vi`);
    await page.getByText("Bổ sung thông tin").click();
    await page.getByLabel("Điều bạn muốn nói thêm").fill("Muộn mất rồi");
    await context.setOffline(true);
    await press(page, "Gửi bổ sung");
    await status(page, words.vi.none);
    await staff(reference, "answer", "--result", "solved", "--text", "Đã vá.");
    await context.setOffline(false);
    await status(page, "chưa gửi được. Hãy mở lại");
    await page.getByRole("status").getByRole("link").click();
    assert.match(await page.locator("#unsaid").innerText(), /không còn nhận nữa[\s\S]*Muộn mất rồi/);
    await look(page, "unsaid-lost", ["phone", "dark", "desk"]);
    await page.locator("#unsaid").getByRole("button").click();
    assert.ok(!await page.locator("#unsaid").isVisible());

    await page.getByLabel("Hài lòng", { exact: true }).check();
    await page.getByLabel("Vì sao?").fill("Nhanh");
    await page.goto(`${path}&lang=vi`);
    assert.ok(await page.getByLabel("Hài lòng", { exact: true }).isChecked());
    assert.equal(await page.getByLabel("Vì sao?").inputValue(), "Nhanh");
    await press(page, "Gửi đánh giá");
    await page.waitForURL(/done=rating/);
    assert.ok(!await page.locator("#unsaid").isVisible());
  });
  assert.deepEqual([await events(reference, "noted"), await events(reference, "rated")], [0, 1]);
});

test("a rating without words that came too late can be read where people are sent", async () => {
  const { reference, path } = await submit();
  await staff(reference, "accept");
  await staff(reference, "answer", "--result", "solved", "--text", "Đã vá.");
  await with_page({ ...phone, fresh: true }, async (page, context) => {
    await go(page, `${path}&lang=vi`);
    await page.locator("summary", { hasText: "Báo chưa giải quyết xong" }).click();
    await page.getByLabel("Còn điều gì chưa xong?").fill("Chưa xong");
    await context.setOffline(true);
    await press(page, "Chưa xong, mở lại");
    await status(page, words.vi.none);
    await page.getByLabel("Không hài lòng", { exact: true }).check();
    await press(page, "Gửi đánh giá");
    await status(page, words.vi.none);
    await context.setOffline(false);
    await status(page, "chưa gửi được. Hãy mở lại");
    await page.getByRole("status").getByRole("link").click();
    assert.match(await page.locator("#unsaid").innerText(), /không còn nhận nữa[\s\S]*Đánh giá câu trả lời: Không hài lòng/);
    await look(page, "unsaid-rating", ["phone", "narrow"]);
  });
  assert.deepEqual([await events(reference, "reopened"), await events(reference, "rated")], [1, 0]);
});

test("of two windows each has its draft; one that sends does not take the other's", async () => {
  await with_page({ ...phone, fresh: true }, async (page, context) => {
    const begin = async (window, address) => {
      await window.goto("/report/HT01?lang=vi");
      await window.locator("#address").fill(address);
      await press(window, "Tiếp tục");
      await window.locator("#description").fill(`hai cửa sổ: ${address}`);
    };
    const other = await context.newPage();
    await begin(page, "Chợ Thủ Đức");
    await page.locator("#photos").setInputFiles([noise(60, 40, "tám.png")]);
    await page.locator("#thumbs canvas").first().waitFor();
    await begin(other, "Chợ Hóc Môn");
    await press(other, "Tiếp tục");
    await other.locator("#name").fill("An");
    await other.locator("#phone").fill(new_phone());
    await press(other, "Tiếp tục");
    await press(other, "Gửi phản ánh");
    await other.waitForURL(/\/t\//);
    await other.goto("/report?lang=vi");
    await other.locator("#resume input[name=photos]").waitFor({ state: "attached" });
    await other.getByRole("button", { name: "Viết tiếp" }).click();
    assert.equal(await other.locator("#description").inputValue(), "hai cửa sổ: Chợ Thủ Đức");
    assert.equal(await other.locator("#keep-photo-1").count(), 1);
    await other.goto("/report?lang=vi");
    await press(other, "Xóa");
    await other.goto("/report?lang=vi");
    assert.ok(!await other.locator("#resume").isVisible());
  });
});
