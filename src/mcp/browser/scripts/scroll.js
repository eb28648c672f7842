// Called on an element, or on the document: scrolls what scrolls around it by most of a view:
// {at, end} in pixels, or {problem}.
function (direction) {
  const start = this.nodeType === Node.DOCUMENT_NODE ? null : this;
  const root = (start?.ownerDocument ?? this).scrollingElement ?? (start?.ownerDocument ?? this).documentElement;
  const view = root.ownerDocument.defaultView;
  const sideways = direction === "left" || direction === "right";
  let box = root;
  for (let node = start; node && node !== root; node = node.parentElement ?? node.getRootNode().host) {
    const overflow = view.getComputedStyle(node)[sideways ? "overflowX" : "overflowY"];
    const room = sideways ? node.scrollWidth - node.clientWidth : node.scrollHeight - node.clientHeight;
    if ((overflow === "auto" || overflow === "scroll") && room > 0) {
      box = node;
      break;
    }
  }
  const height = box === root ? view.innerHeight : box.clientHeight;
  const width = box === root ? view.innerWidth : box.clientWidth;
  const steps = { up: [0, -0.85 * height], down: [0, 0.85 * height], left: [-0.85 * width, 0],
    right: [0.85 * width, 0] };
  if (direction === "top" || direction === "bottom")
    box.scrollTo({ top: direction === "top" ? 0 : box.scrollHeight, behavior: "instant" });
  else
    box.scrollBy({ left: steps[direction][0], top: steps[direction][1], behavior: "instant" });
  return sideways
    ? { at: Math.round(box.scrollLeft), end: Math.round(box.scrollWidth - width) }
    : { at: Math.round(box.scrollTop), end: Math.round(box.scrollHeight - height) };
}
