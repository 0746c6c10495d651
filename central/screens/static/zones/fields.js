// The form of the chosen zone. A field names the key it stands for (data-key="detector.warning_dwell_s"); an empty one leaves the key out,
// and the node uses its default. What no field stands for is edited as JSON.
const makeFields = (form, draft, changed) => {
  const all = () => [...form.querySelectorAll("[data-key]")];
  const own = () => all().filter((field) => field.closest("[hidden]") === null);
  const at = (zone, key) => key.split(".").reduce((value, part) => value?.[part], zone);
  const set = (zone, key, value) => {
    const parts = key.split("."), last = parts.pop();
    const holder = parts.reduce((value, part) => (value[part] ??= {}), zone);
    if (value === undefined) delete holder[last]; else holder[last] = value;
  };
  const readers = {
    text: (field) => field.value.trim(),
    number: (field) => (field.value === "" || !Number.isFinite(Number(field.value)) ? undefined : Number(field.value)),
    flag: (field) => (field.checked ? {} : undefined),
    choice: (field) => { const chosen = [...field.querySelectorAll("input:checked")].map((box) => box.value); return chosen.length ? chosen : undefined; },
    heights: (field) => [...field.querySelectorAll("li")].map((row) => ({ y: Number(row.dataset.y), metres: Number(row.querySelector("input").value) })),
  };
  const writers = {
    text: (field, value) => { field.value = value ?? ""; },
    number: (field, value) => { field.value = value ?? ""; },
    flag: (field, value) => { field.checked = Boolean(value); },
    choice: (field, value) => field.querySelectorAll("input").forEach((box) => { box.checked = (value ?? []).includes(box.value); }),
    heights: (field, value) => {
      const list = field.querySelector("ol"), row = field.querySelector("template").content.firstElementChild;
      list.replaceChildren(...(value ?? []).map((known, index) => {
        const item = row.cloneNode(true);
        item.dataset.y = known.y; item.querySelector("input").value = known.metres; item.querySelector("button").dataset.drop = index;
        return item;
      }));
    },
  };
  const rest = form.querySelector("[data-rest]");
  const covered = () => new Set(["detector.kind", "detector.queue.lane", ...own().map((field) => field.dataset.key)]);
  const left = (value, prefix, known) => Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => {
    const path = `${prefix}.${key}`;
    if (known.has(path)) {
      if (inner === null || typeof inner !== "object" || Array.isArray(inner)) return [];
      const deeper = left(inner, path, known); // a flag stands for the section, not for what is in it
      return Object.keys(deeper).length ? [[key, deeper]] : [];
    }
    return [[key, inner]];
  }));
  const laid_over = (target, more) => Object.entries(more).forEach(([key, value]) => {
    const deeper = value && typeof value === "object" && !Array.isArray(value) && target[key] && typeof target[key] === "object" && !Array.isArray(target[key]);
    if (deeper) laid_over(target[key], value); else target[key] = value;
  });

  const show = () => {
    const zone = draft.chosen();
    form.hidden = zone === null;
    if (!zone) return;
    form.querySelectorAll("[data-kind]").forEach((part) => { part.hidden = part.dataset.kind !== zone.detector.kind; });
    form.querySelectorAll("[data-needs]").forEach((part) => { part.hidden = at(zone, part.dataset.needs) === undefined; });
    all().forEach((field) => { if (!field.contains(document.activeElement) || field.dataset.type === "heights") writers[field.dataset.type](field, at(zone, field.dataset.key)); });
    const more = left(zone.detector, "detector", covered());
    if (document.activeElement !== rest) rest.value = Object.keys(more).length ? JSON.stringify(more, null, 2) : "";
  };
  const takeRest = (zone) => {
    let more;
    try { more = rest.value.trim() ? JSON.parse(rest.value) : {}; } catch { rest.setCustomValidity(rest.dataset.wrong); rest.reportValidity(); return; }
    rest.setCustomValidity(Array.isArray(more) || typeof more !== "object" || more === null ? rest.dataset.wrong : "");
    if (!rest.reportValidity()) return;
    const known = covered(), kept = JSON.parse(JSON.stringify(zone.detector));
    Object.keys(left(kept, "detector", known)).forEach((key) => delete zone.detector[key]);
    const again = {};
    known.forEach((key) => { const value = at({ detector: kept }, key); if (value !== undefined && !(value && typeof value === "object" && !Array.isArray(value))) set(again, key, value); });
    if (kept.queue && known.has("detector.queue")) set(again, "detector.queue", again.detector.queue ?? {});
    laid_over(again.detector, more);
    zone.detector = again.detector;
  };
  const take = (field) => draft.change(() => {
    const zone = draft.chosen();
    if (field === rest) { takeRest(zone); return; }
    const { key, type } = field.dataset, value = readers[type](field);
    if (key === "detector.kind") { zone.detector = { kind: value }; return; }
    if (key === "zone") { if (!field.checkValidity() || draft.zones().some((other) => other !== zone && other.zone === value)) return; draft.zone = value; }
    set(zone, key, type === "flag" && value ? at(zone, key) ?? {} : value);
  });
  form.addEventListener("change", (event) => { take(event.target.closest("[data-key], [data-rest]")); changed(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", (event) => {
    const { drop, act } = event.target.dataset;
    if (drop !== undefined) draft.change(() => draft.chosen().detector.heights.splice(Number(drop), 1));
    else if (act === "height") draft.change(() => {
      const zone = draft.chosen(), ys = zone.polygon.map((corner) => corner[1]), known = zone.detector.heights ??= [];
      const y = known.length === 0 ? Math.max(...ys) : known.length === 1 ? Math.min(...ys) : (Math.min(...ys) + Math.max(...ys)) / 2;
      known.push({ y: Math.round(y * 10000) / 10000, metres: known.length === 0 ? 0 : 3 * known.length });
    });
    else if (act === "no-lane") draft.change(() => { delete draft.chosen().detector.queue.lane; });
    else return;
    changed();
  });
  return { show };
};
