// The page on which a browser records. Nothing is recorded before Start and after Stop, and never unseen: the page and its
// title say so, the browser shows its own sign, and leaving the page ends it.
import { Outbox, Refused, Store, insist, post } from "./outbox.js";
import { Review } from "./review.js";
import { Sound, microphones, openMicrophone } from "./sound.js";

const CHUNK_MS = 1000;
const ALIVE_MS = 20000;
const PICTURES = 30;
const VIDEO_BITS = 5_000_000;
const SOUND_BITS = 96_000;
// H.264 first, which the library files without encoding it anew. In Matroska a browser passes on each second as it comes,
// in MP4 only up to the last key picture, so there they come more often. The library makes an MP4 of both.
const FORMATS = [
  "video/x-matroska;codecs=avc1,opus", "video/mp4;codecs=avc1.640028,opus", "video/mp4;codecs=avc1.640028,mp4a.40.2", "video/mp4",
  "video/webm;codecs=vp9,opus", "video/webm;codecs=vp8,opus", "video/webm",
];
const KEY_PICTURE_MS = { "video/mp4": 500, "": 5000 };
const $ = (id) => document.getElementById(id);
const root = $("record");
const parts = ["setup", "ready", "recording", "working", "review", "filed"];
const page = { sticky: "", store: null, sound: null, microphone: null, screen: null, unmeter: null, session: null, phase: "" };

function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

// A line stays until the next try; that the library does not answer, only as long as it does not.
function trouble(line) {
  page.sticky = line;
  tell(line);
}

function network(line) {
  tell(line || page.sticky);
}

function tell(line) {
  if ($("trouble").textContent !== line) $("trouble").textContent = line;
  $("trouble").hidden = !line;
}

function show(phase, heading, focus) {
  page.phase = phase;
  for (const part of parts) $(part).hidden = part !== phase;
  $("level").hidden = !page.unmeter || !["setup", "ready", "recording"].includes(phase);
  $("heading").textContent = heading;
  document.title = `${heading} · ${document.title.split(" · ").at(-1)}`;
  if (focus) $(focus).focus();
}

// Why this browser cannot record here, in one line; empty when it can.
function whyNot() {
  if (!isSecureContext) {
    const { host, port } = root.dataset;
    return `Browsers record only over https or on the machine itself. On the machine that serves, open http://localhost:${port}/record; from elsewhere: ssh -L ${port}:${host}:${port} ${host}, then the same address here.`;
  }
  if (!navigator.mediaDevices?.getDisplayMedia) return "This browser cannot record a screen, as on phones and tablets. Open this page on a computer.";
  if (!window.MediaRecorder || !format()) return "This browser cannot record a video. Chrome, Edge, Firefox and Safari can.";
  return "";
}

function format() {
  return FORMATS.find((one) => MediaRecorder.isTypeSupported(one));
}

// One line for what a browser throws when something may not, or cannot, be recorded.
function said(error, what) {
  if (error.name === "NotAllowedError") return what === "screen" ? "Nothing was chosen, or the browser may not record the screen. Choose again and allow it." : "The browser may not use the microphone. Allow it beside the address, or choose to record without sound.";
  if (error.name === "NotFoundError" || error.name === "OverconstrainedError") return what === "screen" ? "There is no screen to record." : "There is no microphone. Connect one, or choose to record without sound.";
  if (error.name === "NotReadableError") return what === "screen" ? "The system does not let the browser record this. On macOS: System Settings, Privacy, Screen Recording." : "The microphone is used by another program, or the system does not let the browser use it.";
  return `That cannot be recorded (${error.name}: ${error.message}).`;
}

// What is recorded, with its name where the browser tells one that is for people.
function named(surface, label) {
  const kind = { monitor: "the screen", window: "a window", browser: "a tab" }[surface] ?? "the screen";
  return label && !/^(screen|window|web-contents-media-stream|browser):/.test(label) ? `${kind}, ${label}` : kind;
}

function end(stream) {
  stream?.getTracks().forEach((track) => { track.onended = null; track.stop(); });
}

