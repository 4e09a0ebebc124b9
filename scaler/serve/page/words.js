// Figures and times as people read them.

const whole = new Intl.NumberFormat('en', {maximumFractionDigits: 0});
const fine = new Intl.NumberFormat('en', {maximumSignificantDigits: 3});
const cents = new Intl.NumberFormat('en', {minimumFractionDigits: 2, maximumFractionDigits: 2});

export const number = (value) =>
  Number.isInteger(value) || Math.abs(value) >= 100 ? whole.format(value) : fine.format(value);
export const money = (value) => cents.format(value);
export const share = (part) => `${fine.format(part * 100)} %`;
export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;
export const spaced = (word) => word.replaceAll('_', ' ');
export const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export function memory(mib) {
  return mib >= 1024 ? `${number(mib / 1024)} GiB` : `${number(mib)} MiB`;
}
export const capacity = (c) => `${number(c.vcpu)} vCPU, ${memory(c.memory_mib)}`;

// 42 s, 3 min 20 s, 2 h 5 min, 3 d 4 h.
export function span(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  const units = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
  const first = units.findIndex(([, size]) => s >= size);
  return units.slice(first, first + 2)
    .map(([name, size], i) => [Math.floor((i ? s % units[first][1] : s) / size), name])
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count} ${name}`).join(' ');
}

// The service's own time, which a demo lets run faster.
let offset = 0;
export function setNow(serviceTime) {
  offset = serviceTime - Date.now();
}
export const now = () => Date.now() + offset;
export const ago = (time) => span((now() - Date.parse(time)) / 1000);

const pad = (n) => String(n).padStart(2, '0');
export function clock(time) {
  const t = new Date(time);
  const text = `${pad(t.getHours())}:${pad(t.getMinutes())}:${pad(t.getSeconds())}`;
  const isToday = t.toDateString() === new Date(now()).toDateString();
  return isToday ? text : `${t.getFullYear()}-${pad(t.getMonth() + 1)}-${pad(t.getDate())} ${text}`;
}

export function fact(value) {
  return typeof value === 'number' ? number(value) : String(value);
}
