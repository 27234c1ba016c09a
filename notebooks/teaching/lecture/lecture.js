// Keys stay with the control that has the focus, until Esc or a click elsewhere. C shows the code, T the tables.
const control = ".noUi-handle, input, select, textarea";
const free = ({ target, key }) =>
  !target.closest(control) && !(target.closest("button") && [" ", "Enter"].includes(key));
const toggle = (name) => () => document.body.classList.toggle(name);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !event.target.closest(`${control}, button`)) return;
  event.target.blur();
  event.stopPropagation();
}, true);

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
