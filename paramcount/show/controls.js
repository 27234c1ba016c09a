/* The controls of a panel. Nothing is counted here. */

/* Moves go to Python one at a time: when one is answered, the latest of those that were made meanwhile follows.
   Until the last is answered, what Python sends belongs to an earlier move, and is not shown. An answer that is
   lost with a connection holds nobody up for long. */
const LOST = 5000;

function exchange(model, traits, show) {
  let turn = null, since, next = null;

  function send(value) {
    [turn, since, next] = [Math.random(), performance.now(), null];
    model.send({ value, turn });
  }
  model.on("msg:custom", ({ answered }) => {
    if (answered !== turn) return;
    turn = null;
    if (next) send(next.value);
    else show();
  });
  traits.forEach((name) => model.on(`change:${name}`, () => turn === null && show()));
  return (value) => {
    if (turn === null || performance.now() - since > LOST) send(value);
    else next = { value };
  };
}

function size({ model, el }) {
  const id = `pc-${Math.random().toString(36).slice(2)}`;
  const tick = control("input", { type: "checkbox" });
  const words = element("label", { for: id });
  const range = control("input", { type: "range", id, min: 0 });
  const box = control("input", { type: "number", min: 1, step: "any" });
  const [low, high] = [element("span"), element("span")];
  const move = exchange(model, ["value", "options", "label", "optional"], show);
  let typing = false; // what is being typed is nobody's to overwrite

  function stand(value) {
    const options = model.get("options");
    const place = Math.max(0, options.filter((each) => each <= value).length - 1);
    range.value = place;
    range.setAttribute("aria-valuetext", value);
    range.style.setProperty("--p", `${(100 * place) / Math.max(1, options.length - 1)}%`);
    if (!typing) box.value = value;
    box.style.setProperty("--n", box.value.length);
  }

  function show() {
    const [value, options] = [model.get("value"), model.get("options")];
    words.innerHTML = model.get("label");
    box.setAttribute("aria-label", words.textContent);
    tick.setAttribute("aria-label", `with ${words.textContent}`);
    tick.hidden = !model.get("optional");
    tick.checked = value !== null;
    range.disabled = box.disabled = value === null;
    range.max = options.length - 1;
    [low.textContent, high.textContent] = [options[0], options.at(-1)].map((each) => each.toLocaleString("en"));
    stand(value ?? model.get("last"));
  }

  function moved(value) {
    stand(value);
    move(value);
  }

  tick.addEventListener("change", () => move(tick.checked ? model.get("last") : null));
  range.addEventListener("input", () => moved(model.get("options")[range.value]));
  box.addEventListener("input", () => (typing = true));
  box.addEventListener("change", () => {
    typing = false;
    if (box.value) moved(Number(box.value));
  });
  box.addEventListener("blur", () => {
    typing = false;
    if (!box.value) show();
  });
  const name = element("span", { class: "pc-name" }, tick, words);
  el.append(name, range, box, element("span", { class: "pc-ends", "aria-hidden": "true" }, low, high));
  show();
}

function choice({ model, el }) {
  const id = `pc-${Math.random().toString(36).slice(2)}`;
  const words = element("label", { for: id });
  const list = control("select", { id });
  const move = exchange(model, ["value", "groups", "label"], show);

  function group([title, names]) {
    const options = names.map((name) => element("option", { value: name }, name));
    return title ? [element("optgroup", { label: title }, ...options)] : options;
  }

  function show() {
    words.innerHTML = model.get("label");
    list.replaceChildren(...model.get("groups").flatMap(group));
    list.value = model.get("value");
  }

  list.addEventListener("change", () => move(list.value));
  el.append(words, list);
  show();
}

function toggle({ model, el }) {
  const tick = control("input", { type: "checkbox" });
  const words = element("span");
  const move = exchange(model, ["value", "label"], show);

  function show() {
    words.innerHTML = model.get("label");
    tick.checked = model.get("value");
  }

  tick.addEventListener("change", () => move(tick.checked));
  el.append(element("label", {}, tick, words));
  show();
}

export default { render: (context) => ({ size, choice, switch: toggle })[context.model.get("kind")](context) };
