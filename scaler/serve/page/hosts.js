// Hosts: each a row that unfolds to its times, what was looked at, and what may be done with it.

import {showActions} from './actions.js';
import {$, differs, keep, make} from './dom.js';
import {capacity, clock, memory, money, number, plural, sentence, span} from './words.js';
import {since} from './cluster.js';

const kUp = ['requested', 'creating', 'booting', 'configuring', 'enrolling', 'ready'];
const kDown = ['cordoned', 'draining', 'removing', 'gone'];
const kOrder = ['failed', ...kUp.slice(0, -1), ...kDown, 'ready'];

// What is on its way first: that is what one looks for.
const inOrder = (a, b) => kOrder.indexOf(a.state) - kOrder.indexOf(b.state) || (a.id < b.id ? -1 : 1);

function steps(host) {
  const way = kDown.includes(host.state) ? kDown : kUp;
  const reached = way.indexOf(host.state);
  return make('span', {class: `steps ${way === kDown ? 'down' : 'up'} ${host.state}`, 'aria-hidden': 'true'},
              ...way.map((_, i) => make('i', {class: i < reached ? 'past' : i === reached ? 'here' : ''})));
}

function stateWords(host) {
  const words = [sentence(host.state)];
  if (host.goal === 'retire' && kUp.includes(host.state)) words.push('to be given back');
  if (host.goal === 'drained') words.push('kept empty');
  if (host.outcome_unknown) words.push('outcome unknown');
  if (host.is_protected) words.push('protected');
  if (host.last_error) words.push(`${plural(Math.max(host.attempts, 1), 'failed try', 'failed tries')}`);
  return words.join(', ');
}

function summary(host) {
  return [
    make('span', {class: 'id'}, host.id),
    make('span', {class: 'where'}, `${host.pool} · ${host.plan} · ${host.location}`),
    make('span', {class: 'state'}, steps(host), make('span', {}, stateWords(host))),
    make('span', {class: 'age'}, make('span', {class: 'hidden'}, 'for '), since(host.state_since)),
    make('span', {class: 'size'}, `${number(host.capacity.vcpu)} vCPU`),
    make('span', {class: 'guests'}, plural(host.guests.count, 'guest')),
    make('span', {class: 'price'}, `${money(host.price_per_hour)}/h`),
  ];
}

const row = (name, value) => (value ? make('div', {}, make('dt', {}, name), make('dd', {}, value)) : null);

function times(host) {
  const took = (from, to) => span((Date.parse(to) - Date.parse(from)) / 1000);
  return make('dl', {class: 'facts'},
              row('Asked for', `${clock(host.created_at)} by ${host.decision}`),
              row('Paid from', host.paid_from && clock(host.paid_from)),
              row('Ready', host.ready_at && `${clock(host.ready_at)}, after ${took(host.created_at, host.ready_at)}`),
              row('In this state since', clock(host.state_since)),
              row('Looked at next', host.next_look && clock(host.next_look)),
              row('Given back by', host.retired_by),
              row('Gone', host.gone_at && clock(host.gone_at)),
              row('Machine', host.machine),
              row('Address', host.address),
              row('Size', capacity(host.capacity)),
              row('Guests have', host.guests.count > 0 &&
                  `${number(host.guests.allocated.vcpu)} vCPU, ${memory(host.guests.allocated.memory_mib)}`),
              row('Protected', host.protected_by &&
                  `by ${host.protected_by.by}${host.protected_by.reason ? `: ${host.protected_by.reason}` : ''}`),
              row('Last error', host.last_error && `${host.last_error.where}: ${host.last_error.text} (${
                host.last_error.kind})`),
              row('Failed', host.failure));
}

const probes = (host) => (host.probes.length === 0 ? null
  : make('ul', {class: 'probes'}, ...host.probes.map((p) =>
    make('li', {}, make('span', {class: `chip ${p.passed ? 'good' : 'warn'}`}, p.passed ? 'Passed' : 'Not yet'),
         ` ${p.name}${p.text ? `: ${p.text}` : ''}`))));

function update(element, host, actions) {
  if (!differs(element, host)) return;
  element.querySelector('summary').replaceChildren(...summary(host));
  element.querySelector('.unfolded').replaceChildren(...[times(host), probes(host)].filter(Boolean));
  showActions(element.querySelector('.actions'), actions(host));
}

// `actions(host)`: what the caller may do with it, as {label, act}.
export function showHosts(hosts, actions) {
  const shown = [...hosts].sort(inOrder);
  const price = shown.reduce((sum, h) => sum + (h.paid_from ? h.price_per_hour : 0), 0);
  $('hosts-count').textContent = shown.length ? `${number(shown.length)}, ${money(price)} per hour` : '';
  $('no-hosts').hidden = shown.length > 0;
  keep($('hosts'), shown, (h) => h.id,
       () => make('li', {}, make('details', {}, make('summary', {}),
                                 make('div', {class: 'unfolded'}), make('div', {class: 'actions'}))),
       (element, host) => update(element, host, actions));
}
