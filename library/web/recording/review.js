// The draft of a recording: waits until it is made, sends each correction as it is made, and files it.
import { insist, post } from "./outbox.js";

const LOOK_MS = 400;
const place = document.getElementById("draft");
const video = document.getElementById("take");

export class Review {
  // `shown(state)` is called with each state that comes; `told(line)` with what went wrong, or "".
  constructor(key, { shown, told }) {
    Object.assign(this, { key, shown, told, saving: Promise.resolve(), page: "" });
    place.onchange = (event) => this.#changed(event.target);
    place.onclick = (event) => this.#clicked(event.target.closest("button"));
    place.onsubmit = (event) => { event.preventDefault(); this.file(); };
  }

  // Asks until the draft is made, or filed.
  async follow(path = "draft") {
    let state = await insist(path, { key: this.key }, this.told);
    for (;;) {
      this.#show(state);
      if (state.phase !== "working" && state.phase !== "filing") return state;
      await new Promise((resolve) => { setTimeout(resolve, LOOK_MS); });
      state = await insist("draft", { key: this.key }, this.told);
    }
  }

  async file() {
    document.activeElement?.blur(); // a field that was just typed in is a change too
    await this.saving;
    return this.follow("file").catch((error) => this.told(error.message));
  }

  #show(state) {
    if (state.page && state.page !== this.page) this.#render(state.page);
    this.shown(state);
  }

  #render(page) {
    this.page = page;
    const at = document.activeElement?.id;
    const open = Boolean(place.querySelector("details")?.open);
    place.innerHTML = page; // rendered by the server, with all texts escaped
    const details = place.querySelector("details");
    if (details) details.open = open;
    if (at && place.querySelector(`#${CSS.escape(at)}`)) document.getElementById(at).focus();
    if (!video.getAttribute("src")) video.src = `/record/video?key=${encodeURIComponent(this.key)}`;
  }

  #edit(edit, again) {
    this.saving = this.saving.then(async () => {
      try {
        const state = await post("edit", { key: this.key, body: edit });
        this.page = state.page;
        if (again) this.#render(state.page);
        this.told("");
      } catch (error) {
        this.told(error.message);
      }
    });
    return this.saving;
  }

  #changed(field) {
    const kind = field.dataset.field;
    if (!kind) return;
    const step = Number(field.closest("[data-step]")?.dataset.step);
    const value = field.value;
    if (kind === "step") this.#edit({ step, title: value });
    else if (kind === "text") this.#edit({ step, text: value });
    else this.#edit({ [kind]: value });
  }

  #clicked(button) {
    if (!button) return;
    if (button.dataset.toggle) this.#edit({ toggle_ms: Number(button.dataset.toggle) }, true);
    if (button.dataset.play) {
      video.currentTime = Number(button.dataset.play) / 1000;
      video.play();
    }
    if (button.id === "drop") this.dropped?.();
  }
}
