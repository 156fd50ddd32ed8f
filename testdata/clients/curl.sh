#!/bin/sh
# Posts its second argument, which must need no JSON escapes, to a plain JSON
# API and prints the answer as it comes.
#
#	curl.sh plain|stream TEXT
set -eu

case $1 in
plain) stream=false ;;
stream) stream=true ;;
*) echo "usage: curl.sh plain|stream TEXT" >&2 && exit 2 ;;
esac

printf '{"input": "%s", "stream": %s}' "$2" "$stream" |
	curl --silent --show-error --fail-with-body --no-buffer \
		--header 'Content-Type: application/json' --data-binary @- \
		https://api.example.com/model
