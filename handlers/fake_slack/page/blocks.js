// Draws Block Kit. `context.act(action)` is called for every press or choice.

import { el, safeLink } from "./dom.js";
import { control, isImage } from "./controls.js";
import { markdown, mrkdwn, plain, richText, textObject } from "./text.js";
import { word } from "./words.js";

export function drawBlocks(blocks, context) {
  return blocks.map((block) => drawBlock(block, context));
}

const DRAWN = {
  header: (block) => el("h3", { class: "b-header" }, ...plain(block.text)),
  divider: () => el("hr", { class: "b-divider" }),
  section: drawSection,
  context: (block, context) =>
    el("div", { class: "b-context" }, ...block.elements.map((each) => contextPart(each, context))),
  actions: (block, context) =>
    el("div", { class: "b-actions" }, ...block.elements.map((element) => control(block, element, context))),
  rich_text: richText,
  image: (block) => picture(block, block.title),
  video: (block) =>
    el("figure", { class: "b-picture" }, safeLink(block.title_url ?? block.video_url, "▶ ", ...plain(block.title)),
      el("figcaption", {}, block.alt_text)),
  markdown: (block) => markdown(block.text),
  table: drawTable,
  data_table: drawTable,
  data_visualization: drawChart,
  input: drawInput,
  container: (block, context) =>
    el("div", { class: "b-card" }, ...drawBlocks(block.child_blocks ?? block.blocks ?? [], context)),
  card: drawCard,
  alert: (block, context) => el("div", { class: "b-card" }, ...(block.text ? textObject(block.text, context) : [])),
};

function drawBlock(block, context) {
  const draw = DRAWN[block.type];
  return draw ? draw(block, context) : el("div", { class: "b-unknown" }, `[${block.type}]`);
}

const BAR_COLORS = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };

// An attachment has a coloured bar beside its blocks or old fields.
export function drawAttachment(attachment, context) {
  const old = [
    attachment.pretext ? el("div", { class: "b-text" }, ...mrkdwn(attachment.pretext, context)) : null,
    attachment.title ? el("strong", {}, attachment.title_link ? safeLink(attachment.title_link, attachment.title) : attachment.title) : null,
    attachment.text ? el("div", { class: "b-text" }, ...mrkdwn(attachment.text, context)) : null,
    attachment.footer ? el("div", { class: "b-context" }, attachment.footer) : null,
  ];
  const node = el("div", { class: "b-attachment" }, ...(attachment.blocks ? drawBlocks(attachment.blocks, context) : old));
  const color = BAR_COLORS[attachment.color] ?? (attachment.color ? `#${attachment.color.replace("#", "")}` : "");
  if (color) node.style.setProperty("--bar", color);
  return node;
}

