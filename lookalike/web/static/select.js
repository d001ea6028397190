// Ticking rows: one, a range with Shift, or the whole page. What is ticked is what is sent, and nothing else.
(() => {
  "use strict";
  const boxes = () => [...document.querySelectorAll("input[name=pick]")];
  let last = null;

  // The bar tells how many are ticked; it is hidden by style alone as long as none is.
  const tell = () => {
    const count = boxes().filter((box) => box.checked).length;
    document.querySelectorAll("[data-bulk-count]").forEach((place) => {
      if (!place.dataset.none) place.dataset.none = place.textContent;
      const text = count ? place.dataset.one.replace("%n", count) : place.dataset.none;
      if (place.textContent !== text) place.textContent = text;
    });
    document.querySelectorAll("button[data-bulk]").forEach((button) => { button.hidden = false; });
  };

  document.addEventListener("click", (event) => {
    const box = event.target.closest("input[name=pick]");
    if (box) {
      const all = boxes();
      const from = all.indexOf(last);
      const to = all.indexOf(box);
      if (event.shiftKey && from >= 0) {
        all.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((one) => { one.checked = box.checked; });
      }
      last = box;
      tell();
      return;
    }
    const button = event.target.closest("button[data-bulk]");
    if (!button || button.type !== "button") return;
    boxes().forEach((one) => { one.checked = button.dataset.bulk === "page"; });
    last = null;
    tell();
  });

  // A list that was narrowed has other rows: nothing of it is ticked.
  document.addEventListener("htmx:afterSwap", tell);
  document.addEventListener("htmx:after:swap", tell);
  window.addEventListener("pageshow", tell);
  tell();
})();
