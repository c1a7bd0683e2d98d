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

/** The wards drawn on a map: the map, each ward's shape by its code, and all of them as a layer. */
async function draw({ element, data, names, style }) {
  const answer = await fetch(data.wards);
  if (!answer.ok) throw new Error(String(answer.status));
  const { scale, wards } = await answer.json();
  const map = L.map(element, { attributionControl: false, zoomControl: false, maxZoom: 18, minZoom: 8,
    zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches });
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
  const plain = { color: colour("--edge"), weight: 1, fillColor: colour("--paper"), fillOpacity: 1 };
  const picked = { fillColor: colour("--good-wash"), weight: 2 };
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
  // Enter marks the middle: the keyboard moves the map under it.
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
    style: { color: colour("--line"), weight: 1, fillColor: colour("--paper"), fillOpacity: 1, interactive: false } });
  const { map, shapes } = drawn;
  const most = 100;
  const spots = L.featureGroup().addTo(map);
  const fills = { late: colour("--bad"), open: colour("--link"), done: colour("--good") };
  const kind = (report) => report.answered_at ? "done" : report.overdue ? "late" : "open";

  /** What a spot says when it is pressed: its reports as links, as many as can be read. */
  function list(reports) {
    const box = document.createElement("ul");
    box.className = "spot";
    for (const report of reports.slice(0, 8)) {
      const link = document.createElement("a");
      link.href = `/t/${report.reference}?lang=${lang}`;
      link.textContent = report.service.name;
      const item = document.createElement("li");
      item.append(link);
      box.append(item);
    }
    return box;
  }

  /** Reports of one square are one spot: its colour is that of the worst. */
  function show(reports) {
    const squares = new Map();
    for (const report of reports) {
      const at = `${report.lat},${report.lon}`;
      squares.set(at, [...squares.get(at) ?? [], report]);
    }
    spots.clearLayers();
    for (const there of squares.values()) {
      const worst = ["late", "open", "done"].find((which) => there.some((report) => kind(report) === which));
      L.circleMarker([there[0].lat, there[0].lon], { radius: 6 + Math.min(12, 3 * Math.log2(there.length)),
        color: colour("--paper"), weight: 2, fillColor: fills[worst], fillOpacity: 0.9 })
        .bindPopup(() => list(there)).addTo(spots);
    }
  }

  let asked = 0;
  async function look() {
    const mine = ++asked;
    const bounds = map.getBounds();
    const query = new URLSearchParams({ limit: most, bbox: [bounds.getWest(), bounds.getSouth(), bounds.getEast(),
      bounds.getNorth()].map((n) => n.toFixed(5)).join() });
    for (const name of ["service", "area", "status", "q"]) if (data[name]) query.set(name, data[name]);
    const answer = await fetch(`/api/v1/cases?${query}`, { headers: { "Accept-Language": lang } });
    if (!answer.ok || mine !== asked) return;
    const { cases, next } = await answer.json();
    show(cases);
    tell(cases.length, next !== null);
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
