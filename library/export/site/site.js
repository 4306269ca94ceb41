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

function counts(parts) {
  const weights = new Map();
  for (const [name, text] of parts) for (const word of words(text)) weights.set(word, Math.max(weights.get(word) ?? 0, FIELDS[name]));
  return weights;
}

const entries = data.demos.map((demo) => ({
  demo,
  whole: counts([["title", demo.title], ["tags", demo.tags.join(" ")], ["text", `${demo.facts} ${demo.text}`]]),
  steps: demo.steps.map((step) => counts([["step", step.title], ["text", step.text]])),
}));

/** The weight of a query's word in a part: whole words and their forms count more than beginnings. */
function weightIn(part, word, begins) {
  let best = part.get(word) ?? 0;
  for (const [other, weight] of part) {
    if (stem(other) === stem(word)) best = Math.max(best, weight * 0.9);
    else if (begins && other.startsWith(word)) best = Math.max(best, weight * 0.6);
  }
  return best;
}

function search(query) {
  const typed = words(query);
  const content = typed.filter((word, at) => !stop.has(word) || (at === typed.length - 1 && !query.endsWith(" ")));
  const wanted = content.length && content.some((word) => !stop.has(word)) ? content.filter((word) => !stop.has(word)) : typed;
  if (!wanted.length) return null;
  const all = entries.map((entry) => {
    const perWord = wanted.map((word) => {
      const begins = word.length > 2 || wanted.length === 1 || word === wanted.at(-1);
      return { whole: weightIn(entry.whole, word, begins), steps: entry.steps.map((step) => weightIn(step, word, begins)) };
    });
    return { entry, perWord };
  });
  const idf = wanted.map((_, at) => Math.log(1 + entries.length / (1 + all.filter(({ perWord }) => perWord[at].whole || perWord[at].steps.some(Boolean)).length)));
  const ranked = all.map(({ entry, perWord }) => rank(entry, perWord, idf)).filter(({ met }) => met > 0);
  const complete = ranked.filter(({ met }) => met === wanted.length);
  const hits = (complete.length ? complete : ranked.filter(({ met }) => met * 2 >= wanted.length)).sort((a, b) => b.met - a.met || b.score - a.score);
  return { wanted, hits: hits.slice(0, MOST_DEMOS), partial: !complete.length && hits.length > 0 };
}

function rank(entry, perWord, idf) {
  const best = (one) => Math.max(one.whole, ...one.steps, 0);
  const met = perWord.filter((one) => best(one) > 0).length;
  const steps = entry.steps.map((_, at) => ({ at, score: perWord.reduce((sum, one, n) => sum + one.steps[at] * idf[n], 0) })).filter(({ score }) => score > 0);
  steps.sort((a, b) => b.score - a.score || a.at - b.at);
  const score = perWord.reduce((sum, one, n) => sum + best(one) * idf[n], 0) + (steps[0]?.score ?? 0);
  return { demo: entry.demo, met, score, steps: steps.slice(0, MOST_STEPS).map(({ at }) => entry.demo.steps[at]) };
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
