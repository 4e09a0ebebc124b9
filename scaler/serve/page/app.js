// The page: who looks, at which cluster, and what is read anew when.

import {Problem, get, getAll, part, token} from './api.js';
import {clusterAction, clusterActions, hostAction, hostActions, mayOperate, showActions} from './actions.js';
import {CostChart, LoadChart, violationOf} from './charts.js';
import {showFigures, showHead, showLadder, showList, showMoney, showNotices, showPolicies, showSignals,
        tick} from './cluster.js';
import {showDecisions} from './decisions.js';
import {$, make, say} from './dom.js';
import {Events} from './events.js';
import {showHosts} from './hosts.js';
import {now, setNow} from './words.js';

const kSpans = [['15 min', 900], ['1 h', 3600], ['6 h', 21600]];
const kFewPoints = 100;
const kMostPoints = 400;
const coarseStep = (seconds) => Math.ceil(seconds / kMostPoints);
const kClockMayBeOffMs = 60000;
const kDecisionsAPage = 12;
const kMostDecisions = 500;
const kLinkWords = {
  live: ['● Live', 'What happens is shown as it happens.'],
  polling: ['◐ Every few seconds', 'There is no stream of events: the service is asked again and again.'],
  waiting: ['○ Not connected, trying again', 'What is shown may be old.'],
};

const state = {me: null, clusters: [], selected: null, hosts: new Map(), decisions: [], cursor: null,
               policies: [], history: null, shownSeconds: kSpans[1][1], step: coarseStep(kSpans[1][1])};
let events = null;
let historyTimer = null;
const charts = {load: new LoadChart($('load-chart'), $('load-legend')), cost: new CostChart($('cost-chart'))};

