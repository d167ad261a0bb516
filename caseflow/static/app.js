// Conveniences only: every page works without this file. All words come from the templates.
"use strict";

const every = (selector, act) => document.querySelectorAll(selector).forEach(act);

// A page with errors starts at its summary; browsers that know autofocus on a box are there already.
addEventListener("load", () => requestAnimationFrame(() => {
  if (document.activeElement === document.body) document.querySelector(".error-summary")?.focus();
}));

// Menus close on Escape and on a click elsewhere.
const closeMenus = (except) => every("details.menu[open]", (menu) => { if (menu !== except) menu.open = false; });
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement.closest("details.menu[open]");
  closeMenus();
  menu?.querySelector("summary").focus();
});

// A form is sent once; after 15 seconds it may be tried again (the server knows a repeated key).
const SENT_MS = 15000;
const sent = new WeakSet();
const shrinking = new Map();

function mark(form, busy) {
  every("button", (button) => {
    if (button.form !== form) return;
    if (busy) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  });
  if (busy) sent.add(form);
  else sent.delete(form);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (sent.has(form)) return event.preventDefault();
  mark(form, true);
  const wait = shrinking.get(form);
  if (wait) {
    event.preventDefault();
    wait.then(() => { mark(form, false); form.requestSubmit(event.submitter); });
    return;
  }
  setTimeout(() => mark(form, false), SENT_MS);
});
// Coming back with the browser's button shows the page as it was left: let it be sent again.
addEventListener("pageshow", (event) => { if (event.persisted) every("form", (form) => mark(form, false)); });

// Photos are made smaller before they travel, unless the originals are asked for.
const PHOTO_BYTES = 1000000;
const LONGEST_SIDE = 2560;

function toJpeg(canvas, quality) {
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
}

async function smaller(file) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size <= PHOTO_BYTES) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    let side = Math.min(LONGEST_SIDE, Math.max(picture.width, picture.height));
    for (let quality = 0.85; side > 600; quality = Math.max(0.6, quality - 0.1), side *= 0.8) {
      const scale = side / Math.max(picture.width, picture.height);
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      const paper = canvas.getContext("2d");
      paper.fillStyle = "#fff";
      paper.fillRect(0, 0, canvas.width, canvas.height);
      paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await toJpeg(canvas, quality);
      if (blob && blob.size <= PHOTO_BYTES) {
        const name = file.name.replace(/\.\w+$/, "") + ".jpg";
        return new File([blob], name, { type: "image/jpeg", lastModified: file.lastModified });
      }
    }
  } catch { /* a picture that this browser cannot read goes as it is */ }
  return file;
}

function put(input, files) {
  const basket = new DataTransfer();
  files.forEach((file) => basket.items.add(file));
  input.files = basket.files;
}

every("input[type=file][data-shrink]", (input) => {
  const box = input.closest(".staging");
  const choice = box.querySelector("[data-keep-original]");
  const keep = choice.querySelector("input");
  const status = box.querySelector("[data-shrink-status]");
  let originals = [];
  choice.hidden = false;

  async function apply() {
    const chosen = originals;
    const files = keep.checked ? chosen : await Promise.all(chosen.map(smaller));
    if (chosen !== originals) return;
    put(input, files);
    const changed = files.filter((file, i) => file !== chosen[i]).length;
    status.textContent = changed ? status.dataset.text.replace("{count}", changed) : "";
  }
  function start() {
    const work = apply().finally(() => { if (shrinking.get(input.form) === work) shrinking.delete(input.form); });
    shrinking.set(input.form, work);
  }
  input.addEventListener("change", () => { originals = [...input.files]; start(); });
  keep.addEventListener("change", start);
});

// A long list is narrowed by typing; "dong tien" finds "Đồng Tiến".
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/đ/g, "d");

every("select[data-filter]", (select) => {
  const options = [...select.options].map((option) => [option, fold(option.text)]);
  if (options.length < 12) return;
  const box = document.createElement("input");
  box.type = "search";
  box.className = "form-control select-filter";
  box.placeholder = select.dataset.filter;
  box.autocomplete = "off";
  box.setAttribute("aria-label", `${select.labels[0].textContent.trim()}: ${select.dataset.filter}`);
  box.addEventListener("input", () => {
    const words = fold(box.value).split(/\s+/).filter(Boolean);
    const hit = (text) => words.every((word) => text.includes(word));
    for (const [option, text] of options) option.hidden = option.value !== "" && !option.selected && !hit(text);
    select.querySelectorAll("optgroup").forEach((group) => {
      group.hidden = [...group.children].every((option) => option.hidden);
    });
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const first = options.find(([option]) => option.value !== "" && !option.hidden && !option.selected);
    if (first && box.value.trim()) first[0].selected = true;
    select.focus();
  });
  select.before(box);
});

// Five minutes before an idle session ends, say so. The server counts from its last answer.
every("[data-idle-minutes]", (bar) => {
  const minutes = Number(bar.dataset.idleMinutes);
  if (!(minutes > 5)) return;
  let since = Date.now();
  const tick = () => { bar.hidden = Date.now() - since < (minutes - 5) * 60000; };
  setInterval(tick, 15000);
  bar.querySelector("button").addEventListener("click", async () => {
    const answer = await fetch(location.href, { method: "HEAD", redirect: "error" }).catch(() => null);
    if (answer?.ok) { since = Date.now(); tick(); }
  });
});

// "Select all" exists only where a script can do it.
every("[data-check-all]", (master) => {
  master.closest("[hidden]")?.removeAttribute("hidden");
  master.addEventListener("change", () => every(`input[name="${master.dataset.checkAll}"]`, (box) => { box.checked = master.checked; }));
});
