/* The buttons below a strip. Python has the answers; here they are only carried to the clipboard and back. */

/* The ways from a strip to its questions. JupyterLab and the site tell a widget which notebook it is in, and
   follow a link to a cell. Notebook 7 would open the same notebook once more, and elsewhere there is no way to
   a cell: there nothing is offered. A page that follows such links itself, as our site does, says so. */
function ways({ widget_manager: manager }) {
  const { context, rendermime } = manager ?? {};
  const { notebook = "lab", follows } = document.body.dataset; // what Notebook 7 and the site call themselves
  const there = context?.model?.cells && (follows || (notebook === "lab" && rendermime?.linkHandler));

  // The cell that asks a question, or the folded heading that it is hidden under.
  function place(question) {
    let folded = null;
    for (const cell of there ? context.model.cells : []) {
      const source = cell.sharedModel.getSource();
      const level = cell.type === "markdown" && source.match(/^#+(?= )/)?.[0].length;
      if (level && !(folded && level > folded.level)) {
        folded = cell.getMetadata("jp-MarkdownHeadingCollapsed") ? { level, cell } : null;
      }
      if (cell.type === "code" && source.includes(`"${question}"`)) return folded?.cell ?? cell;
    }
  }

  return {
    known: (question) => Boolean(place(question)),
    // A link that JupyterLab binds as it does those of a text, and that is followed at once.
    lead(from, question) {
      const cell = place(question);
      if (!cell) return;
      const link = element("a", { hidden: "", href: `#cell-id=${cell.id}` });
      from.append(link);
      if (!follows) rendermime.linkHandler.handleLink(link, context.path, `#cell-id=${cell.id}`);
      link.click();
      link.remove();
    },
  };
}

function render({ model, el }) {
  const send = (event, text = "") => model.send({ event, text });
  const say = (text) => (said.textContent = text);

  function button(label, act) {
    const made = control("button", { type: "button" });
    made.textContent = label;
    made.onclick = act;
    return made;
  }

  const { known, lead } = ways(model);
  const asked = (number) => model.get("questions")[number - 1];
  const go = button("", () => lead(el, asked(model.get("next"))));
  go.className = "mod-primary";

  // The marks of the strip above, which is replaced by each answer.
  function link(mark) {
    const question = asked(Number(mark.querySelector("i")?.textContent));
    if (!question || !known(question)) return;
    const made = control("button", { type: "button", class: "pc-mk" });
    made.append(...mark.childNodes);
    made.onclick = () => lead(el, question);
    mark.replaceWith(made);
  }
  const strip = new MutationObserver(linkAll);
  function linkAll() {
    const output = el.closest(".jp-OutputArea");
    output?.querySelectorAll("span.pc-mk").forEach(link);
    if (output) strip.observe(output, { childList: true, subtree: true });
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
    next: (number) => Object.assign(go, { textContent: `Go on with ${number}`, hidden: !known(asked(number)) }),
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
  el.append(element("div", {}, go, copy, again), element("details", {}, summary, form), code, said);
  const placed = new ResizeObserver(linkAll); // only now is there an output around it
  placed.observe(el);
  return () => [watch, strip, placed].forEach((each) => each.disconnect());
}

export default { render };
