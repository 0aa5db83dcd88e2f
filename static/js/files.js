/* Files by drag and paste, with names and sizes before they are sent. Without it the plain field does the same. */
(() => {
  "use strict";
  const inputOf = (element) => element.closest?.("form")?.querySelector("input[type=file][data-most]");
  const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

  const hold = (input, files) => {
    const held = new DataTransfer();
    for (const file of files) held.items.add(file);
    input.files = held.files;
    tell(input);
  };
  const tell = (input) => {
    const list = input.parentElement.querySelector(".chosen-files") ?? document.createElement("ul");
    list.className = "chosen-files";
    const { most, megabytes, remove, tooLarge, tooMany } = input.dataset;
    const files = [...input.files];
    list.replaceChildren(...files.map((file, at) => {
      const line = document.createElement("li"), name = document.createElement("span"), button = document.createElement("button");
      const wrong = at >= Number(most) ? tooMany : file.size > Number(megabytes) * 1048576 ? tooLarge : "";
      name.textContent = `${file.name} · ${size(file.size)}`;
      line.append(name);
      if (wrong) {
        const why = document.createElement("b");
        why.className = "late";
        why.textContent = wrong;
        line.append(why);
      }
      button.type = "button";
      button.className = "linklike";
      button.textContent = remove;
      button.setAttribute("aria-label", `${remove}: ${file.name}`);
      button.addEventListener("click", () => { hold(input, files.filter((other) => other !== file)); input.focus(); });
      line.append(button);
      return line;
    }));
    input.after(list);
  };
  /* A picture from the clipboard has no name that tells it from another one. */
  const named = (file) => {
    if (file.name !== "image.png") return file;
    const at = new Date().toTimeString().slice(0, 8).replaceAll(":", "-");
    return new File([file], `screenshot-${at}.png`, { type: file.type });
  };
  const add = (input, files) => hold(input, [...input.files, ...[...files].map(named)]);

  document.addEventListener("change", (event) => {
    if (event.target.matches?.("input[type=file][data-most]")) tell(event.target);
  });
  document.addEventListener("paste", (event) => {
    const input = inputOf(event.target), files = event.clipboardData?.files;
    if (input && files?.length) { event.preventDefault(); add(input, files); }
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const input = inputOf(event.target);
      if (!input || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      input.form.classList.toggle("dropping", kind === "dragover");
      if (kind === "drop") add(input, event.dataTransfer.files);
    });
  }
})();
