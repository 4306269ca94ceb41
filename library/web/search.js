// Search as you type. The server renders the results; this requests them on input, and selects hits by arrow keys.
// While keys come only words are searched; when they rest, meaning too. Enter waits for the answer to what stands in the
// field, and opens its best hit; what is only near opens when it was selected.
const REST_MS = 150;
const field = document.querySelector(".large input[type=search]");
const results = document.getElementById("results");
const said = document.getElementById("said");
let asking = null;
let chosen = -1;
let rest = 0;
let answered = { query: field.defaultValue, part: "results" };
let going = false; // Enter was pressed, and its answer has not come yet
let failed = false; // the last request was not answered, and no other is on its way

// The form's own page, with what else it sends: on the page of a program the program.
function addressOf(query) {
  const sent = [...new FormData(field.form)].filter(([name, value]) => name !== "q" && value);
  const fields = [...sent, ...(query.trim() ? [["q", query]] : [])].map((pair) => pair.map(encodeURIComponent).join("="));
  return new URL(field.form.action).pathname + (fields.length ? `?${fields.join("&")}` : "");
}

async function ask(part) {
  clearTimeout(rest);
  asking?.abort();
  failed = false;
  asking = new AbortController();
  const query = field.value;
  const address = addressOf(query);
  try {
    const answer = await fetch(`${address}${address.includes("?") ? "&" : "?"}part=${part}`, { signal: asking.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    show(query, part, await answer.text());
    history.replaceState(null, "", address);
    if (going) go();
    else if (part === "typing") rest = setTimeout(ask, REST_MS, "results");
  } catch (error) {
    if (error.name === "AbortError") return;
    failed = true;
    said.textContent = "The library does not answer.";
    if (going) field.form.submit(); // the browser says what is wrong
  }
}

function show(query, part, page) {
  const before = answered;
  answered = { query, part };
  if (part === "results" && before.query === query && chosen >= 0) return; // what was chosen does not move
  results.innerHTML = page; // rendered by the server, with all texts escaped
  said.textContent = results.querySelector("[data-said]")?.dataset.said ?? "";
  chosen = -1;
}

// What Enter opens: the hit that was selected, else the best one if it answers the question.
function best() {
  return results.querySelector(".chosen") ?? (results.querySelector("[data-opens]") && results.querySelector(".hits a"));
}

function go() {
  const hit = best();
  if (!hit && answered.part === "typing") {
    ask("results"); // there may be answers in other words
    return;
  }
  going = false;
  if (hit) location.href = hit.href;
}

function choose(by) {
  const hits = [...results.querySelectorAll(".hits a, .demos h2 a")].filter((a) => a.closest(".hits") || !a.closest("li").querySelector(".hits"));
  if (!hits.length) return;
  hits[chosen]?.classList.remove("chosen");
  chosen = Math.max(0, Math.min(hits.length - 1, chosen + by));
  hits[chosen].classList.add("chosen");
  hits[chosen].scrollIntoView({ block: "nearest" });
  said.textContent = hits[chosen].textContent.trim().replace(/\s+/g, " ");
}

function typed() {
  going = false;
  ask("typing");
}

field.addEventListener("input", typed);
field.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose(event.key === "ArrowDown" ? 1 : -1);
  }
});
field.form.addEventListener("submit", (event) => {
  if (failed || !(field.value.trim() || best())) return;
  event.preventDefault();
  going = true;
  if (answered.query === field.value) go();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== field && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    field.focus();
    field.select();
  }
});
// Some browsers focus what has autofocus only after the page is shown; keys that come before would be lost.
if (document.activeElement === document.body) field.focus({ preventScroll: true });
if (field.value !== answered.query) typed(); // keys that came before this script
