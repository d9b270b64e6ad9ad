// The composer sends messages and commands, and suggests commands, people and channels while the viewer types.

import { el } from "./dom.js";
import { currentLanguage, word } from "./words.js";

export class Composer {
  constructor({ form, field, hints, onSend }) {
    Object.assign(this, { form, field, hints, onSend });
    this.verbs = [];
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
    if (text.startsWith("/") && !text.includes("\n")) return this.commandHints(text);
    const found = /(?:^|\s)([@#])([^\s@#]*)$/.exec(text);
    if (!found) return [];
    const [, sign, start] = found;
    const pool = sign === "@" ? this.names.users : this.names.channels;
    return pool.filter((each) => each.name.startsWith(start))
      .map((each) => ({ text: `${text.slice(0, text.length - start.length)}${each.name} `, label: sign + each.name, note: each.note }));
  }

  // A verb is found by the beginning of its name in either language; after a verb its examples are offered.
  commandHints(text) {
    const language = currentLanguage();
    const typed = text.toLowerCase();
    const named = (each) => Object.values(each).map((hint) => hint.text);
    const verb = this.verbs.find((each) => named(each).some((name) => typed.startsWith(`${name} `)));
    if (verb) {
      const shown = verb[language];
      const usage = { text: null, label: shown.usage, note: shown.about };
      return [usage, ...shown.examples.filter((each) => each !== text && each.startsWith(text)).map((each) => ({ text: each, note: "" }))];
    }
    const matching = this.verbs.filter((each) => named(each).some((name) => name.startsWith(typed)));
    return [
      ...matching.map((each) => ({ text: `${each[language].text} `, label: each[language].text, note: each[language].about })),
      ...this.own().filter((each) => each.text.startsWith(typed) && each.text !== text),
    ];
  }

  offer() {
    if (!this.hints) return;
    const found = this.suggestions();
    this.picked = -1;
    this.hints.replaceChildren(...found.map((each) => {
      const take = () => {
        if (each.text === null) return;
        this.field.value = each.text;
        this.field.focus();
        this.grow();
        this.offer();
      };
      return el("li", { role: "option", class: each.text === null ? "usage" : "", on: { mousedown: (event) => event.preventDefault(), click: take } },
        el("code", {}, each.label ?? each.text), el("span", {}, each.note ?? ""));
    }));
    this.hints.hidden = found.length === 0;
  }
}
