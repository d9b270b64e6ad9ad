// Makes text fields and the pickers of dates and times.

import { act, fieldKey, sendsActions } from "./controls.js";
import { el } from "./dom.js";
import { fromLocalInput, toLocalInput } from "./words.js";

const TYPES = {
  datepicker: "date", timepicker: "time", datetimepicker: "datetime-local", number_input: "number",
  email_text_input: "email", url_text_input: "url", file_input: "file",
};
const PICKERS = new Set(["datepicker", "timepicker", "datetimepicker"]);
const STATE_KEYS = { datepicker: "selected_date", timepicker: "selected_time", datetimepicker: "selected_date_time" };

function initialOf({ block, element, context }) {
  const state = context.state?.[block.block_id]?.[element.action_id];
  const held = state?.type === element.type ? state[STATE_KEYS[element.type] ?? "value"] : undefined;
  const initial = held ?? element.initial_value ?? element.initial_date ?? element.initial_time ?? element.initial_date_time ?? "";
  if (element.type === "datetimepicker" && initial) return toLocalInput(initial, context.zone);
  return typeof initial === "object" ? "" : String(initial);
}

export function field(part) {
  const { element, context, block, id } = part;
  const common = { class: "field", id, placeholder: element.placeholder?.text, "aria-label": id ? undefined : element.placeholder?.text };
  const long = element.multiline || element.type === "rich_text_input";
  const input = long
    ? el("textarea", { ...common, rows: "4" }, initialOf(part))
    : el("input", {
      ...common, type: TYPES[element.type] ?? "text", value: initialOf(part),
      step: element.type === "number_input" && element.is_decimal_allowed ? "any" : undefined,
      min: element.min_value, max: element.max_value,
    });
  const read = () => {
    if (element.type === "datetimepicker") return input.value ? fromLocalInput(input.value, context.zone) : null;
    return input.value || null;
  };
  const write = (value) => (input.value = element.type === "datetimepicker" && value ? toLocalInput(value, context.zone) : value ?? "");
  context.fields?.set(fieldKey(block, element), { element, read, write, node: input });
  listen(part, input, read);
  return input;
}

// A picker sends each choice; a text field sends on Enter or on each letter, as its configuration has it.
function listen(part, input, read) {
  const { element, block } = part;
  if (!sendsActions(block)) return;
  if (PICKERS.has(element.type)) {
    input.addEventListener("change", () => input.value && act(part, read()));
    return;
  }
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (triggers.includes("on_character_entered")) {
    input.addEventListener("input", () => {
      clearTimeout(listen.timer);
      listen.timer = setTimeout(() => act(part, read()), 400);
    });
  }
  if (triggers.includes("on_enter_pressed")) {
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || (element.multiline && event.shiftKey)) return;
      event.preventDefault();
      act(part, read());
    });
  }
}