function closeMicrophone() {
  page.unmeter?.();
  page.unmeter = null;
  end(page.microphone);
  page.microphone = null;
}

async function listMicrophones() {
  const chosen = $("microphone").value;
  const found = await microphones();
  $("microphone").replaceChildren(...[...$("microphone").options].filter((one) => ["", "none"].includes(one.value)), ...found.map((one) => new Option(one.label || "Microphone", one.deviceId)));
  if ([...$("microphone").options].some((one) => one.value === chosen)) $("microphone").value = chosen;
}

// Opens the chosen microphone with its meter; false when it cannot be had.
async function hear() {
  closeMicrophone();
  try {
    page.microphone = await openMicrophone($("microphone").value);
  } catch (error) {
    trouble(said(error, "microphone"));
    return false;
  }
  if (page.microphone) {
    page.sound ??= new Sound();
    await page.sound.context.resume();
    page.unmeter = page.sound.meter(page.microphone, (level, silent) => {
      $("meter").value = level;
      const line = silent ? "No sound. Is it on?" : "";
      if ($("level-said").textContent !== line) $("level-said").textContent = line;
    });
    await listMicrophones();
  }
  $("level").hidden = !page.unmeter;
  return true;
}

async function choose() {
  trouble("");
  localStorage.setItem("showhow-author", $("author").value);
  let screen;
  try {
    screen = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: PICTURES, max: PICTURES }, cursor: "always" }, audio: $("machine-sound").checked });
  } catch (error) {
    trouble(said(error, "screen"));
    return;
  }
  end(page.screen);
  page.screen = screen;
  const track = screen.getVideoTracks()[0];
  track.onended = () => (page.session ? stop() : back());
  if (!page.unmeter && !(await hear())) {
    back();
    return;
  }
  $("preview").srcObject = screen;
  $("preview").play().catch(() => {});
  const { width, height, displaySurface } = track.getSettings();
  $("what").textContent = `It will be ${named(displaySurface, "")}${width ? `, ${width} × ${height}` : ""}${page.microphone ? ", with your voice" : ", without sound"}.`;
  show("ready", "Ready to record", "start");
}

function back() {
  end(page.screen);
  page.screen = null;
  $("preview").srcObject = null;
  show("setup", "Record a demo", "choose");
}

async function countDown() {
  for (let left = Number($("countdown").value); left > 0; left -= 1) {
    $("heading").textContent = document.title = `Recording in ${left} …`;
    $("said").textContent = `${left}`;
    await new Promise((resolve) => { setTimeout(resolve, 1000); });
    if (!page.screen) return false;
  }
  return true;
}

async function start() {
  $("start").disabled = true;
  try {
    if (!(await countDown())) return;
    await begin();
  } catch (error) {
    back();
    trouble(error instanceof Refused ? error.message : "The library does not answer. Nothing is recorded; try again.");
  } finally {
    $("start").disabled = false;
  }
}

async function begin() {
  const track = page.screen.getVideoTracks()[0];
  const { width, height, displaySurface } = track.getSettings();
  const voice = page.microphone?.getAudioTracks()[0]?.label ?? "";
  const mimeType = format();
  const { key } = await post("begin", { body: { media_type: mimeType, author: $("author").value, recording_of: named(displaySurface, track.label), microphone: voice, width: Math.round(width ?? 0), height: Math.round(height ?? 0) } });
  await page.store.putTake({ key, began: Date.now() });
  page.sound ??= new Sound();
  const sound = page.sound.track([page.microphone, page.screen]);
  const stream = new MediaStream(sound ? [track, sound] : [track]);
  const recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: VIDEO_BITS, audioBitsPerSecond: SOUND_BITS, videoKeyFrameIntervalDuration: KEY_PICTURE_MS[mimeType.split(";")[0]] ?? KEY_PICTURE_MS[""] });
  page.session = new Session(key, recorder);
  navigator.locks.request(key, () => page.session?.over); // a second page takes it for one that was cut off otherwise
  recorder.start(CHUNK_MS);
}

