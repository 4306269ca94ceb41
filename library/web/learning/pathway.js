// Ticks of watched demos, kept in this browser only; demo.js ticks a demo that was played to its end. Without this script
// the page has no ticks.
const KEY = "showhow-watched";
const points = [...document.querySelectorAll(".points li[data-demo]")];
const line = document.getElementById("watched");

function watched() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return new Set(Array.isArray(kept) ? kept : []);
  } catch {
    return new Set(); // somebody else's words, or a browser that keeps nothing
  }
}

function keep(demo, seen) {
  const kept = watched();
  if (seen) kept.add(demo);
  else kept.delete(demo);
  try {
    localStorage.setItem(KEY, JSON.stringify([...kept]));
  } catch {} // a browser that keeps nothing: the tick holds until the page is left
}

function draw() {
  const kept = watched();
  for (const point of points) point.querySelector("input").checked = kept.has(point.dataset.demo);
  tell();
}

function tell() {
  const done = points.filter((point) => point.querySelector("input").checked).length;
  line.textContent = points.length ? `${done} of ${points.length} watched` : "";
}

for (const point of points) {
  const label = point.querySelector(".tick");
  label.hidden = false;
  label.addEventListener("change", () => {
    keep(point.dataset.demo, label.querySelector("input").checked);
    for (const other of points) if (other.dataset.demo === point.dataset.demo) other.querySelector("input").checked = label.querySelector("input").checked;
    tell();
  });
}
draw();
// A page that the browser kept, or that is open beside the demo, follows.
window.addEventListener("pageshow", draw);
window.addEventListener("storage", draw);
