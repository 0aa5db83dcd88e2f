/* The queue: choosing several cases, keys for the line one is on, and what changes meanwhile. All of it works without. */
(() => {
  "use strict";
  const find = (selector) => document.querySelector(selector);
  const form = find("#several");
  const list = find("ol.queue");
  const typing = (target) => target.matches?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const keysAreOff = () => { try { return localStorage["belay:keys"] === "off"; } catch { return false; } };
  const filter = find("[data-filter]");

  /* -- several at once ---------------------------------------------------------------------------------------- */
  const boxes = () => [...list.querySelectorAll(".pick input")];
  const all = find("[data-all]");
  const told = find("[data-picked]");
  let last = null;
  const count = () => {
    const picked = boxes().filter((box) => box.checked).length;
    form.classList.toggle("some", picked > 0);
    told.textContent = picked === 1 ? told.dataset.one : picked ? told.dataset.many.replace("%s", picked) : "";
    all.checked = picked > 0 && picked === boxes().length;
    all.indeterminate = picked > 0 && !all.checked;
  };
  /* With shift everything between the one chosen last and this one becomes like this one. */
  const pick = (box, upTo) => {
    const every = boxes();
    const from = upTo ? every.indexOf(last) : -1;
    if (from >= 0) {
      const to = every.indexOf(box);
      for (const one of every.slice(Math.min(from, to), Math.max(from, to) + 1)) one.checked = box.checked;
    }
    last = box;
    count();
  };
  if (form && list) {
    list.addEventListener("click", (event) => {
      if (event.target.matches(".pick input")) pick(event.target, event.shiftKey);
    });
    all.addEventListener("change", () => {
      for (const box of boxes()) box.checked = all.checked;
      count();
    });
    window.addEventListener("pageshow", count);
    count();
  }

  /* -- keys: before those of the whole desk -------------------------------------------------------------------- */
  const chosen = () => find("[data-row].chosen") ?? document.activeElement?.closest?.("[data-row]");
  const acknowledge = (row) => {
    const address = `${row.querySelector(".subject").getAttribute("href")}acknowledge/`;
    const follow = () => location.assign(address);
    if (window.htmx) window.htmx.ajax("GET", address, { target: "#verb-dialog", swap: "innerHTML" }).catch(follow);
    else follow();
  };
  const keys = {
    x: (row, shift) => {
      const box = row?.querySelector(".pick input");
      if (box) { box.checked = !box.checked; pick(box, shift); }
      return Boolean(box);
    },
    a: (row) => { if (row) acknowledge(row); return Boolean(row); },
    f: () => { filter?.click(); return Boolean(filter); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || keysAreOff()) return;
    if (find("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (Object.hasOwn(keys, key) && keys[key](chosen(), event.shiftKey)) event.preventDefault();
  }, true);

  /* -- what changes meanwhile: lines become new where they stand, and how many moved is said; nothing jumps ------ */
  const live = find("#live");
  const fresh = find("#fresh");
  const EVERY = 20_000;
  const renew = (line) => {
    const old = list.querySelector(`#${CSS.escape(line.id)}`);
    if (!old) return;
    const box = old.querySelector(".pick input");
    const inside = old.contains(document.activeElement) ? document.activeElement : null;
    const way = inside?.matches(".subject") ? ".subject" : inside?.matches(".what a") ? ".what a" : "";
    line.classList.toggle("chosen", old.classList.contains("chosen"));
    line.querySelector(".pick").replaceWith(box.closest(".pick"));
    const keepsBox = inside === box;
    old.replaceWith(line);
    if (keepsBox) box.focus({ preventScroll: true });
    else if (way) (line.querySelector(way) ?? line.querySelector(".subject")).focus({ preventScroll: true });
  };
  const look = () => {
    if (document.hidden || find("dialog[open]") || !window.htmx) return;
    const rows = [...list.querySelectorAll("[data-row]")];
    const known = rows.map((row) => `${row.id.slice(5)}:${row.dataset.mark}`).join(",");
    window.htmx.ajax("GET", `${live.dataset.live}&known=${encodeURIComponent(known)}`, { target: fresh, swap: "innerHTML" }).catch(() => {});
  };
  if (live && list && fresh) {
    fresh.addEventListener("htmx:afterSwap", () => {
      for (const line of [...fresh.querySelectorAll("[data-row]")]) renew(line);
      const news = fresh.querySelector("#news");
      if (news && news.textContent.trim() !== live.textContent.trim()) live.replaceChildren(news);
      fresh.replaceChildren();
    });
    setInterval(look, EVERY);
    document.addEventListener("visibilitychange", look);
    document.addEventListener("belay:look", look);
  }
})();
