// The player in a frame of another site: steps, and the messages of Player.js (specification 0.0.11).
const clip = document.getElementById("clip");
const shown = document.getElementById("now");
const steps = [...document.querySelectorAll("#steps li")].map((item) => ({ name: item.id, number: item.dataset.number, title: item.textContent, start: item.dataset.start / 1000 }));
const origins = document.body.dataset.origins.split(" ").filter(Boolean);
const address = location.href;
let current = -1;

function go(seconds) {
  clip.currentTime = Math.max(0, Math.min(seconds, Number.isFinite(clip.duration) ? clip.duration : seconds));
}

function goToStep(index) {
  const step = steps[Math.max(0, Math.min(steps.length - 1, index))];
  if (step) go(step.start);
}

function follow() {
  let index = -1;
  for (const [at, step] of steps.entries()) if (step.start <= clip.currentTime + 0.001) index = at;
  if (index === current || index < 0) return;
  current = index;
  shown.textContent = `${steps[index].number} of ${steps.length} · ${steps[index].title}`;
}

function goToAddress() {
  const index = steps.findIndex((step) => `#${step.name}` === location.hash);
  const first = steps.findIndex((step) => step.number === document.body.dataset.first);
  if (index >= 0 || first >= 0) goToStep(index >= 0 ? index : first);
}

const buttons = {
  previous: () => goToStep(clip.currentTime - (steps[current]?.start ?? 0) > 2 ? current : current - 1),
  next: () => goToStep(current + 1),
};
for (const button of document.querySelectorAll("[data-do]")) button.addEventListener("click", () => buttons[button.dataset.do]());
for (const event of ["timeupdate", "seeking", "loadedmetadata"]) clip.addEventListener(event, follow);
window.addEventListener("hashchange", goToAddress);
goToAddress();
follow();

// Player.js. Only the page that holds this frame is answered, and only if its origin is one of those that may show it.
const PROTOCOL = { context: "player.js", version: "0.0.11" };
const finite = (value, least, most) => (typeof value === "number" && Number.isFinite(value) ? Math.max(least, Math.min(most, value)) : null);
const methods = {
  play: () => void clip.play().catch(() => send("error", { code: 5, msg: "The browser wants a click first." })),
  pause: () => clip.pause(),
  getPaused: () => clip.paused,
  mute: () => void (clip.muted = true),
  unmute: () => void (clip.muted = false),
  getMuted: () => clip.muted,
  setVolume: (value) => void (finite(value, 0, 100) !== null && (clip.volume = finite(value, 0, 100) / 100)),
  getVolume: () => Math.round(clip.volume * 100),
  getDuration: () => (Number.isFinite(clip.duration) ? clip.duration : document.body.dataset.duration / 1000), // else not loaded yet
  setCurrentTime: (value) => void (finite(value, 0, Infinity) !== null && go(value)),
  getCurrentTime: () => clip.currentTime,
  setLoop: (value) => void (clip.loop = value === true),
  getLoop: () => clip.loop,
};
const events = {
  play: ["play"], pause: ["pause"], ended: ["ended"], seeked: ["seeked"],
  timeupdate: ["timeupdate", () => ({ seconds: clip.currentTime, duration: methods.getDuration() })],
  progress: ["progress", () => ({ percent: clip.buffered.length && clip.duration ? clip.buffered.end(clip.buffered.length - 1) / clip.duration : 0 })],
  error: ["error", () => ({ code: clip.error?.code ?? 0, msg: "The clip cannot be played." })],
};
const listeners = new Map();
const supported = [...Object.keys(methods), "addEventListener", "removeEventListener"];

/** Whether a page of this origin may show the frame: `https://wiki.example`, or `https://*.example` for all below it. */
function mayShow(origin) {
  return origins.some((allowed) => {
    const [scheme, host] = allowed.split("://");
    return host.startsWith("*.") ? origin.startsWith(`${scheme}://`) && origin.endsWith(host.slice(1)) : origin === allowed;
  });
}

function parentOrigin() {
  if (location.ancestorOrigins?.length) return location.ancestorOrigins[0];
  try {
    return new URL(document.referrer).origin;
  } catch {
    return "";
  }
}

let home = parentOrigin();

function post(event, value, listener) {
  if (window.parent === window || !mayShow(home)) return;
  window.parent.postMessage(JSON.stringify({ ...PROTOCOL, event, value, listener }), home);
}

function send(event, value) {
  for (const listener of listeners.get(event) ?? []) post(event, value, listener);
}

const ready = (listener) => post("ready", { src: address, events: ["ready", ...Object.keys(events)], methods: supported }, listener);

function listen(message) {
  if (message.value === "ready") ready(message.listener);
  else if (Object.hasOwn(events, message.value)) {
    if (!listeners.has(message.value)) listeners.set(message.value, new Set());
    if (listeners.get(message.value).size < 100) listeners.get(message.value).add(message.listener);
  }
}

function unlisten(message) {
  if (message.listener === undefined) listeners.delete(message.value);
  else listeners.get(message.value)?.delete(message.listener);
}

window.addEventListener("message", (event) => {
  if (event.source !== window.parent || window.parent === window || !mayShow(event.origin)) return;
  let message = event.data;
  try {
    if (typeof message === "string") message = JSON.parse(message);
  } catch {
    return;
  }
  if (message?.context !== PROTOCOL.context || typeof message.method !== "string") return;
  home = event.origin;
  if (message.method === "addEventListener") listen(message);
  else if (message.method === "removeEventListener") unlisten(message);
  else if (Object.hasOwn(methods, message.method)) {
    const value = methods[message.method](message.value);
    if (message.method.startsWith("get")) post(message.method, value, message.listener);
  }
});
for (const [name, [source, value]] of Object.entries(events)) clip.addEventListener(source, () => send(name, value?.()));
ready();
