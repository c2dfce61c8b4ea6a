// The demo page's chat. It writes text nodes only, keeps nothing on the device, and never loses what was typed.

/**
 * @typedef {{id: string, title: string}} Choice
 * @typedef {{title: string, url: string}} Link
 * @typedef {{title: string, url: string | null, reviewed: string}} Source
 * @typedef {{kind: string, text: string, buttons: Choice[], links: Link[], sources: Source[]}} Message
 */

const API = "/webhooks/web/";
const WAIT_MILLISECONDS = 12000;
const SAFE_LINK = /^(https:|tel:|sms:|mailto:)/;

const $conversation = /** @type {HTMLOListElement} */ (document.getElementById("conversation"));
const $announcer = /** @type {HTMLElement} */ (document.getElementById("announcer"));
const $form = /** @type {HTMLFormElement} */ (document.getElementById("ask"));
const $message = /** @type {HTMLTextAreaElement} */ (document.getElementById("message"));
const $problem = /** @type {HTMLElement} */ (document.getElementById("problem"));
const $send = /** @type {HTMLButtonElement} */ (document.getElementById("send"));
const $wipe = /** @type {HTMLButtonElement} */ (document.getElementById("wipe"));

/** @type {string | null} */
let session = null;
let isWaiting = false;
// One id for one message: a repeated send of the same words is the same message to the server.
/** @type {{body: string, id: string} | null} */
let pending = null;

/** `crypto.randomUUID` exists on secure pages only; this works on any. */
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} tag @param {string} [text] @param {string} [className] */
function element(tag, text, className) {
  const $element = document.createElement(tag);
  if (text) $element.textContent = text;
  if (className) $element.className = className;
  return $element;
}

/** Paragraphs, "- " lists and "1. " lists become elements; nothing is ever parsed as HTML.
 * @param {string} text */
function blocks(text) {
  /** @type {HTMLElement[]} */
  const made = [];
  /** @type {HTMLElement | null} */
  let $list = null;
  for (const line of text.split("\n")) {
    const item = /^(-|\d+\.) +(.*)$/.exec(line);
    if (!item) {
      $list = null;
      if (line.trim()) made.push(element("p", line));
      continue;
    }
    const tag = item[1] === "-" ? "ul" : "ol";
    if (!$list || $list.localName !== tag) {
      $list = element(tag);
      made.push($list);
    }
    $list.append(element("li", item[2]));
  }
  return made;
}

/** @param {Link[]} links */
function linkList(links) {
  const $list = element("ul", "", "links");
  for (const link of links) {
    if (!SAFE_LINK.test(link.url)) continue;
    const $link = /** @type {HTMLAnchorElement} */ (element("a", link.title));
    $link.href = link.url;
    if (link.url.startsWith("https:")) {
      $link.target = "_blank";
      $link.rel = "noopener noreferrer";
    }
    const $item = element("li");
    $item.append($link);
    $list.append($item);
  }
  return $list;
}

/** @param {Source[]} sources */
function sourceList(sources) {
  const $details = element("details");
  $details.append(element("summary", `Where this comes from. Checked on ${sources[0].reviewed}`));
  const $list = element("ul");
  for (const source of sources) $list.append(element("li", source.title));
  $details.append($list);
  return $details;
}

/** @param {Message} message */
function show(message) {
  const $item = element("li", "", `message ${message.kind}`);
  $item.append(element("span", "Harbour: ", "who"), ...blocks(message.text));
  if (message.links.length) $item.append(linkList(message.links));
  if (message.buttons.length) {
    const $choices = element("div", "", "choices");
    for (const choice of message.buttons) {
      const $button = /** @type {HTMLButtonElement} */ (element("button", choice.title));
      $button.type = "button";
      $button.addEventListener("click", () => ask({ button: choice.id }, choice.title));
      $choices.append($button);
    }
    $item.append($choices);
  }
  if (message.sources.length) $item.append(sourceList(message.sources));
  $conversation.append($item);
  return $item;
}

/** @param {boolean} value */
function setWaiting(value) {
  isWaiting = value;
  // Not `disabled`: that would throw the focus away.
  $send.setAttribute("aria-disabled", String(value));
  if (value) $announcer.textContent = "Harbour is answering";
}

/** @param {{text?: string, button?: string}} what @param {string} shown */
async function ask(what, shown) {
  if (isWaiting) return;
  setWaiting(true);
  $problem.hidden = true;
  const body = JSON.stringify(what);
  if (!pending || pending.body !== body) pending = { body, id: newId() };
  try {
    const response = await fetch(`${API}message`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ session, id: pending.id, ...what }),
      credentials: "omit",
      signal: AbortSignal.timeout(WAIT_MILLISECONDS),
    });
    const reply = await response.json();
    if (!Array.isArray(reply.messages) || !reply.messages.length) throw new Error("empty reply");
    if (reply.session) session = reply.session;
    const $mine = element("li", "", "message mine");
    $mine.append(element("span", "You: ", "who"), shown);
    $conversation.append($mine);
    const $shown = reply.messages.map(show);
    pending = null;
    if (what.text !== undefined) $message.value = "";
    $announcer.textContent = reply.messages.map((/** @type {Message} */ message) => message.text).join(" ");
    $shown[0].scrollIntoView({ block: "nearest" });
  } catch {
    $problem.textContent = $problem.dataset.text || "";
    $problem.hidden = false;
    $announcer.textContent = $problem.textContent;
  } finally {
    setWaiting(false);
  }
}

$form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $message.value.trim();
  if (text) ask({ text }, text);
  else $message.focus();
});

$message.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $form.requestSubmit();
  }
});

$wipe.addEventListener("click", async () => {
  const body = JSON.stringify({ session });
  session = null;
  pending = null;
  $conversation.replaceChildren();
  $message.value = "";
  $announcer.textContent = "This chat has been deleted.";
  $message.focus();
  try {
    await fetch(`${API}session`, { method: "DELETE", headers: { "Content-Type": "application/json" }, body });
  } catch {
    // The server forgets by itself after a while; the page has forgotten already.
  }
});

$form.hidden = false;
