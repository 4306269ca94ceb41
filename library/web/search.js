// Search as you type. The server renders the results; this requests them on input, and selects hits by arrow keys.
// While keys come only words are searched; when they rest, meaning too.
const REST_MS = 150;
const field = document.querySelector(".large input");
const results = document.getElementById("results");
const said = document.getElementById("said");
let asking = null;
let chosen = -1;
let rest = 0;

async function ask(part) {
  clearTimeout(rest);
  asking?.abort();
  asking = new AbortController();
  const query = field.value;
  const address = query.trim() ? `/?q=${encodeURIComponent(query)}` : "/";
  try {
    const answer = await fetch(`${address}${address.includes("?") ? "&" : "?"}part=${part}`, { signal: asking.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = await answer.text();
    if (part === "results" && chosen >= 0) return; // what was chosen does not move
    results.innerHTML = page; // rendered by the server, with all texts escaped
    history.replaceState(null, "", address);
    said.textContent = results.querySelector("[data-said]")?.dataset.said ?? "";
    chosen = -1;
    if (part === "typing") rest = setTimeout(ask, REST_MS, "results");
  } catch (error) {
    if (error.name !== "AbortError") said.textContent = "The library does not answer.";
  }
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

field.addEventListener("input", () => ask("typing"));
field.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose(event.key === "ArrowDown" ? 1 : -1);
  }
});
field.form.addEventListener("submit", (event) => {
  const first = results.querySelector(".chosen") ?? results.querySelector(".hits a");
  if (!field.value.trim() || !first || said.textContent === "The library does not answer.") return;
  event.preventDefault();
  location.href = first.href;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== field && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    field.focus();
    field.select();
  }
});
