// SPDX-License-Identifier: Apache-2.0
// letters - what the unit has written to a citizen: listed with the case, and to be had by its link alone.
import assert from "node:assert/strict";
import { city, desk, later, look, phone, staff, submit, test, with_page } from "./support.mjs";

const words = (page) => page.getByRole("main").innerText();
const count = (reference, rest) => `SELECT 1 FROM letters l JOIN cases c ON c.id = l.case_id
  ${rest} WHERE c.reference = '${reference}'`;

/** A case with a question and an apology, whose files have been made. */
async function with_letters() {
  const mine = await submit();
  await staff(mine.reference, "accept");
  await staff(mine.reference, "ask", "--question", "Ổ gà ở đầu hẻm hay cuối hẻm?");
  await staff(mine.reference, "apologise", "--reason", "OVERLOAD",
    "--until", later(21), "--text", "Chờ vật tư về kho.");
  await city.tell({ until: `${count(mine.reference, "JOIN letter_files f ON f.letter = l.id")} AND l.form = 'apology'` });
  await city.tell({ until: `${count(mine.reference, "JOIN letter_files f ON f.letter = l.id")} AND l.form = 'information'` });
  return mine;
}

test("letters are listed with number, date and sender, and are downloaded by who has the link", async () => {
  const { path } = await with_letters();
  for (const [lang, screen, javaScriptEnabled, kinds] of [
    ["vi", phone, true, ["Phiếu yêu cầu bổ sung", "Thư xin lỗi và hẹn lại"]],
    ["en", desk, true, ["Request for information", "Apology with a new date"]],
    ["vi", phone, false, ["Phiếu yêu cầu bổ sung", "Thư xin lỗi và hẹn lại"]]]) {
    await with_page({ ...screen, javaScriptEnabled }, async (page) => {
      await page.goto(`${path}&lang=${lang}`);
      const letters = page.locator(".letters li");
      assert.deepEqual(await letters.locator("a").allInnerTexts(), kinds);
      assert.match(await letters.first().innerText(), /(số|no\.) 0\d\/YCBS-\S+\n.*(Đường bộ|Roads).*\d{4} · PDF, \d+ kB/);
      if (javaScriptEnabled) await look(page, `letters-${lang}`, lang === "vi" ? ["dark", "narrow", "desk"] : ["phone"]);
      const download = page.waitForEvent("download");
      await letters.last().locator("a").click();
      assert.match((await download).suggestedFilename(), /^[0-9A-Z]{5}-[0-9A-Z]{5}-PXL-\d+-20\d\d\.pdf$/);
    });
  }
});

test("a letter is served as what it is, in parts when asked, and kept by nobody else", async () => {
  const { reference, path } = await with_letters();
  const secret = new URLSearchParams(path.split("?")[1]).get("k");
  const seen = await (await fetch(city.url + path, { headers: { Accept: "application/json" } })).json();
  assert.deepEqual(seen.letters.map(({ form }) => form), ["information", "apology"]);
  const { pathname } = new URL(seen.letters[1].url), link = `${city.url}${pathname}`;
  const answer = await fetch(`${link}?k=${secret}`);
  assert.equal(answer.status, 200);
  const file = Buffer.from(await answer.arrayBuffer());
  assert.equal(file.subarray(0, 5).toString(), "%PDF-");
  for (const [name, value] of [["content-type", "application/pdf"], ["x-content-type-options", "nosniff"],
    ["cache-control", "private, no-cache"], ["referrer-policy", "no-referrer"], ["accept-ranges", "bytes"],
    ["cross-origin-resource-policy", "same-origin"]])
    assert.equal(answer.headers.get(name), value, name);
  assert.match(answer.headers.get("content-disposition"), new RegExp(`^attachment; filename="${reference}-PXL-\\d+-20\\d\\d[.]pdf"$`));
  const part = await fetch(`${link}?k=${secret}`, { headers: { Range: "bytes=1-3" } });
  assert.deepEqual([part.status, await part.text()], [206, "PDF"]);
  assert.equal(part.headers.get("content-range"), `bytes 1-3/${file.length}`);
  const known = await fetch(`${link}?k=${secret}`, { headers: { "If-None-Match": answer.headers.get("etag") } });
  assert.equal(known.status, 304);

  const other = await submit();
  const foreign = `${city.url}${pathname.replace(reference, other.reference)}?${other.path.split("?")[1]}`;
  for (const wrong of [link, `${link}?k=wrong`, `${link}?${other.path.split("?")[1]}`, foreign,
    `${city.url}/t/${reference}/letters/x?k=${secret}`]) {
    const refused = await fetch(wrong);
    assert.equal(refused.status, 404, wrong);
    assert.match(refused.headers.get("content-type"), /problem\+json/);
  }
  for (const public_part of [`/t/${reference}`, `/api/v1/cases/${reference}`]) {
    const all = await (await fetch(city.url + public_part, { headers: { Accept: "application/json" } })).json();
    assert.equal(all.letters, undefined);
  }
});

test("a letter that is not made yet is told of, and a wrong link has a page for people", async () => {
  const { reference, path } = await submit();
  await city.tell({ stop: "letters" });
  await staff(reference, "accept");
  await staff(reference, "ask", "--question", "Số nhà?");
  await with_page({ ...phone, javaScriptEnabled: false }, async (page) => {
    await page.goto(path);
    assert.match(await page.locator(".letters").innerText(), /Phiếu yêu cầu bổ sung số 0\d\/[\s\S]*đang lập/);
    assert.equal(await page.locator(".letters a").count(), 0);
    const [[id]] = await city.tell({ sql: count(reference, "").replace("SELECT 1", "SELECT l.id") });
    assert.equal((await page.goto(`/t/${reference}/letters/${id}?${path.split("?")[1]}`)).status(), 404);
    assert.equal((await page.goto(`/t/${reference}/letters/${id}`)).status(), 404);
    assert.match(await words(page), /Liên kết này không đúng/);
    await city.tell({ start: "letters" });
    await city.tell({ until: count(reference, "JOIN letter_files f ON f.letter = l.id") });
    await page.goto(path);
    assert.equal(await page.locator(".letters a").count(), 1);
  });
}, { when: "alone" });
