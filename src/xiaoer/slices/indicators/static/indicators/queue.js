// The verification queue by keyboard: j/k move, a accepts, r opens the return form, space ticks, o opens the evidence.
(() => {
  const table = document.querySelector("[data-queue]");
  if (!table) return;
  const rows = [...table.querySelectorAll("[data-row]")];
  let at = -1;
  const go = (to) => {
    rows[at]?.classList.remove("x-at");
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows[at].classList.add("x-at");
    rows[at].focus({ preventScroll: false });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "checkbox") return;
    const row = rows[at];
    const keys = {
      j: () => go(at + 1),
      k: () => go(at - 1),
      a: () => row?.querySelector("[data-accept]")?.click(),
      r: () => {
        const fold = row?.querySelector(".x-return");
        if (fold) { fold.open = true; fold.querySelector("textarea").focus(); }
      },
      o: () => row?.querySelector("[data-evidence]")?.click(),
      " ": () => row?.querySelector("[name=pick]:not(:disabled)")?.click(),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }, true);
})();
