// Whether what has the focus in this document takes a password or the like.
(() => {
  let field = document.activeElement;
  while (field?.shadowRoot?.activeElement) field = field.shadowRoot.activeElement;
  return field?.type === "password" ||
    /current-password|new-password|one-time-code|^cc-/.test(field?.autocomplete ?? "");
})()
