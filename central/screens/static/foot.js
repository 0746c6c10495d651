// What an officer has photographed and reported stays on the phone until central has it: a lost network, a reload or a closed browser
// loses nothing. Kept in IndexedDB: photos (original bytes) and the report of each task. Every photo and report has a key of its own,
// so sending it again changes nothing.
(() => {
  const words = JSON.parse(document.getElementById("foot-words").textContent);
  const form = document.querySelector("form[data-foot]");
  const here = form?.dataset.foot ?? document.querySelector("[data-kept]")?.dataset.kept ?? null;
  const FIRST_WAIT_MS = 1000, LONGEST_WAIT_MS = 30000;
  const newKey = () => crypto.randomUUID?.() ?? `${Date.now().toString(16)}-${Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16)).join("-")}`;

  // --- what is kept on this phone ---
  const opened = new Promise((resolve, reject) => {
    const asked = indexedDB.open("yuhang-foot", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("photos", { keyPath: "key" });
      asked.result.createObjectStore("reports", { keyPath: "task" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const run = async (store, mode, work) => {
    const database = await opened;
    return new Promise((resolve, reject) => {
      const step = database.transaction(store, mode);
      const asked = work(step.objectStore(store));
      step.oncomplete = () => resolve(asked.result);
      step.onerror = step.onabort = () => reject(step.error);
    });
  };
  const all = (store) => run(store, "readonly", (s) => s.getAll());
  const keep = (store, row) => run(store, "readwrite", (s) => s.put(row));
  const drop = (store, key) => run(store, "readwrite", (s) => s.delete(key));

  const hashOf = async (blob) => {
    if (!crypto.subtle) return null; // only where the page comes over https
    const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  // --- sending, one thing after the other, until everything has arrived ---
  let sending = false, again = false, wait = FIRST_WAIT_MS, timer = null;
  const later = () => { clearTimeout(timer); timer = setTimeout(pump, wait); wait = Math.min(wait * 2, LONGEST_WAIT_MS); };
  const pump = async () => {
    if (sending) { again = true; return; }
    sending = true;
    clearTimeout(timer);
    try {
      const arrived = await sendPhotos() && await sendReports();
      if (arrived) wait = FIRST_WAIT_MS; else later();
    } finally {
      sending = false;
      await show();
      if (again) { again = false; pump(); }
    }
  };
  const answered = async (address, options) => { // null: no network, or central is away; try later
    try {
      const answer = await fetch(address, { credentials: "same-origin", ...options });
      return answer.status >= 500 || answer.status === 408 || answer.status === 429 ? null : answer;
    } catch { return null; }
  };
  const task = (row) => `/api/v1/foot/tasks/${encodeURIComponent(row.task)}`;
  const refused = async (answer) => (answer.status === 401 ? words.login : (await answer.json().catch(() => ({}))).detail ?? String(answer.status));
  const sendPhotos = async () => {
    for (const photo of await all("photos")) {
      if (photo.sent || photo.refused) continue;
      const headers = { "Content-Type": "application/octet-stream", "X-Phone-Time": new Date().toISOString() };
      if (photo.sha256) headers["X-Content-SHA256"] = photo.sha256;
      const answer = await answered(`${task(photo)}/photos/${photo.key}?kind=${photo.kind}`, { method: "PUT", headers, body: photo.blob });
      if (!answer) return false;
      if (answer.ok) await keep("photos", { ...photo, sent: true });
      else if (answer.status === 401) { problem(words.login); return false; }
      else await keep("photos", { ...photo, refused: await refused(answer) });
      await show();
    }
    return true;
  };
  const sendReports = async () => {
    for (const report of await all("reports")) {
      if (report.refused) continue;
      const photos = (await all("photos")).filter((photo) => photo.task === report.task && photo.sent).map((photo) => photo.key);
      const body = { key: report.key, outcome: report.outcome, reason: report.reason, sheet: report.sheet, photos };
      const answer = await answered(`${task(report)}/report`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      if (!answer) return false;
      if (answer.ok) { await forget(report.task); if (report.task === here) { location.assign("/foot?done=1"); return true; } }
      else if (answer.status === 401) { problem(words.login); return false; }
      else await keep("reports", { ...report, refused: await refused(answer) });
    }
    return true;
  };
  const forget = async (name) => {
    for (const photo of await all("photos")) if (photo.task === name) await drop("photos", photo.key);
    await drop("reports", name);
  };

  // --- what the officer sees ---
  const problem = (text) => {
    const place = document.querySelector("[data-problem]");
    if (place) { place.textContent = text; place.hidden = !text; if (text) place.scrollIntoView({ block: "center" }); }
  };
  const show = async () => {
    const photos = await all("photos"), reports = await all("reports");
    document.querySelectorAll("[data-kind] .shots").forEach((list) => draw(list, photos.filter((p) => p.task === here && p.kind === list.parentElement.dataset.kind)));
    const unsent = photos.filter((photo) => !photo.sent), bar = document.querySelector("[data-kept], [data-kept-all]");
    if (!bar) return;
    const waiting = unsent.length + reports.length, no = reports.find((report) => report.refused && (!here || report.task === here));
    bar.hidden = !waiting;
    bar.className = `kept tone-${no ? "alarm" : "warning"}`;
    const said = words.kept.replace("{photos}", unsent.length).replace("{reports}", reports.length);
    bar.textContent = no ? `${words.report_refused} ${no.refused}` : navigator.onLine ? said : `${words.offline} ${said}`;
    if (form) form.querySelector("[data-confirm]").disabled = reports.some((report) => report.task === here && !report.refused);
  };
  const pictures = new Map();
  const draw = (list, photos) => {
    list.replaceChildren(...photos.map((photo) => {
      if (!pictures.has(photo.key)) pictures.set(photo.key, URL.createObjectURL(photo.blob));
      const line = document.createElement("li"), img = document.createElement("img"), state = document.createElement("span"), remove = document.createElement("button");
      img.src = pictures.get(photo.key); img.alt = "";
      state.className = `tone-text-${photo.sent ? "done" : photo.refused ? "alarm" : "warning"}`;
      state.textContent = photo.sent ? words.sent : photo.refused ? `${words.refused} ${photo.refused}` : sending && navigator.onLine ? words.sending : words.waiting;
      remove.type = "button"; remove.className = "button plain"; remove.textContent = words.remove;
      remove.addEventListener("click", async () => { await drop("photos", photo.key); await show(); });
      line.append(img, state, remove);
      return line;
    }));
  };

  const takePhotos = async (input) => {
    const files = [...input.files];
    input.value = ""; // the photo is kept here now; without this the form would send it once more
    for (const file of files) {
      const bytes = await file.arrayBuffer(); // read now: the phone may let go of the camera's file
      const blob = new Blob([bytes], { type: file.type });
      try {
        await keep("photos", { key: newKey(), task: here, kind: input.closest("[data-kind]").dataset.kind, blob, sha256: await hashOf(blob), sent: false });
      } catch { problem(words.full); return; }
    }
    problem("");
    await show();
    pump();
  };
  form?.querySelectorAll("input.camera").forEach((input) => input.addEventListener("change", () => takePhotos(input)));
  form?.addEventListener("submit", async (event) => {
    if (!event.submitter?.hasAttribute("data-confirm")) return;
    event.preventDefault();
    const said = new FormData(form), posted = said.get("outcome") === "posted", number = String(said.get("number") ?? "").trim();
    const photos = (await all("photos")).filter((photo) => photo.task === here && !photo.refused);
    if (posted && !number) { problem(words.number); return; }
    if (posted && !["sheet", "panorama"].every((kind) => photos.some((photo) => photo.kind === kind))) { problem(words.missing); return; }
    problem("");
    const note = String(said.get("note") ?? "").trim(), reason = form.querySelector("input[name=outcome]:checked").dataset.reason;
    await keep("reports", { task: here, key: String(said.get("key")), outcome: said.get("outcome"), reason: note ? `${reason}: ${note}` : reason, sheet: posted ? number : "" });
    await show();
    pump();
  });

  // --- the nearest first; where the officer is stays on the phone ---
  const nearest = document.querySelector("[data-by-distance]"), list = document.querySelector("[data-tasks]");
  if (nearest && list && isSecureContext && navigator.geolocation) {
    nearest.hidden = false;
    nearest.addEventListener("click", () => navigator.geolocation.getCurrentPosition(({ coords }) => {
      const metres = (item) => {
        const rad = Math.PI / 180, north = (item.dataset.latitude - coords.latitude) * rad;
        const east = (item.dataset.longitude - coords.longitude) * rad * Math.cos(coords.latitude * rad);
        return Math.hypot(north, east) * 6371000;
      };
      const far = (item) => (item.dataset.latitude ? metres(item) : Infinity);
      [...list.children].sort((a, b) => far(a) - far(b)).forEach((item) => {
        if (Number.isFinite(far(item))) item.querySelector("[data-distance]").textContent = ` · ${words.metres.replace("{n}", Math.round(far(item) / 10) * 10)}`;
        list.append(item);
      });
    }));
  }

  window.addEventListener("online", () => { wait = FIRST_WAIT_MS; pump(); });
  window.addEventListener("offline", () => show());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) pump(); });
  show().then(pump);
})();
