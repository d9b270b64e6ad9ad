// Runs the page: the viewer, the open channel or thread, and the viewer's actions.

import { drawBlocks } from "./blocks.js";
import { Composer } from "./composer.js";
import { el, replaceChildren } from "./dom.js";
import { MessageList } from "./messages.js";
import { Modal, ask } from "./modal.js";
import { runAction, fetchState, follow } from "./server.js";
import { mrkdwn } from "./text.js";
import { Tools } from "./tools.js";
import { Viewers } from "./viewers.js";
import { chosenLanguage, currentLanguage, setLanguage, setNow, word } from "./words.js";

const at = (id) => document.getElementById(id);
const APP = "app";
const NARROW = matchMedia("(max-width: 700px)");
const ui = { viewer: "", channel: "", thread: "", tab: "home", online: false, state: null, seen: {} };
const channelList = new MessageList(at("messages"));
const threadList = new MessageList(at("thread-messages"));

function say(text) {
  at("toast").textContent = text;
  at("toast").hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => (at("toast").hidden = true), 5000);
}

async function attempt(action, body) {
  try {
    const result = await runAction(action, body);
    if (result.acked === false) say(word("no_answer"));
    return true;
  } catch (error) {
    say(word("failed", { why: error.message }));
    return false;
  }
}

// state
const user = (id) => ui.state.users.find((each) => each.id === id);
const viewer = () => user(ui.viewer);
const channelById = (id) => ui.state.channels.find((each) => each.id === id);
const direct = () => ui.state.channels.find((each) => each.direct);
const inApp = () => ui.channel === APP;
const shownChannel = () => (inApp() ? direct()?.id : ui.channel);

function context() {
  return {
    zone: viewer()?.tz ?? "UTC",
    viewer: ui.viewer,
    bot: ui.state.bot,
    users: ui.state.users,
    channels: ui.state.channels,
    user,
    userName: (id) => (id === ui.state.bot.id ? "pactbot" : user(id)?.real_name ?? id),
    channelName: (id) => channelById(id)?.name ?? id,
    openChannel: (id) => channelById(id) && go(id),
    openThread: (ts) => openThread(ts),
    press: (message, action) => press({ channel: shownChannel(), ts: message.ts, where: "message" }, action),
    act: () => {},
    shortcuts: ui.state.shortcuts.filter((each) => each.type === "message"),
    groupName: (id) => ui.state.user_groups.find((each) => each.id === id)?.handle ?? id,
    channel: shownChannel(),
    language: currentLanguage(),
    mrkdwn: (text) => mrkdwn(text, context()),
    suggestIn: suggest,
    shortcut: (message, each) =>
      attempt("shortcut", { user: ui.viewer, channel: shownChannel(), ts: message.ts, callback_id: each.callback_id }),
  };
}

async function press(place, { block, element, value }) {
  if (element.confirm && !(await ask(at("confirm"), element.confirm, context()))) return;
  await attempt("click", { user: ui.viewer, ...place, action_id: element.action_id, block_id: block.block_id, value });
}

async function suggest(place, actionId, typed) {
  try {
    const body = { user: ui.viewer, channel: shownChannel(), ...place, action_id: actionId, typed };
    return (await runAction("suggest", body)).options ?? [];
  } catch (error) {
    say(word("failed", { why: error.message }));
    return [];
  }
}

// refreshing
let refreshing = false;
let refreshAgain = false;

async function refresh() {
  if (refreshing) {
    refreshAgain = true;
    return;
  }
  refreshing = true;
  try {
    do {
      refreshAgain = false;
      ui.state = await fetchState({ viewer: ui.viewer, channel: shownChannelOr(ui.channel), thread: ui.thread });
      setNow(ui.state.now);
      selectChannel();
      draw();
    } while (refreshAgain);
  } catch {
    ui.online = false;
  } finally {
    refreshing = false;
  }
}

function shownChannelOr(channel) {
  return channel === APP && ui.state ? direct()?.id : channel;
}

function selectChannel() {
  if (!ui.viewer) readAddress();
  if (inApp() ? !direct() : !channelById(ui.channel)) {
    ui.channel = ui.state.channels.find((each) => !each.direct)?.id ?? APP;
    refreshAgain = true;
  }
}

function readAddress() {
  const parameters = new URLSearchParams(location.search);
  const requested = ui.state.users.find((each) => [each.id, each.name].includes(parameters.get("viewer")));
  ui.viewer = (requested ?? ui.state.users[0]).id;
  if (parameters.get("lang")) setLanguage(parameters.get("lang"));
  const link = /^\/archives\/(\w+)\/p(\d+)/.exec(location.pathname);
  const requestedChannel = parameters.get("channel") ?? link?.[1];
  ui.channel = requestedChannel === APP ? APP : ui.state.channels.find((each) => [each.id, each.name].includes(requestedChannel))?.id ?? "";
  if (link) ui.thread = parameters.get("thread_ts") ?? "";
  if (parameters.get("thread")) ui.thread = parameters.get("thread");
  ui.tab = parameters.get("tab") ?? "home";
  refreshAgain = true;
  if (ui.channel === APP) reportHomeOpened();
  attempt("close", { user: ui.viewer, all: "true" }); // a page that is loaded again has no modal
}

