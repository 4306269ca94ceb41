// Keep on top (t): title, picture and tick of one step in a small window over all programs, while its user works there.
// Document Picture-in-Picture where the browser has it, else a popup, which stays on top only if its user keeps it there.
(() => {
  const items = [...document.querySelectorAll(".steps li[id]")];
  const bar = document.querySelector(".actions");
  if (!items.length || !bar) return;
  let shown = null;
  let at = 0;

  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Keep on top";
  button.title = "The steps in a small window over your program (t)";
  bar.querySelector("[data-share]")?.before(button);

  async function openWindow() {
    if ("documentPictureInPicture" in window) {
      try {
        return await documentPictureInPicture.requestWindow({ width: 380, height: 520 });
      } catch {} // not allowed here
    }
    return window.open("", "showhow-steps", "popup,width=380,height=520");
  }

  function element(name, text, attributes = {}) {
    const made = shown.document.createElement(name);
    made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  function start() {
    const now = items.findIndex((item) => item.classList.contains("now"));
    const unticked = items.findIndex((item) => item.querySelector(".tick input:not(:checked)"));
    return now >= 0 ? now : Math.max(0, unticked);
  }

  function draw() {
    const item = items[at];
    const box = item.querySelector(".tick input");
    const page = shown.document;
    const main = element("main", "", { class: "on-top", lang: item.querySelector(".what").lang || document.documentElement.lang });
    main.append(element("p", `Step ${at + 1} of ${items.length}`, { class: "facts", role: "status" }));
    main.append(element("h1", item.querySelector("h3 a").textContent, { dir: "auto" }));
    const image = item.querySelector("img");
    if (image) main.append(element("img", "", { src: image.currentSrc || image.src, alt: image.alt }));
    const text = item.querySelector(".what p");
    if (text) main.append(element("p", text.textContent, { dir: "auto" }));
    const buttons = element("p", "", { class: "buttons" });
    const back = element("button", "Back", { type: "button", ...(at ? {} : { disabled: "" }) });
    const next = element("button", box ? "Done, next" : "Next", { type: "button", class: "next" });
    if (at === items.length - 1) next.textContent = "Done";
    back.addEventListener("click", () => go(-1));
    next.addEventListener("click", () => go(1));
    buttons.append(back, next);
    main.append(buttons);
    page.body.replaceChildren(main);
    next.focus();
  }

  function go(by) {
    const box = items[at].querySelector(".tick input");
    if (box && by > 0 && !box.checked) box.click(); // the page keeps it
    if (by > 0 && at === items.length - 1) return shown.close();
    at = Math.max(0, Math.min(items.length - 1, at + by));
    draw();
  }

  async function open() {
    if (shown && !shown.closed) return shown.close();
    shown = await openWindow();
    if (!shown) {
      bar.querySelector(".done").textContent = "The browser allows no window. Allow popups for this page.";
      return;
    }
    const page = shown.document;
    page.documentElement.lang = document.documentElement.lang;
    page.head.replaceChildren(...[...document.querySelectorAll('link[rel="stylesheet"]')].map((link) => element("link", "", { rel: "stylesheet", href: link.href })));
    page.title = document.title; // an element of the head
    page.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "n" || event.key === "ArrowRight") go(1);
      else if (event.key === "p" || event.key === "ArrowLeft") go(-1);
      else if (event.key === "Escape" || event.key === "t") shown.close();
    });
    at = start();
    draw();
  }

  button.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "t" || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
    event.preventDefault();
    open();
  });
  window.addEventListener("pagehide", () => shown?.close());
})();
