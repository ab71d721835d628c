import { optionName, type Verb } from './define-verb.ts'

/** The parts of a verb that completion needs. The program itself has no summary. */
export interface Completed extends Pick<Verb, 'name' | 'options'> {
  readonly summary?: string
  readonly verbs: readonly Completed[]
}

export type Shell = 'bash' | 'zsh' | 'fish'

export const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish']

/** Returns the script that completes a program in a shell: verbs, inner verbs, options, else files. It starts no process, so it is instant. */
export function completionScript(program: Completed, shell: Shell): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](program)
}

/** Returns all verbs, each with the words typed before it; the program itself has none. */
function paths(verb: Completed, before: readonly string[] = []): { words: readonly string[]; verb: Completed }[] {
  return [{ words: before, verb }, ...verb.verbs.flatMap((inner) => paths(inner, [...before, inner.name]))]
}

/** Returns the options as they are typed. */
const optionsOf = ({ options }: Completed): { long: string; description: string; takesValue: boolean }[] =>
  Object.entries(options).map(([key, option]) => ({
    long: optionName(key, option),
    description: option.description,
    takesValue: option.placeholder !== undefined,
  }))
const longNames = (verb: Completed): string[] => optionsOf(verb).map(({ long }) => long)
const names = ({ verbs }: Completed): string[] => verbs.map(({ name }) => name)

/** Bash that joins the words typed so far while they name verbs: the result names the current verb. */
const BASH_PATH = `local cur="\${COMP_WORDS[COMP_CWORD]}" path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " $paths " in *" \${path:+$path/}$word "*) path="\${path:+$path/}$word" ;; esac
  done`

function bashScript(program: Completed): string {
  const all = paths(program)
  const cases = all.map(
    ({ words, verb }) =>
      `    ${words.length === 0 ? '""' : words.join('/')}) words="${[...names(verb), ...longNames(verb)].join(' ')}" ;;`,
  )
  return `# bash: eval "$(${program.name} completion bash)", in ~/.bashrc for good
_${program.name}() {
  local words="" paths="${all.flatMap(({ words }) => (words.length === 0 ? [] : [words.join('/')])).join(' ')}"
  ${BASH_PATH}
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _${program.name} ${program.name}
`
}

/** Quotes a text in single quotes for zsh and fish. */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", `'\\''`)}'`

function zshScript(program: Completed): string {
  const described = (name: string, text: string): string => quoted(`${name}:${text.replaceAll(':', '\\:')}`)
  const option = ({ long, description, takesValue }: ReturnType<typeof optionsOf>[number]): string =>
    quoted(`${long}[${description.replaceAll(/[[\]]/g, '')}]${takesValue ? ':value:_files' : ''}`)
  const cases = paths(program).map(({ words, verb }) => {
    const inner = verb.verbs.map(({ name, summary = '' }) => described(name, summary)).join(' ')
    return `    ${quoted(words.join('/'))})
      ${inner === '' ? '' : `commands=(${inner})`}
      options=(${optionsOf(verb).map(option).join(' ')}) ;;`
  })
  return `#compdef ${program.name}
# zsh: eval "$(${program.name} completion zsh)", in ~/.zshrc after compinit for good
_${program.name}() {
  local path_="" word
  local -a paths commands options
  paths=(${paths(program)
    .flatMap(({ words }) => (words.length === 0 ? [] : [words.join('/')]))
    .join(' ')})
  for word in "\${(@)words[2,CURRENT-1]}"; do
    (( \${paths[(Ie)\${path_:+$path_/}$word]} )) && path_="\${path_:+$path_/}$word"
  done
  case "$path_" in
${cases.join('\n')}
  esac
  (( \${#commands} )) && _describe command commands || options+=('*:file:_files')
  (( \${#options} )) && _arguments -s $options
}
compdef _${program.name} ${program.name}
`
}

function fishScript(program: Completed): string {
  const lines = paths(program).flatMap(({ words, verb }) => {
    const inner = names(verb)
    const here =
      words.length === 0
        ? '__fish_use_subcommand'
        : [
            ...words.map((word) => `__fish_seen_subcommand_from ${word}`),
            ...(inner.length === 0 ? [] : [`not __fish_seen_subcommand_from ${inner.join(' ')}`]),
          ].join('; and ')
    return [
      ...verb.verbs.map(
        ({ name, summary = '' }) =>
          `complete -c ${program.name} -n ${quoted(here)} -f -a ${name} -d ${quoted(summary)}`,
      ),
      ...optionsOf(verb).map(
        ({ long, description, takesValue }) =>
          `complete -c ${program.name} -n ${quoted(here)} -l ${long.slice(2)}${takesValue ? ' -r' : ''} -d ${quoted(description)}`,
      ),
    ]
  })
  return `# fish: ${program.name} completion fish | source, or into ~/.config/fish/completions/${program.name}.fish for good\n${lines.join('\n')}\n`
}
