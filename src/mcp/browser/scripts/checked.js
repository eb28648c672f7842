// Called on a box, a switch or a button that stays down: whether it is on; null when it is none.
function () {
  let box = this.nodeType === Node.ELEMENT_NODE ? this : this.parentElement;
  if (box.tagName === "LABEL" && box.control) box = box.control;
  if (box.type === "checkbox" || box.type === "radio") return box.checked;
  const state = box.getAttribute("aria-checked") ?? box.getAttribute("aria-pressed");
  return state === null ? null : state === "true";
}
