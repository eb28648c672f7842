// Called on an element: brings it into view; its box in the window.
function () {
  const element = this.nodeType === Node.ELEMENT_NODE ? this : this.parentElement;
  element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  const box = element.getBoundingClientRect();
  return { x: box.x, y: box.y, width: box.width, height: box.height };
}
