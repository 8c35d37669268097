// What failed and no screen has a place for: shown above every screen until it is closed.
import { create } from 'zustand';
import type { WireError } from '../../shared/errors/wire.ts';
import { wireOf } from './unwrap.ts';

export const useNotice = create<{ readonly error: WireError | null }>()(() => ({ error: null }));

/** Shows what was thrown. What the engine's own bar tells, and what the operator cancelled, is not told twice. */
export function tellFailure(thrown: unknown): void {
  const error = wireOf(thrown);
  if (error.code !== 'ENGINE_GONE' && error.code !== 'CANCELLED') useNotice.setState({ error });
}

export function closeNotice(): void {
  useNotice.setState({ error: null });
}

/** Has calls that nobody waits for tell their failure. */
export function catchFailures(): void {
  addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    tellFailure(event.reason);
  });
}
