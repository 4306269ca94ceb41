// Progress in a learning platform by SCORM 1.2: which steps were seen, where to go on; complete when all were seen.
// A step is seen when half of it was played, or when it is ticked. Everything is stored at each step and when the page
// is left, on pagehide: browsers no longer run unload.
import { isIn, state } from "./state.js";

const SEEN_SHARE = 0.5;
const film = document.getElementById("clip");
const items = [...document.querySelectorAll(".steps li")];
const whole = { start: 0, end: document.querySelector(".demo").dataset.duration / 1000 };
const parts = items.length ? items.map((item) => ({ start: item.dataset.start / 1000, end: item.dataset.end / 1000, tick: item.querySelector(".tick input"), id: item.id })) : [whole];
const played = parts.map(() => 0);
const seen = parts.map(() => false);
const started = Date.now();
let last = null; // where playing was told of last; null after a jump
let here = 0;
let kept = true;
let over = false;
const platform = findPlatform();

/** The object API of a frame around this page, or of the window that opened it. */
function findPlatform() {
  for (const first of [window, window.opener, window.top?.opener]) {
    for (let frame = first, depth = 0; frame && depth < 20; frame = frame.parent, depth += 1) {
      try {
        if (frame.API?.LMSInitialize) return frame.API;
      } catch {} // a frame of another site
      if (frame.parent === frame) break;
    }
  }
  return null;
}

function ask(method, ...values) {
  try {
    return String(platform[method](...values));
  } catch {
    return "false";
  }
}

function set(name, value) {
  kept = ask("LMSSetValue", name, String(value)) === "true" && kept;
}

function restore() {
  const [form, seenBefore = "", ticked = ""] = ask("LMSGetValue", "cmi.suspend_data").split(" ");
  const resumes = form === "1";
  for (const [at, part] of parts.entries()) {
    seen[at] = resumes && isIn(seenBefore, at);
    if (part.tick) part.tick.checked = resumes && isIn(ticked, at);
  }
  const place = ask("LMSGetValue", "cmi.core.lesson_location");
  if (!location.hash && parts.some((part) => part.id === place)) location.hash = place;
  const status = ask("LMSGetValue", "cmi.core.lesson_status");
  if (!["completed", "passed"].includes(status)) set("cmi.core.lesson_status", "incomplete");
}

function keep() {
  if (!platform || over) return;
  kept = true;
  if (parts[here].id) set("cmi.core.lesson_location", parts[here].id);
  set("cmi.suspend_data", state(seen, parts.map((part) => part.tick?.checked)));
  if (seen.every(Boolean) && ask("LMSGetValue", "cmi.core.lesson_status") !== "passed") set("cmi.core.lesson_status", "completed");
  kept = ask("LMSCommit", "") === "true" && kept;
  show();
}

function show() {
  const number = seen.filter(Boolean).length;
  const done = number === parts.length;
  const text = items.length ? `${number} of ${parts.length} steps seen${done ? " · complete" : ""}` : done ? "Complete" : "";
  const trouble = !platform ? "Progress is kept only where a learning platform shows this page." : kept ? "" : "Your progress cannot be stored at the moment.";
  document.getElementById("progress").textContent = [text, trouble].filter(Boolean).join(" · ");
}

function isSeen(at) {
  if (seen[at]) return false;
  seen[at] = true;
  return true;
}

function follow() {
  if (film.seeking) return;
  const now = film.currentTime;
  let news = false;
  let place = here;
  for (const [at, part] of parts.entries()) {
    if (last !== null) played[at] += Math.max(0, Math.min(now, part.end) - Math.max(last, part.start));
    if (played[at] >= (part.end - part.start) * SEEN_SHARE && played[at] > 0) news = isSeen(at) || news;
    if (part.start <= now + 0.001) place = at; // the last one that has begun, also at the very end of the clip
  }
  if (place !== here) {
    here = place;
    news = true;
  }
  last = now;
  if (news) keep();
}

function finish() {
  if (!platform || over) return;
  keep();
  const seconds = (Date.now() - started) / 1000;
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  set("cmi.core.session_time", `${two(Math.min(9999, seconds / 3600)).padStart(4, "0")}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`);
  set("cmi.core.exit", seen.every(Boolean) ? "" : "suspend");
  ask("LMSCommit", "");
  ask("LMSFinish", "");
  over = true;
}

if (platform && ask("LMSInitialize", "") === "true") restore();
if (platform) ask("LMSCommit", "");
show();
film?.addEventListener("timeupdate", follow);
film?.addEventListener("ended", follow);
film?.addEventListener("seeking", () => { last = null; });
for (const start of ["play", "seeked"]) film?.addEventListener(start, () => { last = film.seeking ? null : film.currentTime; });
for (const [at, part] of parts.entries()) {
  part.tick?.addEventListener("change", () => {
    if (part.tick.checked) isSeen(at);
    keep();
  });
}
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(); });
window.addEventListener("pagehide", finish);
// A page that comes back from the browser's memory begins a new session.
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
