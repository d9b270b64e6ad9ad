// The page as a whole: who looks, at which place, and what is done there.

import { drawBlocks } from "./blocks.js";
import { Composer } from "./composer.js";
import { el, replaceChildren } from "./dom.js";
import { MessageList, avatar } from "./messages.js";
import { Modal, ask } from "./modal.js";
import { doIt, fetchState, follow } from "./server.js";
import { clock, currentLanguage, setLanguage, word } from "./words.js";

let shortcuts = [];
const at = (id) => document.getElementById(id);
const APP = "app";
const here = { viewer: "", channel: "", thread: "", tab: "home", online: false, state: null, seen: {}, wanted: null };
const channelList = new MessageList(at("messages"));
const threadList = new MessageList(at("thread-messages"));

function say(text) {
  at("toast").textContent = text;
  at("toast").hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => (at("toast").hidden = true), 5000);
}

async function attempt(deed, body) {
  try {
    const told = await doIt(deed, body);
    if (told.acked === false) say(word("no_answer"));
    return true;
  } catch (error) {
    say(word("failed", { why: error.message }));
    return false;
  }
}

// what is known
const user = (id) => here.state.users.find((each) => each.id === id);
const viewer = () => user(here.viewer);
const place = (id) => here.state.channels.find((each) => each.id === id);
const direct = () => here.state.channels.find((each) => each.direct);
const inApp = () => here.channel === APP;
const shownChannel = () => (inApp() ? direct()?.id : here.channel);

function context() {
  return {
    zone: viewer()?.tz ?? "UTC",
    viewer: here.viewer,
    bot: here.state.bot,
    users: here.state.users,
    channels: here.state.channels,
    user,
    userName: (id) => (id === here.state.bot.id ? "pactbot" : user(id)?.real_name ?? id),
    channelName: (id) => place(id)?.name ?? id,
    openChannel: (id) => place(id) && go(id),
    openThread: (ts) => openThread(ts),
    press: (message, action) => press({ channel: shownChannel(), ts: message.ts, where: "message" }, action),
    act: () => {},
    shortcuts,
    shortcut: (message, each) =>
      attempt("shortcut", { user: here.viewer, channel: shownChannel(), ts: message.ts, callback_id: each.callback_id }),
  };
}

async function press(spot, { block, element, value }) {
  if (element.confirm && !(await ask(at("confirm"), element.confirm, context()))) return;
  await attempt("click", { user: here.viewer, ...spot, action_id: element.action_id, block_id: block.block_id, value });
}

// asking for what is there
let asking = false;
let again = false;

async function refresh() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  try {
    do {
      again = false;
      here.state = await fetchState({ viewer: here.viewer, channel: shownChannelOr(here.channel), thread: here.thread });
      settle();
      draw();
    } while (again);
  } catch {
    here.online = false;
  } finally {
    asking = false;
  }
}

function shownChannelOr(channel) {
  return channel === APP && here.state ? direct()?.id : channel;
}

function settle() {
  if (!here.viewer) start();
  if (!inApp() && !place(here.channel)) {
    here.channel = here.state.channels.find((each) => !each.direct)?.id ?? APP;
    again = true;
  }
}

function start() {
  const asked = new URLSearchParams(location.search);
  const found = here.state.users.find((each) => [each.id, each.name].includes(asked.get("viewer")));
  here.viewer = (found ?? here.state.users[0]).id;
  setLanguage(asked.get("lang") ?? viewer().locale.slice(0, 2));
  const link = /^\/archives\/(\w+)\/p(\d+)/.exec(location.pathname);
  const wanted = asked.get("channel") ?? link?.[1];
  here.channel = wanted === APP ? APP : here.state.channels.find((each) => [each.id, each.name].includes(wanted))?.id ?? "";
  if (link) here.thread = asked.get("thread_ts") ?? "";
  if (asked.get("thread")) here.thread = asked.get("thread");
  here.tab = asked.get("tab") ?? "home";
  again = true;
  if (here.channel === APP) opened();
}

// going somewhere
function go(channel) {
  here.channel = channel;
  here.thread = "";
  drawer(false);
  if (channel === APP) opened();
  refresh();
}

function opened() {
  attempt("home", { user: here.viewer, tab: here.tab });
}

function openThread(ts) {
  here.thread = ts;
  refresh().then(() => at("thread-words").focus());
}

