// Finds the images that Kubernetes manifests and compose files name, whatever stands around them.
import { EVENT_ID, getScalarValue, parseEvents, YAMLException } from 'js-yaml';
import type { Event } from 'js-yaml';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';

/** Schemas of custom resources nest deeper than anything that people write. */
const MAX_DEPTH = 200;
/** What YAML reads as something else than text where it stands without quotes. */
const NO_NAME = /^(?:~|null|true|false|[\d.]*)$/i;

interface Container {
  readonly isMapping: boolean;
  /** Undefined while a key is awaited. */
  key: { readonly text: string | undefined } | undefined;
}

/** Every text under a key `image`, in all documents, once each. Tags and anchors mean nothing. Throws LIST_INVALID. */
export function imagesIn(text: string, what: string): readonly string[] {
  let events: readonly Event[];
  try {
    events = parseEvents(text, { maxDepth: MAX_DEPTH });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark === undefined ? '' : `, in line ${error.mark.line + 1}`;
    throw new AirlockError('LIST_INVALID', `${what} is not YAML${line}: ${error.reason}`, { cause: error });
  }
  return [...new Set(walk(events, text))];
}

function walk(events: readonly Event[], source: string): readonly string[] {
  const images: string[] = [];
  const anchors = new Map<string, string>();
  const open: Container[] = [];

  /** One node, of which only a scalar has a text: it is the next key of a mapping, or the value of its last one. */
  function place(text: string | undefined): void {
    const container = open.at(-1);
    if (container?.isMapping !== true) return;
    if (container.key === undefined) {
      container.key = { text };
      return;
    }
    if (container.key.text === 'image' && text !== undefined && !NO_NAME.test(text)) images.push(text);
    container.key = undefined;
  }

  for (const event of events) {
    if (event.type === EVENT_ID.POP) open.pop();
    else if (event.type === EVENT_ID.ALIAS)
      place(anchors.get(source.slice(event.anchorStart, event.anchorEnd)));
    else if (event.type === EVENT_ID.SCALAR) {
      const text = getScalarValue(source, event);
      if (event.anchorStart >= 0) anchors.set(source.slice(event.anchorStart, event.anchorEnd), text);
      place(text);
    } else {
      place(undefined);
      open.push({ isMapping: event.type === EVENT_ID.MAPPING, key: undefined });
    }
  }
  return images;
}
