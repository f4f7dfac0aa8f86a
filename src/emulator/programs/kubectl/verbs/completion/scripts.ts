/**
 * Completion scripts by shell. Each asks the hidden command `kubectl __complete`, which answers
 * with a candidate a line and a last line `:NUMBER` of directives: 2 no blank, 4 no file names.
 */
export const scripts: Readonly<Record<string, string>> = {
  bash: `# bash completion for kubectl                               -*- shell-script -*-
__start_kubectl()
{
    local answer directive candidate
    COMPREPLY=()
    answer=$("\${COMP_WORDS[0]}" __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    directive=\${answer##*:}
    while IFS=$'\\t' read -r candidate _; do
        case "$candidate" in
            :*) ;;
            "\${COMP_WORDS[COMP_CWORD]}"*) COMPREPLY+=("$candidate") ;;
        esac
    done <<< "$answer"
    if (( directive & 2 )); then
        compopt -o nospace
    fi
}

complete -o default -F __start_kubectl kubectl
`,
  zsh: `#compdef kubectl
compdef _kubectl kubectl

_kubectl()
{
    local -a lines candidates
    local line
    lines=("\${(@f)$(\${words[1]} __complete \${words[2,CURRENT]} 2>/dev/null)}")
    for line in $lines; do
        case "$line" in
            :*) ;;
            *) candidates+=("\${\${line//:/\\\\:}/$'\\t'/:}") ;;
        esac
    done
    _describe kubectl candidates
}

if [ "$funcstack[1]" = "_kubectl" ]; then
    _kubectl
fi
`,
  fish: `# fish completion for kubectl                              -*- shell-script -*-

function __kubectl_candidates
    set -l words (commandline -opc) (commandline -ct)
    $words[1] __complete $words[2..-1] 2>/dev/null | string match -v ':*'
end

complete -c kubectl -e
complete -c kubectl -f -a '(__kubectl_candidates)'
`,
  powershell: `# powershell completion for kubectl                        -*- shell-script -*-

Register-ArgumentCompleter -CommandName 'kubectl' -ScriptBlock {
    param($WordToComplete, $CommandAst, $CursorPosition)
    $Words = @($CommandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
    if ($WordToComplete -eq '') { $Words += '""' }
    kubectl __complete @Words 2>$null | Where-Object { $_ -notmatch '^:' } | ForEach-Object {
        $Parts = $_ -split "\`t", 2
        $Text = if ($Parts.Length -gt 1) { $Parts[1] } else { ' ' }
        [System.Management.Automation.CompletionResult]::new(
            $Parts[0], $Parts[0], 'ParameterValue', $Text)
    }
}
`,
};
