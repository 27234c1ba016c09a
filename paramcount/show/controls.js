/* The controls of a panel. Nothing is counted here. */

/* Moves go to Python one at a time: when one is answered, the latest of those that were made meanwhile follows.
   Until the last is answered, what Python sends belongs to an earlier move, and is not shown. An answer that is
   lost with a connection holds nobody up for long. What has changed is spoken once the hand rests. */
const LOST = 5000;
const REST = 700;
const GONE = "Python does not answer. If its kernel was stopped, run this cell again.";

function exchange(model, el, traits, show) {
  const spoken = element("span", { class: "pc-sr", role: "status" });
  const gone = element("p", { class: "pc-problem", role: "alert" }, GONE);
  let turn = null, since, next = null, resting, waiting;
  el.append(spoken);

  function send(value) {
    [turn, since, next] = [Math.random(), performance.now(), null];
    clearTimeout(resting);
    clearTimeout(waiting);
    waiting = setTimeout(() => el.append(gone), LOST);
    model.send({ value, turn });
  }
  model.on("msg:custom", ({ answered, said }) => {
    if (answered !== turn) return;
    turn = null;
    clearTimeout(waiting);
    gone.remove();
    if (next) return send(next.value);
    show();
    resting = setTimeout(() => (spoken.textContent = said), REST);
  });
  traits.forEach((name) => model.on(`change:${name}`, () => turn === null && show()));
  return (value) => {
    if (turn === null || performance.now() - since > LOST) send(value);
    else next = { value };
  };
}

/* How high the head of a panel is: what stays below it must know. */
function watchHead(el) {
  const panel = el.closest(".pc");
  const head = panel?.querySelector(".pc-stays");
  if (!head || head.watched) return;
  head.watched = new ResizeObserver(() => panel.style.setProperty("--head", `${head.offsetHeight}px`));
  head.watched.observe(head);
}

function size({ model, el }) {
  const id = `pc-${Math.random().toString(36).slice(2)}`;
  const tick = control("input", { type: "checkbox" });
  const words = element("label", { for: id });
  const range = control("input", { type: "range", id, min: 1 });
  const box = control("input", { type: "text", inputmode: "numeric", autocomplete: "off" });
  const [low, high] = [element("span"), element("span")];
  const more = control("button", { type: "button", class: "pc-more" });
  const name = element("span", { class: "pc-name" }, tick, words);
  el.append(name, range, box, element("span", { class: "pc-ends" }, low, element("span", {}, high, more)));
  const move = exchange(model, el, ["value", "options", "ends", "label", "optional"], show);
  let end = 0; // the largest size that is in reach of the slider
  let typing = false; // what is being typed is nobody's to overwrite

  const reached = () => model.get("options").filter((each) => each <= end);

  function stand(value) {
    if (Number.isNaN(Number(value))) return; // arithmetic that is typed stays until Python has read it
    const place = Math.max(1, reached().filter((each) => each <= value).length);
    range.value = place;
    range.setAttribute("aria-valuetext", value);
    range.style.setProperty("--p", `${(100 * (place - 1)) / Math.max(1, range.max - 1)}%`);
    if (!typing) box.value = value;
    box.style.setProperty("--n", box.value.length);
  }

  function show() {
    const [value, ends] = [model.get("value"), model.get("ends")];
    const size = Number(value ?? model.get("last")) || 0;
    if (end < size || !ends.includes(end)) {
      // It opens with room on both sides of where it stands.
      const least = end ? Math.max(size, Math.min(end, ends.at(-1))) : size + 1;
      end = ends.find((each) => each >= least) ?? model.get("options").at(-1);
    }
    words.innerHTML = model.get("label");
    box.setAttribute("aria-label", words.textContent);
    tick.setAttribute("aria-label", `with ${words.textContent}`);
    tick.hidden = !model.get("optional");
    tick.checked = value !== null;
    range.disabled = box.disabled = value === null;
    range.max = reached().length;
    [low.textContent, high.textContent] = [reached()[0], reached().at(-1)].map((each) => each?.toLocaleString("en"));
    const further = ends.find((each) => each > end);
    more.hidden = !further;
    more.textContent = "more";
    more.setAttribute("aria-label", `more of ${words.textContent}: a slider to ${further?.toLocaleString("en")}`);
    stand(value ?? model.get("last"));
  }

  function moved(value) {
    stand(value);
    move(value);
  }

  tick.addEventListener("change", () => move(tick.checked ? model.get("last") : null));
  range.addEventListener("input", () => moved(reached()[range.value - 1]));
  more.addEventListener("click", () => {
    end = model.get("ends").find((each) => each > end) ?? end;
    show();
    if (more.hidden) range.focus();
  });
  box.addEventListener("input", () => (typing = true));
  box.addEventListener("change", () => {
    typing = false;
    const text = box.value.trim();
    if (text) moved(/^\d{1,15}$/.test(text) ? Number(text) : text);
  });
  box.addEventListener("keydown", (event) => {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!way || !/^\d+$/.test(box.value)) return;
    event.preventDefault();
    typing = false;
    moved(Number(box.value) + way);
  });
  box.addEventListener("blur", () => {
    typing = false;
    if (!box.value.trim()) show();
  });
  el.addEventListener("focusin", () => {
    watchHead(el);
    el.closest(".pc")?.querySelectorAll(".pc-last").forEach((each) => each.classList.remove("pc-last"));
    el.classList.add("pc-last");
  });
  show();
  requestAnimationFrame(() => watchHead(el));
}

function choice({ model, el }) {
  const id = `pc-${Math.random().toString(36).slice(2)}`;
  const words = element("label", { for: id });
  const list = control("select", { id });
  const move = exchange(model, el, ["value", "groups", "label"], show);

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
  el.prepend(words, list);
  show();
}

function buttons({ model, el }) {
  const group = element("div", { role: "group" });
  const move = exchange(model, el, ["value", "options", "label"], show);

  function stand(value) {
    [...group.children].forEach((each) => each.setAttribute("aria-pressed", each.textContent === value));
  }

  function made(option) {
    const button = control("button", { type: "button" });
    button.textContent = option;
    button.addEventListener("click", () => {
      stand(option);
      move(option);
    });
    return button;
  }

  function show() {
    group.setAttribute("aria-label", model.get("label"));
    if (group.children.length !== model.get("options").length) group.replaceChildren(...model.get("options").map(made));
    stand(model.get("value"));
  }

  el.prepend(group);
  show();
}

function toggle({ model, el }) {
  const tick = control("input", { type: "checkbox" });
  const words = element("span");
  el.append(element("label", {}, tick, words));
  const move = exchange(model, el, ["value", "label"], show);

  function show() {
    words.innerHTML = model.get("label");
    tick.checked = model.get("value");
  }

  tick.addEventListener("change", () => move(tick.checked));
  show();
}

export default { render: (context) => ({ size, choice, buttons, switch: toggle })[context.model.get("kind")](context) };
