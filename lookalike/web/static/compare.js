// Two pictures of one size: beside each other, one above the other, or in turn. Every way is a button; v presses the next.
(() => {
  "use strict";
  const SWAP_MS = 800; // slower than three times a second (WCAG 2.2, 2.3.1)
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  document.querySelectorAll(".compare").forEach((box) => {
    const bar = box.querySelector(".compare-bar");
    const panes = [...box.querySelectorAll(".pane")];
    if (!bar || panes.length !== 2) return;
    const modes = [...bar.querySelectorAll("[data-compare]")];
    const mix = bar.querySelector("[data-compare-mix]");
    const zoom = bar.querySelector("[data-compare-zoom]");
    let timer = 0;

    const allowed = (button) => button.dataset.compare !== "blink" || !still.matches;

    const show = (mode) => {
      clearInterval(timer);
      box.classList.remove("swapped");
      box.dataset.mode = mode;
      modes.forEach((each) => each.setAttribute("aria-pressed", String(each.dataset.compare === mode)));
      mix.closest("label").hidden = mode !== "slider" && mode !== "overlay";
      if (mode === "blink") timer = setInterval(() => box.classList.toggle("swapped"), SWAP_MS);
    };

    const move = () => {
      panes[1].style.setProperty("--mix", `${mix.value}%`);
      panes[1].style.setProperty("--mix-part", String(mix.value / 100));
    };

    const settle = () => {
      const blink = modes.find((each) => each.dataset.compare === "blink");
      blink.disabled = still.matches;
      bar.querySelector("[data-compare-still]").hidden = !still.matches;
      if (still.matches && box.dataset.mode === "blink") show("side");
    };

    modes.forEach((each) => each.addEventListener("click", () => show(each.dataset.compare)));
    bar.querySelector("[data-compare-next]").addEventListener("click", () => {
      const can = modes.filter(allowed);
      const at = can.findIndex((each) => each.dataset.compare === box.dataset.mode);
      show(can[(at + 1) % can.length].dataset.compare);
    });
    mix.addEventListener("input", move);
    zoom.addEventListener("change", () => {
      panes.forEach((each) => each.style.setProperty("--zoom", `${zoom.value}%`));
    });

    // What one pane shows, the other shows as well: both were captured in the same window.
    let leads = null;
    panes.forEach((each, at) => {
      const other = panes[1 - at];
      each.addEventListener("scroll", () => {
        if (leads === other) { leads = null; return; }
        if (other.scrollTop === each.scrollTop && other.scrollLeft === each.scrollLeft) return;
        leads = each;
        other.scrollTo(each.scrollLeft, each.scrollTop);
      });
    });

    still.addEventListener("change", settle);
    settle();
    move();
    bar.hidden = false;
  });
})();
