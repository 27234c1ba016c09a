/* The form that an answer is typed into. Each message carries the text that stands in the box at that moment:
   text that came by itself could arrive too late, or in part. */

function render({ model, el }) {
  const box = control("input", { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
  const words = element("span");
  const buttons = element("span", { class: "pc-buttons" });
  const form = element("form", { novalidate: "" }, element("label", {}, words, box), buttons);

  const send = (event) => model.send({ event, text: box.value });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send("submit");
  });
  // The draft is kept with the model, for a view that is drawn anew. It is not sent.
  box.addEventListener("input", () => model.set("value", box.value));

  function button({ name, label, primary = false, disabled = false }) {
    const made = buttons.querySelector(`[name="${name}"]`) ?? control("button", { name });
    made.type = name === "submit" ? "submit" : "button";
    made.onclick = name === "submit" ? null : () => send(name);
    made.textContent = label;
    made.disabled = disabled;
    made.classList.toggle("mod-primary", primary);
    return made;
  }

  // One that stays is not moved, since it would lose the focus; from one that goes, the box takes it.
  function arrange(parent, wanted) {
    const held = parent.querySelector(":focus");
    [...parent.children].filter((each) => !wanted.includes(each)).forEach((each) => each.remove());
    wanted.forEach((each, place) => {
      if (parent.children[place] !== each) parent.insertBefore(each, parent.children[place] ?? null);
    });
    if (held && (held.disabled || !held.isConnected)) box.focus();
  }

  const show = {
    label: (text) => (words.textContent = text),
    placeholder: (text) => (box.placeholder = text),
    value: (text) => text === box.value || (box.value = text),
    busy: (yes) => form.setAttribute("aria-busy", yes),
    buttons: (others) => {
      const check = { name: "submit", label: "Check", primary: !others.some((each) => each.primary) };
      arrange(buttons, [check, ...others].map(button));
    },
  };
  Object.entries(show).forEach(([name, act]) => {
    act(model.get(name));
    model.on(`change:${name}`, () => act(model.get(name)));
  });
  el.append(form);
  new ResizeObserver((_, observer) => {
    if (!el.isConnected) return;
    observer.disconnect();
    if (model.get("takes_focus")) {
      model.set("takes_focus", false); // once
      el.closest(".pc")?.scrollIntoView();
      box.focus({ preventScroll: true });
    } else if (justRun(el)) keepInView(el);
  }).observe(el);
}

// Whether its cell is the one that a reader has just run: Shift+Enter has gone on to the next one by then.
function justRun(el) {
  const cell = el.closest(".jp-Cell");
  return [cell, cell?.nextElementSibling].some((each) => each?.classList.contains("jp-mod-active"));
}

// JupyterLab scrolls to the next cell before the question has its height. The words and the box are to be seen.
function keepInView(el) {
  const question = el.closest(".pc");
  const see = () => [el, question].forEach((each) => each?.scrollIntoView({ block: "nearest" }));
  [100, 400].forEach((time) => setTimeout(see, time));
}

export default { render };
