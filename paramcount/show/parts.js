/* The parts of a picture by keyboard: one tab stop, and from there down into a part, up out of it, sideways to its
   neighbours. Each part says in `data-at` where it is, such as 0.2, the third of what is in the first. Pictures are
   replaced when a size is moved, so the keys are heard by the page; those of this panel are acted on. */

const WAYS = { ArrowDown: "in", ArrowUp: "out", ArrowRight: "next", ArrowLeft: "before", Home: "first", End: "last" };

function part(picture, place) {
  return picture.querySelector(`[data-at="${place.join(".")}"]`);
}

function inside(picture, at) {
  return picture.querySelector(`[data-in="${at}"]`);
}

/* Show what is in a part, where it is closed at first; or hide it again. */
function open(picture, item, yes) {
  const closed = inside(picture, item.dataset.at);
  if (!closed) return;
  picture.querySelectorAll(".pc-inside.pc-open").forEach((other) => other !== closed && fold(picture, other));
  closed.classList.toggle("pc-open", yes);
  item.setAttribute("aria-expanded", yes);
}

function fold(picture, closed) {
  closed.classList.remove("pc-open");
  picture.querySelector(`[data-at="${closed.dataset.in}"]`).setAttribute("aria-expanded", false);
}

function target(picture, item, way) {
  const place = item.dataset.at.split(".").map(Number);
  const above = place.slice(0, -1);
  const last = Number(item.getAttribute("aria-setsize")) - 1;
  if (way === "in") return part(picture, [...place, 0]);
  if (way === "out") return above.length ? part(picture, above) : null;
  const to = { next: place.at(-1) + 1, before: place.at(-1) - 1, first: 0, last }[way];
  return part(picture, [...above, Math.min(Math.max(to, 0), last)]);
}

function stand(picture, item) {
  picture.querySelectorAll('[role="treeitem"]').forEach((each) => each.setAttribute("tabindex", each === item ? 0 : -1));
  item.focus({ preventScroll: false });
}

function pressed(event, item, picture) {
  const way = WAYS[event.key];
  if (event.key === "Escape") return leave(item);
  if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  if (way === "in") open(picture, item, true);
  const next = target(picture, item, way);
  if (!next) return;
  stand(picture, next);
  if (way === "out") open(picture, next, false);
}

function render({ el }) {
  el.classList.add("pc-keys");
  const mine = (event) => {
    const item = event.target.closest?.('[role="treeitem"]');
    return item && el.closest(".pc")?.contains(item) ? item : null;
  };
  const hear = {
    keydown: (event, item, picture) => pressed(event, item, picture),
    focusin: (event, item) => item.setAttribute("data-lm-suppress-shortcuts", "true"),
    click: (event, item, picture) => {
      open(picture, item, item.getAttribute("aria-expanded") !== "true");
      stand(picture, item);
    },
  };
  const heard = (event) => {
    const item = mine(event);
    if (item) hear[event.type](event, item, item.closest("svg"));
  };
  Object.keys(hear).forEach((name) => document.addEventListener(name, heard, true));
  return () => Object.keys(hear).forEach((name) => document.removeEventListener(name, heard, true));
}

export default { render };
