// Makes interactive elements: buttons, menus, pickers and fields.

import { el } from "./dom.js";
import { plain } from "./text.js";
import { word } from "./words.js";

export function isImage(element) {
  return element.type === "image";
}

export function control(block, element, context, id = null) {
  const make = MADE[element.type] ?? field;
  return make({ block, element, context, id });
}

function act(part, value) {
  part.context.act({ block: part.block, element: part.element, value });
}

const MADE = {
  button: pressed,
  workflow_button: pressed,
  overflow,
  static_select: select,
  external_select: select,
  multi_static_select: select,
  users_select: select,
  conversations_select: select,
  channels_select: select,
  checkboxes: ticks,
  radio_buttons: ticks,
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
  const menu = el("div", { class: "menu", role: "menu", hidden: true });
  const toggle = el("button", { class: "button", type: "button", "aria-haspopup": "menu", "aria-label": word("more") }, "⋯");
  const show = (open) => {
    menu.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
  };
  part.element.options.forEach((option) => {
    const choose = () => {
      show(false);
      act(part, option.value);
    };
    menu.append(el("button", { type: "button", role: "menuitem", on: { click: choose } }, ...plain(option.text)));
  });
  toggle.addEventListener("click", () => {
    show(menu.hidden);
    if (!menu.hidden) menu.firstElementChild.focus();
  });
  const root = el("span", { class: "menu-root" }, toggle, menu);
  root.addEventListener("focusout", (event) => !root.contains(event.relatedTarget) && show(false));
  root.addEventListener("keydown", (event) => event.key === "Escape" && show(false));
  return root;
}

function optionsOf({ element, context }) {
  if (element.type.includes("users")) return context.users.map((user) => [user.id, user.real_name]);
  if (element.type.includes("conversations") || element.type.includes("channels")) {
    return context.channels.filter((each) => !each.direct).map((each) => [each.id, `#${each.name}`]);
  }
  const all = element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);
  return all.map((option) => [option.value, option.text.text]);
}

function initialOf(element) {
  const many = element.initial_options?.map((option) => option.value);
  const one = element.initial_option?.value ?? element.initial_user ?? element.initial_conversation ?? element.initial_channel;
  return many ?? (one === undefined ? [] : [one]);
}

function select(part) {
  const { element, context, id, block } = part;
  const many = element.type.startsWith("multi_");
  const chosen = initialOf(element);
  const menu = el("select", { class: "select", id, multiple: many, "aria-label": element.placeholder?.text ?? word("choose") });
  if (!many) menu.append(el("option", { value: "", selected: chosen.length === 0 }, element.placeholder?.text ?? word("choose")));
  for (const [value, label] of optionsOf(part)) {
    menu.append(el("option", { value, selected: chosen.includes(value) }, label));
  }
  const read = () => (many ? [...menu.selectedOptions].map((option) => option.value) : menu.value || null);
  context.fields?.set(block.block_id, read);
  menu.addEventListener("change", () => {
    if (block.type !== "input" && (many || menu.value)) act(part, read());
  });
  return menu;
}

function ticks(part) {
  const { element, context, block } = part;
  const type = element.type === "checkboxes" ? "checkbox" : "radio";
  const chosen = initialOf(element);
  const name = `${block.block_id}-${element.action_id}`;
  const inputs = [];
  const read = () => {
    const values = inputs.filter((input) => input.checked).map((input) => input.value);
    return type === "checkbox" ? values : values[0] ?? null;
  };
  const rows = element.options.map((option) => {
    const input = el("input", { type, name, value: option.value, checked: chosen.includes(option.value) });
    input.addEventListener("change", () => block.type !== "input" && act(part, read()));
    inputs.push(input);
    return el("label", { class: "tick" }, input, " ", ...plain(option.text));
  });
  context.fields?.set(block.block_id, read);
  return el("div", { class: "ticks", role: "group" }, ...rows);
}

const FIELD_TYPES = {
  datepicker: "date", timepicker: "time", datetimepicker: "datetime-local",
  number_input: "number", email_text_input: "email", url_text_input: "url",
};

function field(part) {
  const { element, context, block, id } = part;
  const initial = element.initial_value ?? element.initial_date ?? element.initial_time ?? "";
  const common = { class: "field", id, placeholder: element.placeholder?.text, maxlength: element.max_length };
  const input = element.multiline
    ? el("textarea", { ...common, rows: "4" }, initial)
    : el("input", { ...common, type: FIELD_TYPES[element.type] ?? "text", value: initial });
  context.fields?.set(block.block_id, () => input.value || null);
  if (block.type !== "input") input.addEventListener("change", () => act(part, input.value));
  return input;
}
