// SPDX-License-Identifier: Apache-2.0
// main - all tests of the pages: one city, one browser, a few tests at once.
import { after, afterEach, before, describe, it } from "node:test";
import { city, close_browser, forget_pages, open_browser, tests } from "./support.mjs";

const parts = process.env.PAGES_PARTS?.split(" ") ??
  ["gallery", "report", "back", "drafts", "receipt", "photos", "islands", "language", "say", "unsaid", "followers", "letters", "frame", "follow", "city"];
const at_once = Number(process.env.PAGES_AT_ONCE ?? 3);
for (const part of parts) await import(`./${part}.mjs`);

const wanted = new RegExp(process.env.PAGES_TESTS ?? "");
if (!tests.some(({ name }) => wanted.test(name))) throw new Error(`no test is called ${wanted}`);
for (const [when, concurrency] of [["together", at_once], ["alone", 1], ["last", at_once]]) {
  const mine = tests.filter((test) => test.when === when && wanted.test(test.name));
  if (mine.length === 0) continue;
  describe(when, { concurrency }, () => {
    if (when === "alone") afterEach(forget_pages); // it may have changed the catalogue
    if (when === "last") before(async () => (await import("./city.mjs")).fill_city());
    for (const { name, run } of mine) it(name, run);
  });
}

before(async () => {
  await Promise.all([city.open(), open_browser()]);
});

after(async () => {
  await close_browser();
  await city.close();
});
