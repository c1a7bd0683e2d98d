// SPDX-License-Identifier: Apache-2.0
// say - what citizens say about their cases by the forms of the page, without scripts and with them.
import assert from "node:assert/strict";
import test from "node:test";
import { city, desk, judge, look, phone, shoot, staff, submit, with_page } from "./support.mjs";

const plain = { ...phone, javaScriptEnabled: false };
const words = (page) => page.getByRole("main").innerText();

async function answered() {
  const mine = await submit();
  await staff(mine.reference, "accept");
  await staff(mine.reference, "answer", "--result", "solved", "--text", "Đã vá ổ gà.\nMời bà con xem lại.");
  return mine;
}

const events = async (reference, type) => Number((await city.tell({ sql: `SELECT count(*) FROM events e
  JOIN cases c ON c.id = e.case_id WHERE e.type = '${type}' AND c.reference = '${reference}'` }))[0][0]);

test("the unit's question is shown and answered; the clock stands meanwhile", async () => {
  const { reference, path } = await submit();
  await staff(reference, "accept");
  await staff(reference, "ask", "--question", "Ổ gà ở đầu hẻm hay cuối hẻm?");
  await with_page(phone, async (page) => {
    await page.goto(path);
    await look(page, "say-question");
  });
  await with_page(plain, async (page) => {
    await page.goto(path);
    assert.match(await words(page), /Đồng hồ đang dừng[\s\S]*Ổ gà ở đầu hẻm hay cuối hẻm\?/);
    await page.getByRole("button", { name: "Gửi câu trả lời" }).click();
    assert.match(await page.locator("#problems").innerText(), /Hãy viết câu trả lời/);
    assert.match(await page.title(), /^Lỗi:/);
    await page.getByLabel("Câu trả lời của bạn").fill("Đầu hẻm,\ncạnh <b>quán</b>");
    await page.getByRole("button", { name: "Gửi câu trả lời" }).click();
    await page.waitForURL(/done=answer/);
    assert.match(await words(page), /Đã gửi câu trả lời[\s\S]*Còn \d[\s\S]*cạnh <b>quán<\/b>/);
    assert.equal(await page.getByRole("button", { name: "Gửi câu trả lời" }).count(), 0);
  });
  assert.equal(await events(reference, "info_given"), 1);
});

