// Search in an exported library, without a server: all words, or word beginnings, in titles, tags and what was said.
// In a library that is one file it also shows the demos, each as a page in a frame. Texts are never parsed as markup.
const data = JSON.parse(document.getElementById("data").textContent);
const reading = document.getElementById("reading");
const frame = document.getElementById("page");
const field = document.getElementById("q");
const found = document.getElementById("found");
const said = document.getElementById("said");
const stop = new Set(data.stop);
const FIELDS = { title: 4, tags: 3, step: 3, text: 1 };
const MOST_DEMOS = 40;
const MOST_STEPS = 3;
const SNIPPET = 160;
// Scripts written without spaces: every character is a word.
const WORD = /[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|(?:(?![\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])[\p{L}\p{N}])+/gu;
let address = "";

function words(text) {
  const plain = text.normalize("NFKD").replace(/\p{M}|['’]/gu, "").toLowerCase();
  return plain.match(WORD) ?? [];
}

/** The stem of an English word, roughly: “orders”, “ordered” and “ordering” are one word. */
function stem(word) {
  return word.length > 4 ? word.replace(/(?:ies|ied)$/, "y").replace(/(?:ing|ed|es|s|e)$/, "") : word;
}

/** Words with their stem and their places: [demo, part, weight]; part 0 is the demo as a whole, part N its Nth step. */
const index = new Map();

function note(at, part, fields) {
  const weights = new Map();
  for (const [name, text] of fields) for (const word of words(text)) weights.set(word, Math.max(weights.get(word) ?? 0, FIELDS[name]));
  for (const [word, weight] of weights) {
    if (!index.has(word)) index.set(word, { root: stem(word), places: [] });
    index.get(word).places.push([at, part, weight]);
  }
}

for (const [at, demo] of data.demos.entries()) {
  note(at, 0, [["title", demo.title], ["tags", demo.tags.join(" ")], ["text", `${demo.facts} ${demo.text}`]]);
  for (const [n, step] of demo.steps.entries()) note(at, n + 1, [["step", step.title], ["text", step.text]]);
}

/** How well a word of the library meets one of the query: itself, another form of it, or only its beginning. */
function likeness(word, root, term) {
  if (word === term.word) return 1;
  if (root === term.root) return 0.9;
  return term.begins && word.startsWith(term.word) ? 0.6 : 0;
}

/** For each demo that has a word of the query, its parts with the weight of each term. */
function matches(terms) {
  const found = new Map();
  for (const [word, { root, places }] of index) {
    for (const [n, term] of terms.entries()) {
      const factor = likeness(word, root, term);
      if (!factor) continue;
      for (const [at, part, weight] of places) {
        if (!found.has(at)) found.set(at, new Map());
        const parts = found.get(at);
        if (!parts.has(part)) parts.set(part, new Array(terms.length).fill(0));
        parts.get(part)[n] = Math.max(parts.get(part)[n], weight * factor);
      }
    }
  }
  return found;
}

function search(query) {
  const typed = words(query);
  const content = typed.filter((word) => !stop.has(word));
  const wanted = content.length ? content : typed;
  if (!wanted.length) return null;
  const terms = wanted.map((word) => ({ word, root: stem(word), begins: word.length > 2 || word === wanted.at(-1) }));
  const best = [...matches(terms)].map(([at, parts]) => ({ demo: data.demos[at], parts, best: terms.map((_, n) => Math.max(...[...parts.values()].map((weights) => weights[n]))) }));
  const rarity = terms.map((_, n) => Math.log(1 + data.demos.length / (1 + best.filter((one) => one.best[n]).length)));
  const ranked = best.map((one) => rank(one, rarity));
  const complete = ranked.filter(({ met }) => met === terms.length);
  const hits = (complete.length ? complete : ranked.filter(({ met }) => met * 2 >= terms.length)).sort((a, b) => b.met - a.met || b.score - a.score);
  return { wanted, hits: hits.slice(0, MOST_DEMOS), partial: !complete.length && hits.length > 0 };
}

function rank({ demo, parts, best }, rarity) {
  const sum = (weights) => weights.reduce((total, weight, n) => total + weight * rarity[n], 0);
  const steps = [...parts].filter(([part]) => part).map(([part, weights]) => ({ part, score: sum(weights) }));
  steps.sort((a, b) => b.score - a.score || a.part - b.part);
  return { demo, met: best.filter(Boolean).length, score: sum(best) + (steps[0]?.score ?? 0), steps: steps.slice(0, MOST_STEPS).map(({ part }) => demo.steps[part - 1]) };
}

function element(name, className, ...inside) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}

function inLanguage(made, demo) {
  if (/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(demo.language)) made.lang = demo.language;
  made.dir = "auto";
  return made;
}

/** A text around the first word that was found, with the words marked. */
function snippet(text, wanted) {
  const isMet = (word) => wanted.some((one) => stem(word) === stem(one) || word.startsWith(one));
  const pieces = text.split(/([\p{L}\p{N}'’]+)/u);
  const first = pieces.findIndex((piece, at) => at % 2 && words(piece).some(isMet));
  let start = Math.max(0, first);
  for (let length = 0; start > 0 && length < SNIPPET / 3; ) length += pieces[--start].length;
  const made = element("span", "snippet", start > 0 ? "… " : "");
  let length = 0;
  for (let at = start; at < pieces.length && length < SNIPPET; at += 1) {
    made.append(at % 2 && words(pieces[at]).some(isMet) ? element("mark", "", pieces[at]) : pieces[at]);
    length += pieces[at].length;
  }
  if (length >= SNIPPET) made.append(" …");
  return made;
}

function hrefOf(demo, number) {
  return number ? `${demo.href}${reading ? "&" : "#"}step-${number}` : demo.href;
}

function shown({ demo, steps }, wanted) {
  const title = element("a", "", demo.title);
  title.href = hrefOf(demo, 0);
  const hits = steps.map((step) => {
    const text = step.text && step.text !== step.title ? [inLanguage(snippet(step.text, wanted), demo)] : [];
    const link = element("a", "", element("span", "number", String(step.number)), " ", inLanguage(element("span", "step", step.title), demo), " ", element("span", "at", step.at), ...text);
    link.href = hrefOf(demo, step.number);
    return element("li", "", link);
  });
  const list = hits.length ? [element("ol", "hits", ...hits)] : [];
  return element("li", "", element("h2", "", inLanguage(title, demo)), ...list, element("p", "facts", demo.facts));
}

function show() {
  const result = search(field.value);
  found.hidden = !result;
  document.getElementById("all").hidden = Boolean(result);
  found.replaceChildren(...(result?.hits ?? []).map((hit) => shown(hit, result.wanted)));
  const number = result?.hits.length ?? 0;
  said.textContent = !result ? "" : !number ? `Nothing found for “${field.value.trim()}”. Try fewer words, or the beginning of one.` : `${number} demo${number === 1 ? "" : "s"}${result.partial ? " · none has all your words" : ""}`;
}

function typed() {
  show();
  history.replaceState(null, "", field.value.trim() ? `#q=${encodeURIComponent(field.value)}` : "#");
}

function choose(by) {
  const links = [...found.querySelectorAll(".hits a, h2 a")].filter((link) => link.closest(".hits") || !link.closest("li").querySelector(".hits"));
  if (!links.length) return;
  const at = links.findIndex((link) => link.classList.contains("chosen"));
  links[at]?.classList.remove("chosen");
  const chosen = links[Math.max(0, Math.min(links.length - 1, at + by))];
  chosen.classList.add("chosen");
  chosen.scrollIntoView({ block: "nearest" });
}

/** In a library that is one file: the page of the demo that the address names, else the list. */
function route() {
  const query = /^#q=(.*)$/.exec(location.hash);
  if (query) {
    try {
      field.value = decodeURIComponent(query[1]);
    } catch {} // not an address of this page
    show();
  }
  if (!location.hash) {
    field.value = ""; // back from a search
    show();
  }
  const wanted = /^#demo=([a-z0-9-]+)(?:&(step-\d+))?$/.exec(location.hash);
  const page = reading && wanted && document.querySelector(`script[data-page="${wanted[1]}"]`);
  if (!reading) return;
  document.getElementById("list").hidden = Boolean(page);
  reading.hidden = !page;
  if (address) URL.revokeObjectURL(address);
  address = page ? URL.createObjectURL(new Blob([JSON.parse(page.textContent)], { type: "text/html" })) : "";
  frame.title = page ? data.demos.find(({ demo_id }) => demo_id === wanted[1]).title : "";
  frame.contentWindow.location.replace(page ? `${address}${wanted[2] ? `#${wanted[2]}` : ""}` : "about:blank");
}

document.getElementById("find").hidden = false;
if (document.getElementById("tags")) document.getElementById("tags").hidden = false;
field.addEventListener("input", typed);
field.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose(event.key === "ArrowDown" ? 1 : -1);
  }
});
field.form.addEventListener("submit", (event) => {
  event.preventDefault();
  (found.querySelector(".chosen") ?? found.querySelector("li:first-child .hits a") ?? found.querySelector("h2 a"))?.click();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== field && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    field.focus();
  }
});
window.addEventListener("hashchange", route);
route();
