// SPDX-License-Identifier: Apache-2.0
// report - from what it is about to the receipt: both languages, screens, with and without scripts.
import assert from "node:assert/strict";
import { noise } from "./pictures.mjs";
import { city, desk, judge, new_phone, phone, press, staff, submit, test, with_page } from "./support.mjs";

const words = {
  vi: { begin: "Gửi phản ánh", next: "Tiếp tục", back: "Quay lại", address: "Địa chỉ hoặc chỗ dễ nhận ra",
    ward: "Phường, xã hoặc đặc khu", bến: "Phường Bến Thành", describe: "Mô tả sự việc", alley: "Hẻm",
    name: "Họ và tên", phone: "Số điện thoại", send: "Gửi phản ánh", done: "Đã nhận phản ánh",
    hide: "Không cho đơn vị giải quyết biết tên tôi", unit: "Bộ phận Đường bộ", left: /Còn \d+ ngày làm việc/, other: "Không phải, viết tiếp" },
  en: { begin: "Start a report", next: "Continue", back: "Back", address: "Address or landmark",
    ward: "Ward, commune or special zone", bến: "Ben Thanh Ward", describe: "Describe it", alley: "Alley",
    name: "Full name", phone: "Telephone number", send: "Send the report", done: "We have your report",
    hide: "Do not show my name to the unit", unit: "Roads Unit", left: /\d+ working days? left/, other: "None of these, go on" },
};

/** As far as the last page. */
async function fill(page, lang) {
  const w = words[lang];
  await page.goto(`/?lang=${lang}`);
  await page.getByRole("main").getByRole("link", { name: w.begin }).click();
  await page.locator("#q").fill("o ga");
  await page.getByRole("main").getByRole("button").first().click();
  await page.locator(".services a").first().click();
  await page.getByLabel(w.address).fill("Trước số 12 Lê Lợi");
  await page.getByLabel(w.ward).selectOption({ label: w.bến });
  await press(page, w.next);
  await page.getByLabel(w.describe).fill("Ổ gà sâu,\nxe máy té & <b>đau</b>");
  await page.getByLabel(w.alley).check();
  await press(page, w.next);
  await page.waitForURL(/\/report\/HT01/);
  await page.locator("#name, .cases").first().waitFor();
  if (await page.locator(".cases").count() > 0) await press(page, w.other); // what another test has sent from there
  await page.getByLabel(w.name).fill("Nguyễn Thị An");
  await page.getByLabel(w.phone).fill("0903 123 456");
  await page.getByLabel(w.hide).check();
  await press(page, w.next);
}

