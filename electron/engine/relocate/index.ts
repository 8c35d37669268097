// The relocate room's door: names at the target.
export { itemKey, requireChoices } from './by-hand.ts';
export type { ByHand } from './by-hand.ts';
export { formatTarget, parseTarget } from './target.ts';
export type { Target } from './target.ts';
export { parseMapRules } from './map-rules.ts';
export type { MapMode } from './map-rules.ts';
export { targetName } from './target-name.ts';
export type { NamingOptions, TargetName } from './target-name.ts';
export { planImport, refuseConflicts } from './plan-import.ts';
export type {
  AttachmentGroup,
  ImportPlan,
  PlannedAttachment,
  PlannedItem,
  ResolvedItem,
} from './plan-import.ts';
