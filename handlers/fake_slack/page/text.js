// Turns Slack's text into DOM nodes: mrkdwn, references, dates, emoji, rich_text and some Markdown.

import { el, safeLink } from "./dom.js";
import { slackDate } from "./words.js";

const EMOJI = {
  "+1": "👍", "-1": "👎", airplane: "✈️", alarm_clock: "⏰", arrow_right: "➡️", arrow_up: "⬆️", arrow_down: "⬇️",
  atom_symbol: "⚛️", bar_chart: "📊", bell: "🔔", no_bell: "🔕", black_small_square: "▪️", books: "📚", bulb: "💡",
  calendar: "📆", chart_with_upwards_trend: "📈", clipboard: "📋", clock3: "🕒", dna: "🧬", eyes: "👀",
  exclamation: "❗", fire: "🔥", gear: "⚙️", globe_with_meridians: "🌐", handshake: "🤝", heavy_check_mark: "✔️",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", inbox_tray: "📥", information_source: "ℹ️", kr: "🇰🇷", us: "🇺🇸",
  gb: "🇬🇧", jp: "🇯🇵", large_green_circle: "🟢", large_yellow_circle: "🟡", large_red_circle: "🔴",
  large_blue_circle: "🔵", red_circle: "🔴", white_circle: "⚪", link: "🔗", lock: "🔒", loudspeaker: "📢", mag: "🔍",
  mega: "📣", memo: "📝", microscope: "🔬", mute: "🔇", newspaper: "📰", page_facing_up: "📄", partying_face: "🥳",
  paperclip: "📎", pushpin: "📌", question: "❓", robot_face: "🤖", rocket: "🚀", rotating_light: "🚨", satellite: "🛰️",
  scroll: "📜", ship: "🚢", shield: "🛡️", signal_strength: "📶", sparkles: "✨", speech_balloon: "💬", star: "⭐",
  tada: "🎉", thumbsup: "👍", thumbsdown: "👎", warning: "⚠️", wave: "👋", white_check_mark: "✅", x: "❌", zap: "⚡",
  zzz: "💤",
};

// A machine without a colour emoji font would draw empty boxes, so it shows the emoji's name instead.
const DRAWS_EMOJI = (() => {
  const pen = Object.assign(document.createElement("canvas"), { width: 20, height: 20 }).getContext("2d", { willReadFrequently: true });
  if (!pen) return true;
  pen.font = "16px sans-serif";
  pen.fillText("\u{1F680}", 0, 16);
  const pixels = pen.getImageData(0, 0, 20, 20).data;
  for (let at = 0; at < pixels.length; at += 4) if (pixels[at] !== pixels[at + 1]) return true;
  return false;
})();

function emojiNode(name) {
  const sign = DRAWS_EMOJI || !/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(EMOJI[name] ?? "") ? EMOJI[name] : null;
  const shown = sign ?? (name.length === 2 ? name.toUpperCase() : `:${name}:`);
  return el("span", { class: `emoji ${sign ? "" : "named"}`, title: `:${name}:` }, shown);
}

function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

const CIRCLES = { "🔴": "#d83a34", "🟡": "#e3b341", "🟢": "#2ba36d", "🔵": "#2f6fd0", "⚪": "#c9c7d1" };
const PICTOGRAM = /(\p{Extended_Pictographic}\uFE0F?)/u;

// A sign that the machine's fonts cannot draw is drawn as a coloured circle, or by its name.
function drawable(text) {
  if (DRAWS_EMOJI || !PICTOGRAM.test(text)) return [text];
  return text.split(PICTOGRAM).filter((part) => part !== "").map((part) => {
    if (CIRCLES[part]) {
      const circle = el("span", { class: "circle", role: "img", "aria-label": part });
      circle.style.background = CIRCLES[part];
      return circle;
    }
    const name = Object.keys(EMOJI).find((key) => EMOJI[key] === part);
    return name && /[\u{1F000}-\u{1FFFF}]/u.test(part) ? emojiNode(name) : part;
  });
}

