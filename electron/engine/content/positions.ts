// YAML whose every value knows where it stands in its file. js-yaml's events carry offsets, its plain loader does not.
import { CORE_SCHEMA, EVENT_ID, eventsToAst, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';
import type { Event, Node } from 'js-yaml';
import { deceivingSign } from '../../../shared/messages/visible.ts';
import type { Position } from './index.ts';
import { aliasSurplus, MOST_SURPLUS } from './alias-surplus.ts';

/** `text` is the source text of a plain scalar, the unquoted text of a quoted one. */
interface YamlScalar {
  readonly kind: 'scalar';
  readonly at: Position;
  readonly type: 'string' | 'number' | 'boolean' | 'null';
  readonly text: string;
}

interface YamlSequence {
  readonly kind: 'sequence';
  readonly at: Position;
  readonly items: readonly YamlNode[];
}

export interface YamlMapping {
  readonly kind: 'mapping';
  readonly at: Position;
  readonly entries: readonly { readonly key: YamlScalar; readonly value: YamlNode }[];
}

export type YamlNode = YamlScalar | YamlSequence | YamlMapping;

/** One thing that is wrong at one place. */
export interface Problem {
  readonly at: Position;
  /** What is wrong and what was expected; no final stop. */
  readonly text: string;
}

const MAX_DEPTH = 16;
const MAX_ALIASES = 1000;
const TOO_MUCH = 'its aliases stand for more values than a list may have; write out those that are needed';

const SCALAR_TYPES: Readonly<Record<string, YamlScalar['type']>> = {
  'tag:yaml.org,2002:str': 'string',
  '!!str': 'string',
  'tag:yaml.org,2002:int': 'number',
  'tag:yaml.org,2002:float': 'number',
  'tag:yaml.org,2002:bool': 'boolean',
  'tag:yaml.org,2002:null': 'null',
};

const SCALAR_VALUES: Readonly<Record<YamlScalar['type'], (text: string) => unknown>> = {
  string: (text) => text,
  number: Number,
  boolean: (text) => text.toLowerCase() === 'true',
  null: () => null,
};

/** `list.yaml:7:5`. */
export function formatPosition(at: Position): string {
  return `${at.file}:${at.line}:${at.column}`;
}

/** Lines and columns of a text, both counted from 1, columns in UTF-16 units, as editors do. */
function createLocator(file: string, text: string): (offset: number) => Position {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

/**
 * Parses one YAML document (1.2 core schema). Nodes behind an alias are the anchored node itself, with its own position;
 * aliases are counted, and one that stands inside its own anchor is refused. Returns the first problem where there is one.
 */
export function parsePositionedYaml(file: string, text: string): YamlNode | Problem {
  const locate = createLocator(file, text);
  let events: Event[];
  try {
    events = parseEvents(text, { maxDepth: MAX_DEPTH });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { at: locate(error.mark?.position ?? 0), text: `this is not YAML: ${error.reason}` };
  }
  const documents = events.filter((event) => event.type === EVENT_ID.DOCUMENT);
  const [root] = eventsToAst(events, { source: text, schema: CORE_SCHEMA });
  if (documents.length !== 1 || root?.contents === undefined || root.contents === null)
    return { at: locate(0), text: 'expected one YAML document with the keys apiVersion, kind and metadata' };
  try {
    const read = new Reader(events, locate).read(root.contents);
    return aliasSurplus(read) <= MOST_SURPLUS ? read : { at: read.at, text: TOO_MUCH };
  } catch (error) {
    if (error instanceof Refusal) return error.problem;
    throw error;
  }
}

/** The value as plain data: what a schema judges. */
export function plainValue(node: YamlNode): unknown {
  if (node.kind === 'sequence') return node.items.map(plainValue);
  if (node.kind === 'mapping')
    return Object.fromEntries(node.entries.map(({ key, value }) => [key.text, plainValue(value)]));
  return SCALAR_VALUES[node.type](node.text);
}

/** The node that a path of keys and indexes leads to, or the deepest one on the way. */
export function nodeAt(node: YamlNode, path: readonly PropertyKey[]): YamlNode {
  const [step, ...rest] = path;
  if (step === undefined) return node;
  const next =
    node.kind === 'mapping'
      ? node.entries.find(({ key }) => key.text === step)?.value
      : node.kind === 'sequence'
        ? node.items[Number(step)]
        : undefined;
  return next === undefined ? node : nodeAt(next, rest);
}

class Refusal extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.text);
    this.problem = problem;
  }
}

/** Walks the syntax tree and the events it was made from side by side: the one has the tags, the other the offsets. */
class Reader {
  readonly #events: readonly Event[];
  readonly #locate: (offset: number) => Position;
  readonly #anchors = new Map<string, YamlNode>();
  #next = 0;
  #offset = 0;
  #aliases = 0;

  constructor(events: readonly Event[], locate: (offset: number) => Position) {
    this.#events = events.filter((event) => event.type !== EVENT_ID.DOCUMENT && event.type !== EVENT_ID.POP);
    this.#locate = locate;
  }

  read(node: Node): YamlNode {
    const event = this.#events[this.#next];
    this.#next += 1;
    // An empty value has no offset of its own; it stands after what came before it.
    this.#offset = (event === undefined ? undefined : startOf(event)) ?? this.#offset;
    const at = this.#locate(this.#offset);
    if (node.kind === 'alias') return this.#readAlias(node.anchor, at);
    const read = this.#readContent(node, at);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, read);
    return read;
  }

  #readAlias(anchor: string, at: Position): YamlNode {
    this.#aliases += 1;
    if (this.#aliases > MAX_ALIASES)
      throw new Refusal({ at, text: `more than ${MAX_ALIASES} aliases; write the values out` });
    const target = this.#anchors.get(anchor);
    if (target === undefined)
      throw new Refusal({ at, text: `the alias *${anchor} has no finished anchor &${anchor} before it` });
    return target;
  }

  #readContent(node: Exclude<Node, { kind: 'alias' }>, at: Position): YamlNode {
    if (node.kind === 'scalar') {
      const type = SCALAR_TYPES[node.tag];
      if (type === undefined)
        throw new Refusal({ at, text: `the YAML tag ${node.tag} has no meaning here; leave it out` });
      const sign = deceivingSign(node.value);
      if (sign !== undefined)
        throw new Refusal({ at, text: `the sign ${sign} makes a text look like another one; leave it out` });
      return { kind: 'scalar', at, type, text: node.value };
    }
    if (node.tagged)
      throw new Refusal({ at, text: `the YAML tag ${node.tag} has no meaning here; leave it out` });
    if (node.kind === 'sequence')
      return { kind: 'sequence', at, items: node.items.map((item) => this.read(item)) };
    const seen = new Map<string, YamlScalar>();
    const entries = node.items.map((item) => {
      const key = this.read(item.key);
      if (key.kind !== 'scalar') throw new Refusal({ at: key.at, text: 'a key must be a word' });
      const earlier = seen.get(key.text);
      if (earlier !== undefined)
        throw new Refusal({
          at: key.at,
          text: `the key "${key.text}" stands here again; the first is in line ${earlier.at.line}`,
        });
      seen.set(key.text, key);
      return { key, value: this.read(item.value) };
    });
    return { kind: 'mapping', at, entries };
  }
}

function startOf(event: Event): number | undefined {
  if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) return event.start;
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
  if (event.type !== EVENT_ID.SCALAR || event.valueStart < 0) return undefined;
  const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
  return quoted ? event.valueStart - 1 : event.valueStart;
}
