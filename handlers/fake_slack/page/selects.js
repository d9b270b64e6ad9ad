// Makes selects of every kind, checkboxes and radio buttons.

import { act, fieldKey } from "./controls.js";
import { el } from "./dom.js";
import { plain } from "./text.js";
import { word } from "./words.js";

// What is chosen: the state of the view, where there is one, else the element's initial option.
export function chosenValues({ block, element, context }) {
  const state = context.state?.[block.block_id]?.[element.action_id];
  if (state && state.type === element.type) return fromState(state);
  const many = element.initial_options?.map((option) => option.value)
    ?? element.initial_users ?? element.initial_conversations ?? element.initial_channels;
  const one = element.initial_option?.value ?? element.initial_user ?? element.initial_conversation ?? element.initial_channel
    ?? (element.default_to_current_conversation ? context.channel : undefined);
  return many ?? (one === undefined || one === null ? [] : [one]);
}

function fromState(state) {
  const held = Object.entries(state).find(([key]) => key !== "type")?.[1];
  if (held === null || held === undefined) return [];
  return (Array.isArray(held) ? held : [held]).map((each) => each.value ?? each);
}

const peopleOf = (context) => context.users.map((user) => ({ value: user.id, label: user.real_name }));

function conversationsOf({ element, context }) {
  const wanted = element.filter?.include ?? ["public", "private", "im"];
  const open = context.channels.filter((each) => !each.direct && !each.archived)
    .filter((each) => (element.type.includes("channels") ? !each.private : wanted.includes(each.private ? "private" : "public")));
  const rows = open.map((each) => ({ value: each.id, label: `#${each.name}` }));
  const direct = context.channels.find((each) => each.direct);
  if (element.type.includes("conversations") && wanted.includes("im") && direct && !element.filter?.exclude_bot_users) {
    rows.push({ value: direct.id, label: "pactbot" });
  }
  return rows;
}

function groupsOf(part) {
  const { element, context } = part;
  if (element.type.includes("users")) return [{ options: peopleOf(context) }];
  if (/conversations|channels/.test(element.type)) return [{ options: conversationsOf(part) }];
  const shown = (option) => ({ value: option.value, label: option.text.text });
  if (element.options) return [{ options: element.options.map(shown) }];
  return (element.option_groups ?? []).map((group) => ({ label: group.label.text, options: group.options.map(shown) }));
}

function optionNodes(part, chosen) {
  return groupsOf(part).flatMap((group) => {
    const rows = group.options.map(({ value, label }) => el("option", { value, selected: chosen.includes(value) }, label));
    return group.label ? [el("optgroup", { label: group.label }, ...rows)] : rows;
  });
}

export function select(part) {
  const { element, context, id, block } = part;
  const chosen = chosenValues(part);
  if (element.type.startsWith("multi_")) return severalOf(part, chosen);
  const hint = element.placeholder?.text ?? word("choose");
  const menu = el("select", { class: "select", id, "aria-label": id ? undefined : hint });
  menu.append(el("option", { value: "", selected: chosen.length === 0 }, hint), ...optionNodes(part, chosen));
  const read = () => menu.value || null;
  context.fields?.set(fieldKey(block, element), { element, read, write: (value) => (menu.value = value ?? ""), node: menu });
  menu.addEventListener("change", () => menu.value && act(part, read()));
  return menu;
}

// Several choices are a list of boxes, which a phone can use.
function severalOf(part, chosen) {
  const rows = groupsOf(part).flatMap((group) => [
    ...(group.label ? [{ heading: group.label }] : []),
    ...group.options.map((option) => ({ ...option, nodes: [option.label] })),
  ]);
  return boxes(part, rows, chosen, { type: "checkbox", look: "ticks listed", most: part.element.max_selected_items });
}

export function choices(part) {
  const type = part.element.type === "checkboxes" ? "checkbox" : "radio";
  const rows = part.element.options.map((option) => ({
    value: option.value,
    nodes: [...textOf(option.text, part.context), option.description ? el("small", {}, ...textOf(option.description, part.context)) : null],
  }));
  return boxes(part, rows, chosenValues(part), { type, look: "ticks" });
}