// navigation
function go(channel) {
  ui.channel = channel;
  ui.thread = "";
  drawer(false);
  if (channel === APP) reportHomeOpened();
  refresh();
}

function reportHomeOpened() {
  attempt("home", { user: ui.viewer, tab: ui.tab });
}

function openThread(ts) {
  ui.thread = ts;
  refresh().then(() => at("thread-words").focus());
}

function viewAs(id) {
  ui.viewer = id;
  ui.thread = "";
  if (inApp()) reportHomeOpened();
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
  at("team-name").textContent = ui.state.team.name;
  drawLine();
  viewers.show(ui.state.users, ui.viewer, ui.state.team, ui.state.now);
  tools.show(ui.state.tools, { now: ui.state.now, zone: viewer().tz, language: currentLanguage() });
  drawNav();
  drawRoom();
  drawThread();
  modal.show(ui.state.modal, ui.state.modal_errors, {
    ...context(),
    act: (action) => press({ where: "modal", values: modal.values() }, action),
    suggest: (actionId, typed) => suggest({ where: "modal" }, actionId, typed),
  }, ui.state.modal_depth);
}

function drawLine() {
  const { connections, http_mode: http } = ui.state;
  const live = http || connections > 0;
  const words = http ? word("live_http") : word(connections > 1 ? "live_sockets_many" : "live_sockets_one", { n: connections });
  at("line").className = `line ${ui.online ? (live ? "live" : "waiting") : "off"}`;
  at("line").textContent = ui.online ? (live ? words : word("waiting")) : word("page_offline");
}

function isUnread(channel) {
  return Number(channel.latest) > Number(ui.seen[`${ui.viewer} ${channel.id}`] ?? 0);
}

function drawNav() {
  const current = shownChannel();
  const shown = ui.state.channels.find((each) => each.id === current);
  if (shown && !(inApp() && ui.tab === "home")) ui.seen[`${ui.viewer} ${shown.id}`] = shown.latest;
  const entry = (channel, label, target) => {
    const unread = isUnread(channel);
    return el("li", {}, el("button", {
      type: "button", class: unread ? "unread" : "", "aria-current": (target === ui.channel ? "page" : null),
      on: { click: () => go(target) },
    }, label, unread ? el("span", { class: "dot", title: word("unread") }, el("span", { class: "aside" }, word("unread"))) : null));
  };
  const sign = (channel) => el("span", { class: "sign" }, channel.archived ? "▣" : channel.private ? "◆" : "#");
  replaceChildren(at("channels"), ui.state.channels.filter((each) => !each.direct)
    .map((each) => entry(each, el("span", { class: each.has_bot ? "" : "faint" }, sign(each), each.name), each.id)));
  const dm = direct();
  const app = el("span", {}, el("img", { src: "/page/pactbot.svg", alt: "", width: 20, height: 20 }), "pactbot");
  replaceChildren(at("apps"), dm ? entry(dm, app, APP) : null);
}

function drawRoom() {
  const channel = channelById(shownChannel());
  const showHome = inApp() && ui.tab === "home";
  at("tabs").hidden = !inApp();
  document.querySelectorAll("[data-tab]").forEach((tab) => tab.setAttribute("aria-selected", String(tab.dataset.tab === ui.tab)));
  at("room-name").textContent = inApp() ? "pactbot" : `${channel?.private ? "◆" : "#"} ${channel?.name ?? ""}`;
  at("room-note").textContent = inApp() ? "" : word("people", { n: channel?.people ?? 0 });
  replaceChildren(at("room-actions"), inApp() || !channel ? [] : roomActions(channel));
  at("home").hidden = !showHome;
  at("messages").hidden = showHome;
  at("composer").hidden = showHome || Boolean(channel?.archived);
  const name = inApp() ? "pactbot" : `#${channel?.name ?? ""}`;
  at("words").placeholder = word(NARROW.matches ? "message_or_command" : "message_to_or_command", { place: name });
  at("words").setAttribute("aria-label", word("message_to", { place: name }));
  composer.names = {
    users: [{ name: "pactbot", note: word("app") }, ...ui.state.users.map((each) => ({ name: each.name, note: each.real_name }))],
    channels: ui.state.channels.filter((each) => !each.direct).map((each) => ({ name: each.name, note: "" })),
  };
  drawShortcuts();
  if (showHome) drawHome();
  else if (ui.state.channel === channel?.id) {
    channelList.show(ui.state.messages ?? [], context(), { place: `${ui.viewer} ${channel.id}`, empty: word("empty") });
  }
}

// The global shortcuts of the app are behind one button, as they are behind the + of Slack's composer.
function drawShortcuts() {
  const offered = ui.state.shortcuts.filter((each) => each.type === "global");
  at("more-actions").hidden = !offered.length;
  at("more-actions").setAttribute("aria-label", word("shortcuts"));
  const use = (each) => {
    at("global-shortcuts").hidden = true;
    attempt("shortcut", { user: ui.viewer, callback_id: each.callback_id });
  };
  replaceChildren(at("global-shortcuts"), offered.map((each) =>
    el("button", { type: "button", role: "menuitem", on: { click: () => use(each) } }, each.name, el("small", {}, each.description ?? ""))));
}

