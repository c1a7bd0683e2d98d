// SPDX-License-Identifier: Apache-2.0
// app - what pages do when scripts run: nothing here is needed to send or to follow a report.
(() => {
  "use strict";
  const find = (selector) => document.querySelector(selector);
  const status = find("#status");
  const text = status.dataset;
  const lang = text.lang;

  /** Says something in the place that screen readers listen to, perhaps with a link. */
  function say(words, href) {
    status.textContent = words;
    if (!href) return;
    const link = document.createElement("a");
    link.href = href;
    link.textContent = text.look;
    status.append(" ", link);
  }

  /** The same to who has just pressed a button, perhaps far below. */
  function answer_press(words) {
    say(words);
    status.scrollIntoView({ block: "center" });
  }

  // ---- mistakes: the summary is read first, and its links lead into the fields ----

  const problems = find("#problems");
  if (problems) problems.focus();

  // ---- copy and print ----

  for (const tools of document.querySelectorAll("[data-tools]")) tools.hidden = false;
  /** Some browsers copy nothing for a page: then the link is marked, to be copied by hand. */
  async function copy(button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.done;
    } catch {
      getSelection().selectAllChildren(find(".copy a"));
      button.textContent = button.dataset.marked;
    }
    say(button.textContent);
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.copy) copy(button);
    if (button && "print" in button.dataset) window.print();
  });

  // ---- a form that is on its way is not sent again by a second press ----

  for (const button of document.querySelectorAll("button[data-single]"))
    button.form.addEventListener("submit", (event) => {
      if (button.ariaDisabled === "true") event.preventDefault();
      button.ariaDisabled = "true";
    });
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button[data-single]")) button.ariaDisabled = null;
  });

  // ---- the list of services follows what is typed, as the server would answer (site/suggest.c) ----

  /** Words without marks, with a space around each. */
  const fold = (words) => ` ${words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/đ/g, "d")
    .split(/[^\p{L}\p{N}]+/u).filter(Boolean).join(" ")} `;

  const search = find("#q"), listed = [...document.querySelectorAll(".of-group li")].map((row) => ({ row,
    terms: row.dataset.terms.split(",").filter(Boolean).map((term) => /^(\d+) (.*)$/.exec(term)) }));
  const most_shown = 5, least_points = 4, beginning = /^.{2,}$/;

  /** The rows that fit a text about as well as the best, which comes first. */
  function fitting(text) {
    const last = text.trimEnd().split(" ").pop();
    const is_begun = (term) => beginning.test(last) && !term.includes(" ") && term.startsWith(last);
    const judged = listed.map(({ row, terms }) => ({ row, points: terms.reduce((sum, [, points, term]) => sum +
      (text.includes(` ${term} `) ? Number(points) : is_begun(term) ? Math.floor(points / 2) : 0), 0) }))
      .filter(({ points }) => points >= least_points).sort((a, b) => b.points - a.points);
    return judged.slice(0, most_shown).filter(({ points }) => points * 2 >= judged[0].points).map(({ row }) => row);
  }

  if (search && listed.length > 0)
    search.addEventListener("input", () => {
      const text = fold(search.value), rows = text.trim() ? fitting(text) : [];
      const found = find("#found"), fits = rows.length > 0;
      found.querySelector("ul").replaceChildren(...rows.map((row) => row.cloneNode(true)));
      found.hidden = !fits;
      for (const group of document.querySelectorAll(".of-group")) group.hidden = fits;
      find("#nothing").hidden = fits || !text.trim();
    });

  // ---- reports that wait for the line: kept on this device until they are answered ----

  // Reports that wait, what a draft has of photos that are not uploaded, and which of the first were sent.
  const stores = ["outbox", "photos", "sent"];
  let database;

  /** One operation on one of the stores; its result. */
  async function keep_in(name, mode, work) {
    database ??= new Promise((resolve, reject) => {
      const open = indexedDB.open("dunghen", 3);
      open.onupgradeneeded = () => {
        for (const store of stores)
          if (!open.result.objectStoreNames.contains(store))
            open.result.createObjectStore(store, { keyPath: "key" });
      };
      open.onsuccess = () => {
        open.result.onversionchange = () => open.result.close();
        resolve(open.result);
      };
      open.onerror = () => reject(open.error);
    });
    const transaction = (await database).transaction(name, mode);
    return new Promise((resolve, reject) => {
      const request = work(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }
  const store_in = (name) => ({
    put: (item) => keep_in(name, "readwrite", (box) => box.put(item)),
    get: (key) => keep_in(name, "readonly", (box) => box.get(key)),
    all: () => keep_in(name, "readonly", (box) => box.getAll()),
    keys: () => keep_in(name, "readonly", (box) => box.getAllKeys()),
    remove: (key) => keep_in(name, "readwrite", (box) => box.delete(key)),
  });
  const outbox = store_in("outbox"), shelf = store_in("photos"), receipts = store_in("sent");

  const kept_ms = 7 * 24 * 3600 * 1000; // as the pages say: others may use this device, too

  /** What localStorage has under names that begin so, the newest first; what is too old is taken away. */
  function kept_under(prefix) {
    try {
      const kept = Object.entries(localStorage).filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => ({ name, ...JSON.parse(value) })).sort((a, b) => b.at - a.at);
      const is_good = ({ at }) => Date.now() - at < kept_ms;
      for (const { name } of kept.filter((item) => !is_good(item))) localStorage.removeItem(name);
      return kept.filter(is_good);
    } catch {
      return [];
    }
  }

  /** Keeps a value under a name, or nothing; without room, or where it is not allowed, there is none. */
  function keep_under(name, value, storage = "localStorage") {
    try {
      if (value) globalThis[storage].setItem(name, JSON.stringify(value));
      else globalThis[storage].removeItem(name);
    } catch { /* as it says */ }
  }

  /** What this window alone remembers. */
  const own = {
    read(name) {
      try {
        return JSON.parse(sessionStorage.getItem(name));
      } catch {
        return null;
      }
    },
    write: (name, value) => keep_under(name, value, "sessionStorage"),
  };

  const key_of = (fields) => new URLSearchParams(fields).get("key");
  const fresh_key = () => [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");

  /** Photos that a draft has beside its fields, under its report's key; without room there are none. */
  const draft_photos = {
    read: (key) => shelf.get(key).then((kept) => kept?.files ?? [], () => []),
    write: (key, files) => (files.length > 0 ? shelf.put({ key, files }) : shelf.remove(key)).catch(() => {}),
    /** Takes away those whose draft, or whose words of a case, are no more. */
    async sweep() {
      const there = [...draft.all().map(({ fields }) => key_of(fields)), ...kept_under("said ").map(({ name }) => name)];
      for (const key of await shelf.keys())
        if (/^([0-9a-f]{32}|draft|said .*)$/.test(key) && !there.includes(key)) await shelf.remove(key);
    },
  };

  /** Reports that were begun, each under its key, since several windows may each have one. */
  const most_drafts = 3;
  const draft = {
    all: () => kept_under("draft").filter(({ fields }) => fields),
    of: (key) => draft.all().find(({ fields }) => key && key_of(fields) === key),
    write(value) {
      const key = key_of(value.fields);
      keep_under(`draft ${key}`, value);
      for (const { fields } of draft.all().filter(({ fields }) => key_of(fields) !== key).slice(most_drafts - 1))
        draft.forget(key_of(fields));
    },
    /** That of the report with this key, and the one that it went on with, unless that was changed since. */
    forget(key) {
      const mine = draft.of(key);
      if (mine) keep_under(mine.name, null);
      draft_photos.write(key, []);
      if (mine?.from && draft.of(mine.from.key)?.at === mine.from.at) draft.forget(mine.from.key);
    },
  };

  /** The answer to a report, followed to its case; throws when there is no line. */
  function send(report) {
    let body = new URLSearchParams(report.fields);
    if (report.files?.length > 0) {
      body = new FormData();
      for (const [name, value] of report.fields) body.append(name, value);
      for (const file of report.files) body.append("photos", file, file.name);
    }
    return fetch(report.url, { method: "POST", body, headers: { Accept: "text/html" } });
  }

  /** What was sent from here without anybody looking on: listed on every page until it is taken off. */
  async function list_receipts() {
    const kept = (await receipts.all()).sort((a, b) => a.at - b.at);
    const box = find("#sent");
    box.querySelector("ul").replaceChildren(...kept.map((receipt) => {
      const item = document.createElement("li"), link = document.createElement("a"), off = document.createElement("button");
      Object.assign(link, { href: receipt.href, textContent: receipt.reference });
      Object.assign(off, { type: "button", className: "link", textContent: text.dismiss });
      off.setAttribute("aria-label", `${text.dismiss}: ${receipt.reference}`);
      off.addEventListener("click", async () => {
        await receipts.remove(receipt.key);
        await list_receipts();
        find("#main").focus();
      });
      const at = new Date(receipt.at).toLocaleString(lang, { dateStyle: "short", timeStyle: "short" });
      item.append(link, ` ${receipt.service ?? ""} · ${at} `, off);
      return item;
    }));
    box.hidden = kept.length === 0;
  }

  /** Keeps the receipt of a report that waited; the mark tells the case's page that this was no draft's. */
  const keep_receipt = (report, { pathname, search }) => receipts.put({ key: report.key, service: report.service,
    reference: decodeURIComponent(pathname.slice(3)), href: `${pathname}${search}#kept`, at: Date.now() });

  const has_arrived = (answer) => answer.ok && new URL(answer.url).pathname.startsWith("/t/");

  /** A report that was refused is a draft again; one that was taken in with other words needs another key. */
  async function draft_again({ url, fields, files = [], at }, is_other) {
    const key = is_other ? fresh_key() : key_of(fields);
    draft.write({ url, fields: [...fields.filter(([name]) => name !== "key"), ["key", key]], at });
    await draft_photos.write(key, files);
    say(text.failed, `/offline?lang=${lang}#${key}`);
  }

  const said_name = ({ path, key }) => `said ${path} ${key}`;
  const is_said = (fields) => fields.some(([, value]) => value.trim());
  const words_of = (fields) => fields.filter(([name]) => name === "text" || name === "score");

  /** The page of the case of which something was said, from the address that it was sent to. */
  function case_of(url) {
    const { pathname, searchParams } = new URL(url, location.href);
    const kept = new URLSearchParams([...searchParams].filter(([name]) => name === "k" || name === "lang"));
    return `${pathname.split("/").slice(0, 3).join("/")}?${kept}`;
  }

  /** What was refused is back in its form, or where the case's page shows what no form takes any more. */
  async function unsaid_again(item) {
    const name = said_name(item);
    keep_under(name, { path: item.path, fields: words_of(item.fields), at: item.at });
    if (item.files.length > 0) await shelf.put({ key: name, files: item.files }).catch(() => {});
    say(text.failedSaid, case_of(item.url));
  }

  let again;
  /** Sends what waits, one after the other. One window does it; the key makes a repetition harmless. */
  async function flush() {
    const waiting = (await outbox.all()).sort((a, b) => a.at - b.at);
    clearTimeout(again);
    for (const report of waiting) {
      let answer;
      try {
        answer = await send(report);
      } catch {
        say(report.path ? text.keptSaid : text.kept);
        break;
      }
      if (has_arrived(answer) && report.path) {
        await outbox.remove(report.key);
        say(text.sentSaid, answer.url);
      } else if (has_arrived(answer)) {
        await keep_receipt(report, new URL(answer.url));
        await outbox.remove(report.key);
        await list_receipts();
        say(text.sent, `${answer.url}#kept`);
      } else if (answer.status < 500 && answer.status !== 429) {
        await outbox.remove(report.key);
        await (report.path ? unsaid_again(report) : draft_again(report, answer.status === 409));
      }
    }
    if ((await outbox.all()).length > 0) again = setTimeout(flush_alone, 15000);
  }
  const flush_alone = () => (navigator.locks ? navigator.locks.request("outbox", flush) : flush())
    .then(list_receipts).catch(() => {});

  async function keep(report) {
    await outbox.put(report);
    draft.forget(report.key);
    answer_press(text.kept);
    flush_alone();
  }

  /** The last page of a report is sent from here, so that nothing is lost when there is no line. */
  async function send_or_keep(form, fields, url) {
    const service = form.elements.service?.selectedOptions[0].textContent ?? form.dataset.service;
    const report = { key: key_of(fields), url, fields, service, at: Date.now(),
      files: [...form.elements.photos?.files ?? []] };
    say(text.sending);
    try {
      const answer = await send(report);
      if (has_arrived(answer)) {
        draft.forget(report.key);
        location.assign(answer.url);
        return true;
      }
      say("");
      return false;
    } catch {
      await keep(report);
      // It goes by itself now: there is nothing left to press.
      for (const control of form.querySelectorAll("button, a.link")) control.hidden = true;
      return true;
    }
  }

  const form = find("form[data-report]");

  /** Who chooses to be anonymous sends no name, and none is kept, though one may have been typed. */
  function suit_who() {
    for (const field of document.querySelectorAll(".named input"))
      field.disabled = form.elements.who.value === "anonymous";
  }

  let remember, from; // from: the draft that this one goes on with under another key
  if (form) {
    const said = (submitter) => {
      const data = new FormData(form);
      if (submitter?.name) data.append(submitter.name, submitter.value);
      return [...data].filter(([, value]) => typeof value === "string");
    };
    /** Where it is sent to: the offline page's report is of the service that is chosen there. */
    const address = () => form.elements.service?.value ? `/report/${form.elements.service.value}?lang=${lang}`
      : form.getAttribute("action");
    remember = (more) => {
      own.write("report", form.elements.key.value);
      draft.write({ url: address(), fields: said(), at: Date.now(), from, ...more });
    };
    let busy = false;
    form.addEventListener("change", suit_who);
    window.addEventListener("pageshow", suit_who); // browsers fill in what was there before
    form.addEventListener("change", () => remember());
    form.addEventListener("submit", async (event) => {
      const button = event.submitter;
      if (busy) {
        event.preventDefault();
        return;
      }
      remember();
      if (!("once" in (button?.dataset ?? {}))) return;
      event.preventDefault();
      busy = true;
      button.setAttribute("aria-disabled", "true");
      if (form.id === "offline") drop_answers(form);
      const fields = said(button);
      const url = address();
      try {
        if (await send_or_keep(form, fields, url)) {
          if (form.id === "offline") form.hidden = true;
          return;
        }
        // The answer is a page that says what is wrong: the browser gets it as without scripts.
        form.action = url;
        const go = document.createElement("input");
        Object.assign(go, { type: "hidden", name: "go", value: button.value });
        form.append(go);
        own.write("sent", key_of(fields));
        form.submit();
        go.remove(); // else it would go with the next press too, should the browser stay on this page
      } finally {
        busy = false;
        button.removeAttribute("aria-disabled");
      }
    });
  }

  // ---- photos are made smaller before they travel: a telephone's have ten times the bytes that show ----

  const photos = find("#photos"), widest = 1600;

  /** A smaller picture of the same, or the file itself where that is small or no picture. */
  async function shrink(file) {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, widest / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff"; // a JPEG has no holes: what shows through them is white, as the service makes it
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    if (!small || small.size >= file.size) return { file, canvas };
    return { file: new File([small], "photo.jpg", { type: "image/jpeg" }), canvas };
  }

  let shrinking = null, choice; // what is under way; a form that is sent meanwhile waits for it
  photos?.form.addEventListener("submit", (event) => {
    if (!shrinking) return;
    const button = event.submitter;
    event.preventDefault();
    event.stopImmediatePropagation();
    shrinking.catch(() => {}).then(() => photos.form.requestSubmit(button)); // else they go as they are
  }, { capture: true });

  /** Puts photos into the field, made smaller first, and shows them. */
  function choose(given, make = shrink) {
    const said = find("#photos-said"), thumbs = find("#thumbs"), mine = {};
    said.textContent = photos.dataset.shrinking;
    choice = mine;
    shrinking = (async () => {
      const made = [];
      for (const file of given) made.push(await make(file).catch(() => ({ file }))); // one by one: memory
      if (choice !== mine) return; // others were chosen meanwhile
      const box = new DataTransfer();
      for (const { file } of made) box.items.add(file);
      photos.files = box.files;
      thumbs.replaceChildren(...made.flatMap(({ canvas }) => canvas ?? []));
      thumbs.hidden = thumbs.childElementCount === 0;
      const bytes = made.reduce((sum, { file }) => sum + file.size, 0);
      said.textContent = made.length === 0 ? ""
        : `${photos.dataset.ready} ${made.length} (${Math.ceil(bytes / 1000).toLocaleString(lang)} kB)`;
      if (!form) return;
      remember();
      await draft_photos.write(form.elements.key.value, [...photos.files]);
    })().finally(() => {
      if (choice === mine) shrinking = null;
    });
  }
  /** A photo whose place is wanted travels as it is: a smaller one has none. */
  const as_it_is = async (file) => ({ ...await shrink(file), file });
  const photo_place = find("#place-from-photo");
  let chosen_files = [];
  const choose_again = () => choose(chosen_files, photo_place?.checked ? as_it_is : shrink);
  photos?.addEventListener("change", () => {
    chosen_files = [...photos.files];
    choose_again();
  });
  photo_place?.addEventListener("change", () => chosen_files.length > 0 && choose_again());

  // ---- what is said of a case is kept until it has arrived ----

  const says = [...document.querySelectorAll("form[data-say]")];
  const path_of = (form) => new URL(form.action).pathname;
  const fields_in = (form) => [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const name_of = (form) => said_name({ path: path_of(form), key: form.elements.key.value });

  function forget_said(name) {
    keep_under(name, null);
    shelf.remove(name).catch(() => {});
  }

  function remember_said(form) {
    const fields = words_of(fields_in(form));
    keep_under(name_of(form), is_said(fields) && { path: path_of(form), fields, at: Date.now() });
    if (form.dataset.from) forget_said(form.dataset.from);
    delete form.dataset.from;
  }

  /** What was written before into such a form is in this one, unless it has something already. */
  function take_up(form) {
    const [kept] = kept_under(`said ${path_of(form)} `);
    if (!kept || is_said(words_of(fields_in(form)))) return;
    for (const [name, value] of kept.fields) if (form.elements[name]) form.elements[name].value = value;
    form.closest("details")?.setAttribute("open", "");
    if (kept.name === name_of(form)) return;
    form.dataset.from = kept.name;
    if (photos?.form === form)
      shelf.get(kept.name).then((box) => box && choose(box.files, as_it_is), () => {});
  }

  /** Without a line it waits, or stays where it is if it is not to go without another press. */
  async function keep_said(form, item) {
    if (form.dataset.say !== "waits" || !await outbox.put(item).then(() => true, () => false)) {
      answer_press(text.unsent);
      for (const button of form.querySelectorAll("[data-single]")) button.ariaDisabled = null;
      return;
    }
    forget_said(name_of(form));
    answer_press(text.keptSaid);
    for (const control of form.elements)
      if (control.localName === "button") control.hidden = true;
      else if (control.localName === "textarea") control.readOnly = true;
      else control.disabled = true;
    flush_alone();
  }

  async function send_said(form) {
    const item = { key: form.elements.key.value, path: path_of(form), url: form.action, fields: fields_in(form),
      files: [...form.elements.photos?.files ?? []], at: Date.now() };
    let answer;
    remember_said(form);
    say(text.sending);
    try {
      answer = await send(item);
    } catch {
      await keep_said(form, item);
      return;
    }
    if (has_arrived(answer) && answer.redirected) {
      forget_said(name_of(form));
      location.assign(answer.url);
      return;
    }
    // The answer is a page that says what is wrong: the browser gets it as without scripts.
    own.write("said", name_of(form));
    form.submit();
  }

  if (new URLSearchParams(location.search).has("done") && own.read("said")) {
    forget_said(own.read("said"));
    own.write("said", null);
  }
  for (const form of says) {
    take_up(form);
    form.addEventListener("input", () => remember_said(form));
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented || event.submitter?.name === "lang") return;
      event.preventDefault();
      send_said(form);
    });
  }

  const words_in = ({ score, text = "" }, names) =>
    [score && `${names.rating}: ${names[`score${score}`] ?? score}`, text.trim()].filter(Boolean).join("\n");

  /** What no form of the page takes any more can still be read, until it is taken off. */
  function list_unsaid(box) {
    const lost = kept_under(`said ${location.pathname}/`)
      .map(({ name, path, fields }) => ({ name, path, words: words_in(Object.fromEntries(fields), box.dataset) }))
      .filter(({ path, words }) => words && !says.some((form) => path_of(form) === path));
    box.querySelector("ul").replaceChildren(...lost.map(({ name, words }) => {
      const item = document.createElement("li"), read = document.createElement("p"), off = document.createElement("button");
      Object.assign(read, { className: "pre", textContent: words });
      Object.assign(off, { type: "button", className: "link", textContent: text.dismiss });
      off.addEventListener("click", () => {
        forget_said(name);
        list_unsaid(box);
        find("#main").focus();
      });
      item.append(read, off);
      return item;
    }));
    box.hidden = lost.length === 0;
  }
  if (find("#unsaid")) list_unsaid(find("#unsaid"));

  // ---- a report that was begun ----

  // The one that a link names, this window's own, or else the newest.
  const begun = draft.of(location.hash.slice(1)) ?? draft.of(own.read("report")) ?? draft.all()[0];
  const begun_key = key_of(begun?.fields ?? []), begun_service = /^\/report\/([^?]+)/.exec(begun?.url ?? "")?.[1];
  const own_fields = ["key", "step", "go", "seen", "lang", "join"];
  const uploads_are_good_ms = 20 * 3600 * 1000;
  const are_good = Date.now() - (begun?.at ?? 0) < uploads_are_good_ms;
  const is_over = (name) => name === "attachment[]" && !are_good;

  /** A field that the draft has and no page shows. */
  function carry(into, name, value) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    into.append(field);
  }

  /** Answers to the questions of one service are none to those of another. */
  function drop_answers(from) {
    if (from.elements.service.value === begun_service) return;
    for (const field of from.querySelectorAll("input[type=hidden][name*='[']"))
      if (/^(attribute|time)\[/.test(field.name)) field.remove();
  }

  /** What the service that is chosen wants: a name, a place, answers that can only be given with a line. */
  function suit_service() {
    const { service, who, name, phone, email, address, lat } = form.elements;
    const { named, placed, asks = "" } = service.selectedOptions[0]?.dataset ?? {};
    find("#who-field").hidden = named !== undefined;
    if (named !== undefined) who.value = "named";
    suit_who();
    name.required = who.value === "named";
    phone.required = name.required && !email.value.trim();
    address.required = placed !== undefined && !lat.value;
    const has = (field) => service.value === begun_service
      && begun.fields.some(([said, value]) => said.replace("[]", "") === field && value);
    const waits = !asks.split(" ").filter(Boolean).every(has);
    find("#asks").hidden = find("#keep-draft").hidden = !waits;
    find("#send").hidden = find("#send").disabled = waits;
  }

  if (form?.id === "offline") {
    const is_own = begun && begun_key === own.read("report"); // another window may go on with its own
    form.elements.key.value = is_own ? begun_key : fresh_key();
    from = is_own ? begun.from : begun && { key: begun_key, at: begun.at };
    let uploaded = 0;
    for (const [name, value] of begun?.fields ?? []) {
      const field = form.elements[name];
      if (own_fields.includes(name) || is_over(name)) continue;
      if (name === "attachment[]") uploaded++;
      if (!field || name.endsWith("[]")) carry(form, name, value);
      else if (field.type === "checkbox") field.checked = true;
      else field.value = value;
    }
    if (begun_service) form.elements.service.value = begun_service;
    if (uploaded > 0) find("#photos-said").textContent = `${photos.dataset.uploaded} ${uploaded}`;
    draft_photos.read(begun_key).then((files) => {
      if (files.length > 0) choose(files, as_it_is);
    });
    suit_service();
    for (const event of ["change", "input"]) form.addEventListener(event, suit_service);
    find("#keep-draft").addEventListener("click", () => {
      drop_answers(form);
      const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "step");
      remember({ fields: [...fields, ["step", "details"]], waits: true });
      say(text.draft);
      form.hidden = true;
    });
    const of_case = /^\/t\/[^/]+/.exec(location.pathname)?.[0];
    if (of_case && kept_under(`said ${of_case}/`).length > 0) say(text.unsaid, case_of(location.href));
    else if (!navigator.onLine) say(text.offline);
  } else if (form) {
    draft_photos.write(form.elements.key.value, []); // what was chosen before has arrived
  }
  const resume = find("#resume");
  if (resume && begun_service) {
    resume.hidden = false;
    resume.action = begun.url;
    for (const [name, value] of begun.fields) if (!is_over(name)) carry(resume, name, value);
    draft_photos.read(begun_key).then((files) => {
      if (files.length === 0) return;
      const field = document.createElement("input"), box = new DataTransfer();
      for (const file of files) box.items.add(file);
      Object.assign(field, { type: "file", name: "photos", multiple: true, hidden: true, files: box.files });
      resume.enctype = "multipart/form-data";
      resume.append(field);
    });
    find("#forget-draft").addEventListener("click", () => {
      draft.forget(begun_key);
      resume.hidden = true;
    });
  }
  if (location.pathname.startsWith("/t/") && location.search.includes("sent=1") && location.hash !== "#kept") {
    draft.forget(own.read("sent"));
    own.write("sent", null);
  }

  /** With a line, a draft that waited for it is offered again. */
  function offer_draft() {
    const waiting = draft.all().find(({ waits }) => waits);
    if (waiting && navigator.onLine && !resume && (!form || form.id === "offline"))
      say(text.finish, `/report?lang=${lang}#${key_of(waiting.fields)}`);
  }
  offer_draft();
  window.addEventListener("online", () => {
    flush_alone();
    offer_draft();
  });
  if ("indexedDB" in window) {
    flush_alone();
    draft_photos.sweep().catch(() => {});
  }
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});

  // ---- maps, when they are asked for ----

  function load(address) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      Object.assign(script, { src: address, onload: resolve, onerror: reject });
      document.head.append(script);
    });
  }

  /** Leaflet and our own part of it. */
  async function load_map(data) {
    const style = document.createElement("link");
    Object.assign(style, { rel: "stylesheet", href: data.style });
    document.head.append(style);
    await load(data.leaflet);
    await load(data.map);
    find("#map").hidden = false;
  }

  const city = find("#cases-map");
  if (city) {
    city.hidden = false;
    find("#open-cases-map").addEventListener("click", async (event) => {
      const button = event.currentTarget;
      try {
        await load_map(city.dataset);
        await globalThis.dunghen_cases({ element: find("#map"), data: city.dataset, area: find("#area"), lang,
          tell(count, has_more) {
            find("#map-count").textContent = `${city.dataset.count} ${count} ${has_more ? city.dataset.more : ""}`;
          } });
        find("#map-legend").hidden = false;
        button.hidden = true;
        find("#map").focus();
      } catch {
        say(text.offline);
      }
    });
  }

  const place = find("#place");
  if (!place) return;
  place.hidden = false;
  const lat = find("#lat"), long = find("#long"), chosen = find("#chosen"), forget = find("#forget");

  /** Marks a place, or none. */
  function mark(where, is_outside) {
    lat.value = where ? where.lat.toFixed(6) : "";
    long.value = where ? where.lng.toFixed(6) : "";
    chosen.hidden = forget.hidden = !where;
    chosen.textContent = where ? place.dataset[is_outside ? "outside" : "chosen"] : "";
    form.dispatchEvent(new Event("change"));
  }
  if (lat.value && long.value) mark({ lat: Number(lat.value), lng: Number(long.value) });

  let map;
  async function open_map() {
    if (map) return map;
    await load_map(place.dataset);
    map = await globalThis.dunghen_map({ element: find("#map"), data: place.dataset, ward: find("#ward"),
      mark, start: lat.value ? { lat: Number(lat.value), lng: Number(long.value) } : null });
    return map;
  }

  const map_button = find("#open-map"); // none on a page that is there without a line
  map_button?.addEventListener("click", (event) => {
    const button = event.currentTarget;
    open_map().then(() => {
      button.hidden = true;
      find("#map").focus();
    }, () => say(text.offline));
  });
  find("#locate").addEventListener("click", () => {
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) => {
        const where = { lat: coords.latitude, lng: coords.longitude };
        mark(where);
        if (map_button) open_map().then((shown) => shown.go(where), () => {});
      },
      () => {
        chosen.hidden = false;
        chosen.textContent = place.dataset.denied;
      }, { enableHighAccuracy: true, timeout: 10000 });
  });
  forget.addEventListener("click", () => {
    mark(null);
    map?.clear();
  });
})();