function textOf(object, context) {
  return object.type === "mrkdwn" ? context.mrkdwn(object.text) : plain(object);
}

let groups = 0;

function boxes(part, rows, chosen, { type, look, most = Infinity }) {
  const { element, context, block, id } = part;
  const name = `choice-${(groups += 1)}`;
  const inputs = [];
  const read = () => {
    const values = inputs.filter((input) => input.checked).map((input) => input.value);
    return type === "checkbox" ? values : values[0] ?? null;
  };
  const limit = () => inputs.forEach((input) => (input.disabled = type === "checkbox" && !input.checked && read().length >= most));
  const nodes = rows.map((row) => {
    if (row.heading) return el("p", { class: "ticks-heading" }, row.heading);
    const input = el("input", { type, name, value: row.value, checked: chosen.includes(row.value) });
    input.addEventListener("change", () => {
      limit();
      act(part, read());
    });
    inputs.push(input);
    return el("label", { class: "tick" }, input, el("span", {}, ...row.nodes));
  });
  const write = (value) => {
    const values = Array.isArray(value) ? value : [value];
    inputs.forEach((input) => (input.checked = values.includes(input.value)));
    limit();
  };
  context.fields?.set(fieldKey(block, element), { element, read, write, node: inputs[0] });
  limit();
  return el("div", { class: look, role: "group", id }, ...nodes);
}

// An external select asks the app for its options while the viewer types.
export function externalSelect(part) {
  const { element, context, block, id } = part;
  const many = element.type.startsWith("multi_");
  const initial = element.initial_options ?? (element.initial_option ? [element.initial_option] : []);
  const labels = new Map(initial.map((option) => [option.value, option.text.text]));
  let chosen = chosenValues(part);
  const input = el("input", { class: "field", type: "search", id, autocomplete: "off", placeholder: element.placeholder?.text ?? word("choose") });
  const menu = el("div", { class: "menu wide", role: "listbox", hidden: true });
  const tags = el("div", { class: "tags" });
  const drawTags = () => tags.replaceChildren(...chosen.map((value) => el("button", {
    class: "chosen", type: "button", "aria-label": word("take_away", { what: labels.get(value) ?? value }),
    on: { click: () => change(chosen.filter((each) => each !== value)) },
  }, labels.get(value) ?? value, " ✕")));
  const change = (values) => {
    chosen = values;
    drawTags();
    act(part, many ? chosen : chosen[0] ?? null);
  };
  const take = (option) => {
    labels.set(option.value, option.text.text);
    menu.hidden = true;
    input.value = "";
    change(many ? [...new Set([...chosen, option.value])] : [option.value]);
  };
  const ask = async () => {
    const typed = input.value;
    if (typed.length < (element.min_query_length ?? 3)) return (menu.hidden = true);
    const options = await context.suggest(element.action_id, typed);
    if (typed !== input.value) return null;
    menu.replaceChildren(...(options.length ? options.map((option) =>
      el("button", { type: "button", role: "option", on: { mousedown: (event) => event.preventDefault(), click: () => take(option) } }, ...plain(option.text)))
      : [el("p", { class: "menu-empty" }, word("nothing_found"))]));
    return (menu.hidden = false);
  };
  input.addEventListener("input", () => {
    clearTimeout(ask.timer);
    ask.timer = setTimeout(ask, 200);
  });
  input.addEventListener("focus", ask);
  input.addEventListener("blur", () => setTimeout(() => (menu.hidden = true), 150));
  const write = (value) => {
    chosen = value === null ? [] : [value].flat();
    drawTags();
  };
  context.fields?.set(fieldKey(block, element), { element, read: () => (many ? chosen : chosen[0] ?? null), write, node: input });
  drawTags();
  return el("div", { class: "menu-root full" }, tags, input, menu);
}