// One recording: its clock without pauses, its marks, its chunks.
class Session {
  constructor(key, recorder) {
    Object.assign(this, { key, recorder, took: 0, since: 0, pausedAt: 0, marks: [], stopped: false });
    this.outbox = new Outbox(page.store, key, { told: network, over: (line) => { trouble(line); stop(); } });
    recorder.onstart = () => {
      this.since = performance.now();
      show("recording", "Recording", "stop");
      $("said").textContent = "Recording";
      this.timer = setInterval(() => this.#tick(), 250);
      this.alive = setInterval(() => { if (this.pausedAt) post("alive", { key }).catch(() => {}); }, ALIVE_MS);
    };
    recorder.ondataavailable = (event) => {
      if (event.data.size) this.outbox.add(event.data, Math.round(this.elapsed), this.marks.splice(0));
      this.#keepWithin(); // timers of a page in the background may be late
    };
    this.closed = new Promise((resolve) => { recorder.onstop = resolve; });
    this.over = new Promise((resolve) => { this.release = resolve; });
    recorder.onerror = () => { trouble("The browser ended the recording; what has come so far is kept."); stop(); };
  }

  get elapsed() {
    return this.took + (this.since ? performance.now() - this.since : 0);
  }

  #tick() {
    $("elapsed").textContent = clock(this.elapsed);
    document.title = `${this.pausedAt ? "‖" : "●"} ${clock(this.elapsed)} recording`;
    const waiting = this.outbox.waiting;
    $("sent").textContent = waiting > 3 ? `About ${waiting} s are kept here and not sent yet.` : "Sent as it is recorded.";
    this.#keepWithin();
  }

  #keepWithin() {
    const longest = Number(root.dataset.longest);
    if (this.stopped || this.elapsed < longest) return;
    trouble(`A recording may last ${clock(longest)}; it ends here.`);
    stop();
  }

  mark() {
    if (this.stopped || this.pausedAt) return;
    this.marks.push({ kind: "marker", at_ms: Math.round(this.elapsed) });
    $("said").textContent = `Marked at ${clock(this.elapsed)}`;
    $("sent").textContent = `Marked at ${clock(this.elapsed)}.`;
  }

  pause() {
    if (this.stopped) return;
    if (this.pausedAt) {
      this.recorder.resume();
      this.marks.push({ kind: "pause", at_ms: Math.round(this.took), paused_ms: Math.round(performance.now() - this.pausedAt) });
      this.since = performance.now();
      this.pausedAt = 0;
    } else {
      this.recorder.requestData();
      this.recorder.pause();
      this.took = this.elapsed;
      this.since = 0;
      this.pausedAt = performance.now();
    }
    const paused = Boolean(this.pausedAt);
    root.classList.toggle("paused", paused);
    $("sign").textContent = $("said").textContent = $("heading").textContent = paused ? "Paused" : "Recording";
    $("pause").setAttribute("aria-pressed", String(paused));
  }

  // Ends the recorder and all that listens; the last chunk is in the outbox then.
  async end() {
    this.stopped = true;
    clearInterval(this.timer);
    clearInterval(this.alive);
    if (this.recorder.state !== "inactive") {
      this.recorder.stop();
      await this.closed;
    }
    end(page.screen);
    page.screen = null;
    closeMicrophone();
    root.classList.remove("paused");
  }
}

async function stop() {
  const session = page.session;
  if (!session || session.stopped) return;
  await session.end();
  await finish(session.key, session.outbox);
}

function done() {
  page.session?.release();
  page.session = null;
}

// Sends the rest, closes the take, and shows its draft.
async function finish(key, outbox) {
  working("Sending the rest");
  await outbox.drained();
  const review = new Review(key, { shown: shownState, told: network });
  review.dropped = () => discard(key);
  try {
    const closed = await insist(`stop?chunks=${outbox.ended ? 0 : outbox.made}`, { key }, network);
    await page.store.forget(key);
    done();
    history.replaceState(null, "", `/record#${key}`);
    shownState(closed);
    await review.follow();
  } catch (error) {
    done();
    trouble(error.message);
    show("setup", "Record a demo", "choose");
  }
}

