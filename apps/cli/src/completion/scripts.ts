/** Shells that can be completed. */
export const shells = ["bash", "zsh", "fish"] as const;

/** One of {@link shells}. */
export type Shell = (typeof shells)[number];

/**
 * The script for a shell. All the knowledge is in `aiw __complete`, which prints one candidate a line (value, tab,
 * description); the scripts only carry it over. Values are quoted, never evaluated.
 */
export function completionScript(shell: Shell): string {
  return { bash, zsh, fish }[shell];
}

const bash = `# aiw completion for bash. Add to ~/.bashrc:  eval "$(aiw completion bash)"
_aiw() {
  local line value
  COMPREPLY=()
  while IFS= read -r line; do
    value=\${line%%$'\\t'*}
    [[ $value == */ ]] && compopt -o nospace 2>/dev/null
    COMPREPLY+=("$(printf '%q' "$value")")
  done < <("\${COMP_WORDS[0]}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o nosort -F _aiw aiw aiworkflow 2>/dev/null || complete -F _aiw aiw aiworkflow
`;

const zsh = `#compdef aiw aiworkflow
# aiw completion for zsh. Add to ~/.zshrc after compinit:  eval "$(aiw completion zsh)"
_aiw() {
  local line
  local -a values shown folders
  while IFS= read -r line; do
    local value=\${line%%$'\\t'*}
    if [[ $value == */ ]]; then
      folders+=("$value")
    else
      values+=("$value")
      shown+=("\${line/$'\\t'/  -- }")
    fi
  done < <("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( $#values )) && compadd -l -d shown -a values
  (( $#folders )) && compadd -S '' -a folders
  return 0
}
compdef _aiw aiw aiworkflow
`;

const fish = `# aiw completion for fish. Save as ~/.config/fish/completions/aiw.fish
function __aiw_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] __complete -- $words[2..-1] 2>/dev/null
end
complete -c aiw -f -a '(__aiw_complete)'
complete -c aiworkflow -f -a '(__aiw_complete)'
`;
