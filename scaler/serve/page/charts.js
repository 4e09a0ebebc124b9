// The charts, drawn by uPlot: what is stacked is summed here, and each area has a pattern of its
// own beside its colour. A chart is a slider over time for who uses the keyboard or a reader.

import {make} from './dom.js';
import {clock, money, number, span} from './words.js';

const uPlot = window.uPlot;
const kProviderColours = 6;
const kStripPixels = 8;  // above the plot, where the objective was violated
const kFont = '12px system-ui, sans-serif';

const colour = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

// Lines over a tinted ground: which lines, tells areas apart without their colour.
const kStrokes = [
  [],
  [[0, 8, 8, 0]],
  [[0, 0, 8, 8]],
  [[4, 0, 4, 8]],
  [[0, 4, 8, 4]],
  [[0, 4, 8, 4], [4, 0, 4, 8]],
];

function tile(ink, strokes, ground) {
  const scale = window.devicePixelRatio || 1;
  const canvas = make('canvas', {width: 8 * scale, height: 8 * scale});
  const context = canvas.getContext('2d');
  context.scale(scale, scale);
  context.fillStyle = context.strokeStyle = ink;
  context.globalAlpha = ground;
  context.fillRect(0, 0, 8, 8);
  context.globalAlpha = 0.4;
  for (const [x1, y1, x2, y2] of strokes) {
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  }
  return canvas;
}

const filled = (canvas) => (u) => u.ctx.createPattern(canvas, 'repeat');

function timeAxis() {
  const withSeconds = (splits) => splits.length > 1 && splits[1] - splits[0] < 60;
  return {
    stroke: colour('muted'), font: kFont, size: 30, space: 80, grid: {show: false},
    ticks: {stroke: colour('line'), size: 5},
    values: (u, splits) => splits.map((s) => {
      const text = new Date(s * 1000).toTimeString();
      return text.slice(0, withSeconds(splits) ? 8 : 5);
    }),
  };
}

function valueAxis(more = {}) {
  return {stroke: colour('muted'), font: kFont, size: 48, ticks: {show: false},
          grid: {stroke: colour('line'), width: 1}, values: (u, splits) => splits.map(number), ...more};
}

// A chart in `root`, remade when what it is made of changes, and else given new data.
class Chart {
  constructor(root, label, describe) {
    this.root = root;
    this.describe = describe;  // (index) => text
    this.form = null;
    this.plot = null;
    Object.entries({tabindex: 0, role: 'slider', 'aria-label': label, 'aria-valuemin': 0})
      .forEach(([name, value]) => root.setAttribute(name, value));
    root.addEventListener('keydown', (event) => this.#onKey(event));
    root.addEventListener('blur', () => this.point(null));
    new ResizeObserver(() => this.#fit()).observe(root);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#remake());
  }

  show(form, options, data) {
    this.options = options;
    this.data = data;
    if (this.plot && this.form === form) {
      this.plot.setData(data);
    } else {
      this.form = form;
      this.#remake();
    }
    this.#tell();
  }

  get at() {
    const last = this.data[0].length - 1;
    return Math.min(this.plot?.cursor.idx ?? last, last);
  }

  point(index) {
    if (!this.plot) return;
    const left = index === null ? -10 : this.plot.valToPos(this.data[0][index], 'x');
    this.plot.setCursor({left, top: index === null ? -10 : 1});
  }

  #remake() {
    if (!this.options) return;
    this.plot?.destroy();
    const made = this.options();
    const size = this.#size();
    this.plot = new uPlot({
      ...made, ...size, legend: {show: false}, padding: [12, 8, 0, 0],
      cursor: {y: false, points: {size: 7}, drag: {x: false, y: false}},
      hooks: {...made.hooks, setCursor: [() => this.#tell()]},
    }, this.data, this.root);
  }
  #size() {
    const style = getComputedStyle(this.root);
    return {width: this.root.clientWidth, height: parseFloat(style.getPropertyValue('--chart-height'))};
  }
  #fit() {
    if (this.plot && this.root.clientWidth > 0) this.plot.setSize(this.#size());
  }
  #tell() {
    if (!this.plot) return;
    this.root.setAttribute('aria-valuemax', Math.max(this.data[0].length - 1, 0));
    this.root.setAttribute('aria-valuenow', Math.max(this.at, 0));
    this.root.setAttribute('aria-valuetext', this.describe(this.at));
  }
  #onKey(event) {
    const last = this.data ? this.data[0].length - 1 : -1;
    const steps = {ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -last, End: last};
    if (event.key === 'Escape') this.point(null);
    if (!(event.key in steps) || last < 0) return;
    event.preventDefault();
    this.point(Math.max(0, Math.min(last, this.at + steps[event.key])));
  }
}

const known = (value) => value !== null && value !== undefined;

