// The zone editor: one draft, its drawing and its form, the keys, and saving with the differences shown before.
(() => {
  const page = document.querySelector("[data-zones]");
  if (!page) return;
  const data = JSON.parse(document.getElementById("zones-data").textContent), STATUS_MS = 2000, PICTURE_MS = 1000;
  const find = (selector) => page.querySelector(selector);
  const svg = find(".canvas svg"), picture = find("img[data-picture]"), dialog = find("dialog"), said = find("[data-said]");
  const draft = makeDraft(data);
  const tell = (text, tone) => { said.textContent = text; said.className = `said tone-${tone}`; said.hidden = !text; };
  const drawing = makeDrawing(svg, draft, data, () => show());
  const fields = makeFields(find("form.zone"), draft, () => show());

  const list = find("[data-list-of-zones]");
  const showList = () => list.replaceChildren(...draft.zones().map((zone) => {
    const button = document.createElement("button"), kind = document.createElement("span");
    button.type = "button"; button.className = "button plain"; button.dataset.choose = zone.zone; button.textContent = titleOf(zone);
    button.setAttribute("aria-pressed", String(zone.zone === draft.zone));
    kind.className = "muted"; kind.textContent = data.words.kinds[zone.detector.kind] ?? zone.detector.kind;
    const item = document.createElement("li");
    button.append(" ", kind); item.append(button);
    return item;
  }));
  const hint = () => {
    if (drawing.corners) return drawing.corners.length && outlines.crossing(drawing.corners).size ? data.words.crossing : data.words.drawing;
    const bad = draft.badZones();
    return bad.length ? `${data.words.crossing} ${bad.join(", ")}` : draft.zones().length ? data.words.choose : data.words.none;
  };
  const show = () => {
    drawing.draw(); fields.show(); showList();
    const bad = draft.badZones().length > 0 || (drawing.corners !== null && outlines.crossing(drawing.corners).size > 0);
    find("[data-hint]").textContent = hint();
    find("[data-hint]").classList.toggle("tone-alarm", bad);
    find("[data-act=undo]").disabled = draft.past.length === 0;
    find("[data-act=redo]").disabled = draft.future.length === 0;
    find("[data-act=review]").disabled = bad || drawing.corners !== null || !draft.isChanged();
    find("[data-act=remove]").disabled = draft.chosen() === null;
    find("[data-act=cancel]").hidden = drawing.corners === null;
    page.dataset.changed = String(draft.isChanged());
  };

  const send = async (what, body) => {
    try {
      const answer = await fetch(`${data.here}/${what}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      const said = await answer.json();
      return answer.ok ? said : { problem: said.detail ?? String(answer.status) };
    } catch { return { problem: data.words.away }; }
  };
  const review = async () => {
    const answer = await send("review", { after: data.after, plan: draft.plan });
    if (answer.problem) { tell(`${data.words.refused} ${answer.problem}`, "alarm"); return; }
    tell("", "done");
    find("[data-differences]").innerHTML = answer.html; // drawn and escaped by central
    dialog.showModal();
    find("input[name=reason]").focus();
  };
  const save = async (reason) => {
    const answer = await send("save", { after: data.after, plan: draft.plan, reason, back_to: data.back_to });
    dialog.close();
    if (answer.problem) { tell(`${data.words.refused} ${answer.problem}`, "alarm"); return; }
    data.after = answer.version; data.back_to = null;
    draft.isSaved();
    tell(data.words.saved_as.replace("{n}", answer.version), "done");
    await status(); show();
  };
  dialog.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); save(event.target.elements.reason.value); });
  dialog.querySelector("[data-act=leave]").addEventListener("click", () => dialog.close());

  const acts = {
    draw: () => { draft.corner = null; drawing.begin(); },
    lane: () => drawing.begin(true),
    edit_lane: () => { drawing.lane = !drawing.lane; draft.corner = null; },
    cancel: () => drawing.cancel(),
    undo: () => draft.undo(),
    redo: () => draft.redo(),
    remove: () => draft.remove(),
    review,
  };
  page.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act], [data-choose], [data-camera]");
    if (!button || button.disabled) return;
    if (button.dataset.choose !== undefined) { draft.zone = button.dataset.choose; draft.corner = null; drawing.lane = false; }
    else if (button.dataset.camera !== undefined) choose(button.dataset.camera);
    else if (acts[button.dataset.act]) acts[button.dataset.act]();
    show();
  });
  const choose = (camera) => {
    draft.camera = camera; draft.zone = null; draft.corner = null; drawing.corners = null; drawing.lane = false;
    page.querySelectorAll("[data-camera]").forEach((tab) => tab.setAttribute("aria-pressed", String(tab.dataset.camera === camera)));
    picture.hidden = true;
    look();
  };

  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const press = (event) => { // true if the key was ours
    const control = event.ctrlKey || event.metaKey;
    if (control && event.key.toLowerCase() === "z") { if (event.shiftKey) draft.redo(); else draft.undo(); return true; }
    if (control && event.key.toLowerCase() === "y") { draft.redo(); return true; }
    if (control || event.altKey) return false;
    if (drawing.corners) {
      if (event.key === "Enter") drawing.close();
      else if (event.key === "Escape") drawing.cancel();
      else if (event.key === "Backspace") drawing.corners.pop();
      else return false;
      return true;
    }
    if (event.key === "n") { acts.draw(); return true; }
    if (!draft.chosen()) return false;
    if (steps[event.key] && drawing.outline()) {
      const step = event.shiftKey ? 0.01 : 0.001;
      drawing.nudge(steps[event.key][0] * step, steps[event.key][1] * step);
    } else if (event.key === "Delete" || event.key === "Backspace") { if (draft.corner === null) draft.remove(); else drawing.removeCorner(); }
    else if (event.key === "Escape") { if (draft.corner === null) draft.zone = null; else draft.corner = null; }
    else return false;
    return true;
  };
  document.addEventListener("keydown", (event) => {
    if (dialog.open || event.target.matches("input, select, textarea")) return;
    if (event.target.matches("button, a, summary") && ["Enter", " "].includes(event.key)) return;
    if (press(event)) { event.preventDefault(); show(); }
  });
  window.addEventListener("beforeunload", (event) => { if (draft.isChanged()) event.preventDefault(); });

  const look = () => { // the line of the node's state names the cameras of which there is a picture
    const next = new Image(), camera = draft.camera;
    if (!find("[data-pictured]").dataset.pictured.split(" ").includes(camera)) return;
    next.onload = () => { if (camera === draft.camera) { picture.src = next.src; picture.hidden = false; } };
    next.src = `${data.cameras.find((one) => one.camera === camera).picture}?at=${Date.now()}`;
  };
  const status = async () => {
    try {
      const answer = await fetch(`${data.here}/status`), told = answer.ok && !answer.redirected; // redirected: logged out meanwhile
      if (told) find("[data-status]").innerHTML = await answer.text(); // drawn and escaped by central
      find("[data-status]").classList.toggle("lost", !told);
    } catch { find("[data-status]").classList.add("lost"); }
  };
  setInterval(() => { if (!document.hidden) look(); }, PICTURE_MS);
  setInterval(() => { if (!document.hidden) status(); }, STATUS_MS);
  choose(draft.camera); show();
})();
