// SPDX-License-Identifier: Apache-2.0
// language - the link to the other language leads to the same page, with what was typed.
import assert from "node:assert/strict";
import { noise } from "./pictures.mjs";
import { city, phone, press, staff, submit, test, with_page } from "./support.mjs";

const other = { vi: "English", en: "Tiếng Việt" };

/** What a page is and what stands in it, whatever its language. */
async function state_of(page) {
  return page.evaluate(() => {
    const fields = [...document.querySelectorAll("main input:not([type=hidden], [type=file]), main textarea, main select")]
      .map((field) => `${field.name}=${["radio", "checkbox"].includes(field.type) ? field.checked : field.value}`);
    const places = [...document.querySelectorAll("main [id]")].map(({ id }) => id)
      .filter((id) => id !== "problems" && !id.endsWith("-error"));
    return { fields, places };
  });
}

/** There and back again. */
async function turn(page) {
  const before = await state_of(page), lang = await page.locator("html").getAttribute("lang");
  const heading = await page.locator("h1").innerText();
  for (const from of [lang, lang === "vi" ? "en" : "vi"]) {
    await page.locator("header nav").getByText(other[from], { exact: true }).click();
    await page.waitForFunction((to) => document.documentElement.lang === to, from === "vi" ? "en" : "vi");
    assert.deepEqual(await state_of(page), before, `${page.url()} from ${from}`);
  }
  assert.equal(await page.locator("h1").innerText(), heading);
}

/** The same of a page that was only fetched: its heading, what stands in it, and where its link leads. */
async function fetch_page(address) {
  const answer = await fetch(city.url + address, { headers: { Accept: "text/html" } });
  const text = await answer.text();
  const main = text.slice(text.indexOf("<main"), text.indexOf("</main>"));
  const parts = [...main.matchAll(/<(?:input|textarea|select|option|a)\b[^>]*>|\bid="[^"]*"/g)]
    .map(([part]) => part.replace(/lang=(vi|en)|aria-[a-z]+="[^"]*"|data-[a-z]+="[^"]*"/g, ""))
    .filter((part) => !/name="(key|lang)"/.test(part));
  const [, link] = /<a href="([^"]*)" lang="(?:vi|en)" hreflang/.exec(text) ?? [];
  return { status: answer.status, lang: /<html lang="(..)"/.exec(text)[1], heading: /<h1>(.*?)<\/h1>/s.exec(text)[1],
    parts, link: link?.replace(/&amp;/g, "&").replace(/&quot;/g, '"').replace(/&#39;/g, "'") };
}

test("every page that has an address is the same in the other language", async () => {
  const { reference, path } = await submit();
  for (const address of ["/?", "/report?", "/report?q=ng%E1%BA%ADp%20%26&", "/report/TC01?", "/track?",
    "/track?reference=abc%20%26%22&", "/track?reference=&", `/t/${reference}?`, `${path}&`, `/t/${reference}?k=wr%26ng&`,
    `${path}&sent=1&`, "/t/abc?", "/city?month=2026-04&", "/city/cases?service=HT03&area=26740&status=open&q=ng%E1%BA%ADp&",
    "/offline?", `/u/${"a".repeat(44)}?`, "/u/abc?", "/no/such/page?", "/report/NONE?"]) {
    const before = await fetch_page(`${address}lang=vi`);
    const other = await fetch_page(before.link);
    const back = await fetch_page(other.link);
    assert.deepEqual([before.lang, other.lang], ["vi", "en"], address);
    assert.deepEqual([other.status, other.parts], [before.status, before.parts], address);
    assert.notEqual(other.heading, before.heading, address);
    assert.deepEqual(back, before, address);
  }
});

/** Places on the map are typed by scripts alone. */
const mark = (page, lat, long) => page.evaluate(([a, b]) => {
  document.querySelector("#lat").value = a;
  document.querySelector("#long").value = b;
}, [lat, long]);

test("every step of a report keeps what was typed and not sent yet", async () => {
  await submit({ service_code: "HT01", description: "Hố", address: "x", lat: 10.8512, lon: 106.7511, anonymous: true });
  for (const javaScriptEnabled of [true, false]) {
    await with_page({ ...phone, javaScriptEnabled }, async (page) => {
      await page.goto("/report/HT01?lang=vi");
      await page.getByLabel("Địa chỉ").fill("Cạnh \"chợ\" & trường");
      await page.getByLabel("Phường").selectOption("26740");
      await mark(page, "10.851", "106.751");
      await turn(page);
      await press(page, "Tiếp tục");
      await page.getByLabel("Mô tả").fill("Hai dòng,\n<b>và</b> \"ngoặc\"");
      await page.getByLabel("Hẻm").check();
      await turn(page);
      await press(page, "Tiếp tục");
      assert.equal(await page.locator("h1").innerText(), "Có phải một trong những việc này?");
      await turn(page);
      await page.getByRole("button", { name: /Theo dõi việc này/ }).click();
      await page.getByLabel("Họ và tên").fill("An & Bình");
      await turn(page);
      await press(page, "Không, gửi phản ánh riêng");
      assert.equal(await page.getByLabel("Họ và tên").inputValue(), "An & Bình");
      await page.getByLabel("Số điện thoại").fill("0903 123 456");
      await page.getByLabel("Không cho").check();
      await turn(page);
      await press(page, "Tiếp tục");
      assert.match(await page.getByRole("main").innerText(), /và<\/b> "ngoặc"[\s\S]*An & Bình/);
      await turn(page);
    });
  }
});

test("what was said about a case and is wrong, is said again in the other language with its photos", async () => {
  const { reference, path } = await submit();
  await with_page({ ...phone, javaScriptEnabled: false }, async (page) => {
    await page.goto(`${path}&lang=vi`);
    await page.getByText("Bổ sung thông tin").click();
    await page.locator("#photos").setInputFiles([noise(50, 40, "một.png")]);
    await page.getByRole("button", { name: "Gửi bổ sung" }).click();
    await page.getByLabel("Điều bạn muốn nói thêm").fill("Chưa gửi\nvội");
    await turn(page);
    assert.equal(await page.locator("#keep-photo-1").count(), 1);
    await page.getByRole("button", { name: "Gửi bổ sung" }).click();
    await page.waitForURL(/done=notes/);
    assert.match(await page.locator(".way").innerText(), /Chưa gửi\nvội/);
    assert.equal(await page.locator(".way img").count(), 1);
    await staff(reference, "accept");
    await staff(reference, "answer", "--result", "solved", "--text", "Đã vá.");
    await page.goto(`${path}&lang=vi`);
    await page.getByLabel("Vì sao?").fill("Chậm");
    await page.getByRole("button", { name: "Gửi đánh giá" }).click();
    await page.getByLabel("Bình thường").check();
    await turn(page);
    await page.getByRole("button", { name: "Gửi đánh giá" }).click();
    await page.waitForURL(/done=rating/);
  });
});

test("what is written without a line is there in the other language, too", async () => {
  await with_page({ ...phone, fresh: true }, async (page) => {
    await page.goto("/offline?lang=vi");
    await page.locator("#service").selectOption("HT01");
    await page.locator("#address").fill("Chợ");
    await page.locator("#description").fill("dở dang");
    await page.locator("#name").fill("An");
    await page.locator("#phone").fill("0903 123 456");
    await turn(page);
  });
});
