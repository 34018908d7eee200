// Starts the page's module and wakes its islands; adds the few comforts that need no module.

/** Calls `island` for every island under `root`, outer ones first. An island inside the children of another one is
 *  woken with that island's owner, through the callback that its `leptos-children` element was given. */
async function wake(root, module) {
  const owners = [];
  async function visit(node) {
    const tag = node.localName;
    if (tag === "leptos-island") {
      const island = module[node.dataset.component];
      owners.at(-1)?.();
      await island?.(node);
    }
    if (tag === "leptos-children") owners.push(node.$$on_hydrate);
    for (const child of node.children) await visit(child);
    if (tag === "leptos-children") owners.pop();
  }
  await visit(root);
}

/** A form that is on its way is not sent a second time, and its button says so. */
function guardForms() {
  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "true";
    const button = event.submitter;
    if (!button?.dataset.busy) return;
    // `disabled` would keep the button's own value out of what is sent.
    button.setAttribute("aria-disabled", "true");
    button.setAttribute("aria-busy", "true");
    const words = button.querySelector("[data-words]");
    if (words) {
      words.dataset.words = words.textContent;
      words.textContent = button.dataset.busy;
    }
  });

  // Coming back with the back button shows the page as it was left: busy.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll("button[aria-busy]")) {
      button.removeAttribute("aria-disabled");
      button.removeAttribute("aria-busy");
      const words = button.querySelector("[data-words]");
      if (words?.dataset.words) words.textContent = words.dataset.words;
    }
  });
}

/** Menus close on Escape and on a press elsewhere. */
function closeMenus() {
  const open = () => document.querySelectorAll("details.menu[open]");
  addEventListener("pointerdown", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}

/** A dialog that its button would open as a popover opens as a modal: what is behind it cannot be reached meanwhile. */
function openModals() {
  addEventListener("click", (event) => {
    const button = event.target.closest?.("button[popovertarget]");
    const dialog = button && document.getElementById(button.getAttribute("popovertarget"));
    if (!(dialog instanceof HTMLDialogElement) || dialog.matches(":popover-open")) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else dialog.showModal();
  });
}

/** A password that is being chosen can be looked at, until it is sent. */
function revealPasswords() {
  const show = (button, shown) => {
    const field = document.getElementById(button.dataset.reveals);
    if (!field) return;
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  };
  addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-reveals]");
    if (button) show(button, button.getAttribute("aria-pressed") !== "true");
  });
  // Browsers remember what is sent from a field of text.
  addEventListener("submit", (event) => {
    for (const button of event.target.querySelectorAll("button[data-reveals]")) show(button, false);
  });
}

guardForms();
closeMenus();
openModals();
revealPasswords();

if (document.querySelector("leptos-island")) {
  const module = await import("__MODULE__");
  await module.default({ module_or_path: "__WASM__" });
  module.hydrate();
  await wake(document.body, module);
}
