// SPDX-License-Identifier: Apache-2.0
// say - what citizens say about their cases by the forms of the page, without scripts and with them.
import assert from "node:assert/strict";
import { judge_pictures, noise } from "./pictures.mjs";
import { city, desk, judge, later, look, phone, shoot, staff, submit, test, with_page } from "./support.mjs";

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
    assert.match(await words(page), /đã được mở lại[\s\S]*Còn \d[\s\S]*Câu trả lời trước khi mở lại\s+Đã trả lời lúc[\s\S]*Mở lại vì bạn báo chưa xong[\s\S]*Lại lún/);
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
  await staff(reference, "apologise", "--reason", "OVERLOAD", "--until", later(21),
    "--text", "Chờ vật tư về kho.");
  await city.tell({ sql: `UPDATE cases SET received_at = now() - interval '9 days', due_at = now() - interval '4 days' WHERE reference = '${reference}'` });
  await with_page(phone, async (page) => {
    await page.goto(path);
    assert.match(await page.locator(".promise.late").innerText(), /Trễ hẹn[\s\S]*Chúng tôi xin lỗi[\s\S]*10:00, thứ\s/);
    assert.match(await words(page), /Chờ vật tư về kho/);
  });
});

const forms = {
  vi: { answer: "Gửi câu trả lời", answer_text: "Câu trả lời của bạn", notes: "Bổ sung thông tin", notes_go: "Gửi bổ sung",
    notes_text: "Điều bạn muốn nói thêm", more: "Báo chưa giải quyết xong", more_go: "Chưa xong, mở lại",
    more_text: "Còn điều gì chưa xong?", keep: "Gửi ảnh 2", alt: "Ảnh 1 bạn gửi thêm" },
  en: { answer: "Send the answer", answer_text: "Your answer", notes: "Add something", notes_go: "Send",
    notes_text: "What you want to add", more: "Say that it is not solved", more_go: "Not solved, open it again",
    more_text: "What is not solved?", keep: "Send photo 2", alt: "Photo 1 that you added" },
};

test("photos come along with a note, an answer and with \"not solved\", and stay where it is said", async () => {
  for (const [lang, screen, javaScriptEnabled, width] of [["vi", phone, true, 1600], ["en", desk, false, 2000]]) {
    const { reference, path } = await submit();
    const w = forms[lang];
    await with_page({ ...screen, javaScriptEnabled }, async (page) => {
      await page.goto(`${path}&lang=${lang}`);
      await page.getByText(w.notes, { exact: true }).click();
      await page.getByLabel(w.notes_text).fill("Thêm hai ảnh");
      await page.locator("#photos").setInputFiles([noise(2000, 300, "một.png"), noise(50, 40, "hai.png")]);
      if (javaScriptEnabled) {
        await page.locator("#thumbs canvas").nth(1).waitFor();
        await look(page, "say-photos", ["phone", "narrow"]);
      }
      await page.getByRole("button", { name: w.notes_go, exact: true }).click();
      await page.waitForURL(/done=notes/);
      await judge_pictures(page, 2);
      assert.equal(await page.locator(".way li .thumbs").count(), 1);
      assert.ok(await page.locator(".way").getByRole("img", { name: w.alt }).isVisible());
      if (javaScriptEnabled) await look(page, "say-photos-way", ["phone", "dark", "desk"]);

      await staff(reference, "accept");
      await staff(reference, "ask", "--question", "Ảnh gần hơn?");
      await page.goto(`${path}&lang=${lang}`);
      // Without words: what was uploaded stays, and may be taken out again.
      await page.locator("#photos").setInputFiles([noise(60, 40, "ba.png"), noise(70, 40, "bốn.png")]);
      await page.getByRole("button", { name: w.answer }).click();
      await page.locator("#text-answer-error").waitFor();
      await judge_pictures(page, 2);
      if (javaScriptEnabled) await look(page, "say-photos-kept", ["phone"]);
      await page.getByLabel(w.keep).uncheck();
      await page.getByLabel(w.answer_text).fill("Đây");
      await page.getByRole("button", { name: w.answer }).click();
      await page.waitForURL(/done=answer/);
      await judge_pictures(page, 3);
      assert.equal(await page.locator(".way li .thumbs").count(), 2);

      await staff(reference, "answer", "--result", "solved", "--text", "Đã vá.");
      await page.goto(`${path}&lang=${lang}`);
      await page.getByText(w.more, { exact: true }).click();
      await page.locator("#photos").setInputFiles([noise(80, 40, "năm.png")]);
      await page.getByRole("button", { name: w.more_go }).click();
      await page.locator("#text-not-solved-error").waitFor();
      await page.getByLabel(w.more_text).fill("Lại lún");
      await page.getByRole("button", { name: w.more_go }).click();
      await page.waitForURL(/done=not-solved/);
      await judge_pictures(page, 4);
    });
    assert.deepEqual(await city.tell({ sql: `SELECT a.width FROM attachments AS a JOIN cases AS c ON c.id = a.case_id
      WHERE c.reference = '${reference}' ORDER BY a.seq, a.number` }), [[String(width)], ["50"], ["60"], ["80"]]);
  }
});

test("a photo that is none is refused beside the field of a note; who has no link does not see the others", async () => {
  const { reference, path } = await submit();
  await with_page(phone, async (page) => {
    await page.goto(path);
    await page.getByText("Bổ sung thông tin").click();
    await page.getByLabel("Điều bạn muốn nói thêm").fill("Có ảnh hỏng");
    await page.locator("#photos").setInputFiles([noise(50, 40, "tốt.png"),
      { name: "hỏng.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no picture at all") }]);
    await page.getByRole("button", { name: "Gửi bổ sung" }).click();
    assert.match(await page.locator("#photos-error").innerText(), /Chỉ nhận ảnh JPEG, PNG, WebP/);
    assert.equal(await page.locator("#problems a").getAttribute("href"), "#photos");
    assert.equal(await page.getByLabel("Điều bạn muốn nói thêm").inputValue(), "Có ảnh hỏng");
    await judge_pictures(page, 1);
    await judge(page);
    await page.getByRole("button", { name: "Gửi bổ sung" }).click();
    await page.waitForURL(/done=notes/);
    await judge_pictures(page, 1);
    await page.goto(`${path}&lang=en`);
    await page.getByText("Add something").click();
    await judge(page);
    await page.goto(`/t/${reference}`);
    await judge_pictures(page, 0);
  });
});

test("a note with a photo that is sent twice is said once", async () => {
  const { reference, path } = await submit();
  const page = await (await fetch(city.url + path, { headers: { Accept: "text/html" } })).text();
  const { name, mimeType, buffer } = noise(90, 40, "sáu.png");
  const send = () => {
    const form = new FormData();
    form.append("key", /name="key" value="([0-9a-f]{32})"/.exec(page)[1]);
    form.append("text", "một lần");
    form.append("photos", new Blob([buffer], { type: mimeType }), name);
    return fetch(city.url + path.replace("?", "/notes?"), { method: "POST", redirect: "manual", body: form,
      headers: { Accept: "text/html" } });
  };
  assert.deepEqual([(await send()).status, (await send()).status], [303, 303]);
  assert.equal(await events(reference, "noted"), 1);
});
