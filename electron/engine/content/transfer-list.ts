// Reads a transfer list: what an operator asked for, every error with its file, line and column (FORMAT §1).
import type { z } from 'zod';
import { LIMIT } from '../../../shared/domain/descriptor.ts';
import { AirlockError, isAirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Metadata } from '../../../shared/format/lock.ts';
import { formatPlatform, parsePlatform } from '../oci/platform.ts';
import { formatReference } from '../oci/reference.ts';
import type { Reference } from '../oci/reference.ts';
import { baseName, pathKey, whyUnsafePath } from './file-path.ts';
import { createListFiles } from './includes.ts';
import type { ListFile, ListFiles } from './includes.ts';
import type {
  ChartEntry,
  FileEntry,
  ImageEntry,
  IndexMode,
  ListEntry,
  Position,
  TransferList,
} from './index.ts';
import {
  CHART_SHAPES,
  FILE_SHAPES,
  IMAGE_SHAPES,
  IncludedListSchema,
  ListSchema,
  readNode,
  readShaped,
} from './list-schema.ts';
import { formatPosition, nodeAt, parsePositionedYaml, plainValue } from './positions.ts';
import type { Problem, YamlMapping, YamlNode } from './positions.ts';
import { parseChartReference, parseImageReference } from './reference-text.ts';
import { looksSigned, parseWebAddress, withoutQuery } from './web-address.ts';

/** What holds for the entries of one list where they say nothing themselves. An included list inherits what it does not state. */
export interface Defaults {
  readonly platforms: readonly string[] | undefined;
  readonly index: IndexMode | undefined;
  /** Longest prefix first. */
  readonly mirrors: readonly { readonly prefix: string; readonly from: string }[];
}

/** Where a part of an entry stands: `place('platforms', 0)`. */
type Place = (...path: readonly PropertyKey[]) => Position;

const MAX_PROBLEMS = 100;

/**
 * Reads a list and all that it includes. References come back in full (`docker.io/library/nginx:1.27`), an OCI chart's
 * without `oci://` and with `_` for `+` in its tag; local paths and file bodies are not looked at.
 *
 * Throws LIST_INVALID with every problem found in `details.problems`, NOTHING_SELECTED for a list without entries,
 * LIMIT_EXCEEDED, and FILE_NOT_FOUND or NO_ACCESS for the list itself.
 */
export async function readTransferList(path: string): Promise<TransferList> {
  const reader = new ListReader(createListFiles());
  const metadata = await reader.readFirst(path);
  reader.refuseProblems();
  if (reader.entries.length === 0 || metadata === undefined)
    throw new AirlockError('NOTHING_SELECTED', `${path} names no image, chart or file.`, {
      details: { path },
    });
  return { path, metadata, entries: reader.entries, digest: reader.digest() };
}

/** An entry that no lock can be made from, as it stands in its list. */
export interface FaultyEntry {
  readonly kind: ListEntry['kind'];
  readonly value: unknown;
  readonly at: Position;
  readonly base: string;
  readonly problems: readonly Problem[];
}

export interface ListSurvey {
  /** Undefined where the list has no frame that can be read. */
  readonly frame: { readonly list: z.output<typeof ListSchema>; readonly defaults: Defaults } | undefined;
  /** In the list's order. */
  readonly entries: readonly (ListEntry | FaultyEntry)[];
  /** Everything that is wrong beside the faulty entries. */
  readonly problems: readonly Problem[];
}

/**
 * Reads a list as far as it can be read, for people who are still mending it. Throws as `readTransferList` does for what is
 * no list at all, and LIMIT_EXCEEDED.
 */
export async function surveyTransferList(path: string, files = createListFiles()): Promise<ListSurvey> {
  const reader = new ListReader(files);
  await reader.readFirst(path);
  return reader.survey();
}

function isLock({ entries }: YamlMapping): boolean {
  return entries.some(
    ({ key, value }) => key.text === 'kind' && value.kind === 'scalar' && value.text === 'Lock',
  );
}

class ListReader {
  readonly entries: ListEntry[] = [];
  readonly #files: ListFiles;
  readonly #problems: Problem[] = [];
  /** Each with the number of entries before it. */
  readonly #faulty: { readonly entry: FaultyEntry; readonly before: number }[] = [];
  #frame: ListSurvey['frame'];
  readonly #filePaths = new Map<string, { readonly as: string; readonly at: Position }>();
  #secretQueries = 0;

