// The zones as somebody is changing them: what is chosen, and every step back and forth.
const titleOf = (zone) => (document.documentElement.lang === "en" && zone.name_en) || zone.name || zone.zone;

const makeDraft = (data) => {
  const copy = (value) => JSON.parse(JSON.stringify(value));
  const draft = { plan: copy(data.plan), camera: data.camera, zone: null, corner: null, past: [], future: [] };
  const saved = { text: JSON.stringify(data.saved) };
  const snapshot = () => JSON.stringify([draft.plan, draft.camera, draft.zone]);
  const restore = (text) => { [draft.plan, draft.camera, draft.zone] = JSON.parse(text); draft.corner = null; };

  draft.cameraPlan = () => draft.plan.cameras.find((camera) => camera.camera === draft.camera);
  draft.zones = () => draft.cameraPlan()?.zones ?? [];
  draft.chosen = () => draft.zones().find((zone) => zone.zone === draft.zone) ?? null;
  draft.isChanged = () => JSON.stringify(draft.plan) !== saved.text;
  draft.isSaved = () => { saved.text = JSON.stringify(draft.plan); };
  draft.badZones = () => draft.plan.cameras.flatMap((camera) => camera.zones
    .filter((zone) => !outlines.usable(zone.polygon) || (draft.laneOf(zone) && !outlines.usable(draft.laneOf(zone))))
    .map((zone) => `${camera.camera} / ${titleOf(zone)}`));
  draft.laneOf = (zone) => zone.detector.queue?.lane ?? null;

  // One step that can be taken back: `mark` before a drag or while typing, `change` for what is done at once.
  draft.mark = () => { const before = snapshot(); return () => { if (snapshot() !== before) { draft.past.push(before); draft.future = []; } }; };
  draft.change = (work) => { const done = draft.mark(); work(); done(); };
  const step = (from, to) => { if (from.length) { to.push(snapshot()); restore(from.pop()); } };
  draft.undo = () => step(draft.past, draft.future);
  draft.redo = () => step(draft.future, draft.past);

  draft.add = (polygon) => draft.change(() => {
    const names = new Set(draft.zones().map((zone) => zone.zone));
    let number = 1;
    while (names.has(`zone-${number}`)) number += 1;
    const address = draft.zones()[0]?.address ?? "";
    if (!draft.cameraPlan()) draft.plan.cameras.push({ camera: draft.camera, zones: [] });
    draft.cameraPlan().zones.push({ zone: `zone-${number}`, name: "", address, polygon, detector: { kind: data.kinds[0] } });
    draft.zone = `zone-${number}`;
  });
  draft.remove = () => draft.change(() => {
    draft.cameraPlan().zones = draft.zones().filter((zone) => zone.zone !== draft.zone);
    draft.zone = null;
  });
  return draft;
};
