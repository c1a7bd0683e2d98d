// SPDX-License-Identifier: Apache-2.0
// gallery - every page and every state of a case, in both languages: good on every screen, and pictured.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { all_pictures, city, join, later, look, phone, staff, submit, test, weigh, with_page } from "./support.mjs";

/** Sends a form as a page of ours would: the one that is open. */
async function post(page, address, fields) {
  if (!page.url().startsWith(city.url)) await page.goto("/track");
  const loaded = page.waitForEvent("domcontentloaded");
  await page.evaluate(([action, values]) => {
    const form = Object.assign(document.createElement("form"), { action, method: "post" });
    for (const [name, value] of Object.entries(values)) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    document.body.append(form);
    form.submit();
  }, [address, fields]);
  await loaded;
}

const headings = JSON.parse(readFileSync(new URL("headings.json", import.meta.url), "utf8"));

/** The language of a page, and what it says it is, whatever the case. */
async function title_of(page) {
  const [lang, heading] = await page.evaluate(() =>
    [document.documentElement.lang, document.querySelector("h1").innerText]);
  return { lang, heading: heading.replace(/\s+/g, " ").replace(/[2-9A-HJKMNP-Z]{5}-[2-9A-HJKMNP-Z]{5}/, "…") };
}

/** Each row: a name, the address of the page or what opens it, perhaps what it says. What is good on the narrow screen
 * has room on the others, and axe does not mind the language. */
async function show(rows) {
  await with_page(phone, async (page) => {
    for (const lang of ["vi", "en"])
      for (const [name, open, says] of rows) {
        if (typeof open === "function") await open(page, lang);
        else await page.goto(`${open}${open.includes("?") ? "&" : "?"}lang=${lang}`);
        const title = await title_of(page);
        assert.equal(title.lang, lang, name);
        if (lang === "vi") assert.equal(title.heading, headings[name], name);
        if (says && lang === "vi") assert.match(await page.getByRole("main").innerText(), says);
        if (lang === "vi") await look(page, `${name}-vi`, all_pictures ? undefined : ["phone", "dark", "narrow"]);
        else await look(page, `${name}-en`, all_pictures ? ["phone", "desk", "narrow"] : ["narrow"], { in_full: false });
      }
  });
}

const from = (fields, code = "HT01") => (page, lang) => post(page, `/report/${code}?lang=${lang}`, fields);
const where = { step: "where", address: "Trước số 12 Lê Lợi", ward: "26740" };
const details = { ...where, step: "details", description: "Ổ gà sâu,\nxe máy té & <b>đau</b>", "attribute[road]": "alley" };
const contact = { ...details, step: "contact", who: "named", name: "Nguyễn Thị An", phone: "0903 123 456", hide_name: "1" };

test("gallery: the pages that everybody finds", () => show([["start", "/"], ["what", "/report"], ["what-found", "/report?q=o+ga"],
  ["what-nothing", "/report?q=zzzz"], ["what-closed", "/report/TC01"], ["track", "/track"], ["track-wrong", "/track?reference=abc"],
  ["offline", "/offline"], ["messages", `/u/${"a".repeat(44)}`], ["error-404", "/no/such/page"], ["error-400", "/city?month=2026-13"]]));

test("gallery: a report, step by step, and what may be wrong with it", async () => {
  const near = { address: "Giữa đường", lat: "10.861", long: "106.761" };
  const { reference } = await submit({ service_code: "HT01", description: "Hố sâu giữa đường", address: "x", lat: 10.8611,
    lon: 106.7611, anonymous: true });
  const unlike = { address: "Gầm cầu thang chợ", description: "Nước đọng quanh năm, muỗi sinh sôi" }; // anybody else's
  const key = "abcdefabcdefabcdefabcdefabcdefab";
  await fetch(`${city.url}/report/HT01`, { method: "POST", redirect: "manual", headers: { Accept: "text/html" },
    body: new URLSearchParams({ ...contact, step: "check", go: "send", who: "anonymous", key }) });
  await show([["report-where", "/report/HT01"], ["report-where-wrong", from({ step: "where", go: "next" })],
    ["report-details", from({ ...where, go: "next" })], ["report-details-wrong", from({ ...where, step: "details", go: "next" })],
    ["report-questions", from({ step: "details" }, "GT03")], ["report-unit", from({ step: "details" }, "HC02")],
    ["report-similar", from({ ...details, ...near, go: "next" })], ["join", from({ ...details, ...near, step: "contact", join: reference })],
    ["join-wrong", from({ ...details, ...near, step: "contact", who: "named", join: reference, go: "send" })],
    ["report-contact", from({ ...details, ...unlike, go: "next" })],
    ["report-contact-wrong", from({ ...contact, name: "", phone: "12", email: "an@", go: "next" }),
      /^Có chỗ cần sửa\s+Hãy ghi họ và tên\s+Số điện thoại chưa đúng.*\s+Thư điện tử chưa đúng/],
    ["report-check", from({ ...contact, go: "next" })],
    ["report-again", from({ ...contact, step: "check", go: "send", who: "anonymous", key, description: "khác" })]]);
});

