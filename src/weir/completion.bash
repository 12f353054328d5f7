# bash completion for weir(1): the commands it finds, and their options.
_weir() {
	local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} words
	if ((COMP_CWORD == 1)) || [[ $command == help && COMP_CWORD -eq 2 ]]; then
		words=$("${COMP_WORDS[0]}" -h 2>/dev/null | sed -n 's/^  \([a-z][a-z0-9_-]*\).*/\1/p')
		((COMP_CWORD > 1)) || words+=' help'
	elif [[ $word == -* ]]; then
		words=$("${COMP_WORDS[0]}" help "$command" 2>/dev/null |
		    grep -oE '(^|[ ,])--?[a-z][a-z-]*' | tr -d ' ,')
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o default -F _weir weir
