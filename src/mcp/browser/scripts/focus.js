// Called on an element: gives it the focus, with the cursor behind its text: {secret} or {problem}.
function () {
  let field = this.nodeType === Node.ELEMENT_NODE ? this : this.parentElement;
  if (field.tagName === "LABEL" && field.control) field = field.control;
  if (field.matches(":disabled")) return { problem: "it is disabled" };
  field.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
  field.focus();
  if (field.isContentEditable) {
    const selection = field.ownerDocument.defaultView.getSelection();
    selection.selectAllChildren(field);
    selection.collapseToEnd();
  } else if (typeof field.value === "string") {
    try {
      field.setSelectionRange(field.value.length, field.value.length);
    } catch {
      // Some types of field have no cursor.
    }
  }
  const secret = field.type === "password" ||
    /current-password|new-password|one-time-code|^cc-/.test(field.autocomplete ?? "");
  return { secret };
}