function lookAs(id) {
  here.viewer = id;
  here.thread = "";
  setLanguage(viewer().locale.slice(0, 2));
  if (inApp()) opened();
  refresh();
}

function drawer(open) {
  at("nav").classList.toggle("open", open);
  at("scrim").hidden = !open;
  at("open-nav").setAttribute("aria-expanded", String(open));
}

// drawing
function draw() {
  document.querySelectorAll("[data-word]").forEach((node) => (node.textContent = word(node.dataset.word)));
  document.querySelectorAll("[data-language]").forEach((node) =>
    node.setAttribute("aria-pressed", String(node.dataset.language === currentLanguage())));
  at("open-nav").setAttribute("aria-label", word("menu"));
  at("close-thread").setAttribute("aria-label", word("close"));
  document.querySelectorAll(".send").forEach((node) => node.setAttribute("aria-label", word("send")));
  at("team-name").textContent = here.state.team.name;
  drawLine();
  drawViewers();
  drawNav();
  drawRoom();
  drawThread();
  modal.show(here.state.modal, here.state.modal_errors, { ...context(), act: (action) => press({ where: "modal" }, action) });
}

function drawLine() {
  const { connections, http_mode: http } = here.state;
  const live = http || connections > 0;
  const words = http ? word("live_http") : word(connections > 1 ? "live_sockets_many" : "live_sockets_one", { n: connections });
  at("line").className = `line ${here.online ? (live ? "live" : "waiting") : "off"}`;
  at("line").textContent = here.online ? (live ? words : word("waiting")) : word("page_offline");
}

function drawViewers() {
  replaceChildren(at("viewers"), here.state.users.map((each) => {
    const zone = each.tz.split("/").pop().replace("_", " ");
    const label = word("local_time", { clock: clock(Date.now() / 1000, each.tz), zone });
    return el("button", {
      type: "button", role: "radio", "aria-checked": String(each.id === here.viewer), title: `${each.real_name} · ${label}`,
      on: { click: () => lookAs(each.id) },
    }, avatar(each, false), el("span", { class: "viewer-name" }, each.real_name));
  }));
}

function isUnread(channel) {
  return Number(channel.latest) > Number(here.seen[`${here.viewer} ${channel.id}`] ?? 0);
}

function drawNav() {
  const current = shownChannel();
  const shown = here.state.channels.find((each) => each.id === current);
  if (shown && !(inApp() && here.tab === "home")) here.seen[`${here.viewer} ${shown.id}`] = shown.latest;
  const entry = (channel, label, target) => {
    const unread = isUnread(channel);
    return el("li", {}, el("button", {
      type: "button", class: unread ? "unread" : "", "aria-current": (target === here.channel ? "page" : null),
      on: { click: () => go(target) },
    }, label, unread ? el("span", { class: "dot", title: word("unread") }, el("span", { class: "aside" }, word("unread"))) : null));
  };
  const sign = (channel) => el("span", { class: "sign" }, channel.archived ? "▣" : channel.private ? "◆" : "#");
  replaceChildren(at("channels"), here.state.channels.filter((each) => !each.direct)
    .map((each) => entry(each, el("span", { class: each.has_bot ? "" : "faint" }, sign(each), each.name), each.id)));
  const dm = direct();
  const app = el("span", {}, el("img", { src: "/page/pactbot.svg", alt: "", width: 20, height: 20 }), "pactbot");
  replaceChildren(at("apps"), dm ? entry(dm, app, APP) : null);
}

function drawRoom() {
  const channel = place(shownChannel());
  const showHome = inApp() && here.tab === "home";
  at("tabs").hidden = !inApp();
  document.querySelectorAll("[data-tab]").forEach((tab) => tab.setAttribute("aria-selected", String(tab.dataset.tab === here.tab)));
  at("room-name").textContent = inApp() ? "pactbot" : `${channel?.private ? "◆" : "#"} ${channel?.name ?? ""}`;
  at("room-note").textContent = inApp() ? "" : word("people", { n: channel?.people ?? 0 });
  replaceChildren(at("room-actions"), inApp() || !channel ? [] : roomActions(channel));
  at("home").hidden = !showHome;
  at("messages").hidden = showHome;
  at("composer").hidden = showHome || Boolean(channel?.archived);
  const name = inApp() ? "pactbot" : `#${channel?.name ?? ""}`;
  at("words").placeholder = word("message_to_or_command", { place: name });
  at("words").setAttribute("aria-label", word("message_to", { place: name }));
  composer.names = {
    users: [{ name: "pactbot", note: word("app") }, ...here.state.users.map((each) => ({ name: each.name, note: each.real_name }))],
    channels: here.state.channels.filter((each) => !each.direct).map((each) => ({ name: each.name, note: "" })),
  };
  if (showHome) drawHome();
  else if (here.state.channel === channel?.id) {
    channelList.show(here.state.messages ?? [], context(), { place: `${here.viewer} ${channel.id}`, empty: word("empty") });
  }
}

