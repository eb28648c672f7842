// Called on the element of a frame: where its inside begins.
function () {
  const box = this.getBoundingClientRect();
  const style = this.ownerDocument.defaultView.getComputedStyle(this);
  return {
    x: box.left + this.clientLeft + parseFloat(style.paddingLeft),
    y: box.top + this.clientTop + parseFloat(style.paddingTop),
  };
}
