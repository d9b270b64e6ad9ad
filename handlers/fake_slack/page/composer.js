// The composer sends messages and commands, and suggests commands, people and channels while the viewer types.

import { el } from "./dom.js";
import { currentLanguage, word } from "./words.js";

export class Composer {
  constructor({ form, field, hints, onSend }) {
    Object.assign(this, { form, field, hints, onSend });
    this.commands = [];
    this.names = { users: [], channels: [] };
    this.picked = -1;
    form.addEventListener("submit", (event) => this.submit(event));
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("input", () => {
      this.grow();
      this.offer();
    });
    field.addEventListener("blur", () => setTimeout(() => this.hide(), 150));
  }

  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 180)}px`;
  }

  async submit(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text) return;
    this.field.value = "";
    this.grow();
    this.hide();
    if (!(await this.onSend(text))) this.field.value = text;
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (this.hints && !this.hints.hidden && this.keyInHints(event)) return;
    if (event.key === "Enter" && !event.shiftKey) this.submit(event);
  }

  keyInHints(event) {
    const rows = [...this.hints.children];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.mark((this.picked + step + rows.length) % rows.length);
    } else if (event.key === "Escape") {
      this.hide();
    } else if (event.key === "Tab" || (event.key === "Enter" && this.picked >= 0)) {
      rows[Math.max(this.picked, 0)].click();
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  }

  mark(place) {
    this.picked = place;
    [...this.hints.children].forEach((row, each) => row.setAttribute("aria-selected", String(each === place)));
    this.hints.children[place]?.scrollIntoView({ block: "nearest" });
  }

  hide() {
    if (!this.hints) return;
    this.hints.hidden = true;
    this.picked = -1;
  }

  own() {
    return [
      { text: "/invite @pactbot", note: word("hint_invite") },
      { text: "/remove @pactbot", note: word("hint_remove") },
      { text: "/archive", note: word("hint_archive") },
      { text: "/unarchive", note: word("hint_unarchive") },
    ];
  }

  suggestions() {
    const text = this.field.value;
    if (text.startsWith("/") && !text.includes("\n")) {
      const own = (each) => (/[가-힣]/.test(each.text) === (currentLanguage() === "ko") ? 0 : 1);
      const known = [...this.commands].sort((one, other) => own(one) - own(other))
        .map((each) => ({ text: each.text, note: each[currentLanguage()] }));
      return [...known, ...this.own()].filter((each) => each.text.startsWith(text) && each.text !== text);
    }
    const found = /(?:^|\s)([@#])([^\s@#]*)$/.exec(text);
    if (!found) return [];
    const [, sign, start] = found;
    const pool = sign === "@" ? this.names.users : this.names.channels;
    return pool.filter((each) => each.name.startsWith(start))
      .map((each) => ({ text: `${text.slice(0, text.length - start.length)}${each.name} `, label: sign + each.name, note: each.note }));
  }

  offer() {
    if (!this.hints) return;
    const found = this.suggestions();
    this.picked = -1;
    this.hints.replaceChildren(...found.map((each) => {
      const take = () => {
        this.field.value = each.text;
        this.field.focus();
        this.grow();
        this.offer();
      };
      return el("li", { role: "option", on: { mousedown: (event) => event.preventDefault(), click: take } },
        el("code", {}, each.label ?? each.text), el("span", {}, each.note ?? ""));
    }));
    this.hints.hidden = found.length === 0;
  }
}
