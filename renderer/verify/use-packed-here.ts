// Where bundles were packed to on this machine, as its history tells; they may be gone by now.
import { useEffect, useState } from 'react';
import { bridge } from '../bridge/client.ts';

const MOST = 50;

interface Packed {
  readonly place: string;
  readonly started: string;
}

export function usePackedHere(): readonly Packed[] {
  const [packed, setPacked] = useState<readonly Packed[]>([]);
  useEffect(() => {
    let isShown = true;
    const load = async (): Promise<void> => {
      const query = { text: '', desk: 'pack', outcome: null, offset: 0, limit: MOST } as const;
      const result = await bridge().history.list(query);
      if (!isShown || !result.ok) return;
      setPacked(
        result.value.rows.flatMap(({ place, bundle, started }) =>
          place === null || bundle === null ? [] : [{ place, started }],
        ),
      );
    };
    void load();
    return () => {
      isShown = false;
    };
  }, []);
  return packed;
}
