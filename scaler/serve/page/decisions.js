// The timeline of decisions: each a line that unfolds to its reasons, in words and figures.

import {$, keep, make} from './dom.js';
import {capacity, clock, fact, money, number, plural, sentence, spaced, span} from './words.js';

const kMarks = {grow: '▲', hold: '■', shrink: '▼'};

const takenBy = (plan) => plan.take.reduce((sum, take) => sum + take.count, 0);

function deed(d) {
  const parts = [];
  const taken = takenBy(d.plan);
  if (d.plan.reclaim.length) parts.push(`takes ${plural(d.plan.reclaim.length, 'host')} back`);
  if (taken) parts.push(`takes ${plural(taken, 'host')}`);
  if (d.plan.give_back.length) parts.push(`gives ${plural(d.plan.give_back.length, 'host')} back`);
  if (parts.length === 0) return 'changes nothing';
  return parts.join(', ') + (d.acted ? '' : ' (not done)');
}

const change = (d) => (d.previous.vcpu === d.wanted.vcpu ? `${number(d.wanted.vcpu)} vCPU`
  : `${number(d.previous.vcpu)} → ${number(d.wanted.vcpu)} vCPU`);

function headline(d) {
  const winner = d.recommendations.find((r) => r.kind === 'target' || r.kind === 'floor');
  return (winner?.reason ?? d.reasons[0] ?? d.recommendations[0]?.reason)?.text ?? '';
}

// A reason: its sentence, and the figures that it was made of.
function reason(r, ...before) {
  return make('li', {}, make('p', {}, ...before, r.text),
              r.facts.length === 0 ? null : make('dl', {class: 'figures-of'}, ...r.facts.map((f) =>
                make('div', {}, make('dt', {}, spaced(f.name)), make('dd', {}, fact(f.value))))));
}

const block = (title, ...children) => make('section', {}, make('h3', {}, title), ...children);
const list = (title, items, show) =>
  (items.length === 0 ? null : block(title, make('ul', {class: 'reasons'}, ...items.map(show))));
const named = (text) => make('b', {}, `${text} `);

// A row for each policy: what it asked for and why.
function said(recommendations) {
  return list('What the policies said', recommendations, (r) =>
    reason(r.reason, named(r.policy), make('span', {class: 'chip calm'},
      ['abstain', 'unknown'].includes(r.kind) ? r.kind : `${r.kind} ${number(r.wanted.vcpu)} vCPU`), ' '));
}

function seen(signals) {
  return list('What they saw', signals, (s) => make('li', {}, make('p', {}, named(s.name),
    ['fresh', 'partial'].includes(s.state) ? fact(s.value) : '–', ` · ${spaced(s.state)}, ${span(s.age)} old`)));
}

function done(plan) {
  const items = [
    ...plan.reclaim.map((host) => make('li', {}, make('p', {}, 'takes back ', named(host)))),
    ...plan.take.map((t) => make('li', {}, make('p', {}, `takes ${number(t.count)} × `, named(t.offer.id),
      `for ${t.pool}: ${capacity(t.offer.capacity)} at ${money(t.offer.price_per_hour)} per hour each`))),
    ...plan.give_back.map((g) => reason(g.reason, 'gives back ', named(g.host))),
  ];
  return list('What is done', items, (item) => item);
}

function passedOver(title, considered) {
  const not = considered.filter((c) => !c.chosen);
  return list(title, not, (c) => make('li', {}, make('p', {}, named(c.subject),
    c.pool ? make('span', {class: 'meta'}, `${c.pool} `) : null, c.reason.text)));
}

function figures(d) {
  const m = d.money;
  const room = (value) => (value === null ? 'no limit' : money(value));
  const rows = [['Wanted', capacity(d.wanted)], ['Before', capacity(d.previous)], ['Ready', capacity(d.ready)],
                ['With what comes', capacity(d.usable)], ['Spent this month', money(m.spent_this_month)],
                ['Reserved', money(m.reserved)], ['Runs at', `${money(m.running_per_hour)} per hour`],
                ['Room per hour', room(m.room_per_hour)], ['Room this month', room(m.room_this_month)]];
  const short = d.plan.shortfall;
  if (short.vcpu > 0 || short.memory_mib > 0) rows.push(['Not to be had', capacity(short)]);
  return block('Figures', make('dl', {class: 'facts'}, ...rows.map(([name, value]) =>
    make('div', {}, make('dt', {}, name), make('dd', {}, value)))));
}

export function reasonsOf(d) {
  return [
    list('Why', d.reasons, (r) => reason(r)),
    said(d.recommendations), seen(d.signals), done(d.plan),
    list('What stopped a rung', d.plan.reasons, (r) => reason(r)),
    passedOver('Offers passed over', d.plan.offers), passedOver('Hosts kept', d.plan.hosts), figures(d),
  ].filter(Boolean);
}

function line(d) {
  const body = make('div', {class: 'unfolded'});
  const details = make('details', {class: d.verdict},
    make('summary', {},
      make('span', {class: 'mark', 'aria-hidden': 'true'}, kMarks[d.verdict]),
      make('time', {datetime: d.time}, clock(d.time)),
      make('span', {class: 'verdict'}, sentence(d.verdict)),
      make('span', {class: 'deed'}, make('b', {}, change(d)), ` · ${deed(d)}`),
      make('span', {class: 'headline'}, headline(d))),
    body);
  details.addEventListener('toggle', () => {
    if (details.open && !body.hasChildNodes()) body.append(make('p', {class: 'meta'}, d.id), ...reasonsOf(d));
  });
  return make('li', {}, details);
}

// A decision never changes: what is shown stays as it is.
export function showDecisions(decisions, hasOlder) {
  keep($('decisions'), decisions, (d) => d.id, line);
  $('no-decisions').hidden = decisions.length > 0;
  $('older').hidden = !hasOlder;
}
