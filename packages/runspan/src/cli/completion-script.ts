/** A command as its completion needs it. */
export interface CompletedCommand {
  readonly name: string
  readonly description: string
  readonly options: readonly { readonly long: string; readonly description: string; readonly takesValue: boolean }[]
  readonly commands: readonly CompletedCommand[]
}

export type Shell = 'bash' | 'zsh' | 'fish'

export const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish']

/** The script by which a shell completes a program: verbs, their verbs, their options, else files. It asks nobody, so it is instant. */
export function completionScript(program: CompletedCommand, shell: Shell): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](program)
}

/** All commands with the words that lead there; the program's own is empty. */
function paths(
  command: CompletedCommand,
  before: readonly string[] = [],
): { words: readonly string[]; command: CompletedCommand }[] {
  return [{ words: before, command }, ...command.commands.flatMap((inner) => paths(inner, [...before, inner.name]))]
}

const longNames = ({ options }: CompletedCommand): string[] => options.map(({ long }) => long)
const names = ({ commands }: CompletedCommand): string[] => commands.map(({ name }) => name)

/** The words typed so far that are no options, as far as they are commands, joined: the command whose turn it is. */
const BASH_PATH = `local cur="\${COMP_WORDS[COMP_CWORD]}" path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " $paths " in *" \${path:+$path/}$word "*) path="\${path:+$path/}$word" ;; esac
  done`

function bashScript(program: CompletedCommand): string {
  const all = paths(program)
  const cases = all.map(
    ({ words, command }) =>
      `    ${words.length === 0 ? '""' : words.join('/')}) words="${[...names(command), ...longNames(command)].join(' ')}" ;;`,
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

/** Within single quotes, for zsh and fish. */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", `'\\''`)}'`

function zshScript(program: CompletedCommand): string {
  const described = (name: string, text: string): string => quoted(`${name}:${text.replaceAll(':', '\\:')}`)
  const option = ({ long, description, takesValue }: CompletedCommand['options'][number]): string =>
    quoted(`${long}[${description.replaceAll(/[[\]]/g, '')}]${takesValue ? ':value:_files' : ''}`)
  const cases = paths(program).map(({ words, command }) => {
    const inner = command.commands.map(({ name, description }) => described(name, description)).join(' ')
    return `    ${quoted(words.join('/'))})
      ${inner === '' ? '' : `commands=(${inner})`}
      options=(${command.options.map(option).join(' ')}) ;;`
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

function fishScript(program: CompletedCommand): string {
  const lines = paths(program).flatMap(({ words, command }) => {
    const inner = names(command)
    const here =
      words.length === 0
        ? '__fish_use_subcommand'
        : [
            ...words.map((word) => `__fish_seen_subcommand_from ${word}`),
            ...(inner.length === 0 ? [] : [`not __fish_seen_subcommand_from ${inner.join(' ')}`]),
          ].join('; and ')
    return [
      ...command.commands.map(
        ({ name, description }) =>
          `complete -c ${program.name} -n ${quoted(here)} -f -a ${name} -d ${quoted(description)}`,
      ),
      ...command.options.map(
        ({ long, description, takesValue }) =>
          `complete -c ${program.name} -n ${quoted(here)} -l ${long.slice(2)}${takesValue ? ' -r' : ''} -d ${quoted(description)}`,
      ),
    ]
  })
  return `# fish: ${program.name} completion fish | source, or into ~/.config/fish/completions/${program.name}.fish for good\n${lines.join('\n')}\n`
}