test("a report goes its whole way, in both languages, on a phone and a desk, with and without scripts", async () => {
  for (const [lang, screen, javaScriptEnabled] of [["vi", phone, false], ["en", desk, false], ["vi", desk, true]]) {
    await with_page({ ...screen, javaScriptEnabled }, async (page) => {
      await fill(page, lang);
      const text = await page.getByRole("main").innerText();
      for (const said of ["Trước số 12 Lê Lợi", words[lang].bến, "xe máy té & <b>đau</b>", words[lang].alley,
        "Nguyễn Thị An", "0903 123 456"])
        assert.ok(text.includes(said), said);
      await press(page, words[lang].send);
      await page.waitForURL(/\/t\//);
      const done = await page.getByRole("main").innerText();
      assert.ok(done.includes(words[lang].done) && done.includes(words[lang].unit), done);
      assert.match(done, words[lang].left);
    });
  }
});

test("what is wrong is said above and beside, and what was typed stays", async () => {
  await with_page(phone, async (page) => {
    await page.goto("/report/HT01?lang=vi");
    await press(page, "Tiếp tục");
    assert.equal(await page.locator("#problems a").innerText(), "Hãy ghi địa chỉ hoặc chỗ dễ nhận ra");
    assert.match(await page.title(), /^Lỗi:/);
    await page.locator("#problems a").click();
    assert.equal(await page.evaluate(() => document.activeElement.id), "address");
    await page.locator("#address").fill("Chợ Bến Thành");
    await page.keyboard.press("Enter");
    await page.locator("#description").waitFor();
    await press(page, "Tiếp tục");
    assert.match(await page.locator("#description-error").innerText(), /Hãy mô tả sự việc/);
    await page.getByLabel("Mô tả sự việc").fill("x");
    await press(page, "Tiếp tục");
    await page.getByLabel("Họ và tên").fill("An");
    await page.getByLabel("Số điện thoại").fill("12");
    await page.getByLabel("Thư điện tử").fill("an@");
    await press(page, "Tiếp tục");
    assert.deepEqual(await page.locator("#problems a").allInnerTexts(), [
      "Số điện thoại chưa đúng, ví dụ đúng: 0903 123 456", "Thư điện tử chưa đúng, ví dụ đúng: ten@vidu.vn"]);
    assert.equal(await page.locator("#phone").inputValue(), "12");
  });
});

const long = "Đường ngập đến đầu gối. ".repeat(1250); // 30,000 characters

test("what is too long is said beside its field and stays; what is far too long has a page for people", async () => {
  const far = { vi: "Nội dung gửi lên quá dài", en: "Too much was sent" };
  for (const [lang, javaScriptEnabled] of [["vi", true], ["en", false]]) {
    await with_page({ ...phone, javaScriptEnabled }, async (page) => {
      const w = words[lang];
      await page.goto(`/report/MT01?lang=${lang}`);
      await page.getByLabel(w.address).fill(long.repeat(5)); // a form without files
      await press(page, w.next);
      await page.getByRole("heading", { name: far[lang] }).waitFor();
      await page.goto(`/report/MT01?lang=${lang}`);
      await page.getByLabel(w.address).fill("Chợ Bến Thành");
      await press(page, w.next);
      assert.match(await page.locator("#description-hint").innerText(), /4[.,]000/);
      await page.getByLabel(w.describe).fill(long);
      await press(page, w.next);
      assert.match(await page.locator("#description-error").innerText(), /4[.,]000/);
      assert.equal(await page.getByLabel(w.describe).inputValue(), long.trim());
      await page.getByLabel(w.describe).fill(long.repeat(40));
      await press(page, w.next);
      await page.getByRole("heading", { name: far[lang] }).waitFor();
      assert.match(await page.getByRole("main").innerText(), /4[.,]000/);
      if (javaScriptEnabled) await judge(page);
      await page.goBack();
      await page.getByLabel(w.describe).waitFor();
    });
  }
});

test("forms that are too long have a page for people wherever they are sent, and a problem for programs", async () => {
  const { path } = await submit();
  const post = (address, text, accept = "text/html") => fetch(city.url + address, { method: "POST", redirect: "manual",
    headers: { Accept: accept }, body: new URLSearchParams({ [address.includes("/notes") ? "text" : "description"]: text, step: "details", go: "next" }) });
  const notes = `${path.replace("?", "/notes?")}&lang=vi`;
  const kept = await post(notes, long);
  const answer = await kept.text();
  assert.equal(kept.status, 400);
  assert.ok(answer.includes("4000 ký tự") && answer.includes(long.trim()), answer.slice(0, 2000));
  const much = "a".repeat(300000);
  for (const [address, words] of [[notes, "Nội dung gửi lên quá dài"], ["/report/MT01?lang=en", "Too much was sent"],
    ["/u/x?lang=vi", "Nội dung gửi lên quá dài"], ["/track?lang=en", "cannot be opened in that way"]]) {
    const refused = await post(address, much);
    const said = await refused.text();
    assert.deepEqual([refused.headers.get("content-type"), said.includes(words)], ["text/html; charset=utf-8", true],
      `${address}: ${said.slice(0, 300)}`);
    const program = await post(address, much, "*/*");
    assert.match(program.headers.get("content-type"), /problem\+json/);
    assert.equal(program.status, refused.status);
  }
  const quotes = await post("/report/MT01?lang=vi", "\"".repeat(80000)); // three bytes on their way, six on the page
  assert.equal(quotes.status, 400);
  assert.match(await quotes.text(), /Mô tả dài quá 4.000 ký tự/);
});

test("a field that nobody sees stops programs; who has filled it in all the same can clear it", async () => {
  const form = { step: "check", go: "send", description: "Mua ngay", address: "Chợ", who: "anonymous", website: "http://x" };
  const answer = await fetch(`${city.url}/report/HT01?lang=vi`, { method: "POST", body: new URLSearchParams(form),
    redirect: "manual", headers: { Accept: "text/html" } });
  assert.equal(answer.status, 400);
  assert.match(await answer.text(), /value="Mua ngay"/);
  for (const javaScriptEnabled of [true, false]) {
    await with_page({ ...phone, javaScriptEnabled }, async (page) => {
      await page.goto("/report/HT01?lang=en");
      await page.getByLabel("Address").fill("Chợ");
      await press(page, "Continue");
      await page.getByLabel("Describe it").fill("x");
      await press(page, "Continue");
      const trap = page.locator("#website");
      assert.equal(await page.getByRole("textbox", { name: "Leave this field empty" }).count(), 0);
      assert.ok((await trap.boundingBox()).x < -1000);
      assert.equal(await trap.getAttribute("tabindex"), "-1");
      await trap.fill("filled in by a program");
      await page.locator("#who-anonymous").check();
      await press(page, "Continue");
      assert.equal(await page.locator("#problems a").innerText(), "Leave this field empty, then go on");
      assert.ok((await trap.boundingBox()).x >= 0);
      if (javaScriptEnabled) await judge(page);
      await page.getByRole("textbox", { name: "Leave this field empty" }).fill("");
      await press(page, "Continue");
      assert.equal(await page.locator("h1").innerText(), "Check your answers");
    });
  }
});

test("going back and changing one answer keeps the others", async () => {
  await with_page({ ...desk, javaScriptEnabled: false }, async (page) => {
    await fill(page, "vi");
    await page.getByRole("button", { name: "Sửa Mô tả sự việc" }).click();
    assert.equal(await page.locator("#description").inputValue(), "Ổ gà sâu,\nxe máy té & <b>đau</b>");
    await page.locator("#description").fill("Đã đổi");
    await page.getByRole("button", { name: "English" }).click();
    assert.equal(await page.locator("h1").innerText(), "What is happening?");
    await press(page, "Continue");
    assert.equal(await page.locator("h1").innerText(), "Check your answers");
    const text = await page.getByRole("main").innerText();
    assert.ok(text.includes("Đã đổi") && text.includes("Nguyễn Thị An") && text.includes("Alley"));
    for (const heading of ["How can we reach you?", "What is happening?", "Where is it?", "What is it about?"]) {
      await press(page, "Back").catch(() => {});
      assert.equal(await page.locator("h1").innerText(), heading);
    }
  });
});

test("sent twice it is one case, sent otherwise under the same key it is refused", async () => {
  const form = { key: "0123456789abcdef0123456789abcdef", step: "check", go: "send", description: "hai lần",
    address: "Chợ", who: "anonymous" };
  const send = (fields, lang = "vi") => fetch(`${city.url}/report/HT01?lang=${lang}`, { method: "POST",
    body: new URLSearchParams(fields), redirect: "manual", headers: { Accept: "text/html" } });
  const [first, second] = await Promise.all([send(form), send(form, "en")]);
  assert.equal(first.status, 303);
  const path = (answer) => answer.headers.get("location").split("&")[0];
  assert.equal(path(first), path(second));
  const other = await send({ ...form, description: "khác" });
  assert.equal(other.status, 409);
  assert.match(await other.text(), /đã được gửi trước đó/);
  const [[count]] = await city.tell({ sql: `SELECT count(*) FROM cases c JOIN contents t ON t.case_id = c.id
    WHERE c.channel = 'web' AND c.anonymous AND t.content::json ->> 'description' = 'hai lần'` });
  assert.equal(count, "1");
});

/** As the map does it. */
const mark = (page, [lat, long]) => page.evaluate((where) => {
  document.querySelector("#lat").value = where.lat;
  document.querySelector("#long").value = where.long;
}, { lat: String(lat), long: String(long) });

const ward_of = (reference) => city.tell({ sql: `SELECT area FROM cases WHERE reference = '${reference}'` })
  .then(([[area]]) => area);

test("what others have reported nearby is shown before it is sent again, and is no gate", async () => {
  const place = ["10.801", "106.701"];
  const near = { address: "x", lat: 10.8012, lon: 106.7011, anonymous: true };
  const { reference } = await submit({ ...near, service_code: "HT01", description: "Hố sâu giữa đường" });
  await submit({ ...near, service_code: "HT03", description: "Ngập" });
  for (const [lang, javaScriptEnabled] of [["vi", true], ["en", false]]) {
    await with_page({ ...phone, javaScriptEnabled }, async (page) => {
      const w = words[lang];
      await page.goto(`/report/HT01?lang=${lang}`);
      if (javaScriptEnabled) await mark(page, place);
      else await page.getByLabel(w.ward).selectOption(await ward_of(reference));
      await page.getByLabel(w.address).fill("Giữa đường");
      await press(page, w.next);
      await page.getByLabel(w.describe).fill("ho sau giua duong");
      await press(page, w.next);
      assert.equal(await page.locator("h1").innerText(),
        lang === "en" ? "Is it one of these?" : "Có phải một trong những việc này?");
      assert.equal(await page.locator(".cases li").count(), 1);
      assert.ok((await page.locator(".cases a").getAttribute("href")).includes(reference));
      assert.equal(await page.locator(".cases a small").innerText(), reference); // cards may be alike
      assert.ok((await page.locator(".cases a small").boundingBox()).width > 60);
      assert.ok(!(await page.getByRole("main").innerText()).includes("Hố sâu"), "unpublished words");
      await press(page, w.back);
      assert.equal(await page.getByLabel(w.describe).inputValue(), "ho sau giua duong");
      await press(page, w.next);
      await press(page, lang === "en" ? "None of these, go on" : "Không phải, viết tiếp");
      assert.ok(await page.getByLabel(w.name).isVisible());
      await page.locator("#who-anonymous").check();
      await press(page, w.next);
      assert.match(await page.getByRole("main").innerText(), /ho sau giua duong/);
    });
  }
});

const follow = {
  vi: { one: "Theo dõi việc này", heading: "Theo dõi cùng việc này", own: "Không, gửi phản ánh riêng",
    contact: "Liên hệ với bạn bằng cách nào?", joined: "Phản ánh của bạn được giải quyết cùng phản ánh", answer: "Đã có kết quả chung" },
  en: { one: "Follow this one", heading: "Follow this report", own: "No, send a report of my own",
    contact: "How can we reach you?", joined: "Your report is dealt with together with report", answer: "The answer to all reports" },
};

/** As far as the similar cases, with a photo. */
async function to_similar(page, lang, { place, ward }) {
  await page.goto(`/report/HT01?lang=${lang}`);
  if (place) await mark(page, place);
  else await page.getByLabel(words[lang].ward).selectOption(ward);
  await page.getByLabel(words[lang].address).fill("Giữa đường");
  await press(page, words[lang].next);
  await page.getByLabel(words[lang].describe).fill("ho sau, toi cung thay");
  await page.locator("#photos").setInputFiles([noise(60, 40, "tôi.png")]);
  await press(page, words[lang].next);
}

test("a similar case is followed instead: with a link, a date and the answer of one's own", async () => {
  for (const [lang, screen, javaScriptEnabled, place] of [["vi", phone, true, [10.811, 106.711]],
    ["en", desk, false, [10.821, 106.721]]]) {
    const w = follow[lang];
    const first = await submit({ service_code: "HT01", description: "Hố sâu, ai cũng thấy", address: "Giữa đường", lat: place[0],
      lon: place[1], anonymous: true });
    await with_page({ ...screen, javaScriptEnabled }, async (page) => {
      await to_similar(page, lang, javaScriptEnabled ? { place } : { ward: await ward_of(first.reference) });
      await page.getByRole("button", { name: `${w.one} ${first.reference}` }).click();
      assert.equal(await page.locator("h1").innerText(), w.heading);
      assert.ok((await page.getByRole("main").innerText()).includes(first.reference));
      await press(page, w.own); // a change of mind, and back again
      assert.equal(await page.locator("h1").innerText(), w.contact);
      await press(page, words[lang].back);
      await press(page, words[lang].next);
      await page.getByRole("button", { name: `${w.one} ${first.reference}` }).click();
      await press(page, w.one);
      await page.locator("#name-error").waitFor();
      assert.equal(await page.locator("h1").innerText(), w.heading);
      if (javaScriptEnabled) {
        await page.getByRole("button", { name: "English" }).click();
        assert.equal(await page.locator("h1").innerText(), follow.en.heading);
        await page.getByRole("button", { name: "Tiếng Việt" }).click();
      }
      await page.getByLabel(words[lang].name).fill("Trần Bình");
      await page.getByLabel(words[lang].phone).fill(new_phone());
      await press(page, w.one);
      await page.waitForURL(/\/t\/.*sent=1/);
      const own = /\/t\/([^?]+)\?k=/.exec(page.url())[1];
      assert.notEqual(own, first.reference);
      const text = await page.getByRole("main").innerText();
      assert.ok(text.includes(`${w.joined} ${first.reference}`) && text.includes("ho sau, toi cung thay"));
      assert.match(text, words[lang].left);
      assert.ok(await page.getByRole("main").locator(".thumbs img").isVisible());
      assert.deepEqual(await city.tell({ sql: `SELECT c.state, m.reference, c.received_at > m.received_at AND c.due_at >= m.due_at, c.anonymous
        FROM cases c JOIN cases m ON m.id = c.merged_into WHERE c.reference = '${own}'` }),
      [["MERGED", first.reference, "t", "f"]]);
      await staff(first.reference, "accept");
      await staff(first.reference, "answer", "--result", "solved", "--text", "Đã vá xong cả đoạn.");
      await page.goto(page.url().replace("&sent=1", ""));
      assert.match(await page.locator(".answer").innerText(), /Đã vá xong cả đoạn/);
      assert.ok((await page.locator(".way").innerText()).includes(w.answer));
    });
  }
});

test("who joins a case that is over meanwhile can send a report; who had joined it before has that answer", async () => {
  const { reference } = await submit({ service_code: "HT01", description: "Hố", address: "x", anonymous: true });
  const form = { key: "00112233445566778899aabbccddeeff", step: "contact", join: reference, go: "send",
    description: "tôi cũng thấy", address: "x", who: "anonymous" };
  const send = (fields) => fetch(`${city.url}/report/HT01?lang=vi`, { method: "POST", redirect: "manual",
    body: new URLSearchParams(fields), headers: { Accept: "text/html" } });
  const first = await send(form);
  assert.equal(first.status, 303);
  await staff(reference, "accept");
  await staff(reference, "answer", "--result", "solved", "--text", "Đã vá.");
  assert.equal((await send(form)).headers.get("location"), first.headers.get("location"));
  const late = await send({ ...form, key: "10112233445566778899aabbccddeeff" });
  const text = await late.text();
  assert.equal(late.status, 409);
  assert.match(text, /Việc đó vừa kết thúc[\s\S]*value="tôi cũng thấy"/);
  assert.doesNotMatch(text, /name="join"/);
  assert.equal((await send({ ...form, key: "20112233445566778899aabbccddeeff", join: "22222-22222" })).status, 409);
  assert.equal((await send({ ...form, key: "30112233445566778899aabbccddeeff", description: "" })).status, 409);
});

/** A service is closed with a notice, or opened without one, as soon as intake knows. */
async function close_service(code, notice) {
  const said = notice ? `'${notice}'` : "NULL";
  await city.tell({ sql: `UPDATE services SET closed_notice_vi = ${said}, closed_notice_en = ${said}
    WHERE code = '${code}'; UPDATE catalogue SET version = version + 1` });
  const shown = async () => (await (await fetch(`${city.url}/report/${code}?lang=vi`,
    { headers: { Accept: "text/html" } })).text()).includes("id=\"form\"");
  while (await shown() === Boolean(notice));
}

test("what was sent before its service was closed has its answer after it, and nothing else is taken", async () => {
  const form = { key: "ffeeddccbbaa99887766554433221100", step: "check", go: "send", description: "trước khi đóng",
    address: "Chợ", who: "anonymous" };
  const send = (fields) => fetch(`${city.url}/report/HT02?lang=vi`, { method: "POST", redirect: "manual",
    body: new URLSearchParams(fields), headers: { Accept: "text/html" } });
  const first = await send(form);
  assert.equal(first.status, 303);
  await close_service("HT02", "Gửi Sở Xây dựng.");
  try {
    const again = await send(form);
    assert.deepEqual([again.status, again.headers.get("location")], [303, first.headers.get("location")]);
    assert.equal((await send({ ...form, description: "khác" })).status, 409);
    const other = await send({ ...form, key: "0feeddccbbaa99887766554433221100" });
    assert.deepEqual([other.status, (await other.text()).includes("Gửi Sở Xây dựng.")], [200, true]);
    assert.match(await (await send({ ...form, go: "next", step: "details" })).text(), /Gửi Sở Xây dựng/);
  } finally {
    await close_service("HT02");
  }
  assert.match(await (await send({ ...form, go: "", step: "details" })).text(), /trước khi đóng/);
}, { when: "alone" });

test("the ward alone finds who is responsible", async () => {
  const answer = await fetch(`${city.url}/report/TT02?lang=vi`, { method: "POST", redirect: "manual",
    body: new URLSearchParams({ step: "check", go: "send", description: "Karaoke", address: "Hẻm 45",
      ward: "26740", who: "anonymous" }) });
  const [[unit]] = await city.tell({ sql: `SELECT unit FROM cases WHERE reference =
    '${/\/t\/([^?]+)/.exec(answer.headers.get("location"))[1]}'` });
  assert.equal(unit, "26740");
});

test("a search forgives missing marks, and says when nothing fits", async () => {
  for (const [query, code] of [["ngap nuoc", "HT03"], ["NGẬP", "HT03"], ["karaoke", "TT02"], ["so do", "DD01"],
    ["pothole", "HT01"], ["den duong", "HT04"]]) {
    const answer = await fetch(`${city.url}/report?lang=vi&q=${encodeURIComponent(query)}`);
    assert.equal(/\/report\/([A-Z0-9]+)\?/.exec(await answer.text())[1], code, query);
  }
  await with_page({ ...phone, javaScriptEnabled: false }, async (page) => {
    await page.goto("/report?q=zzzz");
    assert.ok(await page.locator("#nothing").isVisible());
    assert.equal(await page.locator(".services li").count(), 31);
    await page.goto("/report?q=%22%3E%3Cscript%3E");
    await judge_text(page);
    await page.goto("/report?lang=vi&q=ng%E1%BA%ADp%20%26%20n%C6%B0%E1%BB%9Bc");
    await page.getByRole("link", { name: "English" }).click();
    assert.equal(await page.locator("#q").inputValue(), "ngập & nước");
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
  });
});

async function judge_text(page) {
  assert.equal(await page.locator("#q").inputValue(), "\"><script>");
}

test("a service that is closed says where to go; one that does not exist is not found", async () => {
  await with_page(phone, async (page) => {
    await page.goto("/report/TC01?lang=vi");
    assert.match(await page.getByRole("main").innerText(), /Thanh tra Thành phố/);
    assert.equal((await page.goto("/report/NONE")).status(), 404);
  });
});

test("every service's questions can be asked and are judged good", async () => {
  const services = await (await fetch(`${city.url}/api/v1/services`)).json();
  await with_page(desk, async (page) => {
    for (const { service_code: code, closed_notice: closed } of services) {
      if (closed) continue;
      const answer = await fetch(`${city.url}/report/${code}?lang=vi`, { method: "POST",
        body: new URLSearchParams({ step: "details" }), headers: { Accept: "text/html" } });
      assert.equal(answer.status, 200, code);
      const text = await answer.text();
      for (const id of [...text.matchAll(/ for="([^"]+)"/g)])
        assert.ok(text.includes(` id="${id[1]}"`), `${code}: ${id[1]}`);
    }
    await page.goto("/report/GT03?lang=vi");
    await page.getByLabel("Địa chỉ").fill("x");
    await press(page, "Tiếp tục");
    await page.getByLabel("Ngày").fill("2026-11-20");
    await page.getByLabel("Giờ, nếu nhớ").fill("08:30");
    await page.getByLabel("Mô tả").fill("Xe bỏ trạm");
    await press(page, "Tiếp tục");
    await page.getByLabel("Ẩn danh").check();
    await press(page, "Tiếp tục");
    assert.match(await page.getByRole("main").innerText(), /2026-11-20 08:30[\s\S]*Gửi ẩn danh/);
    await press(page, "Gửi phản ánh");
    await page.waitForURL(/\/t\//);
  });
});

test("where a browser has no calendar a day is taken as people write it, and a wrong one is said in their words", async () => {
  for (const [day, found] of [["20/11/2026", /name="attribute\[happened\]" value="2026-11-20"/],
    ["31/02/2026", /ngày\/tháng\/năm, ví dụ 20\/11\/2026/], ["hôm kia", /ngày\/tháng\/năm, ví dụ 20\/11\/2026/]]) {
    const answer = await fetch(`${city.url}/report/GT03?lang=vi`, { method: "POST", headers: { Accept: "text/html" },
      body: new URLSearchParams({ step: "details", go: "next", address: "Bến xe ", description: "Bỏ trạm", "attribute[happened]": day }) });
    const text = await answer.text();
    assert.match(text, found, day);
    assert.doesNotMatch(text, /ISO 8601/);
  }
});

test("while the router is away the form stays, and is sent once when it is back", async () => {
  const form = { key: "fedcba9876543210fedcba9876543210", step: "check", go: "send", description: "chờ đường",
    address: "Chợ", who: "anonymous" };
  const send = () => fetch(`${city.url}/report/HT01?lang=vi`, { method: "POST", body: new URLSearchParams(form),
    redirect: "manual", headers: { Accept: "text/html" } });
  await city.tell({ stop: "router" });
  const waiting = send();
  await city.tell({ start: "router" });
  const [first, again] = [await waiting, await send()];
  assert.equal(first.status, 303);
  assert.equal(again.headers.get("location"), first.headers.get("location"));
}, { when: "alone" });

test("the keyboard alone sends a report", async () => {
  await with_page(desk, async (page) => {
    const tab_to = async (check) => {
      for (let i = 0; i < 80; i++) {
        await page.keyboard.press("Tab");
        if (await page.evaluate(check)) return;
      }
      assert.fail(`not reached: ${check}`);
    };
    await page.goto("/report/HT01?lang=vi");
    await tab_to(() => document.activeElement.id === "address");
    await page.keyboard.type("Chợ Bến Thành");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#description");
    await tab_to(() => document.activeElement.id === "description");
    await page.keyboard.type("Ổ gà");
    await tab_to(() => document.activeElement.value === "next");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#name");
    await tab_to(() => document.activeElement.id === "name");
    await page.keyboard.type("An");
    await tab_to(() => document.activeElement.id === "phone");
    await page.keyboard.type(new_phone());
    await page.keyboard.press("Enter");
    await page.waitForSelector("button[value=send]");
    await tab_to(() => document.activeElement.value === "send");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/t\//);
  });
});
