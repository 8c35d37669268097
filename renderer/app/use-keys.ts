// Turns keys into actions. Letters act outside of fields; in the web station G takes the place of a modifier that the
// browser keeps for itself.
import { useEffect } from 'react';
import { currentActions, runAction } from '../store/actions.ts';
import type { Action } from '../store/actions.ts';
import { isWindow } from '../store/session.ts';
import { useSettings } from '../store/settings.ts';
import { isMac } from '../ui/platform.ts';

/** The regions of a screen in the order of F6 (interface: strip, rail, head, work, action bar, panel). */
const REGIONS = ['strip', 'rail', 'head', 'work', 'actions', 'panel'] as const;
const PREFIX_MS = 2000;

export function useKeys(): void {
  useEffect(() => {
    let prefixUntil = 0;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      // A dialog has its own keys.
      const isOverlaid = document.querySelector('[role="dialog"], [role="alertdialog"]') !== null;
      if (isOverlaid) return;
      if (event.key === 'F6') {
        event.preventDefault();
        focusNextRegion(event.shiftKey ? -1 : 1);
        return;
      }
      const isTyping = isField(event.target);
      const letters = useSettings.getState().settings.letterKeys && !isTyping;
      const isPrefixed = prefixUntil > event.timeStamp;
      prefixUntil = 0;
      if (isPrefixed && !hasModifier(event) && runs(`Mod ${nameOf(event)}`, event)) {
        taken(event);
        return;
      }
      if (letters && !isWindow() && !hasModifier(event) && event.key === 'g') {
        prefixUntil = event.timeStamp + PREFIX_MS;
        return;
      }
      if (event.key === 'Escape' && isTyping) {
        leaveField(event);
        return;
      }
      if (isCommand(event)) {
        if (runs(`Mod ${nameOf(event)}`, event)) taken(event);
        return;
      }
      if (!letters || hasModifier(event)) return;
      if (event.key === '/') {
        const filter = document.querySelector<HTMLInputElement>('[data-filter]');
        if (filter === null) return;
        taken(event);
        filter.focus();
        filter.select();
        return;
      }
      if (runs(nameOf(event), event)) taken(event);
    };
    // Before the parts: many of them let no key past that they were shown.
    addEventListener('keydown', onKeyDown, { capture: true });
    return () => removeEventListener('keydown', onKeyDown, { capture: true });
  }, []);
}

/** What was a command is nothing else. */
function taken(event: KeyboardEvent): void {
  event.preventDefault();
  event.stopPropagation();
}

/** Out of a field, unless the field had a use for the key itself: letters then act again. */
function leaveField(event: KeyboardEvent): void {
  const field = document.activeElement;
  setTimeout(() => {
    if (event.defaultPrevented || document.activeElement !== field) return;
    field?.closest<HTMLElement>('[role="grid"], [data-region]')?.focus();
  });
}

/** Runs the newest action that has these keys. Keys that are held down say it once: the next step has the same ones. */
function runs(keys: string, { repeat }: KeyboardEvent): boolean {
  const action = actionOf(keys);
  return action !== undefined && (repeat || runAction(action.id));
}

function actionOf(keys: string): Action | undefined {
  return currentActions().findLast((action) => action.keys?.replace('Ctrl', 'Mod') === keys);
}

function isCommand(event: KeyboardEvent): boolean {
  return isMac() ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey && !event.altKey;
}

function hasModifier({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return ctrlKey || metaKey || altKey;
}

function nameOf({ key }: KeyboardEvent): string {
  if (key === 'Enter') return '↵';
  return key.length === 1 ? key.toUpperCase() : key;
}

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      // Letters choose there.
      target.closest('[role="listbox"]') !== null ||
      target instanceof HTMLTextAreaElement ||
      target instanceof HTMLSelectElement ||
      (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)))
  );
}

function focusNextRegion(step: 1 | -1): void {
  const regions = REGIONS.flatMap((name) => {
    const found = document.querySelector<HTMLElement>(`[data-region="${name}"]`);
    return found === null || found.getClientRects().length === 0 ? [] : [found];
  });
  const at = regions.findLastIndex((region) => region.contains(document.activeElement));
  const next = regions[(at + step + regions.length) % regions.length] ?? regions[0];
  next?.focus();
}
