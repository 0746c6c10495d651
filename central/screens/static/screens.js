// What only the browser can do: count timers by the server's clock, say when the server is silent, enlarge pictures.
// The server calls yuhang.beat(now, speed) after each successful refresh; silence for LIMIT_MS means the page may be lying.
(() => {
  const LIMIT_MS = 12000;
  const yuhang = { serverMs: null, speed: 1, at: performance.now(), watching: false };
  window.yuhang = yuhang;

  yuhang.beat = (nowMs, speed) => {
    yuhang.serverMs = nowMs; yuhang.speed = speed; yuhang.at = performance.now(); yuhang.watching = true;
    show(false); tick();
  };
  const silent = () => yuhang.watching && performance.now() - yuhang.at > LIMIT_MS;
  const show = (lost) => {
    document.documentElement.classList.toggle("stale", lost);
    document.querySelectorAll(".bar.connection").forEach((bar) => { bar.hidden = !lost; });
  };
  const text = (seconds) => {
    const all = Math.max(0, Math.floor(seconds)), two = (n) => String(n).padStart(2, "0");
    const hours = Math.floor(all / 3600), rest = `${two(Math.floor((all % 3600) / 60))}:${two(all % 60)}`;
    return hours ? `${hours}:${rest}` : rest;
  };
  let words = null;
  const age = (seconds) => { // the same rule as Scene.age_text
    words ??= JSON.parse(document.querySelector("[data-age-words]").dataset.ageWords);
    const tense = words[seconds >= 0 ? "ago" : "ahead"], all = Math.floor(Math.abs(seconds));
    const [unit, size] = [["days", 86400], ["hours", 3600], ["minutes", 60]].find(([, size]) => all >= size) ?? ["seconds", 1];
    const n = Math.floor(all / size);
    return tense[unit][n === 1 ? "one" : "other"].replace("{n}", n);
  };
  const write = (element, text) => { if (element.textContent !== text) element.textContent = text; };
  const tick = () => {
    if (silent()) { show(true); return; } // timers stand still: what the server would say is not known
    if (yuhang.serverMs === null) return;
    const now = yuhang.serverMs + (performance.now() - yuhang.at) * yuhang.speed;
    document.querySelectorAll("time[data-since]").forEach((t) => write(t, text((now - t.dataset.since) / 1000)));
    document.querySelectorAll("time[data-until]").forEach((t) => write(t, text((t.dataset.until - now) / 1000)));
    document.querySelectorAll("time[data-clock]").forEach((t) => write(t, new Date(now + Number(t.dataset.clock)).toISOString().slice(11, 19)));
    document.querySelectorAll("[data-age]").forEach((t) => write(t, age((now - t.dataset.age) / 1000)));
  };
  setInterval(tick, 250);

  const refreshPictures = () => {
    if (document.hidden || silent()) return;
    document.querySelectorAll("img[data-live]").forEach((img) => {
      if (img.dataset.busy || (!img.hidden && img.closest(".view")?.querySelector(".veil"))) return;
      img.dataset.busy = "1";
      const next = new Image();
      next.onload = () => { img.src = next.src; img.hidden = false; delete img.dataset.busy; };
      next.onerror = () => { delete img.dataset.busy; };
      next.src = `${img.dataset.live}?at=${Date.now()}`;
    });
  };
  setInterval(refreshPictures, 1000);

  document.addEventListener("click", (event) => {
    const picture = event.target.closest("[data-enlarge]");
    if (!picture) return;
    const dialog = document.createElement("dialog");
    dialog.className = "enlarged";
    const img = document.createElement("img");
    img.src = picture.dataset.enlarge; img.alt = picture.getAttribute("aria-label") || "";
    dialog.append(img);
    dialog.addEventListener("keydown", (pressed) => pressed.stopPropagation()); // the page's own keys rest
    dialog.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => { dialog.remove(); picture.focus(); });
    document.body.append(dialog);
    dialog.showModal();
  });
  yuhang.filled = (form) => Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  document.addEventListener("keydown", (event) => { // Enter confirms also in the moment before the sheet has taken the focus
    const form = document.querySelector(".q-dialog form.sheet");
    if (event.key !== "Enter" || event.repeat || !form || form.contains(event.target)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  document.addEventListener("keydown", (event) => { // a digit picks the choice of that number where there is one list of them
    const form = document.querySelector(".q-dialog form.sheet"); // also in the moment before the sheet has taken the focus
    if (!form || event.target.matches("input:not([type=radio]), textarea, select") || !/^[1-9]$/.test(event.key)) return;
    const group = event.target.closest("fieldset") ?? form.querySelector("fieldset");
    const radio = group?.querySelector(`input[data-digit="${event.key}"]`);
    if (radio) { radio.checked = true; radio.focus(); }
  });
  document.addEventListener("change", async (event) => { // photos are brought one by one; their names go along with the sheet
    const input = event.target.closest("input[data-bring]");
    if (!input) return;
    const form = input.form, names = [];
    form.setAttribute("aria-busy", "true");
    form.querySelector("[type=submit]").disabled = true;
    try {
      for (const file of input.files) {
        const answer = await fetch(`${location.pathname}/photos`, { method: "POST", body: file });
        if (!answer.ok) throw new Error(String(answer.status));
        names.push((await answer.json()).sha256);
      }
      input.setCustomValidity("");
    } catch (error) {
      input.setCustomValidity(input.dataset.failed);
      input.reportValidity();
    }
    form.elements[input.dataset.bring].value = names.join(",");
    form.querySelector("[type=submit]").disabled = false;
    form.removeAttribute("aria-busy");
  });

  const opened = new Set(); // folded parts stay as they are when the server draws them anew
  document.addEventListener("toggle", (event) => {
    const name = event.target.dataset?.keep;
    if (name) opened[event.target.open ? "add" : "delete"](name);
  }, true);
  const keepOpen = () => document.querySelectorAll("details[data-keep]:not([open])").forEach((part) => {
    if (opened.has(part.dataset.keep)) part.open = true;
  });
  new MutationObserver(keepOpen).observe(document, { childList: true, subtree: true });

  document.addEventListener("keydown", (event) => { // a list: J and K choose, Enter opens, / searches
    const list = document.querySelector("[data-list]");
    if (!list || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
    const links = [...list.querySelectorAll("a.row")], at = links.indexOf(document.activeElement);
    if (event.key === "/") { event.preventDefault(); document.querySelector("input[type=search]")?.focus(); }
    if (event.key === "j") links[Math.min(at + 1, links.length - 1)]?.focus();
    if (event.key === "k") links[Math.max(at - 1, 0)]?.focus();
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form && event.target.tagName === "SELECT") form.requestSubmit();
  });
  document.addEventListener("submit", (event) => { // empty filters do not belong into the address
    const form = event.target.closest("form[data-autosubmit]");
    if (!form) return;
    event.preventDefault();
    document.querySelectorAll("[data-list]").forEach((list) => list.setAttribute("aria-busy", "true"));
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== "")).toString();
    location.assign(query ? `${form.action}?${query}` : form.action);
  });
})();
