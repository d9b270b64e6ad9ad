// Makes DOM elements. Foreign text becomes only a text node.

export function el(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") node.className = value;
    else if (key === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (key === "data") for (const [name, held] of Object.entries(value)) node.dataset[name] = held;
    else if (key in node && typeof value === "boolean") node[key] = value;
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

export function safeLink(url, ...children) {
  let parsed = null;
  try {
    parsed = new URL(url, location.href);
  } catch {
    return el("span", {}, ...children);
  }
  if (!["http:", "https:", "mailto:"].includes(parsed.protocol)) return el("span", {}, ...children);
  return el("a", { href: parsed.href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

export function replaceChildren(node, ...children) {
  node.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined));
}
