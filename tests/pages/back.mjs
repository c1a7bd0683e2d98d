// SPDX-License-Identifier: Apache-2.0
// back - the browser's own Back and Forward, for whom the service worker serves: the pages as without it.
import assert from "node:assert/strict";
import { city, new_phone, phone, press, staff, submit, test, to_contact, with_page } from "./support.mjs";

const heading = (page) => page.locator("h1").innerText();

/** The worker has the page that it shows without a line, and answers for this one. */
async function ready(page) {
  await page.goto("/?lang=vi");
  await page.evaluate(() => navigator.serviceWorker.ready);
}

test("back and forward between the pages of a report show them with what was typed", async () => {
  await with_page({ ...phone, fresh: true }, async (page) => {
    await ready(page);
    await to_contact(page, "rác đầy vỉa hè hai hôm nay");
    await page.goBack();
    assert.equal(await heading(page), "Sự việc như thế nào?");
    assert.equal(await page.locator("#description").inputValue(), "rác đầy vỉa hè hai hôm nay");
    await page.goBack();
    assert.equal(await page.locator("#address").inputValue(), "Chợ Bến Thành");
    await page.goForward();
    assert.equal(await page.locator("#description").inputValue(), "rác đầy vỉa hè hai hôm nay");
    await page.goForward();
    assert.equal(await heading(page), "Liên hệ với bạn bằng cách nào?");
    await page.locator("#name").fill("An");
    await page.locator("#phone").fill(new_phone());
    await press(page, "Tiếp tục");
    await page.getByRole("button", { name: "Gửi phản ánh" }).waitFor();
    await page.goBack(); // from the page on which all is checked
    assert.equal(await page.locator("#name").inputValue(), "An");
    await page.goForward();
    await press(page, "Gửi phản ánh");
    await page.waitForURL(/\/t\//);
    await page.goBack(); // from the receipt
    assert.equal(await heading(page), "Xem lại trước khi gửi");
    await press(page, "Gửi phản ánh"); // which is sent already
    await page.waitForURL(/\/t\//);
    assert.deepEqual(await city.tell({ sql: `SELECT count(*) FROM contents
      WHERE content::text LIKE '%rác đầy vỉa hè hai hôm nay%'` }), [["1"]]);
  });
});

test("back to what was said of a case shows the case as it is now", async () => {
  const { reference, path } = await submit();
  await staff(reference, "accept");
  await staff(reference, "ask", "--question", "Ổ gà ở đầu hẻm hay cuối hẻm?");
  await with_page({ ...phone, fresh: true }, async (page) => {
    await ready(page);
    await page.goto(`${path}&lang=vi`);
    await press(page, "Gửi câu trả lời");
    await page.locator("#text-answer-error").waitFor();
    await page.locator("#text-answer").fill("Đầu hẻm");
    await press(page, "Gửi câu trả lời");
    await page.waitForURL(/done=answer/);
    await page.goBack();
    assert.match(await heading(page), new RegExp(`^Phản ánh\\s+${reference}$`));
    assert.match(await page.locator(".way").innerText(), /Đầu hẻm/);
    await page.goForward();
    assert.match(await page.getByRole("main").innerText(), /Đã gửi câu trả lời/);
  });
});

test("back to a report that was refused does not send it again", async () => {
  await with_page({ ...phone, fresh: true }, async (page) => {
    await ready(page);
    await to_contact(page, "bị từ chối rồi quay lại");
    const check = async (name) => {
      await page.locator("#name").fill(name);
      await page.locator("#phone").fill(new_phone());
      await press(page, "Tiếp tục");
      await page.getByRole("button", { name: "Gửi phản ánh" }).waitFor();
    };
    await check("An");
    await press(page, "Gửi phản ánh");
    await page.waitForURL(/\/t\//);
    await page.goBack();
    await page.goBack();
    await check("Bình"); // other than what was taken in
    await press(page, "Gửi phản ánh");
    await page.getByRole("heading", { name: "Phản ánh này đã được gửi trước đó" }).waitFor();
    await page.goto("/track?lang=vi");
    await page.goBack();
    assert.equal(await heading(page), "Xem lại trước khi gửi");
  });
});

test("without a line, back to what was said of a case says that there is none", async () => {
  const { path } = await submit();
  await with_page({ ...phone, fresh: true }, async (page, context) => {
    await ready(page);
    await page.goto(`${path}&lang=vi`);
    await page.getByText("Bổ sung thông tin").click();
    await press(page, "Gửi bổ sung");
    await page.locator("#text-notes-error").waitFor();
    await page.goto("/track?lang=vi");
    await context.setOffline(true);
    await page.goBack();
    await page.waitForSelector("#offline");
    await context.setOffline(false);
  });
});
