// Called on a list with the values or labels to choose: {chosen} or {problem}.
function (...wanted) {
  let list = this.nodeType === Node.ELEMENT_NODE ? this : this.parentElement;
  if (list.tagName === "LABEL" && list.control) list = list.control;
  if (list.tagName === "OPTION") list = list.closest("select");
  if (list?.tagName !== "SELECT")
    return { problem: "it is no list of options: click it, then the option" };
  if (list.matches(":disabled")) return { problem: "it is disabled" };
  if (wanted.length > 1 && !list.multiple) return { problem: "only one option can be chosen" };
  const options = [...list.options];
  const plain = (text) => text.trim().replace(/\s+/g, " ");
  const chosen = [];
  for (const want of wanted) {
    const found = options.find((o) => o.value === want) ??
      options.find((o) => plain(o.label) === plain(want) || plain(o.text) === plain(want)) ??
      options.find((o) => plain(o.text).toLowerCase() === plain(want).toLowerCase());
    if (!found) {
      const names = options.slice(0, 20).map((o) => `"${plain(o.text)}"`).join(", ");
      return { problem: `there is no option "${want}"; there are ${names}` +
        (options.length > 20 ? ` and ${options.length - 20} more` : "") };
    }
    if (found.disabled) return { problem: `the option "${want}" is disabled` };
    chosen.push(found);
  }
  list.focus();
  if (list.multiple) for (const option of options) option.selected = chosen.includes(option);
  else chosen[0].selected = true;
  const view = list.ownerDocument.defaultView;
  list.dispatchEvent(new view.Event("input", { bubbles: true, composed: true }));
  list.dispatchEvent(new view.Event("change", { bubbles: true }));
  return { chosen: chosen.map((o) => plain(o.text)).join(", ") };
}
