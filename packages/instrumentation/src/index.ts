// filled in the next commits
export const placeholder = true
