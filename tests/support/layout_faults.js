// Returns the faults of what is in sight: wider than its frame, smaller than a thumb, too small to read, one over another.
(() => {
  const THUMB = 32, LETTERS = 12, SLACK = 2;
  const dialog = document.querySelector("dialog[open]");
  const root = dialog ?? document.body;
  const layers = [...root.querySelectorAll("*")]
    .filter((node) => node.getClientRects().length && getComputedStyle(node).position !== "static" && getComputedStyle(node).zIndex !== "auto");
  const layerOf = (node) => layers.findLast((layer) => layer.contains(node)) ?? root;
  const isShown = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const name = (node) => {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const label = (node.textContent || element.getAttribute("aria-label") || "").trim().slice(0, 30);
    return `<${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ""}.${element.className}> “${label}”`;
  };
  const clip = (node, rect) => {
    const box = { left: rect.left, top: rect.top, right: rect.right, bottom: rect.bottom };
    for (let frame = node.nodeType === Node.TEXT_NODE ? node.parentElement : node.parentElement; frame; frame = frame.parentElement) {
      const style = getComputedStyle(frame);
      if (frame === document.body || style.overflow === "visible") continue;
      const edge = frame.getBoundingClientRect();
      box.left = Math.max(box.left, edge.left); box.right = Math.min(box.right, edge.right);
      box.top = Math.max(box.top, edge.top); box.bottom = Math.min(box.bottom, edge.bottom);
    }
    box.left = Math.max(box.left, 0); box.right = Math.min(box.right, innerWidth);
    box.top = Math.max(box.top, 0); box.bottom = Math.min(box.bottom, innerHeight);
    return box.right - box.left > SLACK && box.bottom - box.top > SLACK ? box : null;
  };
  const faults = [];
  const nodes = [...root.querySelectorAll("*")].filter((node) => node.closest("svg") === null && isShown(node));
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) faults.push(`the page is ${wide} px too wide`);
  for (const node of nodes) {
    const style = getComputedStyle(node);
    if (node.matches("input, select, textarea, option, .aside, .b-table, .line") || layers.some((layer) => node.contains(layer) && node !== layer)) continue;
    if (style.display !== "inline" && node.clientWidth && node.scrollWidth > node.clientWidth + 1) faults.push(`too wide by ${node.scrollWidth - node.clientWidth}: ${name(node)}`);
  }
  const controls = nodes.filter((node) => node.matches("button, select, input, textarea, a.button, a.file, a.quiet-button, [role=option]"));
  for (const node of controls) {
    if (node.matches("input[type=checkbox], input[type=radio], .as-link")) continue;
    const rect = node.getBoundingClientRect();
    if (Math.min(rect.width, rect.height) < THUMB - 0.5) faults.push(`${Math.round(rect.width)} × ${Math.round(rect.height)} px: ${name(node)}`);
  }
  const boxes = controls.map((node) => ({ node, box: clip(node, node.getBoundingClientRect()) }));
  const words = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const node = words.currentNode, parent = node.parentElement;
    if (!node.textContent.trim() || !isShown(parent) || parent.closest("select, option, .aside, .line, script, style, noscript")) continue;
    if (parseFloat(getComputedStyle(parent).fontSize) < LETTERS) faults.push(`letters of ${getComputedStyle(parent).fontSize}: ${name(node)}`);
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()];
    if (rects.length > 400) continue;
    for (const rect of rects) boxes.push({ node, box: clip(node, rect) });
  }
  const shown = boxes.filter((each) => each.box).sort((one, other) => one.box.top - other.box.top);
  const seen = new Set();
  shown.forEach((one, place) => {
    for (let next = place + 1; next < shown.length && shown[next].box.top < one.box.bottom - SLACK; next++) {
      const other = shown[next];
      if (one.node === other.node || one.node.contains(other.node) || other.node.contains(one.node)) continue;
      if (layerOf(one.node) !== layerOf(other.node)) continue;
      const width = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const height = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      const fault = `${name(one.node)} and ${name(other.node)} overlap`;
      if (width > SLACK && height > SLACK && !seen.has(fault)) faults.push(`${fault} by ${Math.round(width)} × ${Math.round(height)} px`);
      seen.add(fault);
    }
  });
  return faults;
})()
