// Called on an element: brings it into view, waits until it rests, and gives a point at which a
// click reaches it: {x, y}, or {problem}.
async function () {
  const element = this.nodeType === Node.ELEMENT_NODE ? this : this.parentElement;
  if (!element) return { problem: "it is no element" };
  if (element.matches(":disabled")) return { problem: "it is disabled" };
  if (element.tagName === "OPTION")
    return { problem: "it is an option: use action select on its list" };

  const turn = () =>
    new Promise((done) => {
      const late = setTimeout(done, 60);
      requestAnimationFrame(() => {
        clearTimeout(late);
        setTimeout(done, 0);
      });
    });
  const boxOf = (node) => [...node.getClientRects()].filter((r) => r.width > 1 && r.height > 1);
  // Boxes that are drawn by their label are themselves of no size, or transparent.
  let target = element;
  if (boxOf(target).length === 0 && element.labels?.length > 0) target = element.labels[0];

  const view = target.ownerDocument.defaultView;
  const inView = (r) =>
    r.top >= 0 && r.left >= 0 && r.bottom <= view.innerHeight && r.right <= view.innerWidth;
  if (!boxOf(target).every(inView))
    target.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  let last = null;
  for (let i = 0; i < 15; ++i) {
    const now = target.getBoundingClientRect();
    if (last && now.x === last.x && now.y === last.y && now.width === last.width) break;
    last = now;
    await turn();
  }

  const boxes = boxOf(target);
  if (boxes.length === 0) return { problem: "it is not visible" };
  const hitAt = (x, y) => {
    let hit = target.ownerDocument.elementFromPoint(x, y);
    while (hit?.shadowRoot) {
      const inner = hit.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === hit) break;
      hit = inner;
    }
    return hit;
  };
  const reaches = (hit) => {
    for (let node = hit; node; node = node.parentNode ?? node.host ?? null) {
      if (node === element || node === target) return true;
      if (node.tagName === "LABEL" && node.control === element) return true;
    }
    // What lets clicks through gives them to what it is in.
    return hit?.contains(element) && view.getComputedStyle(element).pointerEvents === "none";
  };
  let cover = null;
  for (const box of boxes) {
    const left = Math.max(box.left, 0);
    const right = Math.min(box.right, view.innerWidth);
    const top = Math.max(box.top, 0);
    const bottom = Math.min(box.bottom, view.innerHeight);
    if (right - left < 1 || bottom - top < 1) continue;
    for (const [fx, fy] of [[0.5, 0.5], [0.2, 0.5], [0.8, 0.5], [0.5, 0.2], [0.5, 0.8]]) {
      const x = left + (right - left) * fx;
      const y = top + (bottom - top) * fy;
      const hit = hitAt(x, y);
      if (hit && reaches(hit)) return { x, y };
      cover ??= hit;
    }
  }
  if (!cover) return { problem: "it cannot be scrolled into view" };
  // A veil rather than the word on it.
  while (cover.parentElement && cover.parentElement !== target.ownerDocument.body &&
    !cover.parentElement.contains(element)) cover = cover.parentElement;
  const text = (cover.innerText ?? "").trim().replace(/\s+/g, " ").slice(0, 60);
  const name = cover.tagName.toLowerCase() + (cover.id ? "#" + cover.id : "") +
    [...cover.classList].slice(0, 2).map((word) => "." + word).join("");
  return { problem: `it is covered by <${name}>` + (text ? ` "${text}"` : "") };
}
