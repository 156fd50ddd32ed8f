#compdef coatcheck
# zsh completion for coatcheck; files are offered where it has no words.
_coatcheck() {
	local -a list
	list=("${(@f)$(coatcheck completion words "${(@)words[2,CURRENT]}" 2>/dev/null)}")
	list=("${(@)list:#}")
	if (( ${#list} )); then compadd -a list; else _files; fi
}
compdef _coatcheck coatcheck
