/* A terminal writes numbers in their compact form, and no face has a form of its own. */
export {
  compactBytes as bytes,
  compactChange as change,
  compactCount as count,
  compactDuration as duration,
  compactPercent as percent,
} from '@runspan/story'
