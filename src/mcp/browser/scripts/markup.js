// The document as a reader sees it, as HTML: shadow trees in place, what is hidden left out, frames
// as <div data-frame="ID"> where `autosreFrame` names them. {html, truncated}.
((limit) => {
  const empty = new Set(["AREA", "BASE", "BR", "COL", "EMBED", "HR", "IMG", "INPUT", "LINK", "META",
    "SOURCE", "TRACK", "WBR"]);
  const left = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "OBJECT", "CANVAS", "HEAD", "LINK",
    "META"]);
  const kept = /^(id|class|role|href|src|alt|title|lang|dir|colspan|rowspan|scope|start|reversed|type|value|checked|datetime|cite|name|property|content|rel|charset|itemprop|itemtype|itemscope|aria-hidden|aria-label|open|poster|placeholder)$/;
  const out = [];
  let size = 0;
  let truncated = false;
  const put = (text) => {
    if (size > limit) {
      truncated = true;
      return;
    }
    size += text.length;
    out.push(text);
  };
  const escaped = (text) => text.replace(/[&<>"]/g, (c) =>
    ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
  const attributes = (element) => {
    let text = "";
    for (const { name, value } of element.attributes) {
      if (!kept.test(name) || value.length > 4000) continue;
      let now = value;
      if (name === "href" && typeof element.href === "string") now = element.href;
      if (name === "src" && element.currentSrc) now = element.currentSrc;
      if (name === "src" && now.startsWith("data:")) continue;
      text += ` ${name}="${escaped(now)}"`;
    }
    return text;
  };
  const walkAll = (nodes, depth) => {
    for (const node of nodes) {
      if (truncated) return;
      walk(node, depth);
    }
  };
  const walk = (node, depth) => {
    if (node.nodeType === Node.TEXT_NODE) return put(escaped(node.data));
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const tag = node.tagName.toUpperCase();
    if (left.has(tag)) return;
    if (tag === "SLOT") {
      const assigned = node.assignedNodes({ flatten: true });
      return walkAll(assigned.length > 0 ? assigned : node.childNodes, depth + 1);
    }
    if (node !== document.body && node !== document.documentElement && tag !== "BR" &&
        tag !== "WBR" && tag !== "OPTION" && !node.checkVisibility({ visibilityProperty: true }) &&
        getComputedStyle(node).display !== "contents")
      return;
    if (tag === "IFRAME" || tag === "FRAME")
      return put(node.autosreFrame ? `<div data-frame="${node.autosreFrame}"></div>` : "");
    if (depth > 800) return put(escaped(node.textContent ?? ""));
    const name = tag.toLowerCase().replace(/[^a-z0-9-]/g, "");
    put(`<${name}${attributes(node)}>`);
    if (empty.has(tag)) return;
    walkAll((node.shadowRoot ?? node).childNodes, depth + 1);
    put(`</${name}>`);
  };
  put(`<!doctype html><html lang="${escaped(document.documentElement.lang ?? "")}"><head><title>` +
    escaped(document.title) + "</title>");
  for (const element of document.head?.querySelectorAll("meta[name], meta[property], base, link[rel=canonical]") ?? [])
    put(`<${element.tagName.toLowerCase()}${attributes(element)}>`);
  for (const element of document.head?.querySelectorAll('script[type="application/ld+json"]') ?? [])
    put('<script type="application/ld+json">' + element.textContent.replace(/<\//g, "<\\/") + "</script>");
  put("</head>");
  if (document.body) walk(document.body, 0);
  put("</html>");
  return { html: out.join(""), truncated };
})
