// Lists messages; a row is redrawn only when its content changes.

import { drawAttachment, drawBlocks, drawFile, drawText } from "./blocks.js";
import { menuOf } from "./controls.js";
import { el } from "./dom.js";
import { clock, currentLanguage, dayKey, dayName, fullDate, word } from "./words.js";

const AVATARS = ["#7a4fb5", "#b5563f", "#2f6fa8", "#8a6d1f", "#3f7d4f", "#a13d73"];

export function avatar(user, isBot) {
  if (isBot) return el("img", { class: "avatar", src: "/page/pactbot.svg", alt: "" });
  const name = user?.real_name ?? "?";
  const initials = /[가-힣]/.test(name) ? name.slice(-2) : name.split(" ").map((part) => part[0]).join("").slice(0, 2);
  const shade = AVATARS[[...(user?.id ?? "")].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % AVATARS.length];
  const node = el("span", { class: "avatar", "aria-hidden": "true" }, initials);
  node.style.background = shade;
  return node;
}

function header(message, context, isBot) {
  const seconds = Number(message.ts);
  const stamp = el("time", { class: "when", title: fullDate(seconds, context.zone) }, clock(seconds, context.zone));
  return el("div", { class: "who" },
    el("strong", {}, isBot ? "pactbot" : message.user === "USLACKBOT" ? "Slackbot" : context.userName(message.user)),
    isBot ? el("span", { class: "tag app" }, word("app")) : null, stamp);
}

function threadLine(message, context) {
  if (!message.reply_count) return null;
  const key = message.reply_count === 1 ? "replies_one" : "replies_many";
  const when = clock(Number(message.latest_reply), context.zone);
  return el("button", { class: "replies", type: "button", on: { click: () => context.openThread(message.ts) } },
    word(key, { n: message.reply_count }), el("span", {}, word("last_reply", { when })));
}

function row(message, context, inThread) {
  const isBot = Boolean(message.bot_id); // also the app of another workspace
  const acting = {
    ...context,
    act: (action) => context.press(message, action),
    suggest: (actionId, typed) => context.suggestIn({ where: "message", ts: message.ts }, actionId, typed),
  };
  const content = message.blocks?.length ? drawBlocks(message.blocks, acting) : message.text ? [drawText(message.text, context)] : [];
  content.push(...(message.attachments ?? []).map((each) => drawAttachment(each, acting)), ...(message.files ?? []).map(drawFile));
  const classes = ["message", message.is_ephemeral ? "ephemeral" : "", isBot ? "from-bot" : ""].join(" ");
  const canReply = !inThread && !message.is_ephemeral;
  return el("article", { class: classes, data: { ts: message.ts } },
    avatar(context.user(message.user), isBot),
    el("div", { class: "message-body" },
      message.is_ephemeral ? el("div", { class: "only-you" }, el("img", { src: "/page/eye.svg", alt: "", width: 14, height: 14 }), word("only_you")) : null,
      header(message, context, isBot),
      message.subtype === "thread_broadcast" && inThread ? el("div", { class: "b-context" }, word("sent_to_channel")) : null,
      ...content,
      message.edited ? el("span", { class: "edited", title: fullDate(Number(message.edited.ts), context.zone) }, word("edited")) : null,
      inThread ? null : threadLine(message, context)),
    message.is_ephemeral ? null : el("div", { class: "tools" },
      context.shortcuts.length ? menuOf("⋮", word("more"), context.shortcuts.map((each) => ({
        nodes: [each.name, el("small", {}, each.description ?? "")], choose: () => context.shortcut(message, each),
      })), "tool") : null,
      canReply ? el("button", { type: "button", title: word("reply"), "aria-label": word("reply"), on: { click: () => context.openThread(message.ts) } }, "↩") : null));
}

export class MessageList {
  constructor(root) {
    this.root = root;
    this.rows = new Map();
    this.place = "";
    this.atEnd = true;
    root.addEventListener("scroll", () => (this.atEnd = root.scrollHeight - root.scrollTop - root.clientHeight < 80));
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(root);
  }

  toEnd() {
    this.root.scrollTop = this.root.scrollHeight;
  }

  // `frame` names the other things that a row's look depends on: viewer, language, channel.
  show(messages, context, { place, inThread = false, empty = "" }) {
    const atEnd = this.atEnd;
    const moved = place !== this.place;
    if (moved) this.rows.clear();
    this.place = place;
    const frame = `${currentLanguage()} ${context.zone} ${context.viewer}`;
    const kept = new Map();
    const nodes = [];
    let day = "";
    for (const message of messages) {
      const today = dayKey(Number(message.ts), context.zone);
      if (today !== day && !inThread) nodes.push(el("div", { class: "day" }, el("span", {}, dayName(Number(message.ts), context.zone))));
      day = today;
      const look = frame + JSON.stringify(message);
      const old = this.rows.get(message.ts);
      const held = old?.look === look ? old : { look, node: row(message, context, inThread) };
      kept.set(message.ts, held);
      nodes.push(held.node);
    }
    this.rows = kept;
    if (!nodes.length && empty) nodes.push(el("p", { class: "empty" }, empty));
    this.root.replaceChildren(...nodes);
    if (moved || atEnd) this.toEnd();
  }
}
