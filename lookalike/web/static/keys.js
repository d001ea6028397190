// Single keys, each of which clicks a visible control: there is no second way to do anything.
(() => {
  "use strict";
  const field = "input:not([type=checkbox]), textarea, select, [contenteditable]";
  const all = (selector) => [...document.querySelectorAll(selector)];

  // With a Chinese input method on, the key itself is hidden: the place on the keyboard tells it.
  const keyOf = (event) => {
    if (event.key !== "Process") return event.key;
    if (event.code.startsWith("Key")) return event.code.slice(3).toLowerCase();
    return event.code.startsWith("Digit") ? event.code.slice(5) : event.key;
  };

  // Rows of the queue: one of them can be entered by Tab, j and k move along.
  const links = () => all("[data-row] [data-open]");
  const step = (by) => {
    const found = links();
    if (!found.length) return false;
    const at = found.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : found.length - 1) : Math.min(Math.max(at + by, 0), found.length - 1);
    found[next].focus();
    found[next].scrollIntoView({ block: "nearest" });
    return true;
  };

  // Tab enters the list once, at the row that had the focus last; the arrows move along, single keys on or off.
  let last = null;
  const rove = () => {
    const found = links();
    const one = found.find((each) => each.getAttribute("href") === last) || found[0];
    found.forEach((each) => {
      const wanted = each === one ? "0" : "-1";
      if (each.getAttribute("tabindex") !== wanted) each.setAttribute("tabindex", wanted);
    });
  };
  document.addEventListener("focusin", (event) => {
    if (!event.target.matches("[data-row] [data-open]")) return;
    last = event.target.getAttribute("href");
    rove();
  });
  rove();
  new MutationObserver(rove).observe(document.body, { childList: true, subtree: true });

  // The box of the row with the focus is clicked; with Shift all boxes from the last one to it (select.js).
  const pick = (range) => {
    const row = document.activeElement.closest("[data-row]");
    const box = row && row.querySelector("input[name=pick]");
    if (box) box.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: range }));
    return Boolean(box);
  };

  const press = (key, shift) => {
    if (key.toLowerCase() === "x") return pick(shift);
    if (/^[1-9]$/.test(key)) {
      const open = document.querySelector("details[name=verdict][open]");
      const button = open && open.querySelector(`[data-digit="${key}"]`);
      if (button) button.click();
      return Boolean(button);
    }
    if ((key === "j" && step(1)) || (key === "k" && step(-1))) return true;
    const control = all("[data-key]").find((each) => each.dataset.key === key);
    if (!control) return false;
    if (control.matches("input, textarea")) control.focus();
    else control.click();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 && event.target.matches(field)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (event.target.matches(field)) event.target.blur();
      else all("details[name=verdict][open]").forEach((each) => { each.open = false; });
      return;
    }
    if (event.target.matches("[data-row] [data-open]") && /^Arrow(Up|Down)$/.test(event.key)) {
      step(event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
      return;
    }
    if (event.target.matches(field) || !document.body.hasAttribute("data-keys")) return;
    if (press(keyOf(event), event.shiftKey)) event.preventDefault();
  });

  // Copies an address as it is shown: defanged.
  all("[data-copy]").forEach((button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    });
  });
})();