const sizeOf = (bytes) => (bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

// A file is shown where it is a picture, and can always be saved.
export function drawFile(file) {
  const address = new URL(file.url_private).pathname;
  const picture = /^image\/(png|jpeg|gif|webp)$/.test(file.mimetype);
  const save = el("a", { class: "file", href: `${address}?download=1`, download: file.name },
    el("span", { class: "file-kind", "aria-hidden": "true" }, file.filetype.toUpperCase().slice(0, 4)),
    el("span", {}, el("strong", {}, file.title), el("small", {}, [file.name, sizeOf(file.size), word("download")].filter((each) => each !== file.title).join(" · "))));
  return picture
    ? el("figure", { class: "b-picture" }, el("img", { src: address, alt: file.alt_txt || file.title, loading: "lazy" }), save)
    : save;
}

function drawSection(block, context) {
  const body = el("div", { class: "b-section-body" });
  if (block.text) body.append(el("div", { class: "b-text" }, ...textObject(block.text, context)));
  if (block.fields) {
    const fields = block.fields.map((field) => el("div", {}, ...textObject(field, context)));
    body.append(el("div", { class: "b-fields" }, ...fields));
  }
  const accessory = block.accessory;
  if (!accessory) return el("div", { class: "b-section" }, body);
  const side = isImage(accessory) ? picture(accessory) : control(block, accessory, context);
  return el("div", { class: "b-section" }, body, el("div", { class: "b-accessory" }, side));
}

function contextPart(element, context) {
  return isImage(element)
    ? el("img", { src: "/page/picture.svg", alt: element.alt_text, title: element.alt_text, width: 14, height: 14 })
    : el("span", {}, ...textObject(element, context));
}

// The sandbox fetches no image from another host; it shows the alt text with a link.
function picture(image, title = null) {
  const stored = image.slack_file?.id ? `/files/${image.slack_file.id}/picture` : null;
  const address = stored ?? image.slack_file?.url ?? image.image_url ?? "";
  const own = stored !== null || address.startsWith(location.origin);
  const words = image.alt_text || word("image");
  const inner = own
    ? el("img", { src: address, alt: words, loading: "lazy" })
    : el("span", { class: "b-picture-words", role: "img", "aria-label": words }, el("img", { src: "/page/picture.svg", alt: "", width: 16, height: 16 }), safeLink(image.image_url ?? "", words));
  return el("figure", { class: "b-picture" }, title ? el("figcaption", {}, ...plain(title)) : null, inner);
}

function cellNodes(cell, context) {
  if (cell.type === "rich_text") return [richText(cell, context)];
  return [String(cell.text ?? cell.value ?? "")];
}

function drawTable(block, context) {
  const [head, ...rest] = block.rows;
  const titled = block.type === "data_table";
  const row = (cells, tag) => el("tr", {}, ...cells.map((cell) => el(tag, {}, ...cellNodes(cell, context))));
  const rows = (titled ? rest : block.rows).map((cells) => row(cells, "td"));
  const table = el("table", {}, titled ? el("thead", {}, row(head, "th")) : null, el("tbody", {}, ...rows));
  const caption = block.caption ?? block.title;
  if (caption) table.prepend(el("caption", {}, typeof caption === "string" ? caption : caption.text));
  return el("div", { class: "b-table" }, table);
}

function drawChart(block) {
  const title = typeof block.title === "string" ? block.title : block.title?.text;
  const series = block.chart?.series ?? block.series ?? [];
  const lines = series.map((each) => {
    const points = (each.data ?? each.segments ?? []).map((point) => `${point.label ?? ""} ${point.value ?? point}`.trim());
    return el("li", {}, el("strong", {}, `${each.name ?? each.label ?? ""} `), points.join(" · "));
  });
  return el("figure", { class: "b-picture" }, el("figcaption", {}, title ?? word("chart")), el("ul", {}, ...lines));
}

function drawCard(block, context) {
  const text = (value) => (typeof value === "string" ? [value] : textObject(value, context));
  return el("div", { class: "b-card" },
    block.title ? el("strong", {}, ...text(block.title)) : null,
    block.subtitle ? el("div", { class: "b-context" }, ...text(block.subtitle)) : null,
    block.body ? el("div", {}, ...text(block.body)) : null,
    block.actions ? el("div", { class: "b-actions" }, ...block.actions.map((each) => control(block, each, context))) : null);
}

function drawInput(block, context) {
  const id = `input-${block.block_id}`;
  const error = context.errors?.[block.block_id];
  return el("div", { class: `b-input ${error ? "wrong" : ""}`, data: { block: block.block_id } },
    el("label", { for: id }, ...plain(block.label), block.optional ? el("span", { class: "b-optional" }, ` ${word("optional")}`) : null),
    control(block, block.element, context, id),
    block.hint ? el("p", { class: "b-hint" }, ...plain(block.hint)) : null,
    error ? el("p", { class: "b-error", role: "alert" }, error) : null);
}

export function drawText(text, context) {
  return el("div", { class: "b-text" }, ...mrkdwn(text, context));
}
