// Shows the app's modals, and the confirmation before a dangerous press.

import { drawBlocks } from "./blocks.js";
import { el, replaceChildren } from "./dom.js";
import { plain, textObject } from "./text.js";
import { word } from "./words.js";

export class Modal {
  constructor(dialog, { onSubmit, onClose }) {
    this.dialog = dialog;
    this.onSubmit = onSubmit;
    this.onClose = onClose;
    this.shown = "";
    this.fields = new Map();
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      onClose();
    });
  }

  show(view, errors, context, depth = 1) {
    const look = view ? `${view.id} ${view.hash} ${JSON.stringify(errors)} ${context.language} ${depth}` : "";
    if (look === this.shown) return;
    const before = view && this.viewId === view.id ? this.fields : new Map();
    const scrolled = before.size ? this.dialog.querySelector(".modal-body")?.scrollTop : 0;
    this.shown = look;
    this.viewId = view?.id;
    this.fields = new Map();
    if (!view) {
      this.dialog.close();
      return;
    }
    const focused = this.focusedField(before);
    replaceChildren(this.dialog, this.form(view, errors, { ...context, fields: this.fields, errors, state: view.state.values }, depth));
    this.restore(before, focused);
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.querySelector(".modal-body").scrollTop = scrolled ?? 0;
    if (Object.keys(errors).length) this.dialog.querySelector(".b-error")?.scrollIntoView({ block: "center" });
  }

  form(view, errors, context, depth) {
    const submit = (event) => {
      event.preventDefault();
      this.submit(view);
    };
    const back = depth > 1 ? el("button", { class: "icon-button", type: "button", "aria-label": word("back"), on: { click: () => this.onClose() } }, "←") : null;
    return el("form", { novalidate: true, on: { submit } },
      el("div", { class: "modal-head" }, back, el("h2", {}, ...plain(view.title)),
        el("button", { class: "icon-button", type: "button", "aria-label": word("close"), on: { click: () => this.onClose(true) } }, "✕")),
      el("div", { class: "modal-body" }, ...drawBlocks(view.blocks, context)),
      el("div", { class: "modal-foot" },
        el("button", { class: "button", type: "button", on: { click: () => this.onClose() } }, ...(view.close ? plain(view.close) : [word("cancel")])),
        view.submit ? el("button", { class: "button primary", type: "submit" }, ...plain(view.submit)) : null));
  }

  focusedField(fields) {
    return [...fields].find(([, each]) => each.node === document.activeElement);
  }

  // What the viewer typed stays where block and action stay, as in Slack; so does the place of the cursor.
  restore(before, focused) {
    for (const [blockId, held] of before) {
      const now = this.fields.get(blockId);
      if (now && now.element.action_id === held.element.action_id && now.element.type === held.element.type) now.write(held.read());
    }
    const wanted = this.fields.get(focused?.[0])?.node
      ?? [...this.fields.values()].find((each) => each.element.focus_on_load)?.node;
    if (!wanted) return;
    queueMicrotask(() => {
      wanted.focus();
      const from = focused?.[1].node.selectionStart;
      if (from !== undefined && from !== null) wanted.setSelectionRange?.(from, from);
    });
  }

  // As Slack's client does, an input that is empty or of another form is marked and nothing is sent.
  submit(view) {
    const wrong = {};
    for (const block of view.blocks) {
      const held = this.fields.get(block.block_id);
      if (block.type === "input" && held) {
        const fault = faultOf(block, held.element, held.read(), held.node);
        if (fault) wrong[block.block_id] = fault;
      }
    }
    this.dialog.querySelectorAll(".b-error").forEach((node) => node.remove());
    this.dialog.querySelectorAll(".b-input").forEach((node) => node.classList.remove("wrong"));
    for (const [blockId, fault] of Object.entries(wrong)) {
      const input = this.dialog.querySelector(`[data-block="${CSS.escape(blockId)}"]`);
      input.classList.add("wrong");
      input.append(el("p", { class: "b-error", role: "alert" }, fault));
    }
    if (Object.keys(wrong).length) this.dialog.querySelector(".b-error").scrollIntoView({ block: "center" });
    else this.onSubmit(this.values());
  }

  values() {
    return Object.fromEntries([...this.fields].map(([blockId, each]) => [blockId, each.read()]));
  }
}

function faultOf(block, element, value, node) {
  if (value === null || value === "" || (Array.isArray(value) && !value.length)) return block.optional ? "" : word("required");
  const length = typeof value === "string" ? value.length : 0;
  if (element.min_length && length < element.min_length) return word("too_short", { n: element.min_length });
  if (length > (element.max_length ?? 3000)) return word("too_long", { n: element.max_length ?? 3000 });
  return node?.validity && !node.validity.valid ? word("wrong_form") : "";
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