function roomActions(channel) {
  if (channel.archived) {
    const back = () => attempt("unarchive", { channel: channel.id, user: ui.viewer });
    return [el("span", { class: "chip off" }, word("archived")), el("button", { class: "button small", type: "button", on: { click: back } }, word("unarchive"))];
  }
  if (channel.has_bot) return [el("span", { class: "chip on" }, word("bot_here"))];
  const invite = () => attempt("invite", { channel: channel.id, user: ui.viewer });
  return [el("span", { class: "chip off" }, word("bot_away")),
    el("button", { class: "button small primary", type: "button", on: { click: invite } }, word("invite"))];
}

function drawHome() {
  const look = `${ui.viewer} ${currentLanguage()} ${ui.state.home?.hash}`;
  if (at("home").dataset.look === look) return;
  at("home").dataset.look = look;
  const fields = new Map();
  const values = () => Object.fromEntries([...fields].map(([blockId, each]) => [blockId, each.read()]));
  const drawing = {
    ...context(),
    fields,
    state: ui.state.home?.state.values,
    act: (action) => press({ where: "home", values: values() }, action),
    suggest: (actionId, typed) => suggest({ where: "home" }, actionId, typed),
  };
  replaceChildren(at("home"), ui.state.home
    ? drawBlocks(ui.state.home.blocks, drawing)
    : el("p", { class: "empty" }, word("empty_home")));
}

function drawThread() {
  const thread = ui.state.thread;
  at("thread").hidden = !ui.thread || !thread;
  at("thread-words").placeholder = word("reply_to");
  at("thread-words").setAttribute("aria-label", word("reply"));
  if (thread) {
    const rows = [thread.parent, ...thread.replies];
    threadList.show(rows, context(), { place: `${ui.viewer} ${ui.thread}`, inThread: true });
  }
}

// actions
const PAGE_COMMANDS = {
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
  const place = { user: ui.viewer, channel: shownChannel() };
  const command = /^(\/\S+)\s*([\s\S]*)$/.exec(text);
  if (!command) return attempt("say", { ...place, text });
  const pageCommand = PAGE_COMMANDS[command[1]];
  if (pageCommand) {
    const [action, more] = pageCommand(command[2]);
    return attempt(action, { ...place, ...more });
  }
  return attempt("command", { ...place, command: command[1], text: command[2] });
}

async function sendInThread(text) {
  if (text.startsWith("/")) {
    say(word("no_commands_in_threads"));
    return false;
  }
  return attempt("say", { user: ui.viewer, channel: shownChannel(), text, thread_ts: ui.thread });
}

const composer = new Composer({ form: at("composer"), field: at("words"), hints: at("hints"), onSend: send });
new Composer({ form: at("thread-composer"), field: at("thread-words"), hints: null, onSend: sendInThread });
const viewers = new Viewers({ toggle: at("viewer"), list: at("viewers"), onChoose: viewAs });
const tools = new Tools({
  bar: at("tools"),
  log: at("log"),
  refresh,
  onMove: (to) => attempt("move", { user: ui.viewer, to }).then((done) => done && say(word("moved"))),
  onPublish: (kind) => attempt("publish", { kind }).then((done) => done && say(word(["other", "spelling", "trap", "withdrawal"].includes(kind) ? `published_${kind}` : "published"))),
});
const modal = new Modal(at("modal"), {
  onSubmit: (values) => attempt("submit", { user: ui.viewer, values }),
  onClose: (all = false) => attempt("close", { user: ui.viewer, all: String(all) }),
});

at("open-nav").addEventListener("click", () => drawer(!at("nav").classList.contains("open")));
at("more-actions").addEventListener("click", () => (at("global-shortcuts").hidden = !at("global-shortcuts").hidden));
document.addEventListener("click", (event) => {
  if (!event.target.closest(".menu-root")) at("global-shortcuts").hidden = true;
});
at("scrim").addEventListener("click", () => drawer(false));
at("close-thread").addEventListener("click", () => {
  ui.thread = "";
  refresh();
});
document.querySelectorAll("[data-language]").forEach((node) =>
  node.addEventListener("click", () => {
    setLanguage(node.dataset.language, true);
    draw();
  }));
document.querySelectorAll("[data-tab]").forEach((node) =>
  node.addEventListener("click", () => {
    ui.tab = node.dataset.tab;
    reportHomeOpened();
    draw();
    refresh();
  }));

NARROW.addEventListener("change", () => ui.state && draw());
setLanguage(chosenLanguage());
fetch("/sandbox/hints").then((answer) => answer.json()).then(({ hints }) => {
  composer.verbs = hints;
  setInterval(refresh, 30000); // so that the clock goes on
  follow(refresh, (online) => {
    ui.online = online;
    if (ui.state) drawLine();
  });
});
