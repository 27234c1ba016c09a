// The keys of a lecture, its list of all lectures, and its notes window.
const body = document.body;
const list = document.querySelector("nav.lectures");
const toggle = (name) => () => {
  body.classList.toggle(name);
  measure();
};

// -- keys -----------------------------------------------------------------------------------------

// A presenter's remote sends these two: they turn the slide, whatever has the focus.
const pages = { PageUp: "prev", PageDown: "next" };
const ours = {
  c: toggle("with-code"),
  t: toggle("with-tables"),
  w: toggle("with-working"),
  s: openNotes,
  l: listLectures,
  Escape: leave,
  Enter: () => Reveal.isOverview() && Reveal.toggleOverview(false),
};
// What has the focus, and the keys that mean something to it. All others are the lecture's.
const theirs = [
  ["[type=range]", /^(Arrow.*|Home|End)$/],
  ["[type=text][inputmode=numeric]", /^([^a-z ]|[bekm]|.{2,})$/i],
  ["[role=treeitem]", /^(Arrow.*|Home|End|Enter| )$/],
  ["button, a, summary, [type=checkbox]", /^(Enter| )$/],
  ["input, select, textarea", /./],
];

function isTheirs(target, key) {
  const [, keys] = theirs.find(([what]) => target.closest(what)) ?? [];
  return !(key in pages) && key !== "Escape" && Boolean(keys?.test(key));
}

// Act on a key, in whichever window it was pressed; false if it is none of ours.
function pressed(key) {
  const act = ours[key] ?? ours[key.toLowerCase()];
  if (key in pages) {
    document.activeElement.blur();
    Reveal.togglePause(false);
    Reveal[pages[key]]();
  } else if (!list.hidden && /^\d$/.test(key)) {
    list.querySelectorAll("a")[key]?.click();
  } else if (act) {
    act();
  } else return false;
  return true;
}

