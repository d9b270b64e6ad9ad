// Shows the app's modals, and the confirmation before a dangerous press.

import { drawBlocks } from "./blocks.js";
import { el, replaceChildren } from "./dom.js";
import { plain, textObject } from "./text.js";
import { word } from "./words.js";

export class Modal {
  constructor(dialog, { onSubmit, onClose }) {
    this.dialog = dialog;
    this.onSubmit = onSubmit;
    this.shown = "";
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      onClose();
    });
    this.onClose = onClose;
  }

  show(view, errors, context) {
    const look = view ? `${view.id} ${view.hash} ${JSON.stringify(errors)}` : "";
    if (look === this.shown) return;
    const kept = this.fields && view && this.viewId === view.id && this.hash === view.hash ? this.values() : {};
    this.shown = look;
    this.viewId = view?.id;
    this.hash = view?.hash;
    if (!view) {
      this.dialog.close();
      return;
    }
    this.fields = new Map();
    const drawing = { ...context, fields: this.fields, errors };
    const submit = (event) => {
      event.preventDefault();
      this.onSubmit(this.values());
    };
    const form = el("form", { on: { submit } },
      el("div", { class: "modal-head" }, el("h2", {}, ...plain(view.title)),
        el("button", { class: "icon-button", type: "button", "aria-label": word("close"), on: { click: this.onClose } }, "✕")),
      el("div", { class: "modal-body" }, ...drawBlocks(view.blocks, drawing)),
      el("div", { class: "modal-foot" },
        el("button", { class: "button", type: "button", on: { click: this.onClose } }, ...(view.close ? plain(view.close) : [word("cancel")])),
        view.submit ? el("button", { class: "button primary", type: "submit" }, ...plain(view.submit)) : null));
    replaceChildren(this.dialog, form);
    for (const [blockId, value] of Object.entries(kept)) {
      const field = document.getElementById(`input-${blockId}`);
      if (field && typeof value === "string") field.value = value;
    }
    if (!this.dialog.open) this.dialog.showModal();
  }

  values() {
    return Object.fromEntries([...this.fields].map(([blockId, read]) => [blockId, read()]));
  }
}

export function ask(dialog, confirm, context) {
  return new Promise((resolve) => {
    const done = (answer) => {
      dialog.close();
      resolve(answer);
    };
    dialog.oncancel = () => resolve(false);
    replaceChildren(dialog,
      el("div", { class: "modal-head" }, el("h2", {}, ...plain(confirm.title))),
      el("div", { class: "modal-body" }, ...textObject(confirm.text, context)),
      el("div", { class: "modal-foot" },
        el("button", { class: "button", type: "button", on: { click: () => done(false) } }, ...plain(confirm.deny)),
        el("button", { class: `button ${confirm.style ?? "primary"}`, type: "button", on: { click: () => done(true) } }, ...plain(confirm.confirm))));
    dialog.showModal();
  });
}
