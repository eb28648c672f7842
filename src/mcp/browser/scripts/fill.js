// Called on a field: makes it ready for text that replaces what is in it, or sets the value of one
// that takes none: {ready, secret} or {done} or {problem}.
function (text) {
  let field = this.nodeType === Node.ELEMENT_NODE ? this : this.parentElement;
  if (field.tagName === "LABEL" && field.control) field = field.control;
  const view = field.ownerDocument.defaultView;
  if (field.matches(":disabled")) return { problem: "it is disabled" };
  if (field.readOnly) return { problem: "it is read-only" };
  if (field.tagName === "SELECT") return { problem: "it is a list: use action select" };
  const type = field.tagName === "INPUT" ? field.type : "";
  if (type === "checkbox" || type === "radio")
    return { problem: `it is a ${type}: use action check, uncheck or click` };
  if (type === "file") return { problem: "it takes files: use action upload" };
  if (["button", "submit", "reset", "image"].includes(type))
    return { problem: "it is a button: use action click" };
  const secret = type === "password" ||
    /current-password|new-password|one-time-code|^cc-/.test(field.autocomplete ?? "");
  if (["date", "time", "month", "week", "datetime-local", "color", "range"].includes(type)) {
    const before = field.value;
    const value = type === "color" ? text.toLowerCase() : text;
    Object.getOwnPropertyDescriptor(view.HTMLInputElement.prototype, "value").set.call(field, value);
    if (field.value !== value) {
      const now = field.value;
      Object.getOwnPropertyDescriptor(view.HTMLInputElement.prototype, "value").set.call(field, before);
      const form = { date: "2026-01-31", time: "13:45", month: "2026-01", week: "2026-W05",
        "datetime-local": "2026-01-31T13:45", color: "#ff8800",
        range: `a number from ${field.min || 0} to ${field.max || 100}` }[type];
      return { problem: `"${text}" is no value for a field of type ${type}` +
        (now ? ` (it became "${now}")` : "") + `; write it like ${form}` };
    }
    field.dispatchEvent(new view.Event("input", { bubbles: true, composed: true }));
    field.dispatchEvent(new view.Event("change", { bubbles: true }));
    return { done: true, secret };
  }
  field.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
  field.focus();
  if (field.tagName === "INPUT" || field.tagName === "TEXTAREA") {
    field.select();
    return { ready: true, secret, isEmpty: field.value === "" };
  }
  if (field.isContentEditable) {
    const range = field.ownerDocument.createRange();
    range.selectNodeContents(field);
    const selection = view.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return { ready: true, secret, isEmpty: field.textContent === "" };
  }
  return { problem: "it takes no text" };
}
