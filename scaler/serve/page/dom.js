// Elements made by script. Text is always text: nothing that the service says becomes markup.

export const $ = (id) => document.getElementById(id);

// make('p', {class: 'note', onclick: f}, 'text', otherElement). A child of null is left out.
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

// The children of `parent` become those of `items`, in their order. What has the same key stays the
// same element, with its focus and whether it is unfolded: `update(element, item)` sees to the rest.
export function keep(parent, items, keyOf, create, update = () => {}) {
  const known = new Map([...parent.children].map((element) => [element.dataset.key, element]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let element = known.get(key);
    known.delete(key);
    if (!element) {
      element = create(item);
      element.dataset.key = key;
    }
    update(element, item);
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const element of known.values()) element.remove();
}

const shown = new WeakMap();

// Whether `element` shows something else than `what`, which it is taken to show from now on.
export function differs(element, what) {
  const text = JSON.stringify(what);
  if (shown.get(element) === text) return false;
  shown.set(element, text);
  return true;
}

// Fills `parent` only when what it shows has changed, so that a selection in it stays.
export function fill(parent, what, children) {
  if (differs(parent, what)) parent.replaceChildren(...children(what));
}

// Words that a screen reader says once, when it is at rest.
export function say(text) {
  $('said').textContent = text;
}
