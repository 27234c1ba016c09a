// Keys stay with the control that has the focus, until Esc or a click elsewhere; those of a presenter's remote turn
// the page from everywhere. C shows the code, T the tables.
const pages = ["PageUp", "PageDown"];
const control = "input, select, textarea";
const free = ({ target, key }) =>
  pages.includes(key) || !target.closest(control) && !(target.closest("button") && [" ", "Enter"].includes(key));
const toggle = (name) => () => document.body.classList.toggle(name);

document.addEventListener("keydown", (event) => {
  if (!["Escape", ...pages].includes(event.key) || !event.target.closest(`${control}, button`)) return;
  event.target.blur();
  if (event.key === "Escape") event.stopPropagation();
}, true);

// What is folded in a notebook comes here with the next key.
for (const fold of document.querySelectorAll(".reveal details")) {
  fold.open = true;
  if (!fold.closest(".fragment")) fold.classList.add("fragment");
}

Reveal.initialize({
  width: 1280,
  height: 720,
  margin: 0,
  center: false,
  display: "flex",
  transition: "none",
  hash: true,
  slideNumber: "c/t",
  progress: false,
  keyboardCondition: free,
  keyboard: { 67: toggle("with-code"), 84: toggle("with-tables") },
  plugins: [RevealNotes],
});

// Voila shows the slides only when they are complete; before that they have no size.
new ResizeObserver(() => Reveal.layout()).observe(document.querySelector(".reveal"));
