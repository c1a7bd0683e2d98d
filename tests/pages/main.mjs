// SPDX-License-Identifier: Apache-2.0
// main - all tests of the pages: one city, one browser.
import { after, before } from "node:test";
import { city, close_browser, open_browser } from "./support.mjs";

before(async () => {
  await Promise.all([city.open(), open_browser()]);
});

after(async () => {
  await close_browser();
  await city.close();
});

const parts = process.env.PAGES_PARTS?.split(" ") ?? ["frame", "follow", "say", "letters", "report", "photos", "islands", "city"];
for (const part of parts) await import(`./${part}.mjs`);
