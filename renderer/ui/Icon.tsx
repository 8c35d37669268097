// The icons in use, by the names that the screens know them by; all bundled.
import {
  ArrowDown,
  ArrowDownToLine,
  ArrowRight,
  ArrowUp,
  ArrowUpToLine,
  Ban,
  Check,
  ChevronDown,
  ChevronRight,
  CircleCheck,
  CircleDashed,
  CircleQuestionMark,
  Contrast,
  Copy,
  CornerDownLeft,
  Download,
  Equal,
  File,
  FileText,
  Folder,
  FolderOpen,
  Globe,
  HardDrive,
  History,
  Info,
  Key,
  Keyboard,
  Layers,
  Link,
  Lock,
  LogOut,
  MemoryStick,
  Minus,
  OctagonAlert,
  Package,
  Pause,
  Pencil,
  Play,
  Plug,
  Plus,
  RefreshCw,
  Save,
  ScanLine,
  Search,
  Server,
  ShieldCheck,
  ShipWheel,
  SkipForward,
  SlidersHorizontal,
  Timer,
  Trash2,
  TriangleAlert,
  Undo2,
  Unplug,
  Usb,
  X,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import styles from './Icon.module.css';

const ICONS = {
  again: RefreshCw,
  alert: TriangleAlert,
  arrow: ArrowRight,
  ban: Ban,
  card: MemoryStick,
  chart: ShipWheel,
  check: Check,
  close: X,
  closed: ChevronRight,
  connected: Plug,
  contrast: Contrast,
  copy: Copy,
  disconnected: Unplug,
  disk: HardDrive,
  done: CircleCheck,
  down: ArrowDownToLine,
  eject: ArrowUpToLine,
  enter: CornerDownLeft,
  equal: Equal,
  file: File,
  folder: Folder,
  folderOpen: FolderOpen,
  globe: Globe,
  history: History,
  image: Layers,
  import: LogOut,
  info: Info,
  key: Key,
  keyboard: Keyboard,
  link: Link,
  lock: Lock,
  minus: Minus,
  octagon: OctagonAlert,
  open: ChevronDown,
  pack: Download,
  package: Package,
  pause: Pause,
  pencil: Pencil,
  play: Play,
  plus: Plus,
  queued: CircleDashed,
  question: CircleQuestionMark,
  report: FileText,
  save: Save,
  scan: ScanLine,
  search: Search,
  serve: Server,
  settings: SlidersHorizontal,
  skip: SkipForward,
  sortDown: ArrowDown,
  sortUp: ArrowUp,
  timer: Timer,
  trash: Trash2,
  undo: Undo2,
  up: ArrowUpToLine,
  usb: Usb,
  verify: ShieldCheck,
} as const satisfies Record<string, LucideIcon>;

export type IconName = keyof typeof ICONS;

interface IconProps {
  readonly name: IconName;
  /** Pixels; 16 unless named. */
  readonly size?: 12 | 14 | 16 | 20 | 32 | 40;
}

/** Never says anything by itself: the word stands beside it. */
export function Icon({ name, size = 16 }: IconProps) {
  const Drawn = ICONS[name];
  return (
    <Drawn
      className={styles['icon']}
      size={size}
      strokeWidth={size <= 14 ? 2 : 1.75}
      aria-hidden="true"
      focusable="false"
    />
  );
}

/** Whether a name from elsewhere (an action's) is one of ours. */
export function isIconName(name: string): name is IconName {
  return Object.hasOwn(ICONS, name);
}
