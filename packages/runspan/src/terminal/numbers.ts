/* Terminals use the compact form of numbers; no view formats its own. */
export {
  compactBytes as bytes,
  compactChange as change,
  compactCount as count,
  compactDuration as duration,
  compactPercent as percent,
} from '@runspan/story'
