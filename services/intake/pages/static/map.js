// SPDX-License-Identifier: Apache-2.0
// map - the city's wards on a map that needs no server of tiles, to mark a place or to see where
// reports are; loaded when it is asked for.
(() => {
"use strict";
const L = globalThis.L;
const colours = getComputedStyle(document.documentElement);
const colour = (name) => colours.getPropertyValue(name).trim();

/** A ward's own name, without what kind of unit it is. */
const short = (name) => name.replace(/^(Phường|Xã|Đặc khu) | (Ward|Commune|Special Zone)$/g, "");

/** Tiles under the wards, where the operator has named a server of them. */
function lay_tiles(map, { tiles, credit }) {
  if (!tiles) return;
  const plain = document.createElement("span"); // Leaflet takes HTML
  plain.textContent = credit;
  L.tileLayer(tiles, { maxZoom: 18 }).addTo(map);
  L.control.attribution({ prefix: false }).addAttribution(plain.innerHTML).addTo(map);
}

/** How strongly a ward is filled: not at all over tiles, but so that it can be pressed. */
const fill = (data, strength = 0) => ({ fillOpacity: data.tiles ? strength : 1 });

/** The wards drawn on a map: the map, each ward's shape by its code, and all of them as a layer. */
async function draw({ element, data, names, style }) {
  const answer = await fetch(data.wards);
  if (!answer.ok) throw new Error(String(answer.status));
  const { scale, wards } = await answer.json();
  const map = L.map(element, { attributionControl: false, zoomControl: false, maxZoom: 18, minZoom: 8,
    zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches });
  lay_tiles(map, data);
  const shapes = new Map();
  const layer = L.featureGroup().addTo(map);

  /** Rings are steps on a grid, from the one before. */
  function points(ring) {
    const out = [];
    let x = 0, y = 0;
    for (let i = 0; i < ring.length; i += 2) {
      x += ring[i];
      y += ring[i + 1];
      out.push([y / scale, x / scale]);
    }
    return out;
  }

  L.control.zoom({ zoomInTitle: data.in, zoomOutTitle: data.out }).addTo(map);
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", data.label);
  element.tabIndex = 0;
  for (const [code, polygons] of wards) {
    const shape = L.polygon(polygons.map((rings) => rings.map(points)), style).addTo(layer);
    shape.bindTooltip(short(names.get(code) ?? code), { permanent: true, direction: "center", className: "ward-name" });
    shapes.set(code, shape);
  }

  /** Names where there is room for them. */
  function label() {
    for (const shape of shapes.values()) {
      const bounds = shape.getBounds();
      const room = map.latLngToContainerPoint(bounds.getNorthEast())
        .subtract(map.latLngToContainerPoint(bounds.getSouthWest()));
      if (room.x > 80 && -room.y > 30 && map.getBounds().intersects(bounds)) shape.openTooltip();
      else shape.closeTooltip();
    }
  }
  map.on("zoomend moveend", label);
  map.whenReady(label); // the first move comes before the shapes have their names
  return { map, shapes, layer };
}

/** The middle of the city where there is one, else all of it. */
function go_home({ map, shapes, layer }) {
  const home = shapes.get("26740") ?? layer;
  map.fitBounds(home.getBounds().pad(home === layer ? 0 : 3));
}

// ---- a place that is marked ----

globalThis.dunghen_map = async ({ element, data, ward, mark, start }) => {
  const names = new Map([...ward.options].map((option) => [option.value, option.textContent]));
  const plain = { color: colour("--edge"), weight: 1, fillColor: colour("--paper"), ...fill(data) };
  const picked = { fillColor: colour("--good-wash"), weight: 2, ...fill(data, 0.4) };
  const drawn = await draw({ element, data, names, style: plain });
  const { map, shapes } = drawn;
  for (const [code, shape] of shapes) shape.on("click", (event) => choose(event.latlng, code));
  const point = L.circleMarker([0, 0], { radius: 9, color: colour("--paper"), weight: 3,
    fillColor: colour("--bad"), fillOpacity: 1, interactive: false });
  let lit;

  function light(code) {
    lit?.setStyle(plain);
    lit = shapes.get(code);
    lit?.setStyle(picked).bringToFront();
    point.bringToFront();
  }

  function choose(where, code) {
    point.setLatLng(where).addTo(map);
    if (names.has(code)) ward.value = code;
    light(code);
    mark(where, code === undefined);
  }

  go_home(drawn);
  ward.addEventListener("change", () => {
    light(ward.value);
    if (lit) map.fitBounds(lit.getBounds());
  });
  if (ward.value) {
    light(ward.value);
    if (lit) map.fitBounds(lit.getBounds());
  }
  if (start) {
    point.setLatLng(start).addTo(map);
    map.setView(start, 14);
  }
  // Enter marks the middle, which a cross shows: the keyboard moves the map under it.
  element.classList.add("marks");
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== element) return;
    event.preventDefault();
    const where = map.getCenter();
    const under = [...shapes].find(([, shape]) => shape.getBounds().contains(where) && holds(shape, where));
    choose(where, under?.[0]);
  });

  function holds(shape, where) {
    let inside = false;
    for (const ring of shape.getLatLngs().flat()) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        const a = ring[i], b = ring[j];
        if ((a.lat > where.lat) !== (b.lat > where.lat) &&
            where.lng < (b.lng - a.lng) * (where.lat - a.lat) / (b.lat - a.lat) + a.lng)
          inside = !inside;
      }
    }
    return inside;
  }

  return {
    go(where) {
      map.setView(where, 15);
      const under = [...shapes].find(([, shape]) => shape.getBounds().contains(where) && holds(shape, where));
      choose(L.latLng(where), under?.[0]);
    },
    clear() {
      point.remove();
    },
  };
};

