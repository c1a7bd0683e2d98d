// SPDX-License-Identifier: Apache-2.0
// sw - when there is no line, a page on which a report can be written all the same.
const cache_name = "pages [[@ style.css]] [[@ app.js]]";
const kept = ["/offline?lang=vi", "/offline?lang=en", "[[@ style.css]]", "[[@ app.js]]", "[[@ icon.svg]]"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(cache_name).then((cache) => cache.addAll(kept)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name !== cache_name).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

async function offline(url) {
  const lang = url.searchParams.get("lang") === "en" ? "en" : "vi";
  return await caches.match(`/offline?lang=${lang}`) ?? Response.error();
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.mode === "navigate")
    event.respondWith(fetch(event.request).catch(() => offline(url)));
  else if (url.pathname.startsWith("/static/"))
    event.respondWith(caches.match(event.request).then((found) => found ?? fetch(event.request)));
});
