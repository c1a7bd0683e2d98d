// SPDX-License-Identifier: Apache-2.0
// photos - from the field of a report to the page of its case, with and without scripts.
import assert from "node:assert/strict";
import { half_empty, judge_pictures, noise, placed } from "./pictures.mjs";
import { city, desk, judge, look, phone, press, shoot, submit, test, with_page } from "./support.mjs";

const words = {
  vi: { next: "Tiếp tục", back: "Quay lại", address: "Địa chỉ hoặc chỗ dễ nhận ra", describe: "Mô tả sự việc", photos: "Ảnh",
    anonymous: "Ẩn danh", send: "Gửi phản ánh", keep: "Gửi ảnh 2", alt: "Ảnh 1 của phản ánh", change: "Sửa Ảnh",
    other: "Không phải, viết tiếp", limit: "Nhiều nhất 6 ảnh, mỗi ảnh không quá 15 MB." },
  en: { next: "Continue", back: "Back", address: "Address or landmark", describe: "Describe it", photos: "Photos",
    anonymous: "anonymous", send: "Send the report", keep: "Send photo 2", alt: "Photo 1 of the report",
    change: "Change Photos", other: "None of these, go on", limit: "At most 6 photos of no more than 15 MB each." },
};

async function begin(page, lang) {
  await page.goto(`/report/HT01?lang=${lang}`);
  await page.getByLabel(words[lang].address).fill("Trước chợ");
  await press(page, words[lang].next);
}

test("photos go with a report, may be taken out again, and are shown with the case", async () => {
  for (const [lang, screen, javaScriptEnabled, width] of [["vi", phone, true, 1600], ["en", desk, false, 2000]]) {
    await with_page({ ...screen, javaScriptEnabled }, async (page) => {
      const w = words[lang];
      await begin(page, lang);
      assert.ok((await page.locator("#photos-hint").innerText()).startsWith(w.limit));
      await page.locator("#photos").setInputFiles([noise(2000, 300, "một.png"), noise(40, 30, "hai.png")]);
      if (javaScriptEnabled) {
        await page.locator("#thumbs canvas").nth(1).waitFor();
        assert.match(await page.locator("#photos-said").innerText(), /^Ảnh sẽ gửi: 2 \([\d.]+ kB\)$/);
        await look(page, "photos-chosen");
      }
      await press(page, w.next); // without a description: what was uploaded stays
      assert.ok(await page.locator("#description-error").isVisible());
      await judge_pictures(page, 2);
      if (javaScriptEnabled) await look(page, "photos-kept");
      await page.getByLabel(w.keep).uncheck();
      await page.getByLabel(w.describe).fill("Ổ gà có ảnh");
      await press(page, w.next);
      await page.locator("#who-anonymous").check();
      await press(page, w.next);
      await judge_pictures(page, 1);
      if (javaScriptEnabled) await look(page, "photos-check", ["phone", "narrow"]);
      await page.getByRole("button", { name: w.change }).click();
      await judge_pictures(page, 1);
      await press(page, w.next);
      await press(page, w.send);
      await page.waitForURL(/\/t\//);
      await judge_pictures(page, 1);
      assert.ok(await page.getByRole("main").getByRole("img", { name: w.alt }).isVisible());
      if (javaScriptEnabled) await look(page, "photos-case", ["phone", "narrow"]);
      const reference = /\/t\/([^?]+)/.exec(page.url())[1];
      assert.deepEqual(await city.tell({ sql: `SELECT a.width FROM attachments AS a
        JOIN cases AS c ON c.id = a.case_id WHERE c.reference = '${reference}'` }), [[String(width)]]);
      await page.locator(".thumbs a").click();
      assert.match(page.url(), /\/media\/[0-9a-f]+\.jpg\?k=/);
    });
  }
});

test("what is empty in a picture is white, with and without scripts", async () => {
  for (const javaScriptEnabled of [true, false]) {
    let address;
    await with_page({ ...phone, javaScriptEnabled }, async (page) => {
      await begin(page, "vi");
      await page.locator("#photos").setInputFiles([half_empty(400, 300, "nửa.png")]);
      await press(page, words.vi.next); // without a description: the page shows what came
      address = await page.locator(".thumbs a").getAttribute("href");
    });
    await with_page(desk, async (page) => {
      await page.goto(address);
      const below = await page.locator("img").evaluate(async (img) => {
        await img.decode();
        const canvas = Object.assign(document.createElement("canvas"), { width: 400, height: 300 });
        const pen = canvas.getContext("2d");
        pen.drawImage(img, 0, 0);
        return [...pen.getImageData(200, 250, 1, 1).data];
      });
      assert.deepEqual(below, [255, 255, 255, 255], `scripts: ${javaScriptEnabled}`);
    });
  }
});

test("what is no photo is refused beside the field, and the good ones stay", async () => {
  for (const javaScriptEnabled of [true, false]) {
    await with_page({ ...phone, javaScriptEnabled }, async (page) => {
      await begin(page, "vi");
      await page.getByLabel(words.vi.describe).fill("Có ảnh hỏng");
      await page.locator("#photos").setInputFiles([noise(50, 40, "tốt.png"),
        { name: "hỏng.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no picture at all") }]);
      await press(page, words.vi.next);
      assert.match(await page.locator("#photos-error").innerText(), /Chỉ nhận ảnh JPEG, PNG, WebP/);
      assert.equal(await page.locator("#photos").getAttribute("aria-invalid"), "true");
      assert.equal(await page.locator("#problems a").getAttribute("href"), "#photos");
      assert.equal(await page.locator("#description").inputValue(), "Có ảnh hỏng");
      await judge_pictures(page, 1);
      if (javaScriptEnabled) {
        await judge(page);
        await shoot(page, "photos-wrong");
      }
      await press(page, words.vi.next);
      assert.ok(await page.locator("#name").isVisible());
    });
  }
});

