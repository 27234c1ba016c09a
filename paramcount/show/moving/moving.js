/* A picture in steps. Python has drawn all of them; here is only which one is seen. Still at first, and wherever
   somebody wants less motion: then there is nothing to play, and each step is taken by hand. */

function render({ model, el }) {
  const said = model.get("said");
  const picture = element("div", { class: "pc-pic" });
  picture.innerHTML = model.get("picture");
  const less = matchMedia("(prefers-reduced-motion: reduce)");
  const play = control("button", { type: "button", class: "pc-play" });
  const back = control("button", { type: "button", "aria-label": `${model.get("name")} before` });
  const on = control("button", { type: "button", "aria-label": `next ${model.get("name")}` });
  back.textContent = "←";
  on.textContent = "→";
  const range = control("input", { type: "range", min: 0, max: said.length, step: 1, value: 0 });
  const words = element("p", { class: "pc-said", "aria-live": "polite" });
  const label = element("label", {}, element("span", {}, model.get("name")), range);
  el.classList.add("pc-moves");
  el.append(picture, element("div", { class: "pc-steer" }, play, back, on, label), words);
  let timer = null;

  function show(step) {
    range.value = step;
    range.setAttribute("aria-valuetext", step ? said[step - 1] : "all of it");
    picture.classList.toggle("pc-moving", step > 0);
    picture.querySelectorAll("[data-at]").forEach(({ classList, dataset }) => {
      classList.toggle("pc-here", dataset.at <= step && step <= (dataset.until ?? said.length));
    });
    words.textContent = step ? said[step - 1] : "";
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
    words.setAttribute("aria-live", "polite");
  }

  function go() {
    if (Number(range.value) >= said.length) show(0);
    play.textContent = "Pause";
    words.setAttribute("aria-live", "off");
    const next = () => {
      if (!el.isConnected || Number(range.value) >= said.length) stop();
      else show(Number(range.value) + 1);
    };
    next();
    timer = setInterval(next, model.get("pause"));
  }

  function to(step) {
    stop();
    show(Math.min(Math.max(step, 0), said.length));
  }

  function calm() {
    play.hidden = less.matches;
    if (less.matches) stop();
  }

  play.addEventListener("click", () => (timer ? stop() : go()));
  back.addEventListener("click", () => to(Number(range.value) - 1));
  on.addEventListener("click", () => to(Number(range.value) + 1));
  range.addEventListener("input", () => to(Number(range.value)));
  less.addEventListener("change", calm);
  stop();
  calm();
  show(0);
  return () => {
    stop();
    less.removeEventListener("change", calm);
  };
}

export default { render };
