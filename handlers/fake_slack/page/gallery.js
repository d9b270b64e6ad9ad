// Shows every message and view in both languages side by side.

import { drawAttachment, drawBlocks } from "./blocks.js";
import { el, replaceChildren } from "./dom.js";
import { mrkdwn, plain } from "./text.js";
import { chosenLanguage, currentLanguage, setLanguage, setNow, word } from "./words.js";

const at = (id) => document.getElementById(id);
const LANGUAGES = ["ko", "en"];
const PEOPLE = { U0SEOYEON: "김서연", U0DANA: "Dana Miller" };
const CHANNELS = { C0POLICY: "policy" };

const drawing = {
  zone: "Asia/Seoul",
  viewer: "U0DANA",
  bot: { id: "B", name: "pactbot" },
  users: Object.entries(PEOPLE).map(([id, name]) => ({ id, real_name: name })),
  channels: Object.entries(CHANNELS).map(([id, name]) => ({ id, name, direct: false, private: false, archived: false })),
  user: () => null,
  userName: (id) => PEOPLE[id] ?? "박준호",
  channelName: (id) => CHANNELS[id] ?? "seoul",
  groupName: () => "desk",
  openChannel: () => {},
  act: () => {},
  suggest: async () => [],
  mrkdwn: (text) => mrkdwn(text, drawing),
};

// The words of Block Kit itself (optional, a file's size) are those of the message's language.
function inLanguage(language, draw) {
  const own = currentLanguage();
  setLanguage(language);
  const nodes = draw();
  setLanguage(own);
  return nodes;
}

function body(example, language) {
  const shown = example[language];
  const blocks = () => drawBlocks(shown.blocks, { ...drawing, fields: new Map() });
  if (["message", "unfurl"].includes(example.kind)) {
    return el("div", { class: "g-body message-body" }, ...blocks(), ...(shown.attachments ?? []).map((each) => drawAttachment(each, drawing)));
  }
  if (example.kind === "home") return el("div", { class: "g-body" }, ...blocks());
  return el("div", { class: "g-body in-modal" },
    el("div", { class: "modal-head" }, el("h2", {}, ...plain(shown.title))),
    el("div", { class: "modal-body" }, ...blocks()),
    el("div", { class: "modal-foot" },
      shown.close ? el("button", { class: "button", type: "button" }, ...plain(shown.close)) : null,
      shown.submit ? el("button", { class: "button primary", type: "button" }, ...plain(shown.submit)) : null));
}

function frame(example, language) {
  return el("div", { class: "g-frame", lang: language, data: { language } },
    el("h4", {}, word(`language_${language}`)), inLanguage(language, () => body(example, language)));
}

function draw({ groups, sentences }) {
  const language = currentLanguage();
  document.querySelectorAll("[data-word]").forEach((node) => (node.textContent = word(node.dataset.word)));
  document.querySelectorAll("[data-language]").forEach((node) =>
    node.tagName === "BUTTON" && node.setAttribute("aria-pressed", String(node.dataset.language === language)));
  const headings = [...groups.map((group) => group.title[language]), word("gallery_sentences")];
  replaceChildren(at("contents"), headings.map((heading, place) => el("a", { href: `#g${place}` }, heading)));
  const pair = at("phone").checked ? "g-pair phone" : "g-pair";
  replaceChildren(at("gallery"),
    el("p", { class: "g-intro" }, word("gallery_intro")),
    groups.flatMap((group, place) => [
      el("h2", { id: `g${place}` }, group.title[language]),
      ...group.examples.map((example) => el("section", { class: "g-example", data: { title: example.title.en } },
        el("h3", {}, example.title[language]),
        el("div", { class: pair }, ...LANGUAGES.map((each) => frame(example, each))))),
    ]),
    el("h2", { id: `g${groups.length}` }, word("gallery_sentences")),
    el("table", { class: "g-sentences" }, el("tbody", {}, ...sentences.map((each) =>
      el("tr", {}, el("td", {}, el("code", {}, each.key)), ...LANGUAGES.map((code) => el("td", { lang: code }, each[code])))))));
}

setLanguage(new URLSearchParams(location.search).get("lang") ?? chosenLanguage());
const answer = await fetch("/sandbox/gallery");
const data = await answer.json();
setNow(data.now);
draw(data);
document.body.dataset.drawn = "yes";
at("phone").addEventListener("change", () => draw(data));
document.querySelectorAll("button[data-language]").forEach((node) =>
  node.addEventListener("click", () => {
    setLanguage(node.dataset.language, true);
    draw(data);
  }));
