/*
 * What pages are nicer with; every page works without it.
 *
 * <time datetime>         shown in the viewer's zone, in their language; the exact UTC stays in its title
 * data-live="URL"         on an element with an id: its content is read anew from that page every second
 *                         (data-live-seconds) until the one that comes back has no data-live
 * data-copy="TEXT"        a button that copies
 * data-confirm="QUESTION" on a form: asks before it is sent
 * data-viewers-zone       on a select of time zones: the viewer's own is chosen
 * forms                   are sent once, however often their button is pressed
 */
"use strict";

const shown = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

function localTimes(root) {
  for (const element of root.querySelectorAll("time[datetime]")) {
    const instant = new Date(element.dateTime);
    if (!Number.isNaN(instant.getTime())) element.textContent = shown.format(instant);
  }
}

async function refresh(element) {
  const answer = await fetch(element.dataset.live, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (answer.redirected || !answer.ok) throw new Error("not there");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(element.id);
  if (!fresh) return;
  localTimes(fresh);
  const focused = element.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  element.replaceWith(fresh);
  if (focused) fresh.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  keepLive(fresh);
}

function keepLive(element, failures = 0) {
  if (!element.dataset.live) return;
  const seconds = Number(element.dataset.liveSeconds || 1) * 2 ** Math.min(failures, 5);
  setTimeout(() => refresh(element).catch(() => keepLive(element, failures + 1)), seconds * 1000);
}

function sendOnce(event) {
  const form = event.target;
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) {
    event.preventDefault();
    return;
  }
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const pressed = event.submitter;
  if (pressed) pressed.setAttribute("aria-busy", "true");
}

function sendAgain() {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    return;
  }
  const label = button.getAttribute("aria-label");
  button.setAttribute("aria-label", "Copied");
  button.classList.add("copied");
  setTimeout(() => {
    button.classList.remove("copied");
    if (label === null) button.removeAttribute("aria-label");
    else button.setAttribute("aria-label", label);
  }, 1500);
}

document.addEventListener("submit", sendOnce);
window.addEventListener("pageshow", sendAgain);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

function viewersZone(select) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...select.options].some((option) => option.value === zone)) select.value = zone;
}

localTimes(document);
document.querySelector(".main-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
for (const select of document.querySelectorAll("select[data-viewers-zone]")) viewersZone(select);
for (const element of document.querySelectorAll("[data-live]")) keepLive(element);
for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
