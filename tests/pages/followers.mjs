// SPDX-License-Identifier: Apache-2.0
// followers - who has joined another's case hears of its date and its answer, adds a note, judges the answer, and may leave.
import assert from "node:assert/strict";
import { judge_pictures, noise } from "./pictures.mjs";
import { city, desk, join, later, phone, staff, submit, test, with_page } from "./support.mjs";

const plain = { ...phone, javaScriptEnabled: false };
const words = (page) => page.getByRole("main").innerText();
const state = async (reference) => (await city.tell({ sql: `SELECT state, merged_into IS NULL, coalesce(rated, 0)
  FROM cases WHERE reference = '${reference}'` }))[0];

/** A case, and somebody who has joined it. */
async function joined() {
  const lead = await submit(), mine = await join(lead);
  await staff(lead.reference, "accept");
  return { lead, mine };
}

const solve = (lead) => staff(lead.reference, "answer", "--result", "solved", "--text", "Đã vá cả đoạn.");

test("who follows hears of a later date, and is apologised to by a letter of the own", async () => {
  const { lead, mine } = await joined();
  await staff(lead.reference, "extend", "--reason", "VERIFY", "--until", later(7), "--text", "Phải khảo sát thêm.");
  await with_page(phone, async (page) => {
    await page.goto(`${mine.path}&lang=vi`);
    assert.match(await page.locator(".way").innerText(), /Việc chung cần thêm thời gian, hẹn trả lời trước 10:00/);
    assert.doesNotMatch(await page.locator(".promise").innerText(), /xin lỗi/);
    await page.getByRole("link", { name: "English" }).click();
    assert.match(await page.locator(".way").innerText(), /needs more time; answer promised by 10:00 on/);
  });
  await staff(lead.reference, "apologise", "--reason", "OVERLOAD", "--until", later(21), "--text", "Chờ vật tư về kho.");
  await with_page(phone, async (page) => {
    await page.goto(`${mine.path}&lang=vi`);
    assert.match(await page.locator(".promise").innerText(),
      /Còn \d[\s\S]*xin lỗi bạn[\s\S]*Giờ hẹn mới: trước 10:00, thứ[\s\S]*Chờ vật tư về kho/);
    assert.match(await page.locator(".way").innerText(), /Đã có thư xin lỗi, hẹn trả lời trước 10:00/);
    assert.match(await page.locator(".letters").innerText(), /Thư xin lỗi và hẹn lại/);
    await page.getByRole("link", { name: "English" }).click();
    assert.match(await page.locator(".way").innerText(), /A letter of apology; answer promised by 10:00 on/);
  });
});

test("who follows rates the answer once, and the case stays where it is", async () => {
  const { lead, mine } = await joined();
  await solve(lead);
  await with_page(plain, async (page) => {
    await page.goto(`${mine.path}&lang=vi`);
    assert.match(await words(page), /Đã vá cả đoạn/);
    await page.getByLabel("Không hài lòng", { exact: true }).check();
    await page.getByLabel("Vì sao?").fill("Còn gồ ghề");
    await page.getByRole("button", { name: "Gửi đánh giá" }).click();
    await page.waitForURL(/done=rating/);
    assert.match(await words(page), /Bạn đã đánh giá: Không hài lòng[\s\S]*Còn gồ ghề/);
    assert.equal(await page.getByRole("button", { name: "Gửi đánh giá" }).count(), 0);
  });
  assert.deepEqual(await state(mine.reference), ["MERGED", "f", "2"]);
  assert.deepEqual(await state(lead.reference), ["ANSWERED", "t", "0"]);
});

test("who follows and is not served has the own case opened again", async () => {
  const { lead, mine } = await joined();
  await solve(lead);
  await with_page(phone, async (page) => {
    await page.goto(`${mine.path}&lang=vi`);
    await page.getByText("Báo chưa giải quyết xong").click();
    await page.getByLabel("Còn điều gì chưa xong?").fill("Trước nhà tôi vẫn còn hố");
    await page.getByRole("button", { name: "Chưa xong, mở lại" }).click();
    await page.waitForURL(/done=not-solved/);
    assert.match(await words(page), /đã được mở lại[\s\S]*Còn \d[\s\S]*vẫn còn hố/);
  });
  assert.deepEqual(await state(mine.reference), ["REOPENED", "t", "0"]);
  assert.deepEqual(await state(lead.reference), ["ANSWERED", "t", "0"]);
});

test("who follows may leave; the others are served all the same", async () => {
  const { lead, mine } = await joined();
  await with_page(desk, async (page) => {
    await page.goto(`${mine.path}&lang=en`);
    await page.getByText("Withdraw the report").click();
    assert.match(await words(page), /goes on with it for the others/);
    await page.getByRole("button", { name: "Withdraw" }).click();
    await page.waitForURL(/done=withdrawal/);
    assert.match(await words(page), /You have withdrawn the report/);
  });
  assert.deepEqual(await state(mine.reference), ["WITHDRAWN", "t", "0"]);
  const seen = await (await fetch(`${city.url}/api/v1/cases/${lead.reference}`)).json();
  assert.deepEqual([seen.state, seen.followers], ["IN_PROGRESS", 0]);
});

test("who follows adds a note with a photo, and the unit of the lead is told", async () => {
  const { lead, mine } = await joined();
  await with_page(plain, async (page) => {
    await page.goto(`${mine.path}&lang=vi`);
    await page.getByText("Bổ sung thông tin").click();
    assert.match(await words(page), /Đơn vị giải quyết việc chung được báo và sẽ đọc/);
    await page.getByLabel("Điều bạn muốn nói thêm").fill("Trước nhà số 14 cũng vậy");
    await page.locator("#photos").setInputFiles([noise(50, 40, "nhà.png")]);
    await page.getByRole("button", { name: "Gửi bổ sung" }).click();
    await page.waitForURL(/done=notes/);
    assert.match(await page.locator(".way").innerText(), /Bạn đã bổ sung thông tin[\s\S]*số 14 cũng vậy/);
    await judge_pictures(page, 1);
    await page.goto(`${lead.path}&lang=vi`);
    assert.doesNotMatch(await words(page), /số 14/);
  });
  const trace = await city.tell({ ctl: ["trace", lead.reference] });
  assert.match(trace, new RegExp(`who follows it has added a note: ${mine.reference}`));
});

test("programs are told what who follows may say", async () => {
  const { lead, mine } = await joined();
  const secret = new URLSearchParams(mine.path.split("?")[1]).get("k");
  const address = `${city.url}/api/v1/cases/${mine.reference}`;
  const actions = async () => (await (await fetch(`${address}?k=${secret}`)).json()).actions;
  const say = (action, body) => fetch(`${address}/${action}?k=${secret}`, { method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": `follower-${action}` }, body: JSON.stringify(body) });
  assert.deepEqual(await actions(), ["notes", "withdrawal"]);
  const early = await say("rating", { score: 5 });
  assert.deepEqual([early.status, (await early.json()).rule], [409, "waits"]);
  await solve(lead);
  assert.deepEqual(await actions(), ["rating", "not-solved"]);
  const note = await say("notes", { text: "Còn ngập" });
  assert.deepEqual([note.status, (await note.json()).rule], [409, "state"]);
  const late = await say("withdrawal", {});
  assert.deepEqual([late.status, (await late.json()).rule], [409, "state"]);
  // Said again under the same key it is done once, though the case follows nobody any more.
  for (let i = 0; i < 2; i++) {
    const answer = await say("not-solved", { text: "Chưa xong" });
    assert.deepEqual([answer.status, (await answer.json()).state], [200, "REOPENED"]);
  }
});
