/* Puts canned words, links and names into what somebody is writing. Every page works without this file. */
(() => {
  "use strict";
  const find = (selector) => document.querySelector(selector);
  const areaOf = (name) => find(`#id_${name}_text`);

  /* -- words from a dialog --------------------------------------------------------------------------------- */
  const put = (area, words) => {
    const untouched = area.selectionStart === 0 && area.value;
    const start = untouched ? area.value.length : area.selectionStart;
    const end = untouched ? area.value.length : area.selectionEnd;
    const before = area.value.slice(0, start);
    const gap = before.trim() && !before.endsWith("\n") ? "\n\n" : "";
    area.setRangeText(gap + words, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  document.addEventListener("click", (event) => {
    const giver = event.target.closest("[data-insert]");
    const area = giver && areaOf(giver.dataset.insert);
    if (!area) return;
    giver.closest("dialog")?.close();
    const tab = find(`#compose-${giver.dataset.insert}`);
    if (tab) tab.checked = true;
    put(area, giver.dataset.text ?? giver.querySelector("[data-words]").textContent);
    area.focus();
    area.scrollIntoView({ block: "center" });
  });
  /* Buttons that put words somewhere are shown where there is such a place. */
  document.addEventListener("htmx:afterSwap", (event) => {
    for (const part of event.target.querySelectorAll("[data-inserts]")) part.hidden = !areaOf("note");
  });

  /* -- names after an @ ------------------------------------------------------------------------------------- */
  const NAME = /(?:^|[\s(])@([\p{L}\p{N}][\p{L}\p{N} .'-]{0,40}|)$/u;
  const list = Object.assign(document.createElement("ul"), { id: "names", className: "names", hidden: true });
  list.setAttribute("role", "listbox");
  let asking, nobody, area, settled = false;

  const hide = () => {
    list.hidden = true;
    area?.removeAttribute("aria-activedescendant");
  };
  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");
  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) area.setAttribute("aria-activedescendant", option.id);
  };
  const typed = () => NAME.exec(area.value.slice(0, area.selectionStart))?.[1];
  const show = async () => {
    const like = typed();
    if (like === undefined || (nobody && like.startsWith(nobody))) { hide(); return; }
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`${area.dataset.names}?q=${encodeURIComponent(like)}`, { signal: asking.signal });
      if (!answer.ok) { hide(); return; }
      list.innerHTML = await answer.text();
    } catch { return; /* typed on, or offline: the name is written out by hand */ }
    nobody = options().length ? undefined : like;
    if (nobody !== undefined) { hide(); return; }
    area.setAttribute("aria-controls", list.id);
    area.setAttribute("aria-autocomplete", "list");
    area.after(list);
    list.setAttribute("aria-label", area.labels[0]?.textContent.trim() ?? "@");
    list.hidden = false;
    choose(options()[0]);
  };
  const take = (option) => {
    const like = typed();
    if (like === undefined) { hide(); return; }
    settled = true;
    const caret = area.selectionStart;
    area.setRangeText(`@${option.dataset.name} `, caret - like.length - 1, caret, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    hide();
    area.focus();
  };
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("textarea[data-names]")) return;
    area = event.target;
    if (settled) { settled = false; return; }
    show();
  });
  document.addEventListener("keydown", (event) => {
    if (list.hidden || event.target !== area || event.ctrlKey || event.metaKey) return;
    const all = options(), at = all.indexOf(chosen());
    if (event.key === "ArrowDown") choose(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp") choose(all[(at + all.length - 1) % all.length]);
    else if (event.key === "Enter" || event.key === "Tab") take(all[at]);
    else if (event.key === "Escape") hide();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) { event.preventDefault(); take(option); }
  });
  document.addEventListener("focusout", (event) => { if (event.target === area) hide(); });
})();