// ---- where reports are ----

globalThis.dunghen_cases = async ({ element, data, area, lang, tell }) => {
  const names = new Map([...area.options].map((option) => [option.dataset.unit, option.textContent]));
  const drawn = await draw({ element, data, names,
    style: { color: colour("--line"), weight: 1, fillColor: colour("--paper"), ...fill(data), interactive: false } });
  const { map, shapes } = drawn;
  const most = 100, most_pages = 10;
  const gap = 8, zoom_height = 82, frame = { width: 46, height: 50 }; // of a list, in pixels
  const spots = L.featureGroup().addTo(map);
  const signs = { late: "!", open: "", done: "✓" }; // beside the colour
  const kind = (report) => report.answered_at ? "done" : report.overdue ? "late" : "open";

  /** When it came in, how it stands, and its reference. */
  function about(report) {
    const small = document.createElement("small"), code = document.createElement("span");
    Object.assign(code, { className: "keep", textContent: report.reference });
    small.append(`${new Date(report.received_at).toLocaleDateString(lang)} · ${data[kind(report)]} · `, code);
    return small;
  }

  /** What a spot says when it is pressed: its reports as links, as many as can be read. */
  function list(reports) {
    const box = document.createElement("ul");
    box.className = "spot";
    for (const report of reports.slice(0, 8)) {
      const link = document.createElement("a");
      link.href = `/t/${report.reference}?lang=${lang}`;
      link.textContent = report.service.name;
      const item = document.createElement("li");
      item.append(link, about(report));
      box.append(item);
    }
    return box;
  }

  /** One spot: pressed, by mouse or key, it lists its reports, and the keyboard is in the list until it closes. */
  function put(there, worst) {
    const size = Math.round(26 + Math.min(14, 4 * Math.log2(there.length)));
    const face = document.createElement("span");
    face.textContent = `${signs[worst]}${there.length > 1 ? there.length : ""}`;
    const spot = L.marker([there[0].lat, there[0].lon], { zIndexOffset: worst === "late" ? 1000 : 0,
      icon: L.divIcon({ className: `spot-mark ${worst}`, html: face, iconSize: [size, size] }) });
    const { x, y } = map.getSize();
    spot.bindPopup(() => list(there), { maxWidth: Math.min(300, x - 2 * gap - frame.width), maxHeight: y - zoom_height - gap - frame.height,
      autoPanPaddingTopLeft: [gap, zoom_height], autoPanPaddingBottomRight: [gap, gap] }).addTo(spots);
    const names = [...new Set(there.map((report) => report.service.name))];
    spot.getElement().dataset.at = `${there[0].lat},${there[0].lon}`;
    spot.getElement().setAttribute("role", "button");
    spot.getElement().setAttribute("aria-label", `${there.length}: ${names.join(", ")} (${data[worst]})`);
    spot.on("popupopen", ({ popup }) => {
      const box = popup.getElement();
      const close = box.querySelector(".leaflet-popup-close-button");
      close.setAttribute("role", "button");
      close.setAttribute("aria-label", data.close);
      box.onkeydown = ({ key }) => key === "Escape" && map.closePopup(popup); // Leaflet hears keys of the map alone
      box.querySelector(".spot a").focus({ preventScroll: true }); // the map moves to show it
    });
    spot.on("popupclose", () => spot.getElement()?.focus());
  }

  /** Reports of one square are one spot: its colour and sign are those of the worst. */
  function show(reports) {
    const squares = new Map();
    for (const report of reports) {
      const at = `${report.lat},${report.lon}`;
      squares.set(at, [...squares.get(at) ?? [], report]);
    }
    const held = element.querySelector(".spot-mark:focus")?.dataset.at; // the keyboard stays where it is
    spots.clearLayers();
    for (const there of squares.values()) {
      const worst = ["late", "open", "done"].find((which) => there.some((report) => kind(report) === which));
      put(there, worst);
    }
    if (held) element.querySelector(`.spot-mark[data-at="${held}"]`)?.focus();
  }

  let asked = 0;

  /** One page of what is within the map, from a cursor on. */
  async function read(bounds, wanted, cursor) {
    const query = new URLSearchParams({ limit: wanted, bbox: [bounds.getWest(), bounds.getSouth(), bounds.getEast(),
      bounds.getNorth()].map((n) => n.toFixed(5)).join() });
    for (const name of ["service", "area", "status", "q"]) if (data[name]) query.set(name, data[name]);
    if (cursor) query.set("cursor", cursor);
    const answer = await fetch(`/api/v1/cases?${query}`, { headers: { "Accept-Language": lang } });
    return answer.ok ? answer.json() : null;
  }

  /** Of a busy place a page may be short and have a next one: what is within the map is more than the first. */
  async function look() {
    const mine = ++asked, bounds = map.getBounds(), seen = [];
    let page = null, pages = 0;
    do {
      page = await read(bounds, most - seen.length, page?.next);
      if (!page || mine !== asked) return;
      seen.push(...page.cases);
    } while (page.next && seen.length < most && ++pages < most_pages);
    show(seen);
    tell(seen.length, page.next !== null);
  }

  const chosen = shapes.get(area.selectedOptions[0]?.dataset.unit);
  if (chosen) map.fitBounds(chosen.getBounds());
  else go_home(drawn);
  // A spot that is being read stays, though the map may move to show it.
  let reading = false;
  map.on("popupopen", () => { reading = true; });
  map.on("popupclose", () => { reading = false; });
  map.on("moveend", () => reading || look().catch(() => {}));
  await look();
};
})();