function roomActions(channel) {
  if (channel.archived) {
    const back = () => attempt("unarchive", { channel: channel.id, user: here.viewer });
    return [el("span", { class: "chip off" }, word("archived")), el("button", { class: "button small", type: "button", on: { click: back } }, word("unarchive"))];
  }
  if (channel.has_bot) return [el("span", { class: "chip on" }, word("bot_here"))];
  const invite = () => attempt("invite", { channel: channel.id, user: here.viewer });
  return [el("span", { class: "chip off" }, word("bot_away")),
    el("button", { class: "button small primary", type: "button", on: { click: invite } }, word("invite"))];
}

function drawHome() {
  const look = `${here.viewer} ${currentLanguage()} ${here.state.home?.hash}`;
  if (at("home").dataset.look === look) return;
  at("home").dataset.look = look;
  const drawing = { ...context(), act: (action) => press({ where: "home" }, action) };
  replaceChildren(at("home"), here.state.home
    ? drawBlocks(here.state.home.blocks, drawing)
    : el("p", { class: "empty" }, word("empty_home")));
}

function drawThread() {
  const thread = here.state.thread;
  at("thread").hidden = !here.thread || !thread;
  at("thread-words").placeholder = word("reply_to");
  at("thread-words").setAttribute("aria-label", word("reply"));
  if (thread) {
    const rows = [thread.parent, ...thread.replies];
    threadList.show(rows, context(), { place: `${here.viewer} ${here.thread}`, inThread: true });
  }
}

// doing
const OWN = {
  "/invite": (rest) => ["invite", guest(rest)],
  "/remove": (rest) => ["kick", guest(rest)],
  "/kick": (rest) => ["kick", guest(rest)],
  "/archive": () => ["archive", {}],
  "/unarchive": () => ["unarchive", {}],
};

function guest(rest) {
  const name = rest.replace(/^@/, "").trim();
  return name && name !== "pactbot" ? { guest: name } : {};
}

async function send(text) {
  const spot = { user: here.viewer, channel: shownChannel() };
  const command = /^(\/\S+)\s*([\s\S]*)$/.exec(text);
  if (!command) return attempt("say", { ...spot, text });
  const own = OWN[command[1]];
  if (own) {
    const [deed, more] = own(command[2]);
    return attempt(deed, { ...spot, ...more });
  }
  return attempt("command", { ...spot, command: command[1], text: command[2] });
}

async function sendInThread(text) {
  if (text.startsWith("/")) {
    say(word("no_commands_in_threads"));
    return false;
  }
  return attempt("say", { user: here.viewer, channel: shownChannel(), text, thread_ts: here.thread });
}

const composer = new Composer({ form: at("composer"), field: at("words"), hints: at("hints"), onSend: send });
new Composer({ form: at("thread-composer"), field: at("thread-words"), hints: null, onSend: sendInThread });
const modal = new Modal(at("modal"), {
  onSubmit: (values) => attempt("submit", { user: here.viewer, values }),
  onClose: () => attempt("close", { user: here.viewer }),
});

at("open-nav").addEventListener("click", () => drawer(!at("nav").classList.contains("open")));
at("scrim").addEventListener("click", () => drawer(false));
at("close-thread").addEventListener("click", () => {
  here.thread = "";
  refresh();
});
document.querySelectorAll("[data-language]").forEach((node) =>
  node.addEventListener("click", () => {
    setLanguage(node.dataset.language);
    draw();
  }));
document.querySelectorAll("[data-tab]").forEach((node) =>
  node.addEventListener("click", () => {
    here.tab = node.dataset.tab;
    opened();
    draw();
    refresh();
  }));

fetch("/page/hints.json").then((answer) => answer.json()).then((hints) => {
  composer.commands = hints.commands;
  shortcuts = hints.shortcuts;
  follow(refresh, (online) => {
    here.online = online;
    if (here.state) drawLine();
  });
});
