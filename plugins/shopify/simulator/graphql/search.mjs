// The search syntax of `query` arguments: terms side by side mean AND; OR, NOT, `-`, brackets;
// field:value with >, >=, <, <=; quotes; a trailing * as prefix; a comma list as "any of".

import { parseTime } from '../world/time.mjs';
import { parseGid } from '../world/ids.mjs';

const tokenPattern =
  /\s+|(\()|(\))|(-?[A-Za-z_][\w.]*):(>=|<=|>|<|=)?\s*("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s()]+)?|("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|([^\s()]+)/gy;

function unquote(text) {
  if (text === undefined) return '';
  if (/^(".*"|'.*')$/s.test(text)) return text.slice(1, -1).replace(/\\(.)/g, '$1');
  return text;
}

function tokens(text) {
  const list = [];
  tokenPattern.lastIndex = 0;
  for (let match = tokenPattern.exec(text); match; match = tokenPattern.exec(text)) {
    if (match[1]) list.push({ kind: '(' });
    else if (match[2]) list.push({ kind: ')' });
    else if (match[3]) {
      const negative = match[3].startsWith('-');
      list.push({
        kind: 'term',
        negative,
        field: negative ? match[3].slice(1) : match[3],
        op: match[4] ?? '=',
        value: unquote(match[5]),
        quoted: /^["']/.test(match[5] ?? ''),
      });
    } else if (match[6])
      list.push({ kind: 'term', field: null, op: '=', value: unquote(match[6]), quoted: true });
    else if (match[7]) list.push(word(match[7]));
  }
  return list;
}

function word(text) {
  if (text === 'AND' || text === 'OR' || text === 'NOT') return { kind: text };
  const negative = text.length > 1 && text.startsWith('-');
  return { kind: 'term', negative, field: null, op: '=', value: negative ? text.slice(1) : text };
}

/** Recursive descent: or → and → not → term. */
class Parser {
  constructor(list) {
    this.list = list;
    this.at = 0;
  }

  peek() {
    return this.list[this.at]?.kind;
  }

  or() {
    const parts = [this.and()];
    while (this.peek() === 'OR') {
      this.at += 1;
      parts.push(this.and());
    }
    return parts.length === 1 ? parts[0] : { kind: 'or', parts };
  }

  and() {
    const parts = [];
    while (this.peek() && this.peek() !== 'OR' && this.peek() !== ')') {
      if (this.peek() === 'AND') this.at += 1;
      else parts.push(this.not());
    }
    return parts.length === 1 ? parts[0] : { kind: 'and', parts };
  }

  not() {
    const token = this.list[this.at];
    this.at += 1;
    if (token.kind === 'NOT')
      return { kind: 'not', part: this.peek() ? this.not() : { kind: 'and', parts: [] } };
    if (token.kind === '(') {
      const inner = this.or();
      if (this.peek() === ')') this.at += 1;
      return inner;
    }
    if (token.kind === ')') return { kind: 'and', parts: [] };
    return token.negative ? { kind: 'not', part: { ...token, negative: false } } : token;
  }
}

function parseSearch(text) {
  return new Parser(tokens(text)).or();
}

function compare(op, left, right) {
  if (op === '>') return left > right;
  if (op === '>=') return left >= right;
  if (op === '<') return left < right;
  if (op === '<=') return left <= right;
  return left === right;
}

function idNumber(text) {
  const digits = parseGid(text)?.id ?? text;
  return /^\d+$/.test(digits) ? BigInt(digits) : null;
}

function textTest(value, quoted) {
  const wanted = value.toLowerCase();
  if (!quoted && wanted.endsWith('*')) return (text) => text.toLowerCase().startsWith(wanted.slice(0, -1));
  return (text) => text.toLowerCase() === wanted;
}

const readers = {
  time: (value, now) => parseTime(value, now),
  id: (value) => idNumber(value),
  number: (value) => (/^-?\d+(\.\d+)?$/.test(value) ? Number(value) : null),
  bool: (value) => ({ true: true, false: false })[value.toLowerCase()] ?? null,
};

/** A test (record) → boolean of one term, or {warning} when its value cannot be read. */
function termTest(term, field, now) {
  if (field.kind === 'text' || field.kind === 'enum') return listTest(term, field);
  const wanted = readers[field.kind](term.value, now);
  if (wanted === null) return { warning: `Invalid value for field ${term.field}: ${term.value}` };
  return {
    test: (record) => {
      const value = field.get(record);
      if (value === null || value === undefined) return false;
      return compare(term.op, field.kind === 'id' ? BigInt(value) : value, wanted);
    },
  };
}

function listTest(term, field) {
  const values = term.quoted ? [term.value] : term.value.split(',').filter((each) => each !== '');
  if (field.kind === 'enum') {
    const wrong = values.find((value) => !field.values.includes(value.toLowerCase()));
    if (wrong !== undefined) return { warning: `Input \`${wrong}\` is not an accepted value.` };
  }
  const tests = values.map((value) => textTest(value, term.quoted));
  return {
    test: (record) => {
      const held = field.get(record);
      const list = Array.isArray(held) ? held : [held];
      return tests.some((test) => list.some((text) => typeof text === 'string' && test(text)));
    },
  };
}

/**
 * Turns a search text into {test, warnings}. `fields` is what the simulator models, `documented`
 * the names the schema lists: a documented one that is not modelled throws, an unknown one is
 * reported and left out, as on the platform. A value that cannot be read matches nothing.
 */
export function compileSearch(text, { fields, documented, now, shownIn }) {
  const warnings = [];
  const build = (node) => {
    if (node.kind === 'and') {
      const parts = node.parts.map(build);
      return (record) => parts.every((test) => test(record));
    }
    if (node.kind === 'or') {
      const parts = node.parts.map(build);
      return (record) => parts.some((test) => test(record));
    }
    if (node.kind === 'not') {
      const part = build(node.part);
      return (record) => !part(record);
    }
    const name = node.field ?? 'default';
    const field = fields[name];
    if (!field) {
      if (documented.has(name))
        throw new Error(`simulator does not model the search filter ${name} of ${shownIn}`);
      warnings.push({ field: name, message: 'Invalid search field for this query.', code: 'invalid_field' });
      return () => true;
    }
    const { test, warning } = termTest(node, field, now);
    if (warning) warnings.push({ field: name, message: warning, code: 'invalid_value' });
    return test ?? (() => false);
  };
  return { test: build(parseSearch(text)), warnings };
}

/** The filter names a schema description of a `query` argument lists. */
export function documentedFilters(description) {
  return new Set([...(description ?? '').matchAll(/^\| ([\w.{}]+) \| \w+/gm)].map((match) => match[1]));
}
