// Called on a field: what is in it now.
function () {
  let field = this.nodeType === Node.ELEMENT_NODE ? this : this.parentElement;
  if (field.tagName === "LABEL" && field.control) field = field.control;
  return "value" in field ? String(field.value) : field.innerText.replace(/\n$/, "");
}
