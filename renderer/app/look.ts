// Keeps <html> in the theme and on the side that Settings say.
import type { Theme } from '../../shared/station/settings.ts';
import { useSettings } from '../store/settings.ts';

/** Applies both now and whenever they change, or the system changes its mind. */
export function keepLook(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const contrast = matchMedia('(prefers-contrast: more)');
  const apply = (): void => {
    const { theme, side } = useSettings.getState().settings;
    const { dataset } = document.documentElement;
    dataset['theme'] = resolved(theme, { isDark: dark.matches, wantsContrast: contrast.matches });
    dataset['side'] = side ?? 'connected';
  };
  apply();
  useSettings.subscribe(apply);
  dark.addEventListener('change', apply);
  contrast.addEventListener('change', apply);
}

/** The theme that is drawn. */
export function resolved(
  theme: Theme,
  system: { readonly isDark: boolean; readonly wantsContrast: boolean },
): Exclude<Theme, 'system'> {
  if (theme !== 'system') return theme;
  if (system.wantsContrast) return 'contrast';
  return system.isDark ? 'dark' : 'light';
}
