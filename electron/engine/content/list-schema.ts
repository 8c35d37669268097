// The shapes of a transfer list (FORMAT §1), and what is said about a value that has another one.
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { Metadata } from '../../../shared/format/lock.ts';
import { nodeAt, plainValue } from './positions.ts';
import type { Problem, YamlMapping, YamlNode } from './positions.ts';

const Text = z.string().min(1, 'is empty, expected text');
const Platforms = z.array(Text).min(1, 'is empty, expected at least one platform, as linux/amd64').optional();
const IndexMode = z.enum(['keep', 'child', 'rewrite']).optional();
const Sha256 = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, 'expected 64 hexadecimal digits')
  .transform((hex) => hex.toLowerCase())
  .optional();
const Sha512 = z
  .string()
  .regex(/^[0-9a-fA-F]{128}$/, 'expected 128 hexadecimal digits')
  .transform((hex) => hex.toLowerCase())
  .optional();

/** A whole list. A key with nothing behind it is as good as left out: entries get commented out. */
export const ListSchema = z.strictObject({
  apiVersion: z.literal('airlock/v1'),
  kind: z.literal('TransferList'),
  metadata: Metadata,
  platforms: Platforms,
  index: IndexMode,
  images: z.array(z.unknown()).nullish(),
  charts: z.array(z.unknown()).nullish(),
  files: z.array(z.unknown()).nullish(),
  sources: z.array(z.strictObject({ prefix: Text, from: Text })).nullish(),
  include: z.array(Text).nullish(),
});

/** An included list may have its own metadata; the including list's counts. */
export const IncludedListSchema = ListSchema.partial({ metadata: true });

const FileStatements = { as: Text.optional(), sha256: Sha256, sha512: Sha512, checksum: Text.optional() };

/** The kinds of an entry, each named by the key that tells it from the others. */
export const IMAGE_SHAPES = {
  ref: z.strictObject({ ref: Text, from: Text.optional(), platforms: Platforms, index: IndexMode }),
  archive: z.strictObject({ archive: Text, as: Text.optional(), platforms: Platforms, index: IndexMode }),
  daemon: z.strictObject({ daemon: Text, platforms: Platforms }),
} as const;
export const CHART_SHAPES = {
  ref: z.strictObject({ ref: Text, from: Text.optional() }),
  repo: z.strictObject({ repo: Text, name: Text, version: Text.optional() }),
  path: z.strictObject({ path: Text, sha256: Sha256 }),
  url: z.strictObject({ url: Text, sha256: Sha256, secretQuery: z.boolean().optional() }),
} as const;
export const FILE_SHAPES = {
  path: z.strictObject({ path: Text, ...FileStatements, executable: z.boolean().optional() }),
  url: z.strictObject({
    url: Text,
    ...FileStatements,
    executable: z.boolean().optional(),
    secretQuery: z.boolean().optional(),
  }),
} as const;

type Shapes = Readonly<Record<string, z.ZodObject>>;
/** The value and the key that told its shape. */
export type Shaped<S extends Shapes> = {
  [K in keyof S & string]: { readonly shape: K; readonly value: z.output<S[K]> };
}[keyof S & string];

/** Judges a node by a schema; what is wrong goes to `problems`, every unknown key on its own. */
export function readNode<S extends z.ZodType>(
  schema: S,
  node: YamlNode,
  problems: Problem[],
): z.output<S> | undefined {
  const parsed = schema.safeParse(plainValue(node));
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) problems.push(...problemsOf(issue, schema, node));
  return undefined;
}

/** Finds an entry's shape by its telling key, then judges it. */
export function readShaped<S extends Shapes>(
  shapes: S,
  node: YamlNode,
  problems: Problem[],
): Shaped<S> | undefined {
  const tellers = Object.keys(shapes);
  if (node.kind !== 'mapping') {
    problems.push({ at: node.at, text: `expected a mapping with ${oneOf(tellers)}` });
    return undefined;
  }
  const present = node.entries.filter(({ key }) => tellers.includes(key.text));
  const [teller, second] = present;
  if (second !== undefined) {
    problems.push({
      at: second.key.at,
      text: `${present.map(({ key }) => key.text).join(' and ')} stand in one entry, expected one of them`,
    });
    return undefined;
  }
  const schema = teller === undefined ? undefined : shapes[teller.key.text];
  if (teller === undefined || schema === undefined) {
    problems.push(...withoutTeller(shapes, node));
    return undefined;
  }
  const value = readNode(schema, node, problems);
  return value === undefined ? undefined : ({ shape: teller.key.text, value } as Shaped<S>);
}

function withoutTeller(shapes: Shapes, node: YamlMapping): Problem[] {
  const tellers = Object.keys(shapes);
  const known = [...new Set(Object.values(shapes).flatMap((shape) => Object.keys(shape.shape)))];
  const unknown = node.entries.filter(({ key }) => !known.includes(key.text));
  if (unknown.length === 0) return [{ at: node.at, text: `expected ${oneOf(tellers)}` }];
  return unknown.map(({ key }) => ({ at: key.at, text: unknownKey(key.text, known) }));
}

function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodType, root: YamlNode): Problem[] {
  const node = nodeAt(root, issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => ({
      at:
        (node.kind === 'mapping' ? node.entries.find((entry) => entry.key.text === key)?.key : node)?.at ??
        node.at,
      text: unknownKey(key, known),
    }));
  }
  const name = issue.path.findLast((step) => typeof step === 'string');
  const about = name === undefined ? '' : `${name}: `;
  if (issue.input === undefined && isMissing(root, issue.path))
    return [
      {
        at: node.at,
        text: `the key ${String(issue.path.at(-1))} is missing, expected ${expectation(issue)}`,
      },
    ];
  if (issue.code === 'invalid_type' && issue.expected === 'string' && node.kind === 'scalar') {
    if (node.type === 'number')
      return [
        {
          at: node.at,
          text: `${about}YAML reads ${node.text} as a number, expected text; write "${node.text}" with the quotes`,
        },
      ];
    if (node.type === 'boolean')
      return [
        {
          at: node.at,
          text: `${about}YAML reads ${node.text} as a truth value, expected text; write "${node.text}" with the quotes`,
        },
      ];
  }
  return [{ at: node.at, text: `${about}${expectationText(issue)}` }];
}

function unknownKey(key: string, known: readonly string[]): string {
  return `unknown key "${key}", expected ${known.join(', ')}; the nearest is "${closest(key, known)}"`;
}

function isMissing(root: YamlNode, path: readonly PropertyKey[]): boolean {
  const last = path.at(-1);
  const parent = nodeAt(root, path.slice(0, -1));
  return parent.kind === 'mapping' && !parent.entries.some(({ key }) => key.text === last);
}

function expectationText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
    case 'invalid_value':
      return `expected ${expectation(issue)}`;
    case 'too_small':
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int'
        ? 'expected a whole number, 0 or more'
        : issue.message;
    default:
      return issue.message.startsWith('expected') || issue.message.startsWith('is ')
        ? issue.message
        : `expected ${issue.message}`;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'a mapping',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
};

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return TYPE_NAMES[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return issue.values.map(String).join(', ');
  return 'a value';
}

/** The keys that an object schema knows at a path through objects and lists. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let here: unknown = unwrapped(schema);
  for (const step of path) {
    if (here instanceof z.ZodObject) here = unwrapped(here.shape[String(step)]);
    else if (here instanceof z.ZodArray) here = unwrapped(here.element);
  }
  return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? unwrapped(schema.unwrap())
    : schema;
}

function oneOf(keys: readonly string[]): string {
  return `one of the keys ${keys.join(', ')}`;
}
