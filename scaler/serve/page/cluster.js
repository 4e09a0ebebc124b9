// One cluster: what it is, its figures, its money, its ladder, its signals and its policies.

import {$, fill, make} from './dom.js';
import {ago, capacity, clock, fact, money, number, plural, sentence, share, spaced, span} from './words.js';

// A time that goes on by itself (see tick).
export const since = (time) => make('time', {datetime: time, 'data-age': true}, ago(time));

export function tick() {
  for (const time of document.querySelectorAll('time[data-age]')) {
    const text = ago(time.dateTime);
    if (time.textContent !== text) time.textContent = text;
  }
}

export function showList(clusters, selected, words) {
  $('cluster-filter').hidden = clusters.length <= 8;
  $('clusters').hidden = clusters.length <= 1;
  const shown = clusters.filter((c) => c.name.includes(words) || c.name === selected)
    .map((c) => ({name: c.name, ready: c.capacity.ready.vcpu, wanted: c.capacity.wanted.vcpu,
                  state: stateOf(c), isHere: c.name === selected}));
  fill($('cluster-list'), shown, () => shown.map((c) =>
    make('li', {}, make('a', {href: `#/${encodeURIComponent(c.name)}`,
                              'aria-current': c.isHere ? 'page' : null},
      make('span', {class: 'name'}, c.name),
      make('span', {class: 'state'}, `${number(c.ready)} vCPU ready, ${number(c.wanted)} wanted`,
           c.state ? ` · ${c.state}` : '')))));
}

function stateOf(cluster) {
  if (cluster.paused) return 'paused';
  if (cluster.manual_scale) return 'by hand';
  if (cluster.capacity.shortfall.vcpu > 0) return 'short';
  return cluster.dry_run ? 'dry run' : '';
}

export function showHead(cluster) {
  $('cluster-name').textContent = cluster.name;
  const place = cluster.jurisdiction.length ? `only in ${cluster.jurisdiction.join(', ')}` : 'anywhere';
  $('cluster-meta').textContent = [
    sentence(spaced(cluster.workload)), cluster.hypervisor.toUpperCase(), `managed by ${cluster.registrar}`, place,
    `${cluster.limits.min_hosts} to ${plural(cluster.limits.max_hosts, 'host')} of ` +
      capacity(cluster.capacity.host_size)].join(' · ');
}

const until = (time) => (time ? `until ${clock(time)}` : 'until somebody ends it');
const because = (reason) => (reason ? `: ${reason}` : '');

export function showNotices(cluster) {
  const notices = [];
  const tell = (kind, title, text) => notices.push({kind, title, text});
  if (cluster.dry_run) tell('calm', 'Dry run', 'it is decided and planned, and nothing is done.');
  if (cluster.paused) {
    const p = cluster.paused;
    tell('warn', 'Paused', `by ${p.by} since ${clock(p.since)}, ${until(p.until)}${because(p.reason)}`);
  }
  if (cluster.manual_scale) {
    const m = cluster.manual_scale;
    const what = known(m.hosts) ? plural(m.hosts, 'host') : capacity(m.wanted);
    tell('calm', 'Scaled by hand', `to ${what} by ${m.by}, ${until(m.until)}${because(m.reason)}`);
  }
  if (cluster.held_down_until) {
    tell('warn', 'Held down', `hosts failed: nothing is bought ${until(cluster.held_down_until)}.`);
  }
  const short = cluster.capacity.shortfall;
  if (short.vcpu > 0 || short.memory_mib > 0) {
    tell('bad', 'Short', `${capacity(short)} are wanted and not to be had; the last decision says why.`);
  }
  fill($('notices'), notices, () => notices.map((n) =>
    make('p', {class: `notice ${n.kind}`}, make('b', {}, n.title), ` ${n.text}`)));
}

const known = (value) => value !== null && value !== undefined;
const lastOf = (column) => (column?.length ? column[column.length - 1] : null);

export function showFigures(cluster, history) {
  const {wanted, ready, usable} = cluster.capacity;
  const load = lastOf(history?.load_vcpu);
  const waiting = lastOf(history?.waiting_guests);
  const figures = [
    known(load) ? ['Load', number(load), ready.vcpu > 0 ? `vCPU · ${share(load / ready.vcpu)} of what is ready`
      : 'vCPU'] : ['Load', '–', 'nothing tells it'],
    ['Ready', number(ready.vcpu), `vCPU · ${plural(cluster.hosts.by_state.ready ?? 0, 'host')}`],
    ['On its way', number(Math.max(0, usable.vcpu - ready.vcpu)), 'vCPU'],
    ['Wanted', number(wanted.vcpu), 'vCPU'],
    ...(known(waiting) ? [['Waiting', number(waiting), waiting === 1 ? 'guest' : 'guests']] : []),
    ['Runs at', money(cluster.money.running_per_hour), 'per hour'],
  ];
  fill($('figures'), figures, () => figures.map(([name, value, unit]) =>
    make('div', {}, make('dt', {}, name), make('dd', {}, make('b', {}, value), ' ',
                                               make('span', {}, unit)))));
}

