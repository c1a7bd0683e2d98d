// SPDX-License-Identifier: Apache-2.0
// sw - when there is no line, a page on which a report can be written all the same.
// Another catalogue makes it another worker, which fetches the pages anew.
const cache_name = "pages [[@ style.css]] [[@ app.js]] {{catalogue}}";
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

// ---- back and forward ----

/** Whether the browser is to have the page already, as when somebody goes back to the answer to a form;
 * of what a worker has fetched it has none. */
const is_history = (request) => request.cache === "only-if-cached";

/** The fields of a form that was sent, without the word that sends a report: nobody sends one by going
 * back. Nothing of what was said of a case, which shows as it is now; nothing where nothing was sent. */
async function fields_of(request, url) {
  if (request.method !== "POST" || url.pathname.startsWith("/t/")) return null;
  const fields = await request.formData(), go = fields.get("go");
  if (go === "send" || go === "next" && fields.get("join")) fields.delete("go");
  return fields;
}

/** The page once more. */
async function ask_again(request, url) {
  const body = await fields_of(request, url).catch(() => null);
  return fetch(url, { method: body ? "POST" : "GET", body, redirect: "manual", headers: { Accept: "text/html" } });
}

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.mode === "navigate")
    event.respondWith((is_history(request) ? ask_again(request, url) : fetch(request)).catch(() => offline(url)));
  else if (url.pathname.startsWith("/static/"))
    event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
});
