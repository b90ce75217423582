"""A button that takes words along onto the clipboard.

It reads the live text field, so that what was typed a moment ago goes along, and copying works over plain http too.
An e-mail leaves by pages/parts/mail_exit.py, which checks it first.
"""

import streamlit as st

_HTML = """
<button type="button" class="copy"></button>
<span class="status" role="status" aria-live="polite"></span>
"""

_CSS = """
:host { display: block; }
.copy {
  font: inherit; font-size: 0.875rem; width: 100%; min-height: 2.5rem; padding: 0.25rem 0.75rem; cursor: pointer;
  color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-widget-border-color, var(--st-border-color)); border-radius: var(--st-button-radius);
}
.copy.primary { color: #fff; background: var(--st-primary-color); border-color: var(--st-primary-color); }
.copy:hover { border-color: var(--st-primary-color); }
.copy:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.status { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
"""

_JS = """
const shown = new WeakMap();

function typed(field, fallback) {
  const box = field && document.querySelector(`.st-key-${CSS.escape(field)} :is(textarea, input)`);
  return box ? box.value : fallback;
}

async function toClipboard(words) {
  if (navigator.clipboard && window.isSecureContext) {
    try { await navigator.clipboard.writeText(words); return true; } catch { /* the older way below */ }
  }
  const area = document.createElement("textarea");
  area.value = words;
  area.style.cssText = "position:fixed;opacity:0";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

export default function (component) {
  const { data, parentElement } = component;
  const button = parentElement.querySelector(".copy");
  const status = parentElement.querySelector(".status");
  button.classList.toggle("primary", Boolean(data.primary));
  if (!shown.has(parentElement)) button.textContent = data.label;
  button.onclick = async () => {
    const done = await toClipboard(typed(data.field, data.text));
    status.textContent = done ? `${data.label}: copied` : "The browser did not allow copying.";
    button.textContent = done ? "Copied ✓" : "Press Ctrl+C";
    clearTimeout(shown.get(parentElement));
    shown.set(parentElement, setTimeout(() => {
      button.textContent = data.label;
      shown.delete(parentElement);
    }, 2000));
  };
  return () => clearTimeout(shown.get(parentElement));
}
"""

_COMPONENT = st.components.v2.component("aftercall_copy", html=_HTML, css=_CSS, js=_JS)


def copy_button(label: str, text: str, *, key: str, field: str | None = None, primary: bool = False) -> None:
    """Copies what stands in the text field with the key ``field``, else ``text``."""
    _COMPONENT(key=key, data={"label": label, "text": text, "field": field, "primary": primary})
