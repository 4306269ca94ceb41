// Buttons below a demo's title: copy the link to the step at hand, print, copy the code of a frame; related demos.
const bar = document.querySelector(".actions");
const done = bar.querySelector(".done");

/** Number of the step that is shown: the one that plays, else the one in the address; 0 for none. */
function stepAtHand() {
  const item = document.querySelector(".steps li[aria-current]") ?? (/^#step-\d+$/.test(location.hash) ? document.querySelector(location.hash) : null);
  return item ? Number(item.id.replace("step-", "")) : 0;
}

async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Browsers give the clipboard to pages over https and of this machine only; the old way works everywhere.
    const place = document.createElement("textarea");
    place.value = text;
    place.className = "unseen";
    bar.append(place);
    place.select();
    const copied = document.execCommand("copy");
    place.remove();
    if (!copied) said = text;
  }
  done.textContent = said;
}

const actions = {
  copy: () => {
    const step = stepAtHand();
    const what = step ? `Copied the link to step ${step}.` : "Copied the link.";
    return copy(bar.dataset.page + (step ? `#step-${step}` : ""), "token" in bar.dataset ? `${what} Who opens it needs this library’s token.` : what);
  },
  print: () => window.print(),
  frame: () => copy(document.getElementById("frame-code").value, "Copied the code."),
};
for (const button of bar.querySelectorAll("[data-share]")) {
  button.hidden = false;
  button.addEventListener("click", () => actions[button.dataset.share]());
}

// One menu at a time, closed by Escape and by a click elsewhere.
const menus = [...bar.querySelectorAll("details")];
document.addEventListener("click", (event) => {
  for (const menu of menus) if (!menu.contains(event.target) || event.target.closest("a")) menu.open = false;
});
bar.addEventListener("keydown", (event) => {
  const open = menus.find((menu) => menu.open);
  if (event.key !== "Escape" || !open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

// A share link of one step opens there, also where a chat has cut off what comes after #.
if (document.body.dataset.step && !location.hash && !new URLSearchParams(location.search).has("at")) location.replace(`#step-${document.body.dataset.step}`);

// Who listens wants no pictures: there the link stays a link.
const related = document.querySelector("audio") ? null : document.querySelector(".related-link a");
if (related) {
  fetch(`${related.getAttribute("href")}?part=cards`)
    .then((answer) => (answer.ok ? answer.text() : ""))
    .then((html) => {
      const place = document.createElement("template");
      place.innerHTML = html;
      related.closest(".related-link").replaceWith(place.content);
    })
    .catch(() => {}); // the link stays
}
