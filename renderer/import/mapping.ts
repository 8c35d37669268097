// The mapping of an import as an operator judges it: which names are free, taken, wanted twice, left out or given by hand.
import type { MappingRow } from '../../shared/format/results.ts';
import type { TagPolicy } from '../../shared/station/job.ts';

export type MappingState =
  /** The name is free: bytes will move. */
  | 'toPush'
  /** The name stands for these very bytes. */
  | 'present'
  /** Two items want one name, or the name stands for something else and nobody decided. */
  | 'conflict'
  /** Stays out of this import. */
  | 'left'
  /** The name will be moved to these bytes. */
  | 'overwrite'
  /** Was renamed since the target was asked. */
  | 'notLooked';

export interface Choices {
  readonly tags: TagPolicy;
  /** By `<kind> <reference>`: the name under the target. */
  readonly renamed: Readonly<Record<string, string>>;
  readonly left: readonly string[];
  readonly decided: Readonly<Record<string, 'skip' | 'overwrite'>>;
}

export interface JudgedRow {
  readonly key: string;
  readonly row: MappingRow;
  /** Without the registry's host: `team/app:1.0`. */
  readonly name: string;
  readonly state: MappingState;
  /** References of other items that want the same name. */
  readonly rivals: readonly string[];
  readonly isEdited: boolean;
  /** What is attached to an item goes where the item goes. */
  readonly isEditable: boolean;
}

/** An item's key in a job request. */
export function keyOf(row: Pick<MappingRow, 'kind' | 'item'>): string {
  return `${row.kind} ${row.item}`;
}

/** `registry.example:5000/team/app:1.0` without its host. */
export function withoutHost(target: string): string {
  return target.slice(target.indexOf('/') + 1);
}

/**
 * Judges every row by what the target answered and what the operator chose since. Names are compared as they will be, so
 * that an edit that makes or ends a conflict shows at once.
 */
export function judgeRows(
  rows: readonly MappingRow[],
  prefix: string,
  choices: Choices,
): readonly JudgedRow[] {
  const left = new Set(choices.left);
  const named = rows.map((row) => {
    const key = keyOf(row);
    const asked = withoutHost(row.target);
    const given = row.attachedTo === undefined ? choices.renamed[key] : undefined;
    const name = given === undefined ? asked : joined(prefix, given);
    return { key, row, name, isRenamed: name !== asked, isEdited: given !== undefined };
  });
  const wanted = new Map<string, { readonly key: string; readonly row: MappingRow }[]>();
  for (const one of named) {
    if (left.has(one.key) || one.row.attachedTo !== undefined) continue;
    wanted.set(one.name, [...(wanted.get(one.name) ?? []), one]);
  }
  return named.map(({ key, row, name, isRenamed, isEdited }) => {
    const rivals =
      row.attachedTo === undefined
        ? (wanted.get(name) ?? [])
            .filter((other) => other.key !== key && other.row.digest !== row.digest)
            .map((other) => other.row.item)
        : [];
    const state = left.has(key) ? 'left' : stateOf(row, key, isRenamed, rivals, choices);
    return { key, row, name, state, rivals, isEdited, isEditable: row.attachedTo === undefined };
  });
}

function stateOf(
  row: MappingRow,
  key: string,
  isRenamed: boolean,
  rivals: readonly string[],
  { decided, tags }: Choices,
): MappingState {
  if (rivals.length > 0) return 'conflict';
  if (isRenamed) return 'notLooked';
  if (row.there === 'nothing') return 'toPush';
  if (row.there === 'same') return 'present';
  const choice = decided[key] ?? tags;
  if (choice === 'overwrite') return 'overwrite';
  return choice === 'skip' ? 'left' : 'conflict';
}

export interface MappingCounts {
  readonly all: number;
  readonly conflict: number;
  readonly toPush: number;
  readonly present: number;
  readonly edited: number;
  readonly left: number;
}

/** Counts items; what is attached to them is counted with what it is attached to. */
export function countRows(rows: readonly JudgedRow[]): MappingCounts {
  const items = rows.filter(({ isEditable }) => isEditable);
  const of = (...states: readonly MappingState[]) =>
    items.filter(({ state }) => states.includes(state)).length;
  return {
    all: items.length,
    conflict: of('conflict'),
    toPush: of('toPush', 'overwrite', 'notLooked'),
    present: of('present'),
    edited: items.filter(({ isEdited }) => isEdited).length,
    left: of('left'),
  };
}

/** Why a name cannot be used, in words; undefined where it can (distribution-spec, Pulling manifests: name and reference). */
export function nameProblem(name: string): 'empty' | 'path' | 'tag' | undefined {
  if (name.trim() === '') return 'empty';
  const at = name.lastIndexOf(':');
  const isTagged = at > name.lastIndexOf('/');
  const path = isTagged ? name.slice(0, at) : name;
  const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
  if (!path.split('/').every((part) => component.test(part))) return 'path';
  return isTagged && !/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(name.slice(at + 1)) ? 'tag' : undefined;
}

function joined(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}/${name}`;
}