/** A case after these steps: [verb, option, ...], the head's or the coordinator's by their names. */
async function after(...steps) {
  const mine = await submit();
  for (const [verb, ...rest] of steps) await staff(mine.reference, verb, ...rest);
  return mine;
}

const accept = ["accept"], reason = (code) => ["--reason", code];
const answer = ["answer", "--result", "solved", "--text", "Đã vá ổ gà.\nMời bà con xem lại."];

/** A citizen's word by the API. */
async function say({ reference, path }, action, body) {
  const said = await fetch(`${city.url}/api/v1/cases/${reference}/${action}?${path.split("?")[1]}`, { method: "POST",
    headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  assert.equal(said.status, 200);
}

test("gallery: a case on its way", async () => {
  const open = await after();
  const asked = await after(accept, ["ask", "--question", "Ổ gà ở đầu hẻm hay cuối hẻm?"]);
  const suspended = await after(accept, ["suspend", "--decision", "12/QĐ-UBND", ...reason("COURT")]);
  const extended = await after(accept, ["extend", ...reason("VERIFY"), "--until", later(7)]);
  const late = await after(accept, ["apologise", ...reason("OVERLOAD"), "--until", later(21), "--text", "Chờ vật tư về kho."]);
  await city.tell({ sql: `UPDATE cases SET received_at = now() - interval '9 days', due_at = now() - interval '4 days'
    WHERE reference = '${late.reference}'` });
  await show([["case-open", open.path], ["case-done", `${open.path}&sent=1`], ["case-public", `/t/${open.reference}`],
    ["case-link-wrong", `/t/${open.reference}?k=wrong`], ["case-question", asked.path], ["case-question-public", `/t/${asked.reference}`, /Thời gian chờ người gửi[\s\S]*Đang chờ người gửi/],
    ["case-suspended", suspended.path], ["case-extended", extended.path, /Gia hạn, hẹn trả lời trước 10:00/], ["case-late", late.path]]);
});

test("gallery: a case at its end", async () => {
  const answered = await after(accept, answer);
  const rated = await after(accept, answer);
  await say(rated, "rating", { score: 4, text: "Nhanh" });
  const reopened = await after(accept, answer);
  await say(reopened, "not-solved", { text: "Lại lún" });
  const withdrawn = await after();
  await say(withdrawn, "withdrawal", {});
  const rejected = await after(accept, ["reject", ...reason("OUTSIDE"), "--text", "Đoạn đường này do tỉnh khác quản lý."],
    ["confirm"]);
  const forwarded = await after(accept, ["forward", "--to", "Bộ Xây dựng", "--document", "7/PC", "--date", "2026-10-05"]);
  await show([["case-answered", answered.path], ["case-rated", rated.path], ["case-reopened", reopened.path],
    ["case-withdrawn", withdrawn.path], ["case-rejected", rejected.path, /không được thụ lý[\s\S]*Phiếu từ chối/],
    ["case-forwarded", forwarded.path, /Đã chuyển đến Bộ Xây dựng/],
    ["case-withdrawn-public", `/t/${withdrawn.reference}`, /Người gửi đã rút phản ánh/]]);
});

test("gallery: what is said about a case and is wrong", async () => {
  const mine = await after(accept, answer);
  const form = (action, fields) => (page, lang) => post(page, `${mine.path.replace("?", `/${action}?`)}&lang=${lang}`, fields);
  await show([["say-rating-wrong", form("rating", { text: "Chậm" })], ["say-not-solved-wrong", form("not-solved", { text: "x".repeat(4001) })],
    ["say-refused", form("withdrawal", {})], ["say-answer-wrong", form("answer", {})], ["say-notes-wrong", form("notes", {})]]);
});

test("gallery: who follows another's case", async () => {
  const lead = await after(accept), { path } = await join(lead);
  await show([["follower-waits", path], ["follower-done", `${path}&sent=1`]]);
  await staff(lead.reference, "apologise", ...reason("OVERLOAD"), "--until", later(21), "--text", "Chờ vật tư về kho.");
  await show([["follower-moved", path]]);
  await staff(lead.reference, ...answer);
  await show([["follower-answered", path]]);
});

test("gallery: figures and cases of the city", () => show([["city", "/city?month=2026-03"], ["city-all", "/city?month=2026-03&units=all"],
  ["city-nothing", "/city?month=1999-01"], ["cases", "/city/cases?area=26740"], ["cases-none", "/city/cases?q=zzzz"]]),
  { when: "last" });

test("no page weighs more than 60 kB with all that it loads, but for the map", async () => {
  const mine = await after(accept, answer);
  for (const address of ["/", "/report", "/report/HT01", "/report/GT03", "/track", "/city?month=2026-05", "/city/cases", "/offline",
    mine.path, `/t/${mine.reference}`, "/no/such/page"]) {
    const bytes = await weigh(address);
    assert.ok(bytes > 3000 && bytes <= 60 * 1024, `${address}: ${bytes} bytes`);
  }
});
