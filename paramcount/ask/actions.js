/* The buttons below a strip. Python has the answers; here they are only carried to the clipboard and back. */

function render({ model, el }) {
  const send = (event, text = "") => model.send({ event, text });
  const say = (text) => (said.textContent = text);

  function button(label, act) {
    const made = control("button", { type: "button" });
    made.textContent = label;
    made.onclick = act;
    return made;
  }

  const copy = button("Copy my answers as a code", () => send("copy"));
  const again = button("", () => send("again"));
  const box = control("input", { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
  const submit = control("button", { type: "submit" });
  submit.textContent = "Take it in";
  const form = element("form", {}, element("label", {}, "A code that you copied elsewhere", box), submit);
  const summary = control("summary");
  summary.textContent = "Take in a code";
  const code = control("input", { type: "text", readonly: "", hidden: "", "aria-label": "The code of my answers" });
  const said = element("p", { role: "status" });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send("take", box.value);
  });

  // A browser may refuse: then the code stands there, to be copied by hand.
  model.on("msg:custom", async (message) => {
    code.hidden = true;
    try {
      await navigator.clipboard.writeText(message.code);
      say("Copied. Where you go on, paste it under “Take in a code”.");
    } catch {
      Object.assign(code, { value: message.code, hidden: false });
      code.select();
      say("This is the code: copy it from the box.");
    }
  });

  const show = {
    copy: (yes) => (copy.disabled = !yes),
    again: (label) => Object.assign(again, { textContent: label, hidden: !label }),
    said: say,
  };
  Object.entries(show).forEach(([name, act]) => {
    act(model.get(name));
    model.on(`change:${name}`, () => act(model.get(name)));
  });

  // Another notebook may have written while this one was out of sight.
  const watch = new IntersectionObserver(([entry]) => entry.isIntersecting && send("seen"));
  watch.observe(el);
  el.append(element("div", {}, copy, again), element("details", {}, summary, form), code, said);
  return () => watch.disconnect();
}

export default { render };
