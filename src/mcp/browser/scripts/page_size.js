// The size of the document and of the part of it that is in view.
(() => {
  const root = document.documentElement;
  const body = document.body;
  return {
    width: Math.max(root.scrollWidth, root.clientWidth),
    height: Math.max(root.scrollHeight, body ? body.scrollHeight : 0, root.clientHeight),
    viewWidth: innerWidth,
    viewHeight: innerHeight,
    x: scrollX,
    y: scrollY,
  };
})()
