/* Keeps what somebody is writing in this browser until the server says that it was saved. */
(() => {
  "use strict";
  /* Of one person alone: on a browser that several people use, nobody finds what another one was writing. */
  const place = (name) => `belay:draft:${document.body.dataset.person}:${name}`;

  const forget = (name) => {
    try { localStorage.removeItem(place(name)); } catch { /* storage is switched off: nothing was kept */ }
  };
  const keep = (area) => {
    try {
      if (area.value.trim()) localStorage.setItem(place(area.dataset.draft), area.value);
      else forget(area.dataset.draft);
    } catch { /* storage is full or switched off: the page itself still holds the words */ }
  };
  const kept = (name) => {
    try { return localStorage.getItem(place(name)); } catch { return null; }
  };

  /* Words the server sent back win over a draft: they are what was refused a moment ago. */
  const restore = (root) => {
    for (const area of root.querySelectorAll("[data-draft]")) {
      if (!area.value) area.value = kept(area.dataset.draft) ?? "";
    }
  };

  for (const said of document.querySelectorAll("[data-saved]")) {
    for (const name of said.dataset.saved.split(" ")) forget(name);
  }
  restore(document);
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-draft]")) keep(event.target);
  });
  document.addEventListener("htmx:afterSwap", (event) => restore(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest?.("form[method=post]");
    if (form) { event.preventDefault(); form.requestSubmit(); }
  });
})();