function withBreaks(text) {
  const parts = text.split("\n");
  return parts.flatMap((part, place) => [...(place ? [el("br")] : []), ...drawable(part)]).filter((part) => part !== "");
}

// context: {zone, userName(id), channelName(id), openChannel(id)}
export function plain(textObject) {
  return textObject.text.split(/(:[a-z0-9_+-]+:)/).flatMap((part, place) =>
    place % 2 && EMOJI[part.slice(1, -1)] ? [emojiNode(part.slice(1, -1))] : withBreaks(part));
}

export function textObject(object, context) {
  return object.type === "mrkdwn" ? mrkdwn(object.text, context) : plain(object);
}

export function mrkdwn(text, context) {
  return text.split("```").flatMap((part, place) =>
    place % 2 ? [el("pre", {}, unescape(part.replace(/^\n|\n$/g, "")))] : quotedLines(part, context));
}

function quotedLines(text, context) {
  const nodes = [];
  let quote = [];
  const flush = () => {
    if (quote.length) nodes.push(el("blockquote", {}, ...inline(quote.join("\n"), context)));
    quote = [];
  };
  text.split("\n").forEach((line, place, all) => {
    const found = /^(?:&gt;|>)\s?(.*)$/.exec(line);
    if (found) return quote.push(found[1]);
    const afterQuote = quote.length > 0;
    flush();
    if (place && !afterQuote) nodes.push(el("br"));
    nodes.push(...inline(line, context));
    return all.length;
  });
  flush();
  return nodes;
}

// As in Slack, a mark counts only when no letter or digit (of any script) touches it from outside.
const EDGE_BEFORE = "(?<![\\p{L}\\p{N}])";
const EDGE_AFTER = "(?![\\p{L}\\p{N}])";
const INLINE = new RegExp(
  [
    "`([^`\\n]+)`",
    "<([^<>\\n]+)>",
    ":([a-z0-9_+-]+):",
    `${EDGE_BEFORE}\\*(\\S(?:[^*\\n]*\\S)?)\\*${EDGE_AFTER}`,
    `${EDGE_BEFORE}_(\\S(?:[^_\\n]*\\S)?)_${EDGE_AFTER}`,
    `${EDGE_BEFORE}~(\\S(?:[^~\\n]*\\S)?)~${EDGE_AFTER}`,
  ].join("|"),
  "gu",
);

export function inline(text, context) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > from) nodes.push(...withBreaks(unescape(text.slice(from, match.index))));
    nodes.push(marked(match, context));
    from = match.index + match[0].length;
  }
  if (from < text.length) nodes.push(...withBreaks(unescape(text.slice(from))));
  return nodes;
}

function marked([, code, reference, emojiName, bold, italic, strike], context) {
  if (code) return el("code", {}, unescape(code));
  if (reference) return referenceNode(reference, context);
  if (emojiName) return EMOJI[emojiName] ? emojiNode(emojiName) : el("span", {}, `:${emojiName}:`);
  if (bold) return el("strong", {}, ...inline(bold, context));
  if (italic) return el("em", {}, ...inline(italic, context));
  return el("s", {}, ...inline(strike, context));
}

function referenceNode(reference, context) {
  const bar = reference.indexOf("|");
  const target = bar < 0 ? reference : reference.slice(0, bar);
  const label = bar < 0 ? "" : unescape(reference.slice(bar + 1));
  if (target.startsWith("@")) return mention(`@${label || context.userName(target.slice(1))}`);
  if (target.startsWith("#")) return channelNode(target.slice(1), label, context);
  if (target.startsWith("!subteam^")) return mention(label || `@${context.groupName(target.slice(9))}`);
  if (target.startsWith("!date^")) return dateNode(target.slice(6), label, context);
  if (target.startsWith("!")) return mention(`@${label || target.slice(1).split("^")[0]}`, "broadcast");
  return safeLink(unescape(target), label || unescape(target));
}

function mention(text, more = "") {
  return el("span", { class: `mention ${more}` }, text);
}