const broken = () => [{ name: "trống.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(0) },
  { name: "số đo.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no picture at all") }, noise(50, 40, "tốt.png"),
  { name: "đứt.png", mimeType: "image/png", buffer: noise(60, 40, "x").buffer.subarray(0, 900) }];
const wrong = {
  vi: [/^Ảnh 1: .*: "trống\.jpg"\.$/, /^Ảnh 2: Chỉ nhận ảnh.*: "số đo\.jpg"\.$/, /^Ảnh 4: .*: "đứt\.png"\.$/],
  en: [/^Photo 1: .*: "trống\.jpg"\.$/, /^Photo 2: .*: "số đo\.jpg"\.$/, /^Photo 4: .*: "đứt\.png"\.$/],
};

test("of several photos that are no good each is told of, with its number and name", async () => {
  const { path } = await submit();
  for (const [lang, javaScriptEnabled] of [["vi", true], ["en", false]]) {
    await with_page({ ...phone, javaScriptEnabled }, async (page) => {
      const judge_words = async () => {
        const rows = await page.locator("#problems a").allInnerTexts();
        assert.equal(rows.length, 3, rows.join());
        wrong[lang].forEach((words, i) => assert.match(rows[i], words));
        const beside = await page.locator("#photos-error").innerText();
        assert.deepEqual(beside.replace(/^(Lỗi|Error):\s*/, "").split("\n").map((line) => line.trim()), rows);
        await judge_pictures(page, 1);
      };
      await begin(page, lang);
      await page.getByLabel(words[lang].describe).fill("Bốn tệp");
      await page.locator("#photos").setInputFiles(broken());
      await press(page, words[lang].next);
      await page.locator("#photos-error").waitFor();
      await judge_words();
      if (javaScriptEnabled) await look(page, "photos-several-wrong");
      await page.goto(`${path}&lang=${lang}`);
      await page.locator("summary").filter({ hasText: lang === "vi" ? "Bổ sung" : "Add" }).click();
      await page.locator("#text-notes").fill("Bốn tệp");
      await page.locator("#photos").setInputFiles(broken());
      await press(page, lang === "vi" ? "Gửi bổ sung" : "Send");
      await page.locator("#photos-error").waitFor();
      await judge_words();
    });
  }
});

test("photos are not lost where similar cases are shown first", async () => {
  await submit({ service_code: "HT01", description: "Hố cạnh trường", address: "x", lat: 10.8312, lon: 106.7311,
    anonymous: true });
  await with_page({ ...phone, javaScriptEnabled: false }, async (page) => {
    await page.goto("/report/HT01?lang=vi");
    await page.evaluate(() => {
      document.querySelector("#lat").value = "10.831";
      document.querySelector("#long").value = "106.731";
    });
    await page.getByLabel(words.vi.address).fill("Cạnh trường");
    await press(page, words.vi.next);
    await page.getByLabel(words.vi.describe).fill("ho canh truong");
    await page.locator("#photos").setInputFiles([noise(60, 40, "ba.png")]);
    await press(page, words.vi.next);
    assert.equal(await page.locator("h1").innerText(), "Có phải một trong những việc này?");
    await press(page, words.vi.other);
    await page.locator("#who-anonymous").check();
    await press(page, words.vi.next);
    await judge_pictures(page, 1);
  });
});

