// What operators do: a dialog asks for what is needed, shows what would follow (a dry run), and
// only then does it. An action of the service is shown to those whose role may have it done.

import {$, keep, make, say} from './dom.js';
import {getTagged, newKey, part, post} from './api.js';
import {sentence} from './words.js';

const kPreviewAfterMs = 250;

const field = (name, label, attributes, note = null) => ({name, label, attributes, note});
const kReason = field('reason', 'Reason', {type: 'text', maxlength: 500}, 'For the audit log and for colleagues.');
const minutes = (name, label, attributes, note) =>
  field(name, label, {type: 'number', inputmode: 'numeric', min: 1, ...attributes}, note);
const inSeconds = (value) => (value === '' ? undefined : Number(value) * 60);

const kClusterActions = {
  pause: {
    label: 'Pause…', title: (c) => `Pause ${c}`, does: 'Pause',
    text: 'Nothing is bought or given back. Hosts on their way are finished.',
    fields: [minutes('for', 'Minutes', {}, 'Empty: until somebody resumes it.'), kReason],
    body: (v) => ({for_s: inSeconds(v.for), reason: v.reason}),
  },
  resume: {
    label: 'Resume…', title: (c) => `Resume ${c}`, does: 'Resume',
    text: 'Its policies act again.', fields: [kReason], body: (v) => ({reason: v.reason}),
  },
  scale: {
    label: 'Scale…', title: (c) => `Scale ${c} by hand`, does: 'Scale',
    text: 'It has exactly so many hosts, within its limits and money, until the time is over.',
    fields: [field('hosts', 'Hosts', {type: 'number', inputmode: 'numeric', min: 0, required: true}),
             minutes('for', 'Minutes', {required: true, max: 43200, value: 60}), kReason],
    body: (v) => ({hosts: Number(v.hosts), for_s: inSeconds(v.for), reason: v.reason}),
  },
  unscale: {
    label: 'End scale by hand…', title: (c) => `End the scale by hand of ${c}`, does: 'End it',
    text: 'Its policies decide again.', fields: [kReason], body: (v) => ({reason: v.reason}),
  },
};

const simple = (label, title, does, text) =>
  ({label, title, does, text, fields: [kReason], body: (v) => ({reason: v.reason})});

const kHostActions = {
  protect: simple('Protect…', (h) => `Protect ${h}`, 'Protect', 'It is never chosen to be given back.'),
  unprotect: simple('Unprotect…', (h) => `Unprotect ${h}`, 'Unprotect', 'It may be given back again.'),
  drain: simple('Drain…', (h) => `Drain ${h}`, 'Drain',
                'It takes no new guests and is emptied, and stays, paid, until it is undrained or retired.'),
  undrain: simple('Undrain…', (h) => `Undrain ${h}`, 'Undrain', 'It takes guests again.'),
  retry: simple('Retry…', (h) => `Retry ${h}`, 'Retry', 'What waits or failed is tried now.'),
  retire: {
    label: 'Retire…', title: (h) => `Retire ${h}`, does: 'Retire', isGrave: true,
    text: 'It is drained and given back.',
    fields: [field('now', 'Do not wait for its guests', {type: 'checkbox'}), kReason],
    body: (v) => ({now: v.now, reason: v.reason}),
  },
};

export const mayOperate = (me) => me?.role === 'operator' || me?.role === 'admin';

// Left out: what is of no use as the cluster or host is now.
export function clusterActions(cluster) {
  return [cluster.manual_scale ? 'unscale' : null, 'scale', cluster.paused ? 'resume' : 'pause'].filter(Boolean);
}
export function hostActions(host) {
  if (host.state === 'gone') return [];
  const isUp = host.goal === 'serve';
  return [host.is_protected ? 'unprotect' : 'protect',
          host.goal === 'drained' ? 'undrain' : isUp && host.state === 'ready' ? 'drain' : null,
          host.attempts > 0 || host.state === 'failed' ? 'retry' : null,
          host.goal === 'retire' ? null : 'retire'].filter(Boolean);
}

// What turns into its opposite stays the same button, with its focus.
const kSlots = {resume: 'pause', unprotect: 'protect', undrain: 'drain'};

