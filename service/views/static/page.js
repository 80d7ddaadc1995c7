// Keeps an open page as the service says it is. Without it the page is whole, and a reload brings it up to date.
"use strict";
(() => {
  const SILENT_MS = 20000;
  const KEYS_REST_MS = 800; // several steps of the slider by keyboard are one way back
  const RETURNING = "slider";
  const connection = document.getElementById("connection");
  const said = document.getElementById("said");
  let heard = Date.now();
  let broken = null;

  const at = (ms) => new Date(ms).toTimeString().slice(0, 8);
  const tell = (text) => {
    if (connection.textContent !== text) connection.textContent = text;
    connection.hidden = !text;
  };

  const ages = () => {
    for (const time of document.querySelectorAll("time[data-age]")) {
      const minutes = Math.floor((Date.now() - Date.parse(time.dateTime)) / 60000);
      if (!time.dataset.clock) time.dataset.clock = time.textContent;
      if (minutes >= 1 && minutes < 24 * 60) time.textContent = `${time.dataset.clock} (${minutes} min ago)`;
    }
  };

  const put = (name, html) => {
    const part = document.querySelector(`[data-part="${name}"]`);
    if (!part) return;
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    if (focused && focused.matches("select, input")) return;
    const focus = focused && focused.getAttribute("href");
    const opened = [...part.querySelectorAll("details[open]")].map((each) => each.id);
    part.innerHTML = html;
    for (const id of opened) part.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
    if (focus) part.querySelector(`[href="${CSS.escape(focus)}"]`)?.focus();
  };

  const announce = () => {
    const newest = document.querySelector(".ticker li");
    if (newest && said.textContent !== newest.textContent) said.textContent = newest.textContent;
  };

  const check = () => {
    ages();
    if (broken !== null) tell(`Disconnected since ${at(broken)}. What is shown is as of then; trying again.`);
    else if (Date.now() - heard > SILENT_MS) tell(`Nothing heard from the service since ${at(heard)}. What is shown may be old.`);
  };

  const follow = (address) => {
    const source = new EventSource(address);
    const hear = () => { heard = Date.now(); broken = null; };
    source.addEventListener("parts", (event) => {
      hear();
      for (const [name, html] of Object.entries(JSON.parse(event.data))) put(name, html);
      announce();
      ages();
    });
    source.addEventListener("feed", (event) => { hear(); tell(JSON.parse(event.data).warning); });
    source.addEventListener("error", () => {
      if (broken === null) broken = Date.now();
      check();
      if (source.readyState === EventSource.CLOSED) { source.close(); setTimeout(() => follow(address), 3000); }
    });
  };

  const poll = async (seconds) => {
    try {
      const answer = await fetch(location.href, { cache: "no-cache" });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of page.querySelectorAll("[data-part]")) put(part.dataset.part, part.innerHTML);
      heard = Date.now();
      broken = null;
      tell("");
      announce();
    } catch {
      if (broken === null) broken = Date.now();
    }
    check();
    setTimeout(() => poll(seconds), seconds * 1000);
  };

  const slide = async (form) => {
    const slider = form.querySelector("input[type=range]");
    const moment = form.querySelector("output");
    const field = form.querySelector("input[name=at]");
    let moments = [];
    const load = async () => {
      const answer = await fetch(form.dataset.moments);
      if (!answer.ok) return;
      moments = (await answer.json()).moments;
      slider.hidden = moments.length < 2;
      slider.max = moments.length - 1;
      const past = moments.findIndex((each) => each >= field.value);
      slider.value = field.value && past >= 0 ? past : slider.max;
    };
    const say = () => {
      moment.textContent = field.value.slice(11, 19);
      slider.setAttribute("aria-valuetext", moment.textContent || "now");
    };
    let byKey = false;
    let resting = 0;
    slider.addEventListener("input", () => {
      field.value = moments[slider.value] ?? "";
      say();
    });
    slider.addEventListener("keydown", () => { byKey = true; });
    slider.addEventListener("pointerdown", () => { byKey = false; });
    slider.addEventListener("blur", () => clearTimeout(resting));
    slider.addEventListener("change", () => {
      clearTimeout(resting);
      resting = setTimeout(() => form.requestSubmit(), byKey ? KEYS_REST_MS : 0);
    });
    form.addEventListener("submit", () => {
      clearTimeout(resting);
      if (document.activeElement === slider) sessionStorage.setItem(RETURNING, "yes");
    });
    slider.addEventListener("pointerdown", load, { once: true });
    await load();
    say();
    if (sessionStorage.getItem(RETURNING) && !slider.hidden) slider.focus();
    sessionStorage.removeItem(RETURNING);
  };

  const form = document.querySelector("form.time");
  if (form) slide(form);
  if (document.body.dataset.stream) follow(document.body.dataset.stream);
  else if (document.body.dataset.poll) setTimeout(() => poll(Number(document.body.dataset.poll)), Number(document.body.dataset.poll) * 1000);
  ages();
  setInterval(check, 1000);
})();
