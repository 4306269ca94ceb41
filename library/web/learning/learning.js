// Notes: the step is filled in from where the clip stands, and a note is sent without leaving the page, so that the clip
// plays on. Without this script every form works by itself.
const noted = document.getElementById("noted");

/** The number of the step that the clip shows; 0 for none. */
function shownStep() {
  const item = document.querySelector(".steps li.now");
  return item ? item.id.replace("step-", "") : "0";
}

async function send(form, button) {
  const fields = new URLSearchParams(new FormData(form));
  fields.set(button.name, button.value);
  if (form.id === "help" && button.value !== "helped") fields.set("step", shownStep());
  const answer = await fetch(form.action, { method: "POST", body: fields, redirect: "manual" });
  if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error(String(answer.status));
  const step = fields.get("step");
  noted.textContent = step === "0" ? "Noted. Thank you." : `Noted at step ${step}. Thank you.`;
}

document.getElementById("help")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  send(form, event.submitter).catch((error) => {
    noted.textContent = error.message === "429" ? "A lot was noted within this hour. Try again later." : "It could not be noted. Try again in a moment.";
  });
});

// A demo that was played to its end, half of it at least, is ticked in the pathways of this browser (pathway.js).
const film = document.getElementById("clip");
film?.addEventListener("ended", () => {
  const played = film.played;
  const seconds = Array.from({ length: played.length }, (_, at) => played.end(at) - played.start(at)).reduce((sum, one) => sum + one, 0);
  if (seconds < film.duration / 2) return;
  try {
    const kept = new Set(JSON.parse(localStorage.getItem("showhow-watched") ?? "[]"));
    localStorage.setItem("showhow-watched", JSON.stringify([...kept.add(document.querySelector(".demo").dataset.demo)]));
  } catch {} // a browser that keeps nothing
});
