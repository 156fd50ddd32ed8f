# fish completion for coatcheck; files are offered where it has no words.
function __coatcheck_words
    set -l typed (commandline -opc)
    coatcheck completion words $typed[2..-1] (commandline -ct) 2>/dev/null
end
complete -c coatcheck -a '(__coatcheck_words)'