document.addEventListener(
  "keydown",
  (event) => {
    const { target, key } = event;
    const aside = event.ctrlKey || event.altKey || event.metaKey || key === "Tab";
    if (aside || isTheirs(target, key) || (target.closest(".jump-to-slide") && !(key in pages))) return;
    if (!pressed(key)) {
      if (target === body || !/^(.|Arrow.*|Home|End)$/.test(key)) return; // reveal.js takes it from here
      revealed(event.keyCode);
    }
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

// A key of reveal.js, which acts on none while a control has the focus.
function revealed(code) {
  document.activeElement.blur();
  Reveal.triggerKey(code);
}

// Give the keys back to the slides, and close what lies over them.
function leave() {
  document.activeElement.blur();
  list.hidden = true;
  if (Reveal.isOverview()) Reveal.toggleOverview(false);
}

function listLectures() {
  list.hidden = !list.hidden;
  if (!list.hidden) list.querySelector("[aria-current]")?.focus();
}

// -- notes ----------------------------------------------------------------------------------------

// The window shows what it is told here: it has no copy of the chapter, and so no kernel. It stays when another
// lecture is opened, and says every second that it is there.
const place = new URL(".", document.currentScript.src);
const rules = (sheet) => [...sheet.cssRules].map((rule) => rule.cssText).join("\n");
const minutes = (slide) => Number(slide.dataset.timing) / 60;
let notes = null;
let told = 0;

function openNotes() {
  if (notes && !notes.closed) notes.focus();
  else notes = open(new URL("notes.html", place), "notes", "width=1200,height=760");
}

addEventListener("message", ({ origin, source, data }) => {
  if (origin !== location.origin) return;
  if (data.here && (data.empty || source !== notes)) {
    notes = source;
    tell(true);
  }
  if (data.slide) Reveal.slide(data.slide - 1);
  if (data.key && !pressed(data.key)) revealed(data.code);
});

// A still copy of a slide: what stands in its boxes, and no notes.
function copyOf(slide) {
  const copy = slide.cloneNode(true);
  const boxes = [slide, copy].map((each) => each.querySelectorAll("input"));
  boxes[0].forEach((box, at) => boxes[1][at].setAttribute("value", box.value));
  copy.querySelectorAll("aside, script").forEach((each) => each.remove());
  copy.classList.remove("past", "future");
  copy.classList.add("present");
  copy.removeAttribute("hidden");
  copy.style.display = "flex";
  return copy.outerHTML;
}

function tell(first = false) {
  if (!notes || notes.closed) return;
  const slides = Reveal.getSlides();
  const at = slides.indexOf(Reveal.getCurrentSlide());
  const [here, next] = [slides[at], slides[at + 1]];
  const until = (end) => slides.slice(0, end).reduce((sum, slide) => sum + minutes(slide), 0);
  const said = {
    lecture: document.title,
    number: at + 1,
    of: slides.length,
    minutes: { before: until(at), here: minutes(here), whole: until(slides.length) },
    notes: here.querySelector("aside.notes")?.innerHTML ?? "",
    wall: copyOf(here),
    next: next ? copyOf(next) : "",
    math: rules(document.getElementById("MJX-CHTML-styles")?.sheet ?? { cssRules: [] }),
    classes: body.className,
  };
  if (first) {
    said.css = [...document.styleSheets].map(rules).join("\n");
    said.light = body.dataset.jpThemeLight;
  }
  notes.postMessage(said, location.origin);
}

// Soon, and once for all that has changed meanwhile.
function tellSoon() {
  clearTimeout(told);
  told = setTimeout(tell, 150);
}

// -- the end --------------------------------------------------------------------------------------

// A page that is left asks Voila to end its kernel. Voila does it for a page that sends the same number twice, which shows
// that it comes from here; but it gives none to its pages.
if (!/\b_xsrf=/.test(document.cookie)) {
  const number = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  document.cookie = `_xsrf=${number}; path=${new URL("../../..", place).pathname}; SameSite=Strict`;
}

// -- the slides -----------------------------------------------------------------------------------

// What is folded in a notebook comes here with the next key.
for (const fold of document.querySelectorAll(".reveal details")) {
  fold.open = true;
  if (!fold.closest(".fragment")) fold.classList.add("fragment");
}

// -- what has to be measured ------------------------------------------------------------------------

function measure() {
  document.querySelectorAll("section.present .pc-svg").forEach(fitPicture);
  document.querySelectorAll("section.present .pc-work").forEach(countLines);
  document.querySelectorAll("section.present :is(.pc-ask, .pc-says, .pc-note, .jp-RenderedHTML, .jp-RenderedMarkdown)").forEach(keepProducts);
  document.querySelectorAll("section.present section:has(.pc-ask)").forEach(arrange);
  document.querySelectorAll("section.present section.present:not(:has(.pc))").forEach(fitWords);
  document.querySelectorAll("section.present :is(.pc-says.right, .pc-says.shown)").forEach(fitWorking);
}

// Few words are set larger, and those that would leave the slide smaller.
function fitWords(slide) {
  const words = document.createRange();
  words.selectNodeContents(slide);
  const filled = () => words.getBoundingClientRect().height / slide.getBoundingClientRect().height;
  if (slide.dataset.filled === filled().toFixed(3)) return;
  for (let size = 38; size >= 26; size -= 1) {
    slide.style.setProperty("--words", `${size}px`);
    if (filled() < 0.72 || (size <= 33 && slide.scrollHeight <= slide.clientHeight)) break;
  }
  slide.dataset.filled = filled().toFixed(3);
}

// A working that would leave the slide too: it is read off, not listened to.
function fitWorking(said) {
  const slide = said.closest("section");
  for (let size = 28; size >= 18 && slide.scrollHeight > slide.clientHeight; size -= 1)
    said.style.fontSize = `${size}px`;
}

// A line is not broken within a product, nor between a letter, its sign and its number; a sum goes on with the sign.
function keepProducts(element) {
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode;
    if (parentElement.closest("pre")) continue;
    const kept = data
      .replace(/ ?[×→] ?|\b[a-z]{1,2} = /gi, (sign) => sign.replaceAll(" ", "\u00a0"))
      .replace(/= /g, "=\u00a0")
      .replace(/(\d)-(?=\d)/g, "$1\u2011");
    if (kept !== data) texts.currentNode.data = kept;
    keepEqual(texts.currentNode);
  }
}

// The same where a formula is the letter.
function keepEqual(text) {
  const { previousSibling, parentElement } = text;
  const equal = /^ =\s\S+/.exec(text.data);
  if (!equal || previousSibling?.nodeName !== "MJX-CONTAINER" || parentElement.className === "kept") return;
  text.splitText(equal[0].length);
  const kept = document.createElement("span");
  kept.className = "kept";
  previousSibling.before(kept);
  kept.append(previousSibling, text);
}

// A question with many words has them smaller; below a low sketch there is room for what is said of an answer.
function arrange(slide) {
  const words = slide.querySelector(".pc-ask");
  const { width = 1, height = 0 } = slide.querySelector(".pc-svg")?.viewBox.baseVal ?? {};
  words.toggleAttribute("data-long", words.textContent.length > 130);
  words.toggleAttribute("data-longer", words.textContent.length > 360);
  slide.toggleAttribute("data-beside", height < 0.36 * width);
  slide.toggleAttribute("data-across", height > 0 && height < 0.15 * width);
}

// A question's sketch loses its margins, and a network to scale those at its sides, in steps, so that it stands still
// while a slider is moved. Each picture's labels are kept from being too small: by --px, the number of its
// units that make a pixel.
function fitPicture(picture) {
  if (picture.closest("section").querySelector(".pc-answer") && !("cut" in picture.dataset)) {
    const { x, y, width, height } = picture.getBBox();
    if (!width) return;
    picture.setAttribute("viewBox", `${x - 4} ${y - 4} ${width + 8} ${height + 8}`);
    picture.setAttribute("preserveAspectRatio", "xMidYMin meet");
    picture.dataset.cut = "";
  }
  if (picture.getAttribute("role") === "tree") cutSides(picture);
  const { width, height } = picture.viewBox.baseVal;
  const scale = Math.min(picture.clientWidth / width, picture.clientHeight / height);
  const units = (1 / scale).toFixed(3);
  if (scale <= 0 || picture.dataset.px === units) return;
  picture.dataset.px = units;
  picture.parentElement.style.setProperty("--px", units);
  narrow(picture);
}

// Labels grow where the picture is smaller, and that needs wider sides: so the sides only ever move out.
function cutSides(picture) {
  const { x, width } = picture.getBBox();
  if (!width) return;
  const { left = Infinity, right = -Infinity } = picture.dataset;
  const sides = [Math.min(left, 40 * Math.floor(x / 40)), Math.max(right, 40 * Math.ceil((x + width) / 40))];
  if (sides[0] === Number(left) && sides[1] === Number(right)) return;
  [picture.dataset.left, picture.dataset.right] = sides;
  picture.setAttribute("viewBox", `${sides[0]} 0 ${sides[1] - sides[0]} ${picture.viewBox.baseVal.height}`);
}

// Labels that are larger than they were drawn for, and for that have no room, are set narrower, not smaller.
function narrow(picture) {
  picture.querySelectorAll("[textLength]").forEach((label) => label.removeAttribute("textLength"));
  const labels = [...picture.querySelectorAll("text")].filter((label) => label.getComputedTextLength());
  const places = labels.map((label) => label.getBoundingClientRect());
  const frames = [...picture.querySelectorAll("rect")]
    .map((frame) => frame.getBoundingClientRect())
    .filter(({ width }) => width > 40);
  const room = new Map();
  labels.forEach((label, at) => {
    const own = places[at];
    const around = frames.filter((frame) => inside(own, frame)).sort((one, two) => one.width - two.width)[0];
    const hit = (place) => place !== own && touch(own, place);
    if (places.some(hit) || frames.some((frame) => reach(own, frame))) room.set(label, 0);
    else if (around && around.width < own.width + 16) room.set(label, (around.width - 16) / own.width);
  });
  const tight = [...room.keys()];
  const wide = tight.map((label) => label.getComputedTextLength());
  const units = picture.parentElement.style.getPropertyValue("--px");
  picture.parentElement.style.setProperty("--px", "0");
  const drawn = tight.map((label) => label.getComputedTextLength());
  picture.parentElement.style.setProperty("--px", units);
  tight.forEach((label, at) => {
    if (drawn[at] >= wide[at]) return;
    label.setAttribute("textLength", Math.max(drawn[at], wide[at] * Math.max(0.7, room.get(label))));
    label.setAttribute("lengthAdjust", "spacingAndGlyphs");
  });
}

// Whether the middle of a label is in a frame.
function inside(label, frame) {
  const [x, y] = [(label.left + label.right) / 2, (label.top + label.bottom) / 2];
  return frame.left < x && x < frame.right && frame.top < y && y < frame.bottom;
}

// Whether a label before a frame reaches it.
function reach(label, frame) {
  const y = (label.top + label.bottom) / 2;
  return label.left < frame.left - 20 && label.right > frame.left - 6 && frame.top < y && y < frame.bottom && !inside(label, frame);
}

// Whether two labels stand side by side with no room between them.
function touch(one, two) {
  const across = Math.min(one.right, two.right) - Math.max(one.left, two.left);
  const down = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
  return across > -4 && down > one.height / 2;
}

// In how many lines a working stands; 3 for all that are more. In two, it makes way for a picture that needs the room.
function countLines(work) {
  if (!work.offsetParent) return;
  const lines = new Set([...work.querySelectorAll(".pc-nb")].map((piece) => piece.offsetTop));
  const said = String(Math.min(lines.size, 3));
  if (work.dataset.lines !== said) work.dataset.lines = said;
  const picture = work.closest(".pc").querySelector(".pc-svg:not(.pc-slim)");
  work.toggleAttribute("data-aside", said > 1 && picture?.viewBox.baseVal.height > 350);
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
  controls: false,
  keyboard: { 27: null },
}).then(() => {
  // All of them at once: as many in a row as in a column.
  const across = Math.ceil(Math.sqrt(Reveal.getTotalSlides()));
  body.style.setProperty("--across", across);
  Reveal.getHorizontalSlides().forEach((slide, at) => {
    slide.style.setProperty("--right", at % across);
    slide.style.setProperty("--down", Math.floor(at / across));
  });
  const slides = document.querySelector(".reveal .slides");
  const changed = () => {
    measure();
    tellSoon();
  };
  new MutationObserver(changed).observe(slides, { subtree: true, childList: true, attributes: true });
  slides.addEventListener("input", tellSoon);
  changed();
});

// Voila shows the slides only when they are complete; before that they have no size.
new ResizeObserver(() => {
  Reveal.layout();
  measure();
}).observe(document.querySelector(".reveal"));
