/* What the pages of the site do besides: an extension of JupyterLab and Notebook, in the form in which both load one. */

const WIDGET = "application/vnd.jupyter.widget-view+json";
const LIVE = /^(predict|explore|compare|watch|memory|practice)\(/m;
const RUN = '<p class="pc-run">Run this cell: Shift + Enter, or ▶ above</p>';
const asked = new URLSearchParams(location.search).get("path");

function outputs({ type, content }) {
  const cells = type === "notebook" && content ? content.cells : [];
  return cells.flatMap((cell) => (cell.outputs ?? []).filter(({ data }) => data).map(({ data }) => ({ cell, data })));
}

/* As binder/jupyter_server_config.py: a widget is gone when its kernel is. In its place stay text and picture. */
function onlyWhatLasts(model) {
  if (model.type === "notebook" && model.content) delete model.content.metadata.widgets;
  for (const { data } of outputs(model)) if (Object.keys(data).length > 1) delete data[WIDGET];
  return model;
}

/* Above what stands for a panel or a question until its cell is run. */
function sayRun(model) {
  for (const { cell, data } of outputs(model)) {
    const html = [data["text/html"] ?? ""].flat().join("");
    const live = LIVE.test([cell.source].flat().join("")) && !html.includes("Run this cell");
    if (html && live) data["text/html"] = RUN + html;
  }
  return model;
}

function keepWhatLasts(contents) {
  const [get, save] = [contents.get.bind(contents), contents.save.bind(contents)];
  contents.get = async (path, options) => sayRun(onlyWhatLasts(await get(path, options)));
  contents.save = (path, model) => save(path, onlyWhatLasts(model));
}

/* Python takes as long to start as the page, and need not wait for it: the notebook finds it running. */
async function startPython({ sessions, kernelspecs }) {
  const python = () => kernelspecs.specs?.kernelspecs.python;
  for (await kernelspecs.ready; !python(); await kernelspecs.refreshSpecs()) await pause(50);
  const session = await sessions.startNew({ path: asked, name: asked, type: "notebook", kernel: { name: "python" } });
  session.dispose(); // our line to it, or each widget would be announced twice
}

const pause = (milliseconds) => new Promise((over) => setTimeout(over, milliseconds));

/* Where one document fills the page, another takes its place, in this tab. What was written is kept first. */
function followLinks(shell) {
  const files = new URL("../files/", location).href;
  const listen = (event) => {
    const link = event.target.closest?.(".jp-Notebook a[href]");
    const [address, place] = link?.href.split("#") ?? [""];
    const cell = place?.startsWith("cell-id=");
    if (!cell && !(address.startsWith(files) && address.endsWith(".ipynb"))) return;
    event.preventDefault();
    event.stopPropagation();
    if (cell) shell.currentWidget.setFragment(`#${place}`);
    else leave(shell, `index.html?path=${address.slice(files.length)}${place ? `#${place}` : ""}`);
  };
  document.addEventListener("click", listen, true);
  document.body.dataset.follows = "cells"; // which the strips of the chapters ask
}

async function leave(shell, address) {
  const { context } = shell.currentWidget;
  if (context.model.dirty) await context.save().catch(console.warn); // a full store holds nobody up
  location.assign(address);
}

function leadBack(shell) {
  const link = document.createElement("a");
  [link.className, link.href, link.textContent] = ["pc-chapters", "../index.html", "All chapters"];
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave(shell, link.href);
  });
  document.getElementById("menu-panel").prepend(link);
}

function dress() {
  const link = document.createElement("link");
  [link.rel, link.href] = ["stylesheet", "../extensions/counting-parameters/page.css"];
  document.head.append(link);
}

/* A link may lead to a place in a chapter. While the cells above it are drawn they grow and push it away: so again,
   until the reader takes over. */
async function goToPlace({ content, revealed }) {
  const taken = new AbortController();
  for (const hand of ["wheel", "keydown", "pointerdown"]) {
    addEventListener(hand, () => taken.abort(), { capture: true, signal: taken.signal });
  }
  await revealed;
  for (let times = 0; times < 12 && !taken.signal.aborted; times += 1) {
    await content.setFragment(decodeURIComponent(location.hash));
    await pause(400);
  }
}

const plugin = {
  id: "counting-parameters:page",
  autoStart: true,
  activate: ({ serviceManager, shell, started }) => {
    keepWhatLasts(serviceManager.contents);
    dress();
    if (asked?.endsWith(".ipynb")) startPython(serviceManager).catch(console.warn);
    if (document.body.dataset.notebook !== "notebooks") return;
    followLinks(shell);
    if (location.hash) shell.currentChanged.connect(() => goToPlace(shell.currentWidget).catch(console.warn));
    started.then(() => leadBack(shell));
  },
};

(window._JUPYTERLAB ??= {})["counting-parameters"] = {
  init: () => {},
  get: async () => () => ({ __esModule: true, default: plugin }),
};
