// Review by keyboard: a accepts, c corrects, r rejects, u undoes; a field lights up its place in the text.
(() => {
  const typing = (el) => el.closest("input, textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const place = document.querySelector(`[data-key="${event.key}"]`);
    if (!place) return;
    event.preventDefault();
    place.closest("details")?.setAttribute("open", "");
    if (place.matches("input")) return place.focus();
    if (place.matches("summary")) return place.parentElement.querySelector("input:not([type=hidden])").focus();
    place.click();
  });
  const light = (ref, on) =>
    document.querySelectorAll(`mark[data-field="${ref}"]`).forEach((m) => m.classList.toggle("x-lit", on));
  for (const kind of ["mouseover", "mouseout"]) {
    document.addEventListener(kind, (event) => {
      const field = event.target.closest?.("dd [data-field]");
      if (field) light(field.dataset.field, kind === "mouseover");
    });
  }
  // a passage selected in the text fills in its first and last words
  document.querySelector("[data-pick]")?.addEventListener("mouseup", () => {
    const said = String(getSelection()).trim();
    const [begins, ends] = ["begins", "ends"].map((name) => document.querySelector(`[name="${name}"]`));
    if (said.length < 4 || !begins || !ends) return;
    begins.value = said.split("\n")[0].slice(0, 24);
    ends.value = said.split("\n").pop().slice(-12);
  });
  const span = document.querySelector("[data-doubt]")?.dataset.span;
  const here = span && document.getElementById(span);
  if (here) {
    here.classList.add("x-here");
    const pane = here.closest(".x-doc");
    if (pane) pane.scrollTop = here.offsetTop - pane.offsetTop - 80;
  }
})();
