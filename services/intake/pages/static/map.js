// SPDX-License-Identifier: Apache-2.0
// map - the city's wards on a map that needs no server of tiles; loaded when it is asked for.
globalThis.dunghen_map = async ({ element, data, ward, mark, start }) => {
  const L = globalThis.L;
  const answer = await fetch(data.wards);
  if (!answer.ok) throw new Error(String(answer.status));
  const { scale, wards } = await answer.json();
  const names = new Map([...ward.options].map((option) => [option.value, option.textContent]));
  const colours = getComputedStyle(document.documentElement);
  const colour = (name) => colours.getPropertyValue(name).trim();
  const plain = { color: colour("--edge"), weight: 1, fillColor: colour("--paper"), fillOpacity: 1 };
  const picked = { fillColor: colour("--good-wash"), weight: 2 };

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

  /** A ward's own name, without what kind of unit it is. */
  const short = (name) => name.replace(/^(Phường|Xã|Đặc khu) | (Ward|Commune|Special Zone)$/g, "");

  const map = L.map(element, { attributionControl: false, zoomControl: false, maxZoom: 18, minZoom: 8,
    zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches });
  L.control.zoom({ zoomInTitle: data.in, zoomOutTitle: data.out }).addTo(map);
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", data.label);
  element.tabIndex = 0;
  const shapes = new Map();
  const layer = L.featureGroup().addTo(map);
  for (const [code, polygons] of wards) {
    const shape = L.polygon(polygons.map((rings) => rings.map(points)), plain).addTo(layer);
    shape.bindTooltip(short(names.get(code) ?? code), { permanent: true, direction: "center", className: "ward-name" });
    shape.on("click", (event) => choose(event.latlng, code));
    shapes.set(code, shape);
  }
  const point = L.circleMarker([0, 0], { radius: 9, color: colour("--paper"), weight: 3,
    fillColor: colour("--bad"), fillOpacity: 1, interactive: false });
  let lit;

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

  const home = shapes.get("26740") ?? layer; // the middle of the city where there is one
  map.fitBounds(home.getBounds().pad(home === layer ? 0 : 3));
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
