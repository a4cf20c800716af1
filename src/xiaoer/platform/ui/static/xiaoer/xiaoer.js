/* Xiaoer's own script: keyboard in lists, drafts of forms, what unfolds, charts. Pages work without it. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog[open]");

  /* keyboard in lists */
  const rows = () => all("tbody tr[data-href]");
  function move(step) {
    const list = rows();
    if (!list.length) return;
    const at = list.findIndex((row) => row.classList.contains("x-at"));
    const next = list[Math.max(0, Math.min(list.length - 1, at + step))];
    list.forEach((row) => row.classList.toggle("x-at", row === next));
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    x: () => document.querySelector("tr.x-at [name=pick]")?.click(),
    "/": () => document.querySelector("[data-search]")?.focus(),
    "?": () => document.getElementById("x-keys")?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return fold(null);
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (event.key === "Enter") {
      const row = event.target.closest("tr.x-at[data-href]");
      if (row && event.target === row) location.assign(row.dataset.href);
    } else if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  /* what unfolds: one at a time, closed by Escape or a click elsewhere */
  function fold(except) {
    all("details.x-fold[open]").forEach((open) => {
      if (except && open.contains(except)) return;
      const held = open.contains(document.activeElement);
      open.open = false;
      if (held && !except) open.querySelector("summary").focus();
    });
  }
  document.addEventListener("click", (event) => {
    fold(event.target);
    if (event.target.closest("[data-keys-help]")) document.getElementById("x-keys").showModal();
    if (event.target.matches("[data-pick-all]")) {
      all("[name=pick]", event.target.form).forEach((box) => { box.checked = event.target.checked; });
      picked(event.target.form);
    }
  });
  function picked(form) {
    const told = form.querySelector("[data-picked]");
    if (told) told.textContent = String(all("[name=pick]:checked", form).length || "");
  }
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form) return;
    if (event.target.name === "pick") picked(form);
    if (form.hasAttribute("data-autosubmit") && event.target.matches("select")) form.requestSubmit();
  });

  /* drafts: kept on this machine until the form has been accepted */
  const owner = document.body.dataset.user;
  const slot = (form) => `xiaoer:draft:${owner}:${form.dataset.draft}`;
  const kept = (field) => field.name && !field.disabled && !/^(hidden|password|file|submit|button)$/.test(field.type);
  const store = { get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } }, set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden */ } } };
  function save(form, submitted) {
    const values = {};
    for (const field of form.elements) {
      if (!kept(field)) continue;
      if (/^(checkbox|radio)$/.test(field.type)) { (values[field.name] ??= []).push(...(field.checked ? [field.value] : [])); } else if (field.multiple) { values[field.name] = [...field.selectedOptions].map((option) => option.value); } else { values[field.name] = [field.value]; }
    }
    store.set(slot(form), { at: Date.now(), submitted, values });
  }
  function restore(form) {
    const draft = store.get(slot(form));
    if (!draft || form.querySelector(".is-invalid")) return;
    let changed = false;
    for (const field of form.elements) {
      if (!kept(field) || !(field.name in draft.values)) continue;
      const values = draft.values[field.name];
      if (/^(checkbox|radio)$/.test(field.type)) { const on = values.includes(field.value); changed ||= on !== field.checked; field.checked = on; } else if (field.multiple) { for (const option of field.options) { const on = values.includes(option.value); changed ||= on !== option.selected; option.selected = on; } } else if (values[0] !== field.value) { field.value = values[0]; changed = true; }
    }
    if (!changed) return;
    const words = document.getElementById("x-draft-words");
    if (!words) return;
    const notice = words.content.firstElementChild.cloneNode(true);
    notice.querySelector("button").addEventListener("click", () => { localStorage.removeItem(slot(form)); form.reset(); notice.remove(); });
    form.prepend(notice);
  }
  function sweepDrafts() {
    if (!owner || document.body.dataset.state !== "ok") return;
    const here = new Map(all("form[data-draft]").map((form) => [slot(form), form]));
    const week = Date.now() - 7 * 864e5;
    for (let i = localStorage.length - 1; i >= 0; i -= 1) {
      const key = localStorage.key(i);
      if (!key.startsWith("xiaoer:draft:")) continue;
      const draft = store.get(key);
      const refused = here.get(key)?.querySelector(".is-invalid, .x-alert.x-error");
      if (!draft || draft.at < week || (draft.submitted && key.startsWith(`xiaoer:draft:${owner}:`) && !refused)) localStorage.removeItem(key);
    }
  }
  document.addEventListener("input", (event) => { const form = event.target.form; if (form?.dataset.draft && owner) save(form, false); });
  document.addEventListener("submit", (event) => { if (event.target.dataset.draft && owner) save(event.target, true); });

  /* upload with progress; the page that answers brings its own styles and scripts */
  function bringHead(page) {
    for (const [selector, name] of [["link[rel=stylesheet]", "href"], ["script[src]", "src"]]) {
      for (const wanted of all(selector, page.head)) {
        const address = wanted.getAttribute(name);
        if (all(selector, document.head).some((known) => known.getAttribute(name) === address)) continue;
        const made = document.createElement(wanted.tagName);
        made[name] = address;
        if (name === "href") made.rel = "stylesheet";
        document.head.append(made);
      }
    }
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const bar = form.hasAttribute("data-upload") && form.querySelector("progress.x-upload");
    if (!bar || !window.htmx || !all("[type=file]", form).some((field) => field.files.length)) return;
    event.preventDefault();
    bar.hidden = false;
    const data = new FormData(form, event.submitter);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (told) => { if (told.lengthComputable) bar.value = (100 * told.loaded) / told.total; });
    request.addEventListener("load", () => {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      if (!page.getElementById("main")) { location.reload(); return; }
      document.title = page.title;
      document.body.dataset.state = page.body.dataset.state || "ok";
      document.getElementById("main").replaceWith(document.adoptNode(page.getElementById("main")));
      if (request.responseURL !== location.href) history.pushState(null, "", request.responseURL);
      bringHead(page);
      window.htmx.process(document.getElementById("main"));
      scrollTo(0, 0);
      ready(document);
    });
    request.addEventListener("error", () => { bar.hidden = true; form.submit(); });
    request.send(data);
  });

  /* charts: the library is fetched only where a chart stands */
  let library;
  const charting = () => (library ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = document.body.dataset.echarts;
    script.onload = () => done(window.echarts);
    script.onerror = failed;
    document.head.append(script);
  }));
  async function mount(place) {
    if (place.dataset.mounted) return;
    place.dataset.mounted = "yes";
    try {
      const echarts = await charting();
      const options = JSON.parse(document.getElementById(place.dataset.chart).textContent);
      const drawn = echarts.init(place, null, { renderer: "svg" });
      if (matchMedia("(max-width: 640px)").matches && options.xPhone) echarts.util.merge(options, options.xPhone, true);
      delete options.xPhone;
      options.animation = false;
      drawn.setOption(options);
      new ResizeObserver(() => drawn.resize()).observe(place);
      drawn.on("click", (told) => { if (told.data?.href) location.assign(told.data.href); });
    } catch (problem) {
      console.error(problem);
      const words = document.getElementById("x-chart-words");
      if (words) place.replaceWith(words.content.cloneNode(true));
      document.querySelector(`[data-chart="${place.dataset.chart}"] ~ details`)?.setAttribute("open", "");
    }
  }

  function ready(root) {
    all("[data-chart]", root).forEach(mount);
    sweepDrafts();
    if (owner) all("form[data-draft]", root).forEach(restore);
  }
  ready(document);
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) ready(event.target); });
})();