// A bar of parts up to a limit; `text` says the same.
function meter(label, parts, limit, text) {
  const sum = parts.reduce((total, [, value]) => total + value, 0);
  const top = limit ?? Math.max(sum, 1);
  const bar = make('div', {class: 'bar', role: 'meter', 'aria-label': label, 'aria-valuemin': 0,
                           'aria-valuemax': top, 'aria-valuenow': Math.min(sum, top), 'aria-valuetext': text});
  for (const [kind, value] of parts) {
    const piece = make('span', {class: kind});
    piece.style.width = `${Math.min(100, (100 * value) / top)}%`;
    bar.append(piece);
  }
  return make('div', {class: 'meter'},
              make('p', {class: 'meter-head'}, make('span', {}, label), make('span', {class: 'figure'}, text)), bar);
}

export function showMoney(cluster) {
  const m = cluster.money;
  const of = (limit) => (known(limit) ? ` of ${money(limit)}` : ', no limit');
  fill($('meters'), m, () => [
    meter('This month', [['spent', m.spent_this_month], ['reserved', m.reserved]], m.limit_per_month,
          `${money(m.spent_this_month)} spent, ${money(m.reserved)} reserved${of(m.limit_per_month)}`),
    meter('Now, per hour', [['spent', m.running_per_hour]], m.limit_per_hour,
          `${money(m.running_per_hour)}${of(m.limit_per_hour)}`),
  ]);
}

function rung(r, i) {
  const what = [r.provider, r.location || 'any place', r.cluster_type, ...(r.plans.length ? [r.plans.join(', ')] : [])];
  const state = [];
  if (r.is_full) state.push(make('li', {class: 'chip warn'}, 'Full'));
  for (const b of r.backoffs) {
    state.push(make('li', {class: 'backoff'}, make('span', {class: 'chip bad'}, 'Backed off'),
                    ` ${b.key} until ${clock(b.until)}, ${plural(b.strikes, 'strike')}: ${b.why}`));
  }
  return make('li', {},
              meter(`${i + 1}. ${r.name}`, [['spent', r.hosts]], r.max_hosts,
                    `${number(r.hosts)} of ${plural(r.max_hosts, 'host')}`),
              make('p', {class: 'meta'}, what.join(' · ')),
              state.length ? make('ul', {class: 'states'}, ...state) : null);
}

export function showLadder(cluster) {
  fill($('ladder'), cluster.ladder, () => cluster.ladder.map(rung));
}

const kSignalMarks = {fresh: '●', partial: '◐', stale: '○', missing: '∅', not_finite: '✕'};

export function showSignals(cluster) {
  const shown = cluster.signals.map((s) => ({...s, age: Math.round(s.age / 5) * 5}));
  fill($('signals'), shown, () => shown.length === 0
    ? [make('li', {class: 'note'}, 'The policies look at none.')]
    : shown.map((s) => make('li', {},
        make('span', {class: `mark ${s.state}`, 'aria-hidden': 'true'}, kSignalMarks[s.state]),
        make('span', {class: 'name'}, s.name),
        make('b', {}, ['fresh', 'partial'].includes(s.state) ? fact(s.value) : '–'),
        make('span', {class: 'meta'}, s.state === 'fresh' ? `${plural(s.series, 'series', 'series')}` :
          `${s.state.replace('_', ' ')}, ${span(s.age)} old`))));
}

function compared(name, acting, shadow, show) {
  const less = acting > 0 ? (shadow - acting) / acting : 0;
  const difference = acting > 0 && Math.abs(less) >= 0.005
    ? ` (${less < 0 ? '−' : '+'}${share(Math.abs(less))})` : '';
  return make('div', {}, make('dt', {}, name), make('dd', {}, make('b', {}, show(shadow)), difference,
                                                    make('span', {}, ` acting ${show(acting)}`)));
}

function policy(p) {
  const s = p.score;
  const says = s ? s.says : p.recommendation?.reason.text;
  const item = make('li', {class: p.role},
                    make('p', {class: 'policy-head'}, make('b', {}, p.name),
                         make('span', {class: `chip ${p.role === 'acting' ? 'good' : 'calm'}`},
                              p.role === 'acting' ? 'Acts' : 'Shadow: only asked')),
                    says ? make('p', {}, says) : make('p', {class: 'note'}, 'Has said nothing yet.'));
  if (s) {
    item.append(make('p', {class: 'meta'}, `Beside what acts, over ${span(s.watched_s)}:`), make('dl', {class: 'compared'},
      compared('Cost', s.acting.cost, s.shadow.cost, money),
      s.judged_s > 0 ? compared('Violated', s.acting.violated_s, s.shadow.violated_s, span) : null,
      compared('Hosts ready', s.acting.ready_hosts, s.shadow.ready_hosts, number),
      compared('Hosts taken', s.acting.launches, s.shadow.launches, number)));
  }
  return item;
}

export function showPolicies(policies) {
  const shown = policies.map((p) => p.score
    ? {...p, score: {...p.score, watched_s: Math.round(p.score.watched_s / 10) * 10}} : p);
  fill($('policies'), shown, () => shown.map(policy));
}