// The load as a line over what is ready (an area for each provider) and on its way.
export class LoadChart {
  constructor(root, legend) {
    this.legend = legend;
    this.chart = new Chart(root, 'A moment of load and capacity', (i) => this.#tell(i));
  }

  // `order`: the providers from the ground up; others lie above.
  show(history, order) {
    this.history = history;
    const place = (name) => (order.includes(name) ? order.indexOf(name) : order.length);
    this.providers = Object.keys(history.ready_vcpu).sort((a, b) => place(a) - place(b));
    const sums = history.times.map(() => 0);
    const stack = [...this.providers.map((name) => history.ready_vcpu[name]), history.booting_vcpu]
      .map((column) => column.map((value, i) => (sums[i] += value)));
    this.hasGuests = history.waiting_guests.some(known);
    const data = [history.times, ...stack, history.wanted_vcpu, history.load_vcpu,
                  ...(this.hasGuests ? [history.waiting_guests] : [])];
    const form = JSON.stringify([this.providers, this.hasGuests]);
    this.chart.show(form, () => this.#options(), data);
  }

  #tiles() {
    const tiles = this.providers.map((name, i) =>
      tile(colour(`series-${i % kProviderColours + 1}`), kStrokes[i % kStrokes.length], 0.5));
    return [...tiles, tile(colour('muted'), [[0, 8, 8, 0]], 0.08)];
  }

  #options() {
    this.tiles = this.#tiles();
    this.broken = tile(colour('bad'), [[0, 0, 8, 8]], 0.45);
    const stepped = uPlot.paths.stepped({align: 1});
    const areas = this.tiles.map((canvas, i) => ({
      paths: stepped, points: {show: false}, fill: filled(canvas), width: 1,
      stroke: i < this.providers.length ? colour(`series-${i % kProviderColours + 1}`) : colour('muted'),
    }));
    const line = (name, more) => ({stroke: colour(name), points: {show: false}, width: 2, ...more});
    const series = [{}, ...areas, line('wanted', {paths: stepped, dash: [6, 4], width: 1.5}),
                    line('ink', {width: 2.5, spanGaps: false})];
    const axes = [timeAxis(), valueAxis()];
    if (this.hasGuests) {
      series.push(line('bad', {scale: 'guests', dash: [2, 3], paths: stepped}));
      axes.push(valueAxis({scale: 'guests', side: 1, grid: {show: false}}));
    }
    const from0 = {range: (u, low, high) => [0, Math.max(1, (high ?? 0) * 1.08)]};
    return {
      series, axes, scales: {y: from0, guests: from0},
      bands: areas.slice(1).map((area, i) => ({series: [i + 2, i + 1]})),
      hooks: {draw: [(u) => this.#shadeViolations(u)]},
    };
  }

  #shadeViolations(u) {
    const {times, violated} = this.history;
    const height = kStripPixels * (window.devicePixelRatio || 1);
    u.ctx.save();
    u.ctx.fillStyle = u.ctx.createPattern(this.broken, 'repeat');
    violated.forEach((is, i) => {
      if (!is) return;
      const from = u.valToPos(times[i], 'x', true);
      const to = u.valToPos(times[Math.min(i + 1, times.length - 1)], 'x', true);
      u.ctx.fillRect(from, u.bbox.top - height, Math.max(to - from, 1), height);
    });
    u.ctx.restore();
  }

  #rows(i) {
    const h = this.history;
    const area = (canvas) => ({background: `url(${canvas.toDataURL()})`});
    const line = (name, style) => ({borderTop: `3px ${style} ${colour(name)}`, height: '0'});
    return [
      ['load', line('ink', 'solid'), known(h.load_vcpu[i]) ? number(h.load_vcpu[i]) : 'not known'],
      ['wanted', line('wanted', 'dashed'), number(h.wanted_vcpu[i])],
      ['on its way', area(this.tiles.at(-1)), number(h.booting_vcpu[i])],
      ...this.providers.map((name, p) => [name, area(this.tiles[p]), number(h.ready_vcpu[name][i])])
        .reverse(),
      ...(this.hasGuests ? [['guests that wait', line('bad', 'dotted'),
                             known(h.waiting_guests[i]) ? number(h.waiting_guests[i]) : 'not known']] : []),
      ...(h.violated.some((is) => is) ? [['objective violated', area(this.broken),
                                          h.violated[i] ? 'yes' : 'no']] : []),
    ];
  }

  #tell(i) {
    if (i < 0) return 'nothing yet';
    const rows = this.#rows(i);
    this.legend.replaceChildren(
      make('li', {class: 'moment'}, clock(this.history.times[i] * 1000)),
      ...rows.map(([name, style, value]) => {
        const swatch = make('span', {class: 'swatch', 'aria-hidden': 'true'});
        Object.assign(swatch.style, style);
        return make('li', {}, swatch, make('span', {class: 'name'}, name), make('b', {}, value));
      }));
    return `${clock(this.history.times[i] * 1000)}: ` +
      rows.map(([name, , value]) => `${name} ${value}`).join(', ');
  }
}

// What runs, per hour, against the limit.
export class CostChart {
  constructor(root) {
    this.chart = new Chart(root, 'A moment of the cost per hour', (i) => this.#tell(i));
  }

  show(history, limit) {
    this.history = history;
    const most = Math.max(...history.running_per_hour, 0);
    // A limit far above would press the line to the ground.
    const isNear = limit !== null && most > 0 && limit <= 3 * most;
    const data = [history.times, history.running_per_hour];
    if (isNear) data.push(history.times.map(() => limit));
    this.chart.show(String(isNear), () => ({
      series: [{}, {stroke: colour('accent'), fill: filled(tile(colour('accent'), [], 0.2)), width: 1.5,
                    paths: uPlot.paths.stepped({align: 1}), points: {show: false}},
               ...(isNear ? [{stroke: colour('bad'), dash: [6, 4], width: 1.5, points: {show: false}}] : [])],
      axes: [timeAxis(), valueAxis()],
      scales: {y: {range: (u, low, high) => [0, Math.max(0.1, (high ?? 0) * 1.1)]}},
    }), data);
  }

  #tell(i) {
    if (i < 0) return 'nothing yet';
    return `${clock(this.history.times[i] * 1000)}: ${money(this.history.running_per_hour[i])} per hour`;
  }
}

// For how much of the time shown the objective was violated, in words; '' where nothing told.
export function violationOf(history) {
  const judged = history.violated.filter(known);
  if (judged.length === 0) return '';
  const count = judged.filter((is) => is).length;
  return count === 0 ? 'The objective was kept all the time.'
    : `The objective was violated for ${span(count * history.step_s)} of ${span(judged.length * history.step_s)}.`;
}