test("an answer is rated once, and the refusal of a second time is clear", async () => {
  const { reference, path } = await answered();
  await with_page(phone, async (page) => {
    await page.goto(path);
    await look(page, "say-rate");
  });
  await with_page(plain, async (page, context) => {
    const other = await context.newPage();
    await other.goto(path);
    await page.goto(path);
    await page.getByRole("button", { name: "Gửi đánh giá" }).click();
    assert.match(await page.locator("#problems").innerText(), /Hãy chọn một mức/);
    await page.getByLabel("Hài lòng", { exact: true }).check();
    await page.getByLabel("Vì sao?").fill("Nhanh");
    await page.getByRole("button", { name: "Gửi đánh giá" }).click();
    await page.waitForURL(/done=rating/);
    assert.match(await words(page), /Cảm ơn bạn[\s\S]*Bạn đã đánh giá: Hài lòng[\s\S]*Nhanh/);
    await other.getByLabel("Rất hài lòng").check();
    await other.getByRole("button", { name: "Gửi đánh giá" }).click();
    assert.match(await words(other), /Chưa gửi được[\s\S]*chỉ được đánh giá một lần|Chưa gửi được[\s\S]*không cho phép/);
    await shoot(other, "say-refused");
    await other.getByRole("link", { name: "Về trang phản ánh" }).click();
    assert.match(other.url(), /\/t\//);
  });
  assert.equal(await events(reference, "rated"), 1);
});

test("not solved opens the case again with a new time; what was added shows on the way", async () => {
  const { reference, path } = await answered();
  await with_page(plain, async (page) => {
    await page.goto(path);
    await page.getByText("Báo chưa giải quyết xong").click();
    await page.getByLabel("Còn điều gì chưa xong?").fill("Lại lún");
    await page.getByRole("button", { name: "Chưa xong, mở lại" }).click();
    await page.waitForURL(/done=not-solved/);
    assert.match(await words(page), /đã được mở lại[\s\S]*Còn \d[\s\S]*Mở lại vì bạn báo chưa xong[\s\S]*Lại lún/);
    await page.getByText("Bổ sung thông tin").click();
    await page.getByRole("button", { name: "Gửi bổ sung" }).click();
    assert.match(await page.locator("#problems").innerText(), /Hãy viết điều bạn muốn nói thêm/);
    await page.getByLabel("Điều bạn muốn nói thêm").fill("Cả hai bên đường");
    await page.getByRole("button", { name: "Gửi bổ sung" }).click();
    await page.waitForURL(/done=notes/);
    assert.match(await words(page), /Bạn đã bổ sung thông tin[\s\S]*Cả hai bên đường/);
  });
  assert.equal(await events(reference, "reopened"), 1);
});

test("a report is withdrawn; after that nothing more is offered", async () => {
  const { path } = await submit();
  await with_page(desk, async (page) => {
    await page.goto(path.replace(/$/, "&lang=en"));
    await page.getByText("Withdraw the report").click();
    await judge(page);
    await shoot(page, "say-more");
    await page.getByRole("button", { name: "Withdraw" }).click();
    await page.waitForURL(/done=withdrawal/);
    assert.match(await words(page), /You have withdrawn the report/);
    assert.equal(await page.locator("details.act").count(), 0);
  });
});

test("a form that is sent twice says it once; without the secret nothing is said", async () => {
  const { reference, path } = await submit();
  const page = await (await fetch(city.url + path, { headers: { Accept: "text/html" } })).text();
  const key = /name="key" value="([0-9a-f]{32})"/.exec(page)[1];
  const send = (address, fields) => fetch(city.url + address, { method: "POST", redirect: "manual",
    body: new URLSearchParams(fields), headers: { Accept: "text/html" } });
  const address = path.replace("?", "/notes?");
  const [first, second] = await Promise.all([1, 2].map(() => send(address, { key, text: "hai lần" })));
  assert.deepEqual([first.status, second.status], [303, 303]);
  assert.equal(await events(reference, "noted"), 1);
  const changed = await send(address, { key, text: "khác" });
  assert.equal(changed.status, 409);
  for (const wrong of [`/t/${reference}/notes`, `/t/${reference}/notes?k=wrong`, "/t/22222-22222/notes?k=a%22%3E"])
    assert.equal((await send(wrong, { text: "x" })).status, 404, wrong);
  assert.equal((await send(`/t/${reference}/nothing?k=x`, {})).status, 404);
  assert.equal((await send(address, { text: "x".repeat(4001) })).status, 400);
  assert.equal((await fetch(city.url + address, { redirect: "manual" })).status, 303);
  assert.equal(await events(reference, "noted"), 1);
});

test("a late case has its apology and the new date", async () => {
  const { reference, path } = await submit();
  await staff(reference, "accept");
  const date = new Date(Date.now() + 21 * 86400e3);
  while ([0, 6].includes(date.getDay())) date.setTime(date.getTime() + 86400e3);
  await staff(reference, "apologise", "--reason", "OVERLOAD", "--until", `${date.toISOString().slice(0, 10)} 10:00`,
    "--text", "Chờ vật tư về kho.");
  await city.tell({ sql: `UPDATE cases SET received_at = now() - interval '9 days', due_at = now() - interval '4 days' WHERE reference = '${reference}'` });
  await with_page(phone, async (page) => {
    await page.goto(path);
    assert.match(await page.locator(".promise.late").innerText(), /Trễ hẹn[\s\S]*Chúng tôi xin lỗi[\s\S]*10:00, thứ/);
    assert.match(await words(page), /Chờ vật tư về kho/);
    await look(page, "say-apology");
  });
});