test("everybody sees the photos that the unit has published, and no others", async () => {
  const form = new FormData();
  form.append("case", JSON.stringify({ service_code: "HT01", description: "Hai ảnh", address: "Chợ", lat: 10.7725,
    lon: 106.698, anonymous: true }));
  for (const side of [70, 80]) {
    const { name, mimeType, buffer } = noise(side, side, `${side}.png`);
    form.append("photos", new Blob([buffer], { type: mimeType }), name);
  }
  const answer = await fetch(`${city.url}/api/v1/cases`, { method: "POST", body: form });
  assert.equal(answer.status, 201);
  const { reference } = await answer.json();
  await with_page(phone, async (page) => {
    await page.goto(`/t/${reference}?lang=vi`);
    await judge_pictures(page, 0);
    const [[photo]] = await city.tell({ sql: `SELECT encode(a.hash, 'hex') || '.' || a.type FROM attachments AS a
      JOIN cases AS c ON c.id = a.case_id WHERE c.reference = '${reference}' AND a.width = 70` });
    const lan = ["--as", "officer:lan"];
    await city.tell({ ctl: ["case", "accept", reference, ...lan] });
    await city.tell({ ctl: ["case", "answer", reference, ...lan, "--result", "solved", "--text", "Đã vá."] });
    await city.tell({ ctl: ["case", "publish", reference, ...lan, "--answer", "Đã vá.", "--photos", photo] });
    await page.goto(`/t/${reference}?lang=en`);
    await judge_pictures(page, 1);
    assert.equal(await page.locator(".thumbs a").getAttribute("href"), `/media/${photo}`);
    await judge(page);
  });
});

test("the place that a photo tells is taken if the citizen wants it, with and without scripts", async () => {
  const jpeg = await with_jpeg();
  for (const [javaScriptEnabled, wanted] of [[true, true], [false, true], [true, false]]) {
    await with_page({ ...phone, javaScriptEnabled }, async (page) => {
      const said = `chỗ trong ảnh ${javaScriptEnabled} ${wanted}`;
      await page.goto("/report/HT01?lang=vi");
      await page.locator("#address").fill("Giữa đường");
      await press(page, "Tiếp tục");
      await page.locator("#description").fill(said);
      await page.locator("#photos").setInputFiles([{ name: "chỗ.jpg", mimeType: "image/jpeg", buffer: placed(jpeg, 10.7725, 106.698) }]);
      if (wanted) await page.locator("#place-from-photo").check();
      if (wanted && javaScriptEnabled) await look(page, "photo-place", ["narrow", "phone", "dark", "desk"]);
      await press(page, "Tiếp tục");
      const others = page.getByRole("button", { name: "Không phải, viết tiếp", exact: true });
      const who = page.locator("#who-anonymous");
      await who.or(others).first().waitFor(); // the photo's page takes its time
      if (await others.isVisible()) await others.click();
      await who.check();
      await press(page, "Tiếp tục");
      await press(page, "Gửi phản ánh");
      await page.waitForURL(/\/t\//);
      const [[lat, lon]] = await city.tell({ sql: `SELECT content::jsonb ->> 'lat', content::jsonb ->> 'lon' FROM contents
        WHERE content::text LIKE '%${said}%'` });
      assert.deepEqual([Number(lat), Number(lon)], wanted ? [10.7725, 106.698] : [0, 0], said);
    });
  }
});

/** A photo as a telephone makes it, but for what it tells beside the picture. */
async function with_jpeg() {
  let bytes;
  await with_page(phone, async (page) => {
    await page.goto("/?lang=vi");
    bytes = await page.evaluate(() => {
      const canvas = document.createElement("canvas");
      Object.assign(canvas, { width: 2400, height: 1800 });
      canvas.getContext("2d").fillRect(100, 100, 900, 900);
      return canvas.toDataURL("image/jpeg").split(",")[1];
    });
  });
  return Buffer.from(bytes, "base64");
}
