// What is asked of the service. The token is kept for this tab alone.

const kToken = 'spillway.token';

// Why something was not done, in the service's words (RFC 9457).
export class Problem extends Error {
  constructor(status, body) {
    const places = (body.errors ?? []).map((e) => `${e.path}: ${e.message}`);
    super([body.detail ?? `the service answered ${status}`, ...places].join('; '));
    this.status = status;
    this.code = (body.type ?? '').split(':').pop();
  }
}

export const token = {
  get: () => sessionStorage.getItem(kToken),
  set: (value) => sessionStorage.setItem(kToken, value),
  forget: () => sessionStorage.removeItem(kToken),
};

export async function send(path, options = {}) {
  const answer = await fetch(path, {
    ...options,
    cache: 'no-store',
    credentials: 'omit',
    headers: {Authorization: `Bearer ${token.get()}`, ...options.headers},
  });
  if (answer.ok) return answer;
  const body = await answer.json().catch(() => ({}));
  throw new Problem(answer.status, body);
}

export const get = async (path) => (await send(path)).json();
// A list, page by page, up to `most`.
export async function getAll(path, most = 1000) {
  const items = [];
  let cursor = '';
  while (cursor !== null && items.length < most) {
    const page = await get(path + cursor);
    items.push(...page.items);
    const next = page.next_cursor ?? null;
    cursor = next === null ? null : `${path.includes('?') ? '&' : '?'}cursor=${part(next)}`;
  }
  return items;
}
export const part = (text) => encodeURIComponent(text);

// The resource and its tag, which says what people have changed of it.
export async function getTagged(path) {
  const answer = await send(path);
  return {value: await answer.json(), tag: answer.headers.get('ETag')};
}

// A key that nobody else uses, so that a repeated post is done once.
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function post(path, body, {dryRun = false, tag = null, key = null} = {}) {
  const headers = {'Content-Type': 'application/json'};
  if (tag) headers['If-Match'] = tag;
  if (key) headers['Idempotency-Key'] = key;
  const target = dryRun ? `${path}?dry_run=true` : path;
  return (await send(target, {method: 'POST', headers, body: JSON.stringify(body)})).json();
}
