// Makes interactive elements: buttons, menus, pickers and fields. `part` is {block, element, context, id}.

import { el } from "./dom.js";
import { field } from "./fields.js";
import { choices, externalSelect, select } from "./selects.js";
import { plain } from "./text.js";
import { word } from "./words.js";

export function isImage(element) {
  return element.type === "image";
}

export function control(block, element, context, id = null) {
  const make = MADE[element.type] ?? field;
  return make({ block, element, context, id });
}

// An input sends its choice at once only with dispatch_action, as in Slack.
export function sendsActions(block) {
  return block.type !== "input" || block.dispatch_action === true;
}

// A field of an input or a section is known by its block; a block of actions may hold several.
export function fieldKey(block, element) {
  return block.type === "actions" ? element.action_id : block.block_id;
}

export function act(part, value) {
  if (sendsActions(part.block)) part.context.act({ block: part.block, element: part.element, value });
}

const MADE = {
  button: pressed,
  workflow_button: pressed,
  overflow,
  static_select: select,
  multi_static_select: select,
  external_select: externalSelect,
  multi_external_select: externalSelect,
  users_select: select,
  multi_users_select: select,
  conversations_select: select,
  multi_conversations_select: select,
  channels_select: select,
  multi_channels_select: select,
  checkboxes: choices,
  radio_buttons: choices,
};

function pressed(part) {
  const { element } = part;
  const label = plain(element.text);
  const look = `button ${element.style ?? ""}`;
  const press = () => act(part, element.value);
  if (!element.url) {
    return el("button", { class: look, type: "button", "aria-label": element.accessibility_label, on: { click: press } }, ...label);
  }
  const link = el("a", { class: look, href: "#", target: "_blank", rel: "noopener noreferrer", on: { click: press } }, ...label);
  if (/^(https?:|mailto:)/.test(element.url)) link.href = element.url;
  return link;
}

function overflow(part) {
  return menuOf("⋯", word("more"), part.element.options.map((option) => ({
    nodes: [...plain(option.text), option.description ? el("small", {}, ...plain(option.description)) : null],
    choose: () => {
      if (option.url) window.open(option.url, "_blank", "noopener");
      act(part, option.value);
    },
  })));
}

// A button with a menu of {nodes, choose}.
export function menuOf(sign, label, entries, look = "button") {
  const menu = el("div", { class: "menu", role: "menu", hidden: true });
  const toggle = el("button", { class: look, type: "button", "aria-haspopup": "menu", "aria-label": label, title: label }, sign);
  const show = (open) => {
    menu.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    if (open) keepInside(root, menu);
  };
  menu.append(...entries.map(({ nodes, choose }) => el("button", {
    type: "button", role: "menuitem",
    on: {
      click: () => {
        show(false);
        choose();
      },
    },
  }, ...nodes)));
  toggle.addEventListener("click", () => {
    show(menu.hidden);
    if (!menu.hidden) menu.firstElementChild.focus();
  });
  const root = el("span", { class: "menu-root" }, toggle, menu);
  root.addEventListener("focusout", (event) => !root.contains(event.relatedTarget) && show(false));
  root.addEventListener("keydown", (event) => event.key === "Escape" && show(false));
  return root;
}

// A menu opens to the side, and upwards, where there is more room.
function keepInside(root, menu) {
  menu.classList.remove("to-start", "upwards");
  const frame = (root.closest(".messages, .home, .modal-body") ?? document.body).getBoundingClientRect();
  const toggle = root.getBoundingClientRect();
  menu.classList.toggle("to-start", toggle.left + menu.offsetWidth <= frame.right);
  menu.classList.toggle("upwards", toggle.bottom + menu.offsetHeight > frame.bottom && toggle.top - menu.offsetHeight > frame.top);
}
