// Zones as vectors over the camera's picture: drawn, chosen, dragged with the pointer and moved with the arrow keys.
const makeDrawing = (svg, draft, data, changed) => {
  const NAMESPACE = "http://www.w3.org/2000/svg", HANDLE_PX = 8, NEAR_PX = 14, MOST_CORNERS = 64;
  const drawing = { corners: null, lane: false };
  let drag = null;
  const clamp = (value) => Math.min(1, Math.max(0, Math.round(value * 10000) / 10000));
  const size = () => { const camera = data.cameras.find((one) => one.camera === draft.camera); return [camera.width, camera.height]; };
  const unit = () => 1 / (svg.getScreenCTM()?.a || 1); // one pixel of the screen in the picture
  const put = (name, attributes, parent = svg) => {
    const element = document.createElementNS(NAMESPACE, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    parent.append(element);
    return element;
  };
  const place = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse()), [width, height] = size();
    return [clamp(at.x / width), clamp(at.y / height)];
  };
  const pixels = (corner) => [corner[0] * size()[0], corner[1] * size()[1]];
  const text = (corners) => corners.map((corner) => pixels(corner).join(",")).join(" ");
  // The outline whose corners can be taken hold of: the zone's, or the lane of its queue while that is chosen.
  drawing.outline = () => { const zone = draft.chosen(); return zone && (drawing.lane ? draft.laneOf(zone) : zone.polygon); };

  const drawEdges = (corners) => outlines.crossing(corners).forEach((index) => {
    const [x1, y1] = pixels(corners[index]), [x2, y2] = pixels(corners[(index + 1) % corners.length]);
    put("line", { x1, y1, x2, y2, class: "bad-edge" });
  });
  const drawHandles = (corners) => {
    const radius = HANDLE_PX * unit();
    corners.forEach((corner, index) => {
      const next = corners[(index + 1) % corners.length], [x, y] = pixels([(corner[0] + next[0]) / 2, (corner[1] + next[1]) / 2]);
      if (corners.length < MOST_CORNERS) put("circle", { cx: x, cy: y, r: radius * 0.6, class: "middle", "data-middle": index });
    });
    corners.forEach((corner, index) => {
      const [cx, cy] = pixels(corner), chosen = draft.corner === index;
      put("circle", { cx, cy, r: radius, class: chosen ? "corner chosen" : "corner", "data-corner": index, tabindex: 0, role: "button",
        "aria-label": data.words.corner.replace("{n}", index + 1) });
    });
  };
  const drawHeights = (zone) => (zone.detector.heights ?? []).forEach((known, index) => {
    const xs = zone.polygon.map((corner) => corner[0]), y = known.y * size()[1], [x1] = pixels([Math.min(...xs), 0]), [x2] = pixels([Math.max(...xs), 0]);
    put("line", { x1, y1: y, x2, y2: y, class: "height-line" });
    put("line", { x1, y1: y, x2, y2: y, class: "height-grip", "data-height": index });
    put("text", { x: x1, y: y - 4 * unit(), "font-size": 14 * unit() }).textContent = `${known.metres} m`;
  });
  const drawZone = (zone) => {
    const chosen = zone.zone === draft.zone, usable = outlines.usable(zone.polygon);
    put("polygon", { points: text(zone.polygon), class: `zone-area${chosen ? " chosen" : ""}${usable ? "" : " bad"}`, "data-zone": zone.zone });
    if (draft.laneOf(zone)) put("polygon", { points: text(draft.laneOf(zone)), class: "lane-area", "data-zone": zone.zone });
    drawEdges(zone.polygon);
    if (draft.laneOf(zone)) drawEdges(draft.laneOf(zone));
    const top = zone.polygon.reduce((best, corner) => (corner[1] < best[1] ? corner : best), zone.polygon[0]), [x, y] = pixels(top);
    put("text", { x, y: Math.max(y - 6 * unit(), 16 * unit()), "font-size": 16 * unit() }).textContent = titleOf(zone);
    if (chosen) { drawHeights(zone); if (drawing.outline()) drawHandles(drawing.outline()); }
  };
  drawing.draw = () => {
    const held = document.activeElement?.dataset?.corner !== undefined;
    const [width, height] = size();
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.replaceChildren();
    draft.zones().filter((zone) => zone.zone !== draft.zone).forEach(drawZone);
    if (draft.chosen()) drawZone(draft.chosen());
    if (drawing.corners) {
      put("polyline", { points: text(drawing.corners), class: "zone-line" });
      drawing.corners.forEach((corner, index) => {
        const [cx, cy] = pixels(corner);
        put("circle", { cx, cy, r: HANDLE_PX * unit(), class: index ? "corner" : "corner chosen", "data-first": index ? "" : "1" });
      });
      drawEdges(drawing.corners);
    }
    svg.classList.toggle("drawing", drawing.corners !== null);
    if (held) svg.querySelector(`[data-corner="${draft.corner}"]`)?.focus(); // drawing takes the focus away with what had it
  };

  drawing.begin = (lane = false) => { drawing.lane = lane; drawing.corners = []; changed(); svg.focus(); };
  drawing.cancel = () => { drawing.corners = null; drawing.lane = false; changed(); };
  drawing.close = () => {
    if (!outlines.usable(drawing.corners)) { changed(); return; }
    const corners = drawing.corners, lane = drawing.lane;
    drawing.corners = null;
    if (lane) draft.change(() => { draft.chosen().detector.queue = { ...draft.chosen().detector.queue, lane: corners }; });
    else draft.add(corners);
    changed();
  };
  const near = (event, corner) => {
    const at = pixels(place(event)), there = pixels(corner);
    return Math.hypot(at[0] - there[0], at[1] - there[1]) < NEAR_PX * unit();
  };
  const addCorner = (event) => {
    if (drawing.corners.length >= 3 && near(event, drawing.corners[0])) { drawing.close(); return; }
    if (drawing.corners.length < MOST_CORNERS) drawing.corners.push(place(event));
    changed();
  };

  const moved = (start, dx, dy) => { // as far as all of it stays in the picture
    const xs = start.map((corner) => corner[0]), ys = start.map((corner) => corner[1]);
    const x = Math.min(1 - Math.max(...xs), Math.max(-Math.min(...xs), dx)), y = Math.min(1 - Math.max(...ys), Math.max(-Math.min(...ys), dy));
    return start.map((corner) => [clamp(corner[0] + x), clamp(corner[1] + y)]);
  };
  const replace = (corners) => { const outline = drawing.outline(); outline.splice(0, outline.length, ...corners); };
  drawing.nudge = (dx, dy) => draft.change(() => {
    const outline = drawing.outline();
    if (draft.corner === null) replace(moved(outline, dx, dy));
    else outline[draft.corner] = [clamp(outline[draft.corner][0] + dx), clamp(outline[draft.corner][1] + dy)];
  });
  drawing.removeCorner = () => draft.change(() => {
    if (drawing.outline().length > 3) drawing.outline().splice(draft.corner, 1);
    draft.corner = null;
  });

  const take = (event) => {
    const { corner, middle, height, zone } = event.target.dataset, done = draft.mark();
    if (corner !== undefined) { draft.corner = Number(corner); return { done, move: (at) => { drawing.outline()[draft.corner] = at; } }; }
    if (middle !== undefined) {
      draft.corner = Number(middle) + 1;
      drawing.outline().splice(draft.corner, 0, place(event));
      return { done, move: (at) => { drawing.outline()[draft.corner] = at; } };
    }
    if (height !== undefined) return { done, move: (at) => { draft.chosen().detector.heights[Number(height)].y = at[1]; } };
    if (zone === undefined) { draft.zone = null; draft.corner = null; drawing.lane = false; return null; }
    if (draft.zone !== zone) drawing.lane = false;
    draft.zone = zone; draft.corner = null;
    const from = place(event), start = JSON.parse(JSON.stringify(drawing.outline()));
    return { done: draft.mark(), move: (at) => replace(moved(start, at[0] - from[0], at[1] - from[1])) };
  };
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    if (drawing.corners) { addCorner(event); return; }
    drag = take(event);
    if (drag) svg.setPointerCapture(event.pointerId);
    changed();
    svg.querySelector(`[data-corner="${draft.corner}"]`)?.focus();
  });
  svg.addEventListener("pointermove", (event) => { if (drag) { drag.move(place(event)); drawing.draw(); } });
  const release = () => { if (drag) { drag.done(); drag = null; changed(); } };
  svg.addEventListener("pointerup", release);
  svg.addEventListener("pointercancel", release);
  svg.addEventListener("dblclick", (event) => { if (event.target.dataset.corner !== undefined) { draft.corner = Number(event.target.dataset.corner); drawing.removeCorner(); changed(); } });
  svg.addEventListener("focusin", (event) => { if (event.target.dataset.corner !== undefined && draft.corner !== Number(event.target.dataset.corner)) { draft.corner = Number(event.target.dataset.corner); drawing.draw(); } });
  new ResizeObserver(() => drawing.draw()).observe(svg);
  return drawing;
};
