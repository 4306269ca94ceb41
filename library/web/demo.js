// Demo page: jump to a step, highlight the current step and word, keyboard shortcuts. The page is readable without it.
const clip = document.getElementById("clip");
const page = document.querySelector(".demo");
const steps = [...document.querySelectorAll(".steps li")].map((item) => ({ item, start: item.dataset.start / 1000, end: item.dataset.end / 1000 }));
const words = [...document.querySelectorAll("#words span")].map((item) => ({ item, start: item.dataset.s / 1000, end: item.dataset.e / 1000 }));
const speeds = [0.5, 0.75, 1, 1.25, 1.5, 2];
let current = -1;
let spoken = null;
let loop = null;

/** Index of the last entry that starts at or before a time in seconds; -1 when there is none. Entries are sorted. */
function lastBegun(entries, at) {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle].start <= at + 0.001) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function follow() {
  const at = clip.currentTime;
  if (loop && (at >= loop.end || at < loop.start - 0.5)) clip.currentTime = loop.start;
  const step = lastBegun(steps, at);
  if (step !== current) {
    steps[current]?.item.classList.remove("now");
    steps[current]?.item.removeAttribute("aria-current");
    steps[step]?.item.classList.add("now");
    steps[step]?.item.setAttribute("aria-current", "step");
    current = step;
  }
  const word = words[lastBegun(words, at)];
  const item = word && at < word.end + 0.15 ? word.item : null;
  if (item !== spoken) {
    spoken?.classList.remove("now");
    item?.classList.add("now");
    spoken = item;
  }
}

function go(seconds, play) {
  clip.currentTime = Math.max(0, seconds); // before the clip is loaded, this sets where it starts
  follow(); // at once, so that the next key means the step that this one led to
  if (play) clip.play().catch(() => {});
}

function goToStep(index, play = true) {
  const step = steps[Math.max(0, Math.min(steps.length - 1, index))];
  if (!step) return;
  if (loop) setLoop(step);
  history.replaceState(null, "", `#${step.item.id}`);
  go(step.start, play);
  step.item.scrollIntoView({ block: "nearest" });
}

function setLoop(step) {
  loop = step;
  document.querySelector('[data-do="loop"]').setAttribute("aria-pressed", String(Boolean(loop)));
}

function setSpeed(speed) {
  clip.playbackRate = speed;
  document.getElementById("speed").value = String(speed);
}

const actions = {
  previous: () => goToStep(clip.currentTime - (steps[current]?.start ?? 0) > 2 ? current : current - 1),
  next: () => goToStep(current + 1),
  loop: () => setLoop(loop ? null : (steps[current] ?? null)),
  toggle: () => (clip.paused ? clip.play().catch(() => {}) : clip.pause()),
  slower: () => setSpeed(speeds[Math.max(0, speeds.indexOf(clip.playbackRate) - 1)]),
  faster: () => setSpeed(speeds[Math.min(speeds.length - 1, speeds.indexOf(clip.playbackRate) + 1)]),
  captions: () => { for (const track of clip.textTracks ?? []) if (track.kind === "captions") track.mode = track.mode === "showing" ? "hidden" : "showing"; },
};
const keys = { " ": actions.toggle, k: actions.toggle, n: actions.next, p: actions.previous, l: actions.loop, "[": actions.slower, "]": actions.faster, c: actions.captions, ArrowLeft: () => go(clip.currentTime - 5), ArrowRight: () => go(clip.currentTime + 5) };

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const where = event.target;
  if (event.key === "/" && where.tagName !== "INPUT") {
    event.preventDefault();
    document.getElementById("q")?.focus();
    return;
  }
  // A focused control handles its own keys.
  if (!clip || where.matches("input, select, textarea, summary, audio, video") || (where.matches("a, button") && event.key === " ")) return;
  const action = /^[1-9]$/.test(event.key) ? () => goToStep(Number(event.key) - 1) : keys[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

function begin() {
  const anchor = steps.findIndex((step) => `#${step.item.id}` === location.hash);
  if (page.dataset.at === undefined && anchor >= 0) go(steps[anchor].start, false);
  follow();
}

// Ticks are kept in this browser, of this version of the demo: another version may have other steps.
const ticks = { prefix: `showhow ticks ${page.dataset.demo} `, key: `showhow ticks ${page.dataset.demo} ${page.dataset.version}` };

function restoreTicks() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(ticks.prefix) && key !== ticks.key) localStorage.removeItem(key);
    const ticked = (localStorage.getItem(ticks.key) ?? "").split(" ");
    for (const { item } of steps) {
      const box = item.querySelector(".tick input"); // talk has none
      if (box) box.checked = ticked.includes(item.id);
    };
  } catch {} // a browser that keeps nothing
}

function keepTicks() {
  const ticked = steps.filter(({ item }) => item.querySelector(".tick input")?.checked).map(({ item }) => item.id);
  try {
    if (ticked.length) localStorage.setItem(ticks.key, ticked.join(" "));
    else localStorage.removeItem(ticks.key);
  } catch {} // full, or a browser that keeps nothing
}

// A still that cannot be shown leaves a line that says so.
function replaceBroken(image) {
  const place = document.createElement("p");
  place.className = "missing hint";
  place.textContent = "No picture of this step";
  (image.closest(".shot") ?? image).replaceWith(place);
}

restoreTicks();
document.querySelector(".steps").addEventListener("change", keepTicks);
for (const image of document.querySelectorAll(".steps img")) {
  if (image.complete && !image.naturalWidth) replaceBroken(image);
  else image.addEventListener("error", () => replaceBroken(image), { once: true });
}
document.addEventListener("keydown", onKey);
if (clip) {
  document.getElementById("controls").hidden = false;
  document.getElementById("words")?.classList.add("live");
  clip.addEventListener("timeupdate", follow);
  clip.addEventListener("seeking", follow);
  clip.addEventListener("error", () => { document.getElementById("broken").hidden = false; });
  if (clip.error) document.getElementById("broken").hidden = false;
  (function everyFrame() {
    if (!clip.paused) follow();
    requestAnimationFrame(everyFrame);
  })();
  document.getElementById("speed").addEventListener("change", (event) => setSpeed(Number(event.target.value)));
  for (const button of document.querySelectorAll("[data-do]")) button.addEventListener("click", () => actions[button.dataset.do]());
  for (const [index, step] of steps.entries()) {
    step.item.querySelector("h3 a").addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      goToStep(index);
    });
  }
  document.getElementById("words")?.addEventListener("click", (event) => {
    if (event.target.dataset.s !== undefined) go(event.target.dataset.s / 1000, true);
  });
  window.addEventListener("hashchange", () => {
    const index = steps.findIndex((step) => `#${step.item.id}` === location.hash);
    if (index >= 0) goToStep(index, false);
  });
  begin();
}
