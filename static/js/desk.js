/* The desk's keys and dialogs. Every page works without this file; it only makes it quicker. */
(() => {
  "use strict";
  const typing = (target) => target.matches?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const open = () => document.querySelector("dialog[open]");
  const find = (selector) => document.querySelector(selector);
  let prefix = "";

  /* -- keys can be switched off, for voice control and for whoever wants it ------------------------------------ */
  const remembered = (() => { try { return localStorage; } catch { return {}; } })();
  const keysAreOff = () => remembered["belay:keys"] === "off";
  const keySwitch = find("[data-keys-switch]");
  if (keySwitch) {
    keySwitch.checked = !keysAreOff();
    keySwitch.addEventListener("change", () => { remembered["belay:keys"] = keySwitch.checked ? "on" : "off"; });
  }
  for (const part of document.querySelectorAll("[data-scripted]")) part.hidden = false;
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) find(`#${opener.dataset.open}`)?.showModal();
  });

  /* -- rows: j and k move, Enter opens ------------------------------------------------------------------ */
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const chosen = () => find("[data-row].chosen");
  const choose = (row) => {
    chosen()?.classList.remove("chosen");
    row.classList.add("chosen");
    row.querySelector("a")?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const move = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(chosen());
    choose(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + by))]);
  };

  /* -- acts: links that load their form into the dialog --------------------------------------------------- */
  const dialog = find("#verb-dialog");
  const act = (name) => {
    const link = document.querySelector(`[data-key="${CSS.escape(name)}"]`);
    if (!link) return false;
    if (link.matches("textarea, input")) { link.focus(); link.scrollIntoView({ block: "center" }); } else link.click();
    return true;
  };
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target !== dialog || !dialog.innerHTML.trim()) return;
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("[autofocus], textarea, select, input:not([type=hidden])")?.focus();
  });
  dialog?.addEventListener("close", () => dialog.replaceChildren());
  /* Signed out, gone or offline: follow the link itself, whose page says why. */
  for (const failure of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(failure, (event) => {
      const link = event.detail.elt;
      if (link?.matches?.("a[href]")) location.assign(link.href);
    });
  }
  document.addEventListener("click", (event) => {
    const closer = event.target.closest("[data-close]");
    if (closer?.closest("dialog")) { event.preventDefault(); closer.closest("dialog").close(); }
    else if (event.target.matches("dialog[open]")) event.target.close();
  });

  /* -- the composer: reply and note on one sheet ----------------------------------------------------------- */
  const compose = (name) => {
    const tab = find(`#compose-${name}`);
    if (!tab) return false;
    tab.checked = true;
    const area = find(`[data-compose="${name}"] textarea`);
    area?.focus();
    area?.scrollIntoView({ block: "center" });
    return true;
  };

  /* -- a decision: the answer first, then which option, then the words ---------------------------------------- */
  const verdict = (value) => {
    const radio = find(`.act-decide [name=verdict][value=${value}]`);
    if (!radio) return false;
    radio.checked = true;
    (value === "approved" && find(".act-decide [name=option]") || find(".act-decide textarea"))?.focus();
    return true;
  };

  const go = { h: "/desk/", q: "/desk/queue/", e: "/desk/escalations/", i: "/desk/inbox/", n: "/desk/numbers/", t: "/desk/triage/", v: "/desk/decisions/", d: "/desk/duty/" };
  const keys = {
    j: () => act("j") || move(1),
    k: () => act("k") || move(-1),
    y: () => verdict("approved") || act("y"),
    x: () => verdict("refused") || act("x"),
    w: () => { find(".act-decide textarea")?.focus(); },
    r: () => compose("reply") || act("r"),
    m: () => compose("note") || act("m"),
    e: () => act("e"),
    a: () => act("a"),
    p: () => act("p"),
    t: () => act("t"),
    h: () => act("h"),
    s: () => act("s"),
    u: () => act("u"),
    z: () => act("z"),
    c: () => act("c"),
    n: () => act("n") || location.assign("/desk/cases/new/"),
    "/": () => { const box = find("[data-search]"); if (box) box.focus(); else location.assign("/desk/queue/"); },
    "?": () => find("#keys")?.showModal(),
    g: () => { prefix = "g"; setTimeout(() => { prefix = ""; }, 1200); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape" && typing(event.target) && !open()) { event.target.blur(); return; }
    if (typing(event.target) || open() || keysAreOff()) return;
    if (prefix === "g") {
      prefix = "";
      if (go[event.key]) { event.preventDefault(); location.assign(go[event.key]); }
      return;
    }
    if (Object.hasOwn(keys, event.key)) { event.preventDefault(); keys[event.key](); }
    else if (event.key.length === 1 && act(event.key)) event.preventDefault();
  });

  /* -- two clicks are one -------------------------------------------------------------------------------------- */
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "yes";
    /* Whatever takes longer than a second says that it is on its way. */
    const button = event.submitter ?? event.target.querySelector("button:not([type=button])");
    setTimeout(() => {
      if (!event.target.dataset.sent) return;
      event.target.setAttribute("aria-busy", "true");
      button?.classList.add("busy");
    }, 1000);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
      form.querySelector("button.busy")?.classList.remove("busy");
    }
  });
})();