// Buttons for actions of {slot, label, act}.
export function showActions(parent, actions) {
  keep(parent, actions, (a) => a.slot, () => make('button', {type: 'button'}), (button, a) => {
    button.textContent = a.label;
    button.onclick = a.act;
  });
}

export const clusterAction = (name, cluster, onDone) => ({
  slot: kSlots[name] ?? name, label: kClusterActions[name].label,
  act: () => open(kClusterActions[name], cluster.name, `/v1/clusters/${part(cluster.name)}`, name, onDone),
});
export const hostAction = (name, host, onDone) => ({
  slot: kSlots[name] ?? name, label: kHostActions[name].label,
  act: () => open(kHostActions[name], host.id, `/v1/hosts/${part(host.id)}`, name, onDone),
});

function input({name, label, attributes, note}) {
  const id = `field-${name}`;
  const control = make('input', {id, name, autocomplete: 'off', 'aria-describedby': note ? `${id}-note` : null,
                                 ...attributes});
  const isCheck = attributes.type === 'checkbox';
  return make('div', {class: isCheck ? 'field check' : 'field'},
              ...(isCheck ? [control, make('label', {for: id}, label)] : [make('label', {for: id}, label), control]),
              note ? make('p', {class: 'note', id: `${id}-note`}, note) : null);
}

function valuesOf(form) {
  const values = {};
  for (const control of form.elements) {
    if (control.name) values[control.name] = control.type === 'checkbox' ? control.checked : control.value.trim();
  }
  return values;
}

// Members without a value are left out of the body.
const withoutEmpty = (body) =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined && value !== '' && value !== false));

// One dialog at a time. The button that does it is there only while the preview is of what stands
// in the fields.
function open(action, subject, path, verb, onDone) {
  const dialog = $('dialog');
  const preview = make('div', {class: 'preview', role: 'status', 'aria-label': 'What would follow'});
  const trouble = make('p', {class: 'trouble', role: 'alert'});
  const go = make('button', {type: 'submit', class: action.isGrave ? 'primary grave' : 'primary', disabled: true},
                  action.does);
  const form = make('form', {novalidate: true},
                    make('h2', {id: 'dialog-title'}, action.title(subject)), make('p', {}, action.text),
                    ...action.fields.map(input), make('h3', {}, 'What would follow'), preview, trouble,
                    make('div', {class: 'buttons'},
                         make('button', {type: 'button', class: 'quiet', onclick: () => dialog.close()}, 'Leave it'), go));
  const key = newKey();
  let tag = null;
  let timer = null;
  let asked = 0;

  const body = () => withoutEmpty(action.body(valuesOf(form)));
  const fail = (error) => {
    preview.replaceChildren();
    trouble.textContent = error.status === 412 ? 'Somebody has changed it meanwhile: close this and look again.'
      : error.message;
  };
  const look = async () => {
    const mine = ++asked;
    go.disabled = true;
    trouble.textContent = '';
    if (!form.checkValidity()) {
      preview.replaceChildren(make('p', {class: 'note'}, 'Fill in the fields, and it is shown here.'));
      return;
    }
    preview.replaceChildren(make('p', {class: 'note'}, 'Asking…'));
    try {
      if (tag === null) tag = (await getTagged(path)).tag ?? '';
      const dry = await post(`${path}/${verb}`, body(), {dryRun: true});
      if (mine !== asked) return;
      preview.replaceChildren(make('ul', {}, ...dry.words.map((text) => make('li', {}, sentence(text)))));
      go.disabled = false;
    } catch (error) {
      if (mine === asked) fail(error);
    }
  };
  form.addEventListener('input', () => {
    ++asked;
    go.disabled = true;
    clearTimeout(timer);
    timer = setTimeout(look, kPreviewAfterMs);
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (go.disabled) return;
    go.disabled = true;
    try {
      const changed = await post(`${path}/${verb}`, body(), {tag, key});
      dialog.close();
      say(`${action.title(subject)}: done.`);
      onDone(changed);
    } catch (error) {
      fail(error);
    }
  });
  dialog.onclose = () => { ++asked; clearTimeout(timer); };
  dialog.replaceChildren(form);
  dialog.showModal();
  look();
}
