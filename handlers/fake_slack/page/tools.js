// Shows the sandbox's tools: the clock that can be put forward, the stories to publish, and the outlets' log.

import { el, replaceChildren } from "./dom.js";
import { ago, clock, dayName, word } from "./words.js";

export class Tools {
  constructor({ bar, log, onMove, onPublish, refresh }) {
    Object.assign(this, { bar, log, onMove, onPublish, refresh });
    this.open = ""; // the menu that is open: moves or kinds
    document.addEventListener("click", (event) => {
      if (this.open && !event.target.closest("#tools .menu-root")) this.openMenu("");
    });
    log.addEventListener("close", () => clearInterval(this.timer));
  }

  show(tools, { now, zone, language }) {
    this.bar.hidden = !tools;
    if (!tools) return;
    this.tools = tools;
    this.zone = zone;
    const look = `${language} ${zone} ${Math.floor(now / 60)} ${tools.ahead_seconds} ${tools.kinds.filter((kind) => tools.left[kind])}`;
    if (look !== this.look) {
      this.look = look;
      replaceChildren(this.bar, this.clockPart(tools, now, zone), tools.kinds.length ? this.publishPart(tools) : null,
        el("span", { class: "bar-end" },
          tools.kinds.length ? el("button", { class: "quiet-button", id: "open-log", type: "button", on: { click: () => this.openLog() } }, word("log")) : null,
          el("a", { class: "quiet-button", href: "/gallery", target: "_blank", rel: "noopener" }, word("gallery"))));
    }
    if (this.log.open) this.drawLog();
  }

  clockPart(tools, now, zone) {
    const ahead = (wordsOf) => (tools.ahead_seconds >= 60 ? el("small", { class: "ahead" }, wordsOf(span(tools.ahead_seconds))) : null);
    const time = () => el("strong", {}, clock(now, zone));
    return el("span", { class: "bar-group menu-root", role: "group", "aria-label": word("clock") },
      el("span", { class: "bar-clock" }, dayName(now, zone, Date.now() / 1000), " ", time(), ahead((by) => word("ahead", { span: by }))),
      el("button", { class: "bar-button clock-button", type: "button", id: "clock", "aria-haspopup": "menu", title: word("clock"), on: { click: () => this.toggle("moves") } }, time(), " ▾", ahead((by) => `+${by}`)),
      this.moves = el("span", { id: "moves", class: "bar-moves", data: { open: this.open === "moves" } },
        ...tools.moves.map((move) => el("button", { class: "bar-button", type: "button", id: `move-${move}`, title: word(`move_${move}_why`), on: { click: () => this.move(move) } },
          word(`move_${move}`), el("small", {}, word(`move_${move}_why`))))));
  }

  move(to) {
    this.openMenu("");
    this.onMove(to);
  }

  publishPart(tools) {
    const menu = el("span", { id: "publish-menu", class: "menu to-start", role: "menu", hidden: this.open !== "kinds" },
      ...tools.kinds.map((kind) => el("button", { type: "button", role: "menuitem", data: { kind }, disabled: !tools.left[kind], on: { click: () => this.publish(kind) } },
        word(`kind_${kind}`), el("small", {}, tools.left[kind] ? word(`kind_${kind}_why`) : word(kind === "withdrawal" ? "none_left_withdrawal" : "none_left")))));
    this.kinds = menu;
    return el("span", { class: "menu-root" },
      el("button", { class: "bar-button strong", type: "button", id: "publish", "aria-haspopup": "menu", on: { click: () => this.toggle("kinds") } }, word("publish"), " ▾"), menu);
  }

  toggle(menu) {
    this.openMenu(this.open === menu ? "" : menu);
  }

  openMenu(menu) {
    this.open = menu;
    if (this.kinds) this.kinds.hidden = menu !== "kinds";
    this.moves.dataset.open = menu === "moves";
  }

  publish(kind) {
    this.openMenu("");
    this.onPublish(kind);
  }

  openLog() {
    this.drawLog();
    this.log.showModal();
    this.timer = setInterval(this.refresh, 2000);
  }

  drawLog() {
    const { published, outlets, pages } = this.tools;
    const when = (at) => el("td", { class: "when" }, clock(at, this.zone));
    const rows = (lines, make) => el("table", { class: "log" }, el("tbody", {}, ...lines.map((line) => el("tr", {}, ...make(line)))));
    replaceChildren(this.log,
      el("div", { class: "modal-head" }, el("h2", {}, word("log")),
        el("button", { class: "icon-button", type: "button", "aria-label": word("close"), on: { click: () => this.log.close() } }, "✕")),
      el("div", { class: "modal-body" },
        el("h3", {}, word("log_published")),
        rows(published, (each) => [when(each.at), el("td", {}, each.outlet), el("td", {}, each.headline)]),
        el("h3", {}, word("log_outlets")),
        rows(outlets, (each) => [el("td", { class: "when" }, ago(each.at)), el("td", {}, each.outlet), el("td", {}, word("log_times", { n: each.times })), el("td", {}, String(each.status))]),
        el("h3", {}, word("log_pages")),
        rows(pages, (each) => [when(each.at), el("td", {}, each.outlet), el("td", { class: "path" }, each.path), el("td", {}, String(each.status))])));
  }
}

function span(seconds) {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return [hours ? word("hours", { n: hours }) : "", minutes ? word("minutes", { n: minutes }) : ""].filter(Boolean).join(" ");
}
