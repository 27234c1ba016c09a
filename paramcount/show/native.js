/* Shared by all controls: native elements, whose keys stay with them. */

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  made.append(...children);
  return made;
}

/* A control that is typed into or moved. JupyterLab and Notebook would take its keys for their own, so that
   b inserts a cell: the attribute tells them not to. It must stand on the control itself. */
function control(tag, attributes = {}) {
  const made = element(tag, { "data-lm-suppress-shortcuts": "true", ...attributes });
  made.addEventListener("keydown", keepKeys);
  return made;
}

/* Slides and other pages listen further up. Paging belongs to the page, and Esc leads out of the control, to
   the cell that it stands in. */
function keepKeys(event) {
  if (event.key === "Escape") leave(event.target);
  else if (!["PageUp", "PageDown"].includes(event.key)) event.stopPropagation();
}

function leave(target) {
  target.blur();
  target.closest(".jp-Cell[tabindex], .jp-Notebook[tabindex]")?.focus({ preventScroll: true });
}