function channelNode(id, label, context) {
  const name = `#${label || context.channelName(id)}`;
  return el("button", { class: "mention as-link", type: "button", on: { click: () => context.openChannel(id) } }, name);
}

function dateNode(rest, fallback, context) {
  const [seconds, format, link] = rest.split("^");
  const shown = /^\d+$/.test(seconds) && format ? slackDate(Number(seconds), format, context.zone) : fallback;
  const node = el("time", { title: fallback }, shown);
  return link ? safeLink(link, node) : node;
}

// rich_text
export function richText(block, context) {
  return el("div", { class: "rich" }, ...block.elements.map((part) => richPart(part, context)));
}

function richPart(part, context) {
  if (part.type === "rich_text_list") {
    const tag = part.style === "ordered" ? "ol" : "ul";
    const list = el(tag, { class: `indent-${Math.min(part.indent ?? 0, 6)}` });
    if (part.offset) list.start = part.offset + 1;
    list.append(...part.elements.map((item) => el("li", {}, ...item.elements.map((run) => richRun(run, context)))));
    return list;
  }
  const tag = { rich_text_quote: "blockquote", rich_text_preformatted: "pre" }[part.type] ?? "p";
  return el(tag, {}, ...part.elements.map((run) => richRun(run, context)));
}

function richRun(run, context) {
  const node = runNode(run, context);
  return Object.entries(run.style ?? {}).reduce((inner, [name, on]) => {
    const tag = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u", highlight: "mark" }[name];
    return on && tag ? el(tag, {}, inner) : inner;
  }, node);
}

function runNode(run, context) {
  switch (run.type) {
    case "text": return el("span", {}, ...withBreaks(run.text));
    case "link": return safeLink(run.url, run.text || run.url);
    case "emoji": return emojiNode(run.name);
    case "user": return mention(`@${context.userName(run.user_id)}`);
    case "channel": return channelNode(run.channel_id, "", context);
    case "date": return el("time", { title: run.fallback }, slackDate(run.timestamp, run.format, context.zone));
    case "usergroup": return mention(`@${context.groupName(run.usergroup_id)}`);
    case "color": return el("code", {}, run.value);
    case "broadcast": return mention(`@${run.range}`, "broadcast");
    default: return el("span", {}, run.value ?? "");
  }
}

// some Markdown, for markdown blocks
const MD_INLINE = /`([^`\n]+)`|\[([^\]\n]+)\]\(([^()\s]+)\)|\*\*([^*\n]+)\*\*|\*([^*\n]+)\*|_([^_\n]+)_|~~([^~\n]+)~~/g;

function mdInline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(MD_INLINE)) {
    if (match.index > from) nodes.push(text.slice(from, match.index));
    const [, code, label, url, bold, italic, under, strike] = match;
    if (code) nodes.push(el("code", {}, code));
    else if (url) nodes.push(safeLink(url, label));
    else if (bold) nodes.push(el("strong", {}, bold));
    else if (strike) nodes.push(el("s", {}, strike));
    else nodes.push(el("em", {}, italic ?? under));
    from = match.index + match[0].length;
  }
  if (from < text.length) nodes.push(text.slice(from));
  return nodes;
}

export function markdown(text) {
  const root = el("div", { class: "rich" });
  let list = null;
  for (const line of text.split("\n")) {
    const heading = /^(#{1,3})\s+(.*)$/.exec(line);
    const item = /^\s*(?:[-*]|(\d+)\.)\s+(.*)$/.exec(line);
    const quote = /^>\s?(.*)$/.exec(line);
    if (item) {
      const tag = item[1] ? "OL" : "UL";
      if (!list || list.tagName !== tag) root.append((list = el(tag)));
      list.append(el("li", {}, ...mdInline(item[2])));
      continue;
    }
    list = null;
    if (heading) root.append(el("p", { class: `md-h${heading[1].length}` }, ...mdInline(heading[2])));
    else if (quote) root.append(el("blockquote", {}, ...mdInline(quote[1])));
    else if (line.trim()) root.append(el("p", {}, ...mdInline(line)));
  }
  return root;
}
