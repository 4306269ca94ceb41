// Zoom: the clip moves to the focus of the running step, stills open as whole screens, a phone opens as it is used.
// Uses what demo.js declares. Native controls would be zoomed with the picture, so a bar below it takes their place.
const phone = matchMedia("(max-width: 36rem), (pointer: coarse) and (max-width: 60rem)").matches;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const stage = document.querySelector(".stage");
const zoomed = { on: false, captions: false, shown: "" };

function remembered(name) {
  try {
    return localStorage.getItem(`showhow ${name}`);
  } catch {
    return null; // a browser that keeps nothing
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(`showhow ${name}`, value);
  } catch {} // full, or a browser that keeps nothing
}

/** The numbers of a data attribute; empty without one. */
const numbers = (text) => (text ? text.split(" ").filter(Boolean).map(Number) : []);

/** The rectangle to show now, in pixels of the video; empty for all of it. */
function focusNow() {
  const item = steps[current]?.item;
  if (!item || clip.currentTime >= steps[current].end) return [];
  const [thenMs, ...then] = numbers(item.dataset.then);
  return then.length && clip.currentTime * 1000 >= thenMs - 250 ? then : numbers(item.dataset.focus);
}

/** Moves the video so that the focus fills the stage. The picture may be letterboxed inside its element. */
function aim() {
  const [x, y, width, height] = zoomed.on ? focusNow() : [];
  const wide = clip.clientWidth, high = clip.clientHeight;
  const across = clip.videoWidth || Number(clip.getAttribute("width")), down = clip.videoHeight || Number(clip.getAttribute("height"));
  let moved = "";
  if (width && wide && across) {
    const fit = Math.min(wide / across, high / down);
    const left = (wide - across * fit) / 2 + x * fit, top = (high - down * fit) / 2 + y * fit;
    const scale = Math.max(1, Math.min(wide / (width * fit), high / (height * fit)));
    const at = (begin, size, whole) => Math.max(whole - whole * scale, Math.min(0, whole / 2 - (begin + size / 2) * scale));
    moved = `translate(${at(left, width * fit, wide).toFixed(1)}px, ${at(top, height * fit, high).toFixed(1)}px) scale(${scale.toFixed(4)})`;
  }
  if (moved === zoomed.shown) return;
  zoomed.shown = moved;
  clip.style.transform = moved;
}

function drawBar() {
  const bar = document.getElementById("bar");
  const [play, position, at, sound] = bar.children;
  play.textContent = clip.paused ? "Play" : "Pause";
  position.value = clip.currentTime * 1000;
  const seconds = Math.floor(clip.currentTime);
  at.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  position.setAttribute("aria-valuetext", at.textContent);
  sound.setAttribute("aria-pressed", String(!clip.muted));
}

/** What is said now, below the picture: captions of the video itself would be zoomed with it. */
function drawCue() {
  const cue = document.getElementById("cue");
  const active = zoomed.on && zoomed.captions ? [...(clip.textTracks[0]?.activeCues ?? [])] : [];
  cue.textContent = active.map((one) => one.text.replace(/<[^>]*>/g, "")).join("\n");
  cue.hidden = !cue.textContent;
}

function showCaptions(shown) {
  zoomed.captions = shown;
  const track = clip.textTracks?.[0];
  if (track) track.mode = shown && !zoomed.on ? "showing" : "hidden";
  drawCue();
}

function setZoom(on) {
  if (on && !zoomed.on) zoomed.captions = clip.textTracks?.[0]?.mode === "showing" || zoomed.captions;
  zoomed.on = on;
  stage.classList.toggle("zoomed", on);
  clip.controls = !on;
  document.getElementById("bar").hidden = !on;
  document.querySelector('[data-do="zoom"]').setAttribute("aria-pressed", String(on));
  showCaptions(zoomed.captions);
  aim();
  drawBar();
}

function setSound(on) {
  clip.muted = !on;
  remember("sound", on ? "on" : "off");
  drawBar();
}

/** A phone starts without sound, with captions, as its browser allows; who turned the sound on gets it the next time. */
function openOnPhone() {
  if (!phone || new URLSearchParams(location.search).has("view")) return;
  const silent = remembered("sound") !== "on";
  clip.muted = silent;
  if (silent) showCaptions(true);
  const asked = page.dataset.at !== undefined || location.hash.startsWith("#step-");
  if (!silent || !asked || still || navigator.connection?.saveData) return;
  // The address led to the step below, out of sight of the clip. The browser goes there until all is loaded.
  const back = () => setTimeout(() => stage.scrollIntoView({ block: "start", behavior: "instant" }));
  if (document.readyState === "complete") back();
  else addEventListener("load", back, { once: true });
  clip.play().catch(() => {});
}

function toggleWhole(shots) {
  const whole = !shots[0]?.classList.contains("whole");
  for (const shot of shots) {
    const image = shot.querySelector("img");
    if (!image || !shot.dataset.whole) continue;
    const other = image.getAttribute("src");
    image.setAttribute("src", shot.dataset.whole);
    shot.dataset.whole = other;
    for (const source of shot.querySelectorAll("source")) source.media = whole ? "not all" : "(max-width: 36rem)";
    for (const side of ["width", "height"]) {
      const kept = image.getAttribute(side);
      image.setAttribute(side, shot.dataset[side] ?? page.dataset[side] ?? kept);
      shot.dataset[side] = kept;
    }
    shot.classList.toggle("whole", whole);
    shot.title = whole ? "What matters" : "Whole screen";
  }
}

const shots = [...document.querySelectorAll(".shot")];
for (const shot of shots) {
  shot.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    toggleWhole([shot]);
  });
}
keys.w = () => toggleWhole(shots.filter((shot) => shot.dataset.whole));
document.addEventListener("keydown", (event) => {
  if (!clip && event.key === "w" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.matches("input, select, textarea")) keys.w();
});

if (clip && stage) {
  const button = document.querySelector('[data-do="zoom"]');
  button.hidden = !steps.some(({ item }) => item.dataset.focus);
  actions.zoom = () => {
    setZoom(!zoomed.on);
    remember("zoom", zoomed.on ? "on" : "off");
  };
  keys.z = actions.zoom;
  actions.captions = () => showCaptions(zoomed.on ? !zoomed.captions : clip.textTracks?.[0]?.mode !== "showing");
  keys.c = actions.captions;
  const parts = {
    toggle: actions.toggle,
    sound: () => setSound(clip.muted),
    full: () => (document.fullscreenElement ? document.exitFullscreen() : (stage.requestFullscreen ?? clip.webkitEnterFullscreen)?.call(stage.requestFullscreen ? stage : clip)),
  };
  for (const part of document.querySelectorAll("[data-zoomed]")) part.addEventListener("click", () => parts[part.dataset.zoomed]());
  stage.querySelector('input[type="range"]').addEventListener("input", (event) => go(event.target.valueAsNumber / 1000));
  clip.addEventListener("click", () => { if (zoomed.on) actions.toggle(); });
  for (const event of ["timeupdate", "seeking", "seeked", "loadedmetadata", "resize"]) clip.addEventListener(event, aim);
  for (const event of ["timeupdate", "play", "pause", "volumechange", "seeking"]) clip.addEventListener(event, drawBar);
  clip.addEventListener("volumechange", () => remember("sound", clip.muted ? "off" : "on"));
  clip.textTracks?.[0]?.addEventListener("cuechange", drawCue);
  new ResizeObserver(aim).observe(clip);
  if (!button.hidden && (remembered("zoom") ?? (phone ? "on" : "off")) === "on") setZoom(true);
  openOnPhone();
}