const selected = () => state.clusters.find((c) => c.name === state.selected);
const chosenInAddress = () => decodeURIComponent(location.hash.replace(/^#\//, ''));

// ---- showing

function showCluster() {
  const cluster = selected();
  $('no-clusters').hidden = state.clusters.length > 0;
  $('cluster').hidden = !cluster;
  showList(state.clusters, state.selected, $('cluster-words').value.trim());
  document.title = cluster ? `${cluster.name} · Spillway` : 'Spillway';
  if (!cluster) return;
  showHead(cluster);
  showNotices(cluster);
  showFigures(cluster, state.history);
  showMoney(cluster);
  showLadder(cluster);
  showSignals(cluster);
  const actions = mayOperate(state.me) ? clusterActions(cluster) : [];
  showActions($('cluster-actions'), actions.map((name) => clusterAction(name, cluster, refresh)));
}

function showFleet() {
  const actions = (host) => (mayOperate(state.me)
    ? hostActions(host).map((name) => hostAction(name, host, refresh)) : []);
  showHosts(state.hosts.values(), actions);
}

function showHistory() {
  const cluster = selected();
  if (!state.history || !cluster) return;
  $('load-chart').hidden = $('cost-chart').hidden = state.history.times.length < 2;
  if (state.history.times.length < 2) {
    $('load-legend').replaceChildren();
    $('load-note').textContent = 'The chart begins with the second look, in a moment.';
    return;
  }
  charts.load.show(state.history, cluster.ladder.map((rung) => rung.provider));
  charts.cost.show(state.history, cluster.money.limit_per_hour);
  $('load-note').textContent = violationOf(state.history);
}

// ---- reading

// Each kind of thing is read by one request at a time; what was asked for meanwhile is one more.
const reading = new Map();
function read(what, load) {
  const under = reading.get(what);
  if (under) {
    under.again ??= under.done.catch(() => {}).then(() => read(what, load));
    return under.again;
  }
  const entry = {};
  reading.set(what, entry);
  entry.done = load().finally(() => reading.delete(what));
  return entry.done;
}

async function readClusters() {
  state.clusters = await getAll('/v1/clusters');
  const wanted = chosenInAddress();
  const names = state.clusters.map((c) => c.name);
  state.selected = names.includes(wanted) ? wanted : names[0] ?? null;
  showCluster();
}

async function readCluster(name) {
  const cluster = await get(`/v1/clusters/${part(name)}`);
  state.clusters = state.clusters.map((c) => (c.name === name ? cluster : c));
  showCluster();
}

async function readHosts() {
  const name = state.selected;
  const items = await getAll(`/v1/hosts?cluster=${part(name)}`);
  if (name !== state.selected) return;
  state.hosts = new Map(items.map((h) => [h.id, h]));
  showFleet();
}

async function readDecisions() {
  const name = state.selected;
  const page = await get(`/v1/decisions?cluster=${part(name)}&limit=${kDecisionsAPage}`);
  if (name !== state.selected) return;
  const known = new Set(page.items.map((d) => d.id));
  const older = state.decisions.filter((d) => !known.has(d.id));
  const joins = older.length < state.decisions.length || state.decisions.length === 0;
  if (!joins || older.length === 0) state.cursor = page.next_cursor;
  state.decisions = joins ? [...page.items, ...older] : page.items;
  showDecisions(state.decisions, state.cursor !== null);
}

async function readOlder() {
  const name = state.selected;
  const page = await get(`/v1/decisions?cluster=${part(name)}&limit=${kDecisionsAPage}&cursor=${part(state.cursor)}`);
  if (name !== state.selected) return;
  state.decisions = [...state.decisions, ...page.items];
  state.cursor = state.decisions.length < kMostDecisions ? page.next_cursor : null;
  showDecisions(state.decisions, state.cursor !== null);
  say(`${page.items.length} older decisions`);
}

async function readPolicies() {
  const name = state.selected;
  const items = await getAll(`/v1/policies?cluster=${part(name)}`);
  if (name !== state.selected) return;
  state.policies = items;
  showPolicies(items);
}

// The clock of who looks may be wrong, or the service in a time lapse.
function setTimeBy({times}) {
  const last = times.length ? times[times.length - 1] * 1000 : now();
  if (Math.abs(last - now()) > kClockMayBeOffMs) setNow(last);
}

async function readHistory() {
  const name = state.selected;
  const address = `/v1/clusters/${part(name)}/history`;
  if (!state.history) setTimeBy(await get(`${address}?step_s=86400`));
  const since = new Date(now() - state.shownSeconds * 1000).toISOString();
  const ask = () => get(`${address}?since=${part(since)}&step_s=${state.step}`);
  let history = await ask();
  // The service began not long ago: what there is may be shown in finer steps.
  while (history.times.length < kFewPoints && state.step > 1 && history.step_s >= state.step) {
    state.step = Math.ceil(state.step / 4);
    history = await ask();
  }
  if (history.times.length > kMostPoints) state.step *= 2;
  if (name !== state.selected) return;
  setTimeBy(history);
  state.history = history;
  showHistory();
  showFigures(selected(), history);
}

const readers = {hosts: readHosts, decisions: readDecisions, policies: readPolicies, history: readHistory};
const readSelected = () =>
  Promise.all(Object.entries(readers).map(([what, load]) => read(what, load)));

async function readAll() {
  await read('clusters', readClusters);
  if (state.selected) await readSelected();
}

// What breaks while it is read is told by the link, and read again with the next event.
function quietly(promise) {
  promise.catch((error) => { if (error instanceof Problem && error.status === 401) signIn(error.message); });
}
const refresh = () => quietly(readAll());

// The chart goes on while nothing else happens.
function keepHistory() {
  clearTimeout(historyTimer);
  historyTimer = setTimeout(() => {
    if (!document.hidden && state.selected) quietly(read('history', readHistory));
    keepHistory();
  }, 1000 * Math.min(Math.max(state.history?.step_s ?? 2, 2), 30));
}

// ---- what happens

const handled = {
  decision(d) {
    if (d.cluster !== state.selected || state.decisions.some((known) => known.id === d.id)) return;
    state.decisions = [d, ...state.decisions].slice(0, kMostDecisions);
    showDecisions(state.decisions, state.cursor !== null);
    if (d.verdict !== 'hold') say(`${d.cluster} decided to ${d.verdict}: ${d.reasons[0]?.text ?? ''}`);
  },
  host(h) {
    if (h.cluster !== state.selected) return;
    if (h.state === 'gone') state.hosts.delete(h.id);
    else state.hosts.set(h.id, h);
    showFleet();
  },
  cluster({cluster}) {
    if (!state.clusters.some((c) => c.name === cluster)) return refresh();
    quietly(read(`cluster ${cluster}`, () => readCluster(cluster)));
    if (cluster === state.selected) quietly(read('policies', readPolicies));
  },
  gap: refresh,
};

function showLink(kind) {
  const [words, title] = kLinkWords[kind];
  const link = $('link');
  link.className = `link ${kind}`;
  if (link.textContent === words) return;
  link.textContent = words;
  link.title = title;
}

// ---- who looks

function signIn(trouble = '') {
  events?.stop();
  clearTimeout(historyTimer);
  token.forget();
  state.me = null;
  $('dialog').close();
  $('board').hidden = $('who').hidden = $('no-clusters').hidden = true;
  $('link').textContent = '';
  $('sign-in').hidden = false;
  $('token-trouble').textContent = trouble;
  $('token').value = '';
  $('token').focus();
}

async function begin() {
  state.me = await get('/v1/me');
  $('sign-in').hidden = true;
  $('board').hidden = $('who').hidden = false;
  $('who-name').textContent = `${state.me.name} · ${state.me.role}`;
  await readAll();
  keepHistory();
  events = new Events({
    onOpen: refresh,
    onEvent: ({type, data}) => handled[type]?.(data),
    onPoll: readAll,
    onLink: showLink,
    onRefused: (problem) => signIn(problem.message),
  });
  events.run();
}

const forget = (what) => Object.assign(state, {hosts: new Map(), decisions: [], cursor: null, policies: [],
                                               history: null, step: coarseStep(state.shownSeconds), ...what});

$('token-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const given = $('token').value.trim();
  if (!given) {
    $('token-trouble').textContent = 'Enter a token.';
    return;
  }
  $('token-trouble').textContent = '';
  token.set(given);
  try {
    await begin();
    $('content').focus({preventScroll: true});
  } catch (error) {
    signIn(error instanceof Problem ? error.message : 'The service does not answer.');
  }
});
$('sign-out').addEventListener('click', () => signIn());
$('older').addEventListener('click', () => quietly(read('older', readOlder)));
$('cluster-words').addEventListener('input', showCluster);
window.addEventListener('hashchange', () => {
  const wanted = chosenInAddress();
  if (wanted === state.selected || !state.clusters.some((c) => c.name === wanted)) return;
  forget({selected: wanted});
  showCluster();
  showFleet();
  showDecisions([], false);
  quietly(readSelected());
});
document.addEventListener('visibilitychange', () => { if (!document.hidden && state.me) refresh(); });
for (const change of ['offline', 'online']) window.addEventListener(change, () => events?.retry());
setInterval(tick, 1000);

for (const [label, seconds] of kSpans) {
  const radio = make('input', {type: 'radio', name: 'span', id: `span-${seconds}`, checked: seconds === state.shownSeconds});
  radio.addEventListener('change', () => {
    state.shownSeconds = seconds;
    state.step = coarseStep(seconds);
    quietly(read('history', readHistory));
  });
  $('span-choice').append(radio, make('label', {for: radio.id}, label));
}

if (token.get()) {
  begin().catch((error) => signIn(error instanceof Problem ? error.message : 'The service does not answer.'));
} else {
  signIn();
}
