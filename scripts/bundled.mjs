/** For tsdown's `alwaysBundle`: packages that are bundled into the code, while the types still import them. */
export function bundled(pattern) {
  return (id, importer) => {
    return pattern.test(id) && !importer?.endsWith('.d.ts')
  }
}
