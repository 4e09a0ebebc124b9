// The service's events as they happen, by a streaming fetch: an EventSource cannot send the token.
// It goes on behind the last event after a break; where there is no stream, it is asked at an
// interval.

import {Problem, send} from './api.js';

const kPollEveryMs = 3000;
const kSilenceMs = 45000;  // the service says something every 15 s
const kLongestWaitMs = 30000;

const wait = (ms, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, {once: true});
});

// Cuts text into server-sent events; what is not ended yet waits for more.
export class Parser {
  constructor() {
    this.rest = '';
    this.clear();
  }
  clear() {
    this.event = {type: 'message', data: []};
  }
  // The events that end in `text`.
  take(text) {
    const lines = (this.rest + text).split(/\r?\n/);
    this.rest = lines.pop();
    const done = [];
    for (const line of lines) {
      if (line === '') {
        if (this.event.data.length) done.push({...this.event, data: this.event.data.join('\n')});
        this.clear();
        continue;
      }
      const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
      if (field === 'event') this.event.type = value;
      else if (field === 'data') this.event.data.push(value);
      else if (field === 'id') this.event.id = value;
    }
    return done;
  }
}

export class Events {
  // onOpen(): what was read before may be old now. onEvent({type, data}). onPoll(): read everything
  // anew. onLink('live' | 'polling' | 'waiting'). onRefused(problem): the token is none any more.
  constructor(handlers) {
    this.handlers = handlers;
    this.stopper = new AbortController();
    this.last = null;
  }

  stop() {
    this.stopper.abort();
  }
  // The network has gone, or is there again: what was waited for is tried now.
  retry() {
    this.connection?.abort();
    this.nap?.abort();
  }

  async run() {
    const {signal} = this.stopper;
    let waited = 0;
    while (!signal.aborted) {
      try {
        await this.#follow(() => { waited = 0; });
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Problem && [401, 403, 429].includes(error.status)) {
          this.handlers.onRefused(error);
          return;
        }
        if (error instanceof Problem && error.status < 500) return this.#poll();
      }
      if (signal.aborted) return;
      await this.#ask();
      waited = Math.min(waited ? waited * 2 : 1000, kLongestWaitMs);
      await this.#rest(waited * (0.5 + Math.random() / 2));
    }
  }

  async #rest(ms) {
    this.nap = new AbortController();
    const {signal} = this.stopper;
    await wait(ms, AbortSignal.any([signal, this.nap.signal]));
  }

  // Once, for there is no stream now.
  async #ask() {
    try {
      await this.handlers.onPoll();
      this.handlers.onLink('polling');
    } catch (error) {
      if (error instanceof Problem && [401, 429].includes(error.status)) {
        this.stop();
        this.handlers.onRefused(error);
        return;
      }
      this.handlers.onLink('waiting');
    }
  }

  async #follow(onGood) {
    const connection = this.connection = new AbortController();
    const stop = () => connection.abort();
    this.stopper.signal.addEventListener('abort', stop, {once: true});
    let watch = setTimeout(stop, kSilenceMs);
    try {
      const headers = {Accept: 'text/event-stream'};
      if (this.last !== null) headers['Last-Event-ID'] = this.last;
      const answer = await send('/v1/events', {headers, signal: connection.signal});
      this.handlers.onLink('live');
      this.handlers.onOpen();
      const parser = new Parser();
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const {done, value} = await reader.read();
        if (done) return;
        onGood();
        clearTimeout(watch);
        watch = setTimeout(stop, kSilenceMs);
        for (const event of parser.take(value)) {
          if (event.id !== undefined) this.last = event.id;
          this.handlers.onEvent({type: event.type, data: JSON.parse(event.data)});
        }
      }
    } finally {
      clearTimeout(watch);
      this.stopper.signal.removeEventListener('abort', stop);
    }
  }

  async #poll() {
    const {signal} = this.stopper;
    while (!signal.aborted) {
      await this.#ask();
      await this.#rest(kPollEveryMs);
    }
  }
}
