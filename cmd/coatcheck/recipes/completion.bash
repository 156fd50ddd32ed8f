# bash completion for coatcheck; files are offered where it has no words.
_coatcheck() {
	local IFS=$'\n'
	COMPREPLY=($(coatcheck completion words "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -o bashdefault -F _coatcheck coatcheck