  constructor(files: ListFiles) {
    this.#files = files;
  }

  digest() {
    return this.#files.digest();
  }

  async readFirst(path: string): Promise<Metadata | undefined> {
    const file = await this.#files.readFirst(path);
    const node = this.#parse(file);
    if (node?.kind === 'mapping' && isLock(node))
      throw new AirlockError('LIST_INVALID', `${path} is a lock already, where a transfer list is needed.`, {
        remedy: `Pack it with \`airlock pack ${path}\`, or lock the list that it was made from again.`,
      });
    const list = node && readNode(ListSchema, node, this.#problems);
    if (node === undefined || list === undefined) {
      // Entries are judged even where the frame is wrong: the operator sees all there is to mend at once.
      if (node?.kind === 'mapping')
        await this.#readParts(node, file, { platforms: undefined, index: undefined, mirrors: [] });
      return undefined;
    }
    const defaults = this.#defaultsOf(list, node, undefined);
    this.#frame = { list, defaults };
    await this.#readParts(node as YamlMapping, file, defaults);
    return list.metadata;
  }

  survey(): ListSurvey {
    const entries: (ListEntry | FaultyEntry)[] = [...this.entries];
    for (const { entry, before } of this.#faulty.toReversed()) entries.splice(before, 0, entry);
    const told = new Set(this.#faulty.flatMap(({ entry }) => entry.problems));
    return {
      frame: this.#frame,
      entries,
      problems: this.#problems.filter((problem) => !told.has(problem)),
    };
  }

  refuseProblems(): void {
    const [first] = this.#problems;
    if (first === undefined) return;
    const all = this.#problems.map(({ at, text }) => `${formatPosition(at)}: ${text}`);
    const more = all.length === 1 ? '' : ` (and ${all.length - 1} more)`;
    throw new AirlockError('LIST_INVALID', `${all[0] ?? ''}${more}.`, {
      details: {
        file: first.at.file,
        line: first.at.line,
        column: first.at.column,
        problems: all.slice(0, MAX_PROBLEMS),
      },
    });
  }

  #parse(file: ListFile): YamlNode | undefined {
    const parsed = parsePositionedYaml(file.name, file.text);
    if ('kind' in parsed) return parsed;
    this.#problems.push(parsed);
    return undefined;
  }

  /** Entries come in the order of the list's keys, so that an include stands where it was written. */
  async #readParts(list: YamlMapping, file: ListFile, defaults: Defaults): Promise<void> {
    for (const { key, value } of list.entries) {
      const items = value.kind === 'sequence' ? value.items : [];
      switch (key.text) {
        case 'images':
          for (const item of items)
            this.#read('image', item, file, () => this.#readImage(item, file, defaults));
          break;
        case 'charts':
          for (const item of items)
            this.#read('chart', item, file, () => this.#readChart(item, file, defaults));
          break;
        case 'files':
          for (const item of items) this.#read('file', item, file, () => this.#readFile(item, file));
          break;
        case 'include':
          for (const item of items) await this.#include(item, file, defaults);
          break;
        default:
      }
    }
  }

  #read(
    kind: ListEntry['kind'],
    node: YamlNode | { readonly at: Position; readonly value: unknown },
    file: ListFile,
    read: () => ListEntry | undefined,
  ): void {
    const before = this.#problems.length;
    const entry = read();
    if (entry !== undefined) this.entries.push(entry);
    else
      this.#faulty.push({
        entry: {
          kind,
          value: 'kind' in node ? plainValue(node) : node.value,
          at: node.at,
          base: file.folder,
          problems: this.#problems.slice(before),
        },
        before: this.entries.length,
      });
    if (this.entries.length + this.#faulty.length > LIMIT.items)
      throw new AirlockError(
        'LIMIT_EXCEEDED',
        `${formatPosition(node.at)}: a list may name ${LIMIT.items} items, this is one more.`,
      );
  }

  async #include(node: YamlNode, from: ListFile, defaults: Defaults): Promise<void> {
    if (node.kind !== 'scalar' || node.type !== 'string') return;
    const isText = /\.txt$/i.test(node.text);
    if (!isText && !/\.ya?ml$/i.test(node.text)) {
      this.#problem(node.at, `"${node.text}" cannot be included, expected a .yaml, .yml or .txt file`);
      return;
    }
    let file: ListFile;
    try {
      file = await this.#files.readIncluded(from, node.text);
    } catch (error) {
      if (!isAirlockError(error) || error.code === 'LIMIT_EXCEEDED') throw error;
      this.#problem(node.at, sentence(error));
      return;
    }
    if (isText) {
      this.#readReferences(file, defaults);
      return;
    }
    const list = this.#parse(file);
    if (list === undefined) return;
    const parsed = readNode(IncludedListSchema, list, this.#problems);
    if (list.kind === 'mapping')
      await this.#readParts(
        list,
        file,
        parsed === undefined ? defaults : this.#defaultsOf(parsed, list, defaults),
      );
  }

  /** images.txt: a reference a line, `#` begins a comment at the start of a line or after a blank. */
  #readReferences(file: ListFile, defaults: Defaults): void {
    for (const [number, line] of file.text.split(/\r\n|\n|\r/).entries()) {
      const text = line.replace(/(?:^|\s)#.*$/, '').trimEnd();
      const reference = text.trimStart();
      if (reference === '') continue;
      const at = { file: file.name, line: number + 1, column: text.length - reference.length + 1 };
      this.#read('image', { at, value: reference }, file, () =>
        this.#registryImage({ ref: reference }, at, () => at, file, defaults),
      );
    }
  }

  #defaultsOf(
    list: {
      readonly platforms?: readonly string[] | undefined;
      readonly index?: IndexMode | undefined;
      readonly sources?: readonly { readonly prefix: string; readonly from: string }[] | null | undefined;
    },
    node: YamlNode,
    inherited: Defaults | undefined,
  ): Defaults {
    const place = placeIn(node);
    const platforms = this.#platforms(list.platforms, place);
    if (list.index === 'keep' && platforms !== undefined) this.#problem(place('index'), KEEP_AND_PLATFORMS);
    return {
      platforms: platforms ?? (list.index === 'keep' ? undefined : inherited?.platforms),
      index:
        list.index ?? (platforms !== undefined && inherited?.index === 'keep' ? undefined : inherited?.index),
      mirrors: [
        ...(list.sources ?? []).toSorted((one, other) => other.prefix.length - one.prefix.length),
        ...(inherited?.mirrors ?? []),
      ],
    };
  }

  #readImage(node: YamlNode, file: ListFile, defaults: Defaults): ImageEntry | undefined {
    if (node.kind === 'scalar' && node.type === 'string')
      return this.#registryImage({ ref: node.text }, node.at, () => node.at, file, defaults);
    if (node.kind === 'scalar') {
      this.#problem(
        node.at,
        `YAML reads ${node.text || 'this'} as a ${node.type}, expected a reference, in quotes`,
      );
      return undefined;
    }
    const shaped = readShaped(IMAGE_SHAPES, node, this.#problems);
    if (shaped === undefined) return undefined;
    const place = placeIn(node);
    if (shaped.shape === 'ref') return this.#registryImage(shaped.value, node.at, place, file, defaults);
    const common = this.#imageCommon(shaped.value, node.at, place, file, defaults);
    if (shaped.shape === 'daemon') {
      const name = this.#reference(shaped.value.daemon, place('daemon'));
      return common && name && { ...common, from: 'daemon', name: shaped.value.daemon };
    }
    const { archive, as } = shaped.value;
    const reference = as === undefined ? undefined : this.#reference(as, place('as'));
    if (as !== undefined && reference === undefined) return undefined;
    return (
      common && {
        ...common,
        from: 'archive',
        path: archive,
        as: reference && formatReference(reference),
      }
    );
  }

  #registryImage(
    value: {
      readonly ref: string;
      readonly from?: string | undefined;
      readonly platforms?: readonly string[] | undefined;
      readonly index?: IndexMode | undefined;
    },
    at: Position,
    place: Place,
    file: ListFile,
    defaults: Defaults,
  ): ImageEntry | undefined {
    const common = this.#imageCommon(value, at, place, file, defaults);
    const reference = this.#reference(value.ref, place('ref'));
    if (common === undefined || reference === undefined) return undefined;
    const mirror = this.#mirror(reference, value.from, place, defaults);
    return (
      mirror && { ...common, from: 'registry', ref: formatReference(reference), mirror: mirror.reference }
    );
  }

  #imageCommon(
    value: { readonly platforms?: readonly string[] | undefined; readonly index?: IndexMode | undefined },
    at: Position,
    place: Place,
    file: ListFile,
    defaults: Defaults,
  ) {
    const before = this.#problems.length;
    const own = this.#platforms(value.platforms, place);
    if (value.index === 'keep' && own !== undefined) this.#problem(place('index'), KEEP_AND_PLATFORMS);
    // The nearer word counts: an entry's keep sets the list's platforms aside, an entry's platforms the list's keep.
    const platforms = own ?? (value.index === 'keep' ? undefined : defaults.platforms);
    const index =
      value.index ?? (own !== undefined && defaults.index === 'keep' ? undefined : defaults.index);
    if (index !== undefined && index !== 'keep' && platforms === undefined)
      this.#problem(
        value.index === undefined ? at : place('index'),
        `index: ${index} needs platforms to choose by, expected platforms here or for the list`,
      );
    if (value.index === 'child' && own !== undefined && own.length > 1)
      this.#problem(
        place('index'),
        `index: child takes one manifest and platforms names ${own.length}, expected one platform or index: rewrite`,
      );
    if (this.#problems.length > before) return undefined;
    return {
      kind: 'image' as const,
      at,
      base: file.folder,
      platforms,
      index,
      ownPlatforms: own !== undefined,
      ownIndex: value.index !== undefined,
    };
  }

  #readChart(node: YamlNode, file: ListFile, defaults: Defaults): ChartEntry | undefined {
    const shaped = readShaped(CHART_SHAPES, node, this.#problems);
    if (shaped === undefined) return undefined;
    const place = placeIn(node);
    const common = { kind: 'chart' as const, at: node.at, base: file.folder };
    if (shaped.shape === 'path')
      return { ...common, from: 'path', path: shaped.value.path, sha256: shaped.value.sha256 };
    if (shaped.shape === 'url') {
      const url = this.#address(shaped.value.url, place('url'), shaped.value.secretQuery);
      return (
        url && {
          ...common,
          from: 'url',
          url: url.href,
          sha256: shaped.value.sha256,
          secretQuery: url.secretQuery,
        }
      );
    }
    if (shaped.shape === 'ref') {
      const reference = this.#try(place('ref'), () => parseChartReference(shaped.value.ref));
      const mirror = reference && this.#mirror(reference, shaped.value.from, place, defaults);
      return (
        reference &&
        mirror && { ...common, from: 'registry', ref: formatReference(reference), mirror: mirror.reference }
      );
    }
    const { repo, name, version } = shaped.value;
    if (repo.startsWith('oci://')) {
      const base = repo.slice('oci://'.length).replace(/\/$/, '');
      const reference = this.#reference(`${base}/${name}`, place('repo'));
      return reference && { ...common, from: 'repository', repo, name, version };
    }
    const url = this.#address(repo, place('repo'), undefined);
    return url && { ...common, from: 'repository', repo, name, version };
  }

  #readFile(node: YamlNode, file: ListFile): FileEntry | undefined {
    const shaped = readShaped(FILE_SHAPES, node, this.#problems);
    if (shaped === undefined) return undefined;
    const place = placeIn(node);
    const { value } = shaped;
    const checksum =
      value.checksum === undefined ? undefined : this.#address(value.checksum, place('checksum'), undefined);
    const url =
      shaped.shape === 'url'
        ? this.#address(shaped.value.url, place('url'), shaped.value.secretQuery)
        : undefined;
    if (
      (value.checksum !== undefined && checksum === undefined) ||
      (shaped.shape === 'url' && url === undefined)
    )
      return undefined;
    const as = this.#filePath(
      value.as,
      shaped.shape === 'url' ? lastSegment(url?.pathname ?? '') : baseName(shaped.value.path),
      node,
      place,
    );
    if (as === undefined) return undefined;
    const common = {
      kind: 'file' as const,
      at: node.at,
      base: file.folder,
      as,
      executable: value.executable ?? false,
      sha256: value.sha256,
      sha512: value.sha512,
      checksum: checksum?.href,
    };
    if (shaped.shape === 'path') return { ...common, from: 'path', path: shaped.value.path };
    return url && { ...common, from: 'url', url: url.href, secretQuery: url.secretQuery };
  }

  #filePath(stated: string | undefined, fallback: string, node: YamlNode, place: Place): string | undefined {
    const as = stated ?? fallback;
    const at = stated === undefined ? node.at : place('as');
    const why = whyUnsafePath(as);
    if (why !== undefined) {
      this.#problem(
        at,
        stated === undefined
          ? `no name for the file follows from its source (${why}), expected the key as`
          : `as: "${as}" is no path that every system can write: ${why}; expected one as updates/tool.bin`,
      );
      return undefined;
    }
    const key = pathKey(as);
    const twin = this.#filePaths.get(key);
    // One path twice is judged when locking: equal bytes are one item.
    if (twin !== undefined && twin.as !== as) {
      this.#problem(
        at,
        `as: "${as}" and "${twin.as}" in line ${twin.at.line} of ${twin.at.file} are one file where case is not told apart, expected another path`,
      );
      return undefined;
    }
    this.#filePaths.set(key, twin ?? { as, at });
    return as;
  }

  #platforms(texts: readonly string[] | undefined, place: Place): readonly string[] | undefined {
    if (texts === undefined) return undefined;
    const platforms = texts.flatMap((text, number) => {
      const platform = this.#try(place('platforms', number), () => formatPlatform(parsePlatform(text)));
      return platform === undefined ? [] : [platform];
    });
    return [...new Set(platforms)];
  }

  #reference(text: string, at: Position): Reference | undefined {
    return this.#try(at, () => parseImageReference(text));
  }

  /** The full reference to fetch from, where it is not the item's own. An entry's `from` wins over the list's `sources`. */
  #mirror(
    reference: Reference,
    from: string | undefined,
    place: Place,
    defaults: Defaults,
  ): { readonly reference: string | undefined } | undefined {
    if (from !== undefined) {
      const plain = from.replace(/^oci:\/\//, '').replaceAll('+', '_');
      const mirror = this.#reference(plain, place('from'));
      if (mirror === undefined) return undefined;
      if (
        mirror.digest !== undefined &&
        reference.digest !== undefined &&
        mirror.digest !== reference.digest
      ) {
        this.#problem(place('from'), 'from: and ref: are pinned to two digests, expected one');
        return undefined;
      }
      const named = /[:@][^/]*$/.test(plain);
      return {
        reference: formatReference(
          named ? mirror : { ...mirror, tag: reference.tag, digest: reference.digest },
        ),
      };
    }
    const found = mirrorText(formatReference(reference), defaults.mirrors);
    if (found === undefined) return { reference: undefined };
    const mirror = this.#reference(found, place('ref'));
    return mirror && { reference: formatReference(mirror) };
  }

  #address(
    text: string,
    at: Position,
    secretQuery: boolean | undefined,
  ):
    | { readonly href: string; readonly pathname: string; readonly secretQuery: number | undefined }
    | undefined {
    const url = this.#try(at, () => parseWebAddress(text));
    if (url === undefined) return undefined;
    if (secretQuery === true) {
      this.#secretQueries += 1;
      return { href: withoutQuery(url), pathname: url.pathname, secretQuery: this.#secretQueries };
    }
    if (looksSigned(url)) {
      this.#problem(
        at,
        `the query of ${withoutQuery(url)} looks signed, expected it without the query and with secretQuery: true; its value then comes from AIRLOCK_QUERY_<n>`,
      );
      return undefined;
    }
    return { href: url.href, pathname: url.pathname, secretQuery: undefined };
  }

  #try<T>(at: Position, parse: () => T): T | undefined {
    try {
      return parse();
    } catch (error) {
      if (!isAirlockError(error)) throw error;
      this.#problem(at, sentence(error));
      return undefined;
    }
  }

  #problem(at: Position, text: string): void {
    this.#problems.push({ at, text });
  }
}

const KEEP_AND_PLATFORMS =
  'index: keep carries every platform and platforms names some, expected one of the two';

function placeIn(node: YamlNode): Place {
  return (...path) => nodeAt(node, path).at;
}

/** `a.example/x` is a prefix of `a.example/x/y` and `a.example/x:1`, not of `a.example/xy`. */
function startsAtBoundary(full: string, prefix: string): boolean {
  return full.startsWith(prefix) && (prefix.endsWith('/') || /^(?:$|[/:@])/.test(full.slice(prefix.length)));
}

/** Where `sources` has a full reference fetched from; undefined where none of its prefixes fits. */
export function mirrorText(full: string, mirrors: Defaults['mirrors']): string | undefined {
  const source = mirrors.find(({ prefix }) => startsAtBoundary(full, prefix));
  return source && `${source.from}${full.slice(source.prefix.length)}`;
}

export function lastSegment(pathname: string): string {
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

function sentence(error: AirlockError): string {
  return error.message.replace(/\.$/, '');
}