function working(line, doneOf = null) {
  if (page.phase !== "working") show("working", "Nearly there", "heading");
  $("doing").textContent = line;
  if (doneOf?.total) Object.assign($("progress"), { max: doneOf.total, value: doneOf.done });
  else $("progress").removeAttribute("value");
}

function shownState(state) {
  if (state.line) trouble(state.line);
  if (state.phase === "filed") {
    $("open").href = `/demo/${encodeURIComponent(state.demo)}`;
    history.replaceState(null, "", "/record");
    show("filed", "Filed", "open");
  } else if (state.phase === "failed") {
    show("setup", "Record a demo", "choose");
  } else if (state.phase === "filing") {
    working(state.what || "Filing", state);
  } else if (state.page) {
    if (page.phase !== "review") show("review", "Look it over", "heading");
  } else {
    working(state.what, state);
  }
}

async function discard(key) {
  try {
    await insist("discard", { key }, network);
  } catch (error) {
    trouble(error.message);
  }
  await page.store.forget(key);
  location.assign("/record");
}

async function abandon() {
  const session = page.session;
  session.outbox.ended = true;
  await session.end();
  done();
  await discard(session.key);
}

// What a page that was closed left behind, in this browser or at its address.
async function leftOver() {
  const key = decodeURIComponent(location.hash.slice(1));
  if (key) {
    const review = new Review(key, { shown: shownState, told: network });
    review.dropped = () => discard(key);
    await review.follow().catch((error) => { history.replaceState(null, "", "/record"); trouble(error.message); });
    return;
  }
  const { held } = await navigator.locks.query();
  const recording = new Set(held.map((lock) => lock.name));
  for (const take of (await page.store.takes()).sort((one, other) => other.began - one.began)) {
    if (recording.has(take.key)) continue;
    const outbox = new Outbox(page.store, take.key, { told: network, over: trouble });
    try {
      await outbox.resume();
    } catch {
      await page.store.forget(take.key); // it is closed, or not here any more
      continue;
    }
    if (!outbox.made) {
      await discard(take.key);
      return;
    }
    outbox.flow();
    $("left-what").textContent = `It began ${new Date(take.began).toLocaleString()}. About ${clock(outbox.made * CHUNK_MS)} of it are kept.`;
    $("left-over").hidden = false;
    $("left-finish").onclick = () => { $("left-over").hidden = true; finish(take.key, outbox); };
    $("left-discard").onclick = () => { outbox.ended = true; discard(take.key); };
    return;
  }
}

function keys(event) {
  if (page.phase !== "recording" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const does = { k: () => page.session.mark(), p: () => page.session.pause(), Enter: stop }[event.key];
  if (!does || (event.key === "Enter" && event.target.closest("button, a") && event.target.id !== "stop")) return;
  event.preventDefault();
  does();
}

addEventListener("pagehide", () => {
  const session = page.session;
  if (!session || session.stopped) return;
  end(page.screen);
  end(page.microphone);
  post("leave", { key: session.key, keepalive: true }).catch(() => {});
});
addEventListener("beforeunload", (event) => { if (page.session && !page.session.stopped) event.preventDefault(); });

async function open() {
  const why = whyNot();
  if (why) {
    trouble(why);
    return;
  }
  page.store = await Store.open();
  $("author").value = localStorage.getItem("showhow-author") ?? "";
  for (const [id, does] of Object.entries({ choose, start, stop, abandon, try: () => { trouble(""); hear(); }, other: choose, mark: () => page.session.mark(), pause: () => page.session.pause() })) $(id).addEventListener("click", does);
  $("microphone").addEventListener("change", () => { if (page.unmeter || page.phase === "ready") hear(); });
  document.addEventListener("keydown", keys);
  show("setup", "Record a demo");
  listMicrophones().catch(() => {});
  await leftOver();
}

open();
